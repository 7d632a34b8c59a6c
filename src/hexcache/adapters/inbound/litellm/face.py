"""LiteLLM's cache methods: one implementation for every class.

Rule: a method reads the arguments that mean something here and passes over whatever else comes along, as LiteLLM hands
a whole request to its cache; what a method does stands in :mod:`hexcache.adapters.inbound.litellm.aio.operations`, and
the two forms of a method do the same.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal, Self

from hexcache.adapters.inbound.litellm.engine import Engine
from hexcache.domain.errors import CacheError
from hexcache.ports.aio.cache import AsyncCachePort
from hexcache.ports.sync.cache import CachePort

DEFAULT_TTL: Final = 60
"""LiteLLM's default life where a class says nothing else, seconds."""


class BaseCache:
    """What every cache here is, by LiteLLM's names.

    A look-up that finds nothing gives ``None``, or the ``default`` that it is given: only that tells a miss from a
    stored ``None`` (``cache.get_cache(key, default=hexcache.MISS)``). A write returns ``None``; what each tier did with
    a change is told by ``cache.hexcache.set(...)``, and failures by the observers and ``stats()``.

    Args:
        default_ttl: seconds of life where a call says none; None for no end.
        engine: what stands behind; without one each method raises ``NotImplementedError``, for subclasses that bring
            methods of their own.
        answers: whether a batch of look-ups is answered by a list, or by a mapping, as LiteLLM's Redis classes do.
    """

    def __init__(
        self,
        default_ttl: float | None = DEFAULT_TTL,
        *,
        engine: Engine | None = None,
        answers: Literal["list", "mapping"] = "list",
    ) -> None:
        self.default_ttl = default_ttl
        self._engine_made = engine
        self._answers = answers

    @property
    def _engine(self) -> Engine:
        if self._engine_made is None:
            raise NotImplementedError(f"{type(self).__name__} has no tiers; use one of its subclasses")
        return self._engine_made

    def _for(self, passed: Mapping[str, Any]) -> Engine:
        """What a call with these arguments is for; caches of several tiers tell them apart."""
        return self._engine

    @property
    def hexcache(self) -> CachePort[Any]:
        """The cache behind, for threads: tags, single flight, reports, statistics."""
        return self._engine.cache

    @property
    def async_hexcache(self) -> AsyncCachePort[Any]:
        """The cache behind, for tasks."""
        return self._engine.async_cache

    # What a call means

    def get_ttl(self, **kwargs: Any) -> float | None:
        """Seconds of life that a call with these arguments gives; None for no end.

        Raises:
            InvalidLifetime: ``ttl`` is no duration.
        """
        if self._engine_made is None:
            return kwargs.get("ttl") or self.default_ttl
        return self._engine.rules.ttl(kwargs.get("ttl"))

    def check_value_size(self, value: Any) -> bool:
        """Whether a value is light enough to be kept, with everything that it holds."""
        return self._engine.rules.fits(value)

    def allow_ttl_override(self, key: str) -> bool:
        """Whether a write of this key sets its ttl: always, unless the old behaviour was asked for and it lives."""
        return not self._engine.rules.behaviour.keeps_end or self._engine.blocking.left(key) is None

    # Values

    def set_cache(self, key: str, value: Any, **kwargs: Any) -> Any:
        """Store a value. ``ttl``: seconds of life. ``nx``: only where there is none; then True or None is returned."""
        if kwargs.get("nx"):
            return self._for(kwargs).blocking.add(key, value, kwargs.get("ttl")) or None
        return self._for(kwargs).blocking.set(key, value, kwargs.get("ttl"))

    async def async_set_cache(self, key: str, value: Any, **kwargs: Any) -> Any:
        """Store a value; see :meth:`set_cache`."""
        if kwargs.get("nx"):
            return await self._for(kwargs).awaited.add(key, value, kwargs.get("ttl")) or None
        return await self._for(kwargs).awaited.set(key, value, kwargs.get("ttl"))

    def get_cache(self, key: str, **kwargs: Any) -> Any:
        """What is stored, the number that is counted, or the set that is kept; ``default`` (None) on a miss."""
        return self._for(kwargs).blocking.get(key, kwargs.get("default"))

    async def async_get_cache(self, key: str, **kwargs: Any) -> Any:
        """What is stored; see :meth:`get_cache`."""
        return await self._for(kwargs).awaited.get(key, kwargs.get("default"))

    def batch_get_cache(self, keys: Sequence[Any] | None = None, **kwargs: Any) -> Any:
        """What is stored under several keys, in one trip; ``default`` (None) where nothing is.

        Returns:
            A list in the order asked, or a mapping of key to value where LiteLLM's class gives one. LiteLLM's Redis
            classes call the argument ``key_list``, which is accepted everywhere.
        """
        asked = _asked(keys, kwargs)
        return self._answered(asked, self._for(kwargs).blocking.get_many(asked), kwargs)

    async def async_batch_get_cache(self, keys: Sequence[Any] | None = None, **kwargs: Any) -> Any:
        """What is stored under several keys; see :meth:`batch_get_cache`."""
        asked = _asked(keys, kwargs)
        return self._answered(asked, await self._for(kwargs).awaited.get_many(asked), kwargs)

    def set_cache_pipeline(self, cache_list: Sequence[tuple[Any, Any]], ttl: Any = None, **kwargs: Any) -> None:
        """Store (key, value) pairs in one trip, all with one ttl."""
        self._for(kwargs).blocking.set_many(cache_list, ttl)

    async def async_set_cache_pipeline(
        self, cache_list: Sequence[tuple[Any, Any]], ttl: Any = None, **kwargs: Any
    ) -> None:
        """Store (key, value) pairs in one trip, all with one ttl."""
        await self._for(kwargs).awaited.set_many(cache_list, ttl)

    async def async_set_cache_pipeline_with_ttls(self, cache_list: Sequence[tuple[Any, Any, Any]]) -> None:
        """Store (key, value, ttl) triples, in one trip for each ttl."""
        by_ttl: dict[Any, list[tuple[Any, Any]]] = {}
        for key, value, ttl in cache_list:
            by_ttl.setdefault(ttl, []).append((key, value))
        for ttl, pairs in by_ttl.items():
            await self._engine.awaited.set_many(pairs, ttl)

    async def batch_cache_write(self, key: str, value: Any, **kwargs: Any) -> None:
        """Store a value by way of the write buffer, where the cache has one; it is seen here at once, with its ttl."""
        await self._engine.awaited.set(key, value, kwargs.get("ttl"))

    async def flush_cache_buffer(self) -> int:
        """Bring what the write buffer holds; returns how many changes are still owed."""
        return await self._engine.awaited.flush()

    def delete_cache(self, key: str) -> None:
        """Remove a key from every tier."""
        self._engine.blocking.delete_many([key])

    async def async_delete_cache(self, key: str) -> None:
        """Remove a key from every tier."""
        await self._engine.awaited.delete_many([key])

    async def delete_cache_keys(self, keys: Sequence[str]) -> None:
        """Remove several keys in one trip; none are well."""
        await self._engine.awaited.delete_many(keys)

    async_delete_cache_keys = delete_cache_keys

    def flush_cache(self) -> None:
        """Remove everything of this cache's namespace, in every tier, and nothing else on the server."""
        self._engine.blocking.clear()

    async def async_flush_cache(self) -> None:
        """Remove everything of this cache's namespace; see :meth:`flush_cache`."""
        await self._engine.awaited.clear()

    # Numbers and sets

    def increment_cache(self, key: str, value: float = 1, **kwargs: Any) -> float:
        """Add to a number in one atomic step and return the new one.

        ``ttl``: life of a number that is made by this. ``refresh_ttl``: give it this life anew each time.

        Raises:
            NotANumber: something else is stored there.
            StoreError: the store that counts failed.
        """
        return self._for(kwargs).blocking.increment(
            key, value, kwargs.get("ttl"), refresh=bool(kwargs.get("refresh_ttl"))
        )

    async def async_increment(self, key: str, value: float = 1, **kwargs: Any) -> float:
        """Add to a number; see :meth:`increment_cache`."""
        refresh = bool(kwargs.get("refresh_ttl"))
        return await self._for(kwargs).awaited.increment(key, value, kwargs.get("ttl"), refresh=refresh)

    async_increment_cache = async_increment

    async def async_increment_pipeline(
        self, increment_list: Sequence[Mapping[str, Any]], **kwargs: Any
    ) -> list[float] | None:
        """Make several increments in one trip: mappings of ``key``, ``increment_value``, ``ttl``; the new numbers.

        Raises:
            NotANumber, StoreError, ExceptionGroup: see ``Operations.increment_many``.
        """
        return await self._for(kwargs).awaited.increment_many(increment_list)

    async_increment_cache_pipeline = async_increment_pipeline

    async def async_set_cache_sadd(self, key: str, value: list[str], ttl: Any = None, **kwargs: Any) -> list[str]:
        """Add members to a set, which ``get_cache`` then gives; returns the members that were given."""
        await self._for(kwargs).awaited.add_members(key, value, ttl)
        return value

    # Life

    async def async_get_ttl(self, key: str) -> int | None:
        """Seconds of life left, rounded up; None when there is nothing, or nothing with an end."""
        left = await self._engine.awaited.left(key)
        if left is None:
            return None
        rules = self._engine.rules
        return math.ceil(left + (rules.wall() if rules.behaviour.absolute_ttl else 0))

    async def async_refresh_ttl(self, key: str, ttl: Any = None) -> bool:
        """Give what is there a new life; False when nothing is."""
        return await self._engine.awaited.extend(key, ttl)

    async def async_get_oldest_n_keys(self, n: int) -> list[str]:
        """The ``n`` keys that die soonest, soonest first.

        Raises:
            Unsupported: there is no memory tier.
        """
        return self._engine.awaited.oldest(n)

    # Connections

    async def ping(self) -> bool:
        """True when every tier answers; raises StoreUnavailable, naming it, when one does not."""
        return await self._engine.awaited.ping()

    def sync_ping(self) -> bool:
        """True when every tier answers; see :meth:`ping`."""
        return self._engine.blocking.ping()

    async def test_connection(self) -> dict[str, Any]:
        """Try the settings with connections of their own: ``{"status": "success" or "failed", "message", "error"}``."""
        return await tried(self._engine.probe)

    async def disconnect(self) -> None:
        """Bring what is pending and close every connection, of both worlds; the next call connects anew."""
        if self._engine_made is not None:
            await self._engine_made.aclose()

    def close(self) -> None:
        """What :meth:`disconnect` does, for threads."""
        if self._engine_made is not None:
            self._engine_made.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.disconnect()

    def _answered(self, asked: Sequence[Any], found: Mapping[Any, Any], kwargs: Mapping[str, Any]) -> Any:
        default = kwargs.get("default")
        if self._answers == "mapping":
            return {key: found.get(key, default) for key in asked if key is not None}
        return [found.get(key, default) for key in asked]


def _asked(keys: Sequence[Any] | None, kwargs: Mapping[str, Any]) -> Sequence[Any]:
    asked = kwargs.get("key_list", ()) if keys is None else keys
    return list(asked)


async def tried(probe: Any) -> dict[str, Any]:
    """What comes of asking every tier of a cache that is opened for it; never raises, never shows a secret."""
    try:
        cache: AsyncCachePort[Any] = probe()
        try:
            health = await cache.health()
        finally:
            await cache.aclose()
    except CacheError as exc:
        return {"status": "failed", "message": "the cache cannot be opened", "error": str(exc)}
    failed = {tier: state["error"] for tier, state in health.items() if not state["ok"]}
    if failed:
        error = "; ".join(f"{tier}: {reason}" for tier, reason in failed.items())
        return {"status": "failed", "message": f"no answer from {', '.join(failed)}", "error": error}
    return {"status": "success", "message": f"answered: {', '.join(health)}"}
