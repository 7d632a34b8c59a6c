"""The assemblies of tiers that the cache contract is run over, made as ``open_async_cache`` makes them."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from itertools import count
from typing import Any, ClassVar

from hexcache.adapters.outbound.memory.aio.counter import AsyncMemoryCounter
from hexcache.adapters.outbound.memory.counts import CounterTable
from hexcache.adapters.outbound.memory.lease_table import LeaseTable
from hexcache.adapters.outbound.memory.tier import InMemoryTier
from hexcache.composition.open import open_async_cache
from hexcache.composition.parts import MemoryPart, StorePart
from hexcache.composition.stores import Leases
from hexcache.composition.tier_settings import StoreTierSettings, TierSettings
from hexcache.domain.lifetime import NEVER
from hexcache.ports.aio.bus import AsyncBus
from hexcache.ports.aio.cache import AsyncCachePort
from hexcache.ports.codec import Serializer
from hexcache.testing.aio.faults import AsyncFaultyStore
from hexcache.testing.clock import MovedClock
from hexcache.testing.contracts.aio.cache import AsyncCacheContract
from hexcache.testing.entropy import SeededEntropy
from tests.contract.aio.primitives import counting, leasing, offer

SEEDS = count(1)
"""No two caches draw the same tokens."""


class AsyncAssembled(AsyncCacheContract):
    """The cache contract over the caches that ``open_async_cache`` gives.

    Attributes:
        memory: how many memory tiers stand before the stores.
        tier: what makes a memory tier.
        serializer: for values; None for the default.
        leased: the deepest store keeps leases of loads, for all caches of a test.
    """

    memory = 1
    tier: ClassVar[type[InMemoryTier]] = InMemoryTier
    serializer: ClassVar[Serializer | None] = None
    leased: ClassVar[bool] = False

    @cached_property
    def leases(self) -> Leases:
        """Leases on the time of the first cache that is made."""
        return leasing(LeaseTable(self.moved.monotonic))

    def make(
        self,
        clock: MovedClock,
        stores: list[AsyncFaultyStore],
        *,
        bus: AsyncBus | None,
        deadline: float,
        **policy: Any,
    ) -> AsyncCachePort[Any]:
        self.moved = clock
        counter = AsyncMemoryCounter(CounterTable(clock.wall))
        parts: list[Any] = []
        for place in range(self.memory):
            settings = TierSettings(scheme="memory", name=f"memory{place}", ttl_cap=NEVER)
            parts.append(MemoryPart(settings, self.tier(clock.monotonic), counting(counter)))
        for place, store in enumerate(stores):
            shared = True if self.leased else None
            own = StoreTierSettings(scheme="given", name=f"store{place}", deadline=deadline, shared=shared)
            offered = offer(store, None if parts else counter)
            parts.append(StorePart(own, replace(offered, leases=self.leases) if self.leased else offered))
        return open_async_cache(
            *parts,
            bus=bus,
            namespace="kit",
            serializer=self.serializer,
            clocks=clock.clocks,
            entropy=SeededEntropy(next(SEEDS)),
            **policy,
        )
