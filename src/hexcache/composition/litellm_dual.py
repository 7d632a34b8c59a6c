"""LiteLLM's cache of two tiers, over any two.

Rule: the nearer tier is the very object that was given, so that what is done with it alone is seen here; the farther
one is opened anew with the settings of the cache that was given.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hexcache.adapters.inbound.litellm.behaviour import Compat
from hexcache.adapters.inbound.litellm.engine import Engine
from hexcache.composition.litellm_assembly import Assembled, assembled
from hexcache.composition.litellm_tiers import InMemoryCache, TierCache
from hexcache.composition.parts import Part
from hexcache.domain.errors import InvalidSetting


class DualCache(TierCache):
    """Two tiers as one cache: any two of the classes here, the nearer one first.

    What is looked up in the farther tier enters the nearer one with the life that is left. A write goes to both, and
    is told to the other processes' nearer tiers where the farther one can carry messages. ``local_only=True`` with a
    call means the nearer tier alone.

    Args:
        in_memory_cache: the nearer tier; None for an :class:`InMemoryCache`.
        redis_cache: the farther tier, of whatever class; None for the nearer alone.
        default_in_memory_ttl: longest life in the nearer tier, seconds; None for no limit beside the entry's own.
        default_redis_ttl: seconds of life where a call says none; None for the farther cache's own.
        compat: ``"litellm"`` for the old behaviours: see the how-to.
        **kwargs: what LiteLLM's class takes for its throttle of look-ups, which is not needed here.

    Raises:
        InvalidSetting: the tiers cannot stand in this order.
    """

    kind = "dual"

    def __init__(
        self,
        in_memory_cache: TierCache | None = None,
        redis_cache: TierCache | None = None,
        default_in_memory_ttl: float | None = None,
        default_redis_ttl: float | None = None,
        *,
        compat: Compat = None,
        **kwargs: Any,
    ) -> None:
        self.in_memory_cache = InMemoryCache(compat=compat) if in_memory_cache is None else in_memory_cache
        self.redis_cache = redis_cache
        self.default_in_memory_ttl = default_in_memory_ttl
        self.default_redis_ttl = default_redis_ttl
        self._compat: Compat = compat
        super().__init__(*self._assembled())

    def attach_redis_cache(
        self, redis_cache: TierCache | None = None, *, default_redis_ttl: float | None = None
    ) -> None:
        """Give it a farther tier if it has none; what the nearer one holds stays."""
        if redis_cache is None or self.redis_cache is not None:
            return
        self.redis_cache = redis_cache
        self._again(self.default_in_memory_ttl, default_redis_ttl)

    def update_cache_ttl(self, default_in_memory_ttl: float | None, default_redis_ttl: float | None) -> None:
        """Change the default lives; None leaves one as it is. What is stored keeps its life."""
        self._again(default_in_memory_ttl, default_redis_ttl)

    def _again(self, near_ttl: float | None, far_ttl: float | None) -> None:
        self.default_in_memory_ttl = self.default_in_memory_ttl if near_ttl is None else near_ttl
        self.default_redis_ttl = self.default_redis_ttl if far_ttl is None else far_ttl
        former = self._made.engine
        self._made, self.default_ttl = self._assembled()
        self._engine_made = self._made.engine
        former.close()

    def _assembled(self) -> tuple[Assembled, float | None]:
        near, far = self.in_memory_cache, self.redis_cache
        if self._compat is not None and near.assembled.compat != self._compat:
            raise InvalidSetting("compat of a DualCache is its nearer tier's too; give both the same")
        deepest = near if far is None else far
        ttl = deepest.default_ttl if self.default_redis_ttl is None else self.default_redis_ttl
        if far is None and self.default_in_memory_ttl is not None:
            ttl = self.default_in_memory_ttl
        tables: list[Mapping[str, Any]] = [self._table(near, cap=self.default_in_memory_ttl)]
        given: list[Part | None] = [near.assembled.parts[0]]
        if far is not None:
            tables.append(self._table(far, cap=None))
            given.append(far.assembled.parts[0])
        clocks = near.assembled.clocks
        made = assembled(
            self.kind,
            tables,
            default_ttl=ttl,
            namespace=_namespace(near, far),
            compat=self._compat,
            clock=None if clocks is None else clocks.monotonic,
            given=given,
            near=near.assembled.engine,
        )
        return made, ttl

    @staticmethod
    def _table(cache: TierCache, *, cap: float | None) -> Mapping[str, Any]:
        (tier,) = cache.assembled.settings.tiers
        table = tier.model_dump(exclude_unset=True, exclude={"name"})
        return {**table, "scheme": tier.scheme, **({} if cap is None else {"ttl_cap": cap})}

    def _for(self, passed: Mapping[str, Any]) -> Engine:
        return self.in_memory_cache.assembled.engine if passed.get("local_only") else self._engine

    def check_value_size(self, value: Any) -> bool:
        """Whether a value is light enough for the nearer tier; a heavier one is kept in the farther alone."""
        return self.in_memory_cache.check_value_size(value)


def _namespace(near: TierCache, far: TierCache | None) -> str | None:
    """The one namespace of both; what is in memory has none of its own.

    Raises:
        InvalidSetting: they have two, so that neither would find what the other stored.
    """
    if far is None:
        return near.namespace
    if near.in_memory:
        return far.namespace
    if far.in_memory or near.assembled.settings.namespace == far.assembled.settings.namespace:
        return near.namespace
    names = f"{near.assembled.settings.namespace!r} and {far.assembled.settings.namespace!r}"
    raise InvalidSetting(f"the tiers of a DualCache have the namespaces {names}; accepted: one for both")
