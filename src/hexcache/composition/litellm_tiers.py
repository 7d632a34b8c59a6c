"""LiteLLM's caches of one tier, by their own names and parameters.

Rule: a class says which tier it has and what LiteLLM's defaults are; everything that a cache does is done by
:class:`~hexcache.adapters.inbound.litellm.BaseCache`. No constructor reaches anything, and none imports LiteLLM.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Final, Literal

from hexcache.adapters.inbound.litellm.behaviour import Compat
from hexcache.adapters.inbound.litellm.face import BaseCache
from hexcache.composition.litellm_assembly import Assembled, assembled
from hexcache.composition.litellm_parameters import redis_table
from hexcache.composition.parts import MemoryPart
from hexcache.domain.errors import InvalidSetting

MEMORY_TTL: Final = 600.0
REDIS_TTL: Final = 60.0
MAX_ITEMS: Final = 200
MAX_ITEM_KB: Final = 1024
DIRECTORY: Final = ".litellm_cache"
MAX_ITEM_VARIABLE: Final = "MAX_SIZE_PER_ITEM_IN_MEMORY_CACHE_IN_KB"


class TierCache(BaseCache):
    """A cache with tiers, whatever they are; one of the classes below.

    Attributes:
        kind: for its old behaviours.
    """

    kind: ClassVar[str]

    def __init__(
        self, made: Assembled, default_ttl: float | None, answers: Literal["list", "mapping"] = "list"
    ) -> None:
        super().__init__(default_ttl, engine=made.engine, answers=answers)
        self._made = made
        self.namespace = made.namespace

    @property
    def assembled(self) -> Assembled:
        """What it is made of, for caches of several tiers."""
        return self._made

    @property
    def in_memory(self) -> bool:
        """Whether all it has is memory of this process."""
        return all(isinstance(part, MemoryPart) for part in self._made.parts)

    def __repr__(self) -> str:
        tiers = " > ".join(tier.name for tier in self._made.settings.tiers)
        return f"<{type(self).__name__} {self._made.settings.namespace}: {tiers}>"


class InMemoryCache(TierCache):
    """A cache in this process.

    Args:
        max_size_in_memory: most keys held; 0 holds nothing.
        default_ttl: seconds of life where a call says none; 0 and None are ten minutes, as in LiteLLM.
        max_size_per_item: weight of the heaviest value in KB, contents included; None for what the variable
            ``MAX_SIZE_PER_ITEM_IN_MEMORY_CACHE_IN_KB`` says, or else 1024.
        clock: gives seconds in place of the machine's clocks, for tests.
        compat: ``"litellm"`` for the old behaviours: see the how-to.

    Raises:
        InvalidSetting: a bound is not usable.
    """

    kind = "memory"

    def __init__(
        self,
        max_size_in_memory: int | None = MAX_ITEMS,
        default_ttl: float | None = MEMORY_TTL,
        max_size_per_item: int | None = None,
        clock: Callable[[], float] | None = None,
        *,
        compat: Compat = None,
    ) -> None:
        items = MAX_ITEMS if max_size_in_memory is None else max_size_in_memory
        heaviest = 1024 * _kilobytes(max_size_per_item)
        room = 2 * heaviest + 8192  # a value's bytes may be more than its weight, never twice as many
        table = {
            "scheme": "memory",
            "max_items": max(items, 1),
            "max_item_bytes": room,
            "max_bytes": room * max(items, 1),
            "policy": "s3fifo" if compat is None else "expiry",
        }
        ttl = default_ttl or MEMORY_TTL
        most = heaviest if items else 0
        super().__init__(
            assembled(self.kind, [table], default_ttl=ttl, compat=compat, clock=clock, max_value_bytes=most), ttl
        )
        self.max_size_in_memory = items
        self.max_size_per_item = heaviest // 1024


def _kilobytes(said: int | None) -> int:
    if said is None:
        text = os.environ.get(MAX_ITEM_VARIABLE, str(MAX_ITEM_KB))
        if not text.isdecimal():
            raise InvalidSetting(f"the variable {MAX_ITEM_VARIABLE} cannot be read; accepted: a whole number of KB")
        said = int(text)
    if isinstance(said, bool) or not isinstance(said, int) or said < 1:
        raise InvalidSetting(f"max_size_per_item is {said!r}; accepted: a whole number of KB, 1 or more")
    return said


class RedisCache(TierCache):
    """A cache on Redis or Valkey: one server, Sentinels, or a cluster.

    Args:
        host: the server; with neither it nor another place the ``REDIS_*`` variables say where.
        port: its port.
        password: its password.
        redis_flush_size: gathers writes and brings so many in a batch; None: each goes to the server.
        namespace: where the keys are; None for ``litellm``. Colons part levels.
        startup_nodes: nodes of a cluster, ``[{"host": ..., "port": ...}]``.
        socket_timeout: longest trip to the server, seconds; None for a quarter of one.
        default_ttl: seconds of life where a call says none.
        compat: ``"litellm"`` for the old behaviours: see the how-to.
        **kwargs: whatever else LiteLLM's class takes: ``url``, ``username``, ``db``, ``ssl``, ``ssl_*``,
            ``max_connections``, ``socket_connect_timeout``, ``sentinel_nodes``, ``service_name``,
            ``sentinel_password``, ``gcp_service_account``, ``azure_*``, ``aws_iam_*``.

    Raises:
        InvalidSetting: a parameter that nobody knows or that cannot be used, or no place is said.
        MissingExtra: ``redis`` is not installed.
    """

    kind = "redis"
    _cluster: ClassVar[bool] = False

    def __init__(
        self,
        host: str | None = None,
        port: int | str | None = None,
        password: str | None = None,
        redis_flush_size: int | None = None,
        namespace: str | None = None,
        startup_nodes: Sequence[Any] | None = None,
        socket_timeout: float | None = None,
        *,
        default_ttl: float | None = REDIS_TTL,
        compat: Compat = None,
        **kwargs: Any,
    ) -> None:
        said = {"host": host, "port": port, "password": password, "startup_nodes": startup_nodes}
        table = redis_table({**said, "socket_timeout": socket_timeout, **kwargs}, cluster=self._cluster)
        if redis_flush_size is not None:
            table["write_buffer"] = {"flush_size": redis_flush_size}
        ttl = default_ttl or REDIS_TTL
        made = assembled(self.kind, [table], default_ttl=ttl, namespace=namespace, compat=compat)
        if "addresses" not in made.settings.tiers[0].model_fields_set:
            raise InvalidSetting(
                "no place is said; accepted: host, url, startup_nodes, sentinel_nodes, or REDIS_* variables"
            )
        super().__init__(made, ttl, "mapping")
        self.redis_flush_size = redis_flush_size


class RedisClusterCache(RedisCache):
    """A cache on a cluster of Redis or Valkey; the parameters of :class:`RedisCache`."""

    _cluster = True


class DiskCache(TierCache):
    """A cache in a directory of this machine, for this user alone; it stores no code and runs none.

    Args:
        disk_cache_dir: where; None for ``.litellm_cache`` in the working directory.
        default_ttl: seconds of life where a call says none; None for no end, as in LiteLLM.
        namespace: where the keys are; None for ``litellm``.
        compat: ``"litellm"`` for the old behaviours: see the how-to.
        **options: settings of the disk tier, such as ``size_limit`` and ``eviction_policy``.

    Raises:
        InvalidSetting: a setting is not usable.
        MissingExtra: ``diskcache`` is not installed.
    """

    kind = "disk"

    def __init__(
        self,
        disk_cache_dir: str | os.PathLike[str] | None = None,
        *,
        default_ttl: float | None = None,
        namespace: str | None = None,
        compat: Compat = None,
        **options: Any,
    ) -> None:
        table = {"scheme": "disk", "directory": os.fspath(disk_cache_dir or DIRECTORY), **options}
        made = assembled(self.kind, [table], default_ttl=default_ttl, namespace=namespace, compat=compat)
        super().__init__(made, default_ttl)
