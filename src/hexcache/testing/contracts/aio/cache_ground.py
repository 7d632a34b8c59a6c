"""The ground that all laws of a cache stand on: a laboratory with a moved clock, stores that go wrong, and an origin.

Rule: the laws speak to the driving port alone; what stands below it is made by the two hooks.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Any, Final

import pytest

from hexcache.domain.lookup import MISS
from hexcache.ports.aio.bus import AsyncBus
from hexcache.ports.aio.cache import AsyncCachePort
from hexcache.ports.aio.store import AsyncStore
from hexcache.testing.aio.faults import AsyncFaultyStore
from hexcache.testing.aio.primitives import AsyncGate
from hexcache.testing.clock import MovedClock
from hexcache.testing.contracts.aio.primitives import MARKS, fixture

CALM: Final = {"ttl": 1_000.0, "jitter": 0.0, "beta": 0.0, "repair_backoff": 3_600.0, "repair_backoff_max": 3_600.0}
"""Policy values where a law does not say otherwise: exact lifetimes, repairs by ``flush`` only."""


class OriginDown(Exception):
    """What an origin raises that does not answer; no error of the cache's own."""


class AsyncOrigin:
    """A loader that counts its calls and gives its answers in turn, the last one for ever; errors are raised."""

    def __init__(self, *answers: object) -> None:
        self._answers = list(answers)
        self._gates: list[AsyncGate] = []
        self.calls = 0
        self.shown: list[tuple[object, ...]] = []

    def hold(self) -> AsyncGate:
        """Stop the next call at a gate until the test releases it."""
        gate = AsyncGate()
        self._gates.append(gate)
        return gate

    async def __call__(self, *shown: object) -> Any:
        """Load."""
        self.shown.append(shown)
        answer = self._answers[min(self.calls, len(self._answers) - 1)]
        self.calls += 1
        if self._gates:
            await self._gates.pop(0).passage()
        if isinstance(answer, BaseException):
            raise answer
        return answer


Opener = Callable[..., AsyncCachePort[Any]]


class AsyncLab:
    """A place to try caches: one clock, the stores of one assembly, and any number of caches over them.

    Attributes:
        clock: the time of everything here.
        stores: nearest first; empty where the assembly has none.
    """

    def __init__(self, clock: MovedClock, stores: list[AsyncFaultyStore], opener: Opener) -> None:
        self.clock = clock
        self.stores = stores
        self._opener = opener
        self._opened: list[AsyncCachePort[Any]] = []

    def open(self, *, bus: AsyncBus | None = None, deadline: float = 20.0, **policy: Any) -> AsyncCachePort[Any]:
        """A cache over the stores, with memory tiers of its own where the assembly has any."""
        cache = self._opener(self.clock, self.stores, bus=bus, deadline=deadline, **{**CALM, **policy})
        self._opened.append(cache)
        return cache

    def cold(self, cache: AsyncCachePort[Any], **policy: Any) -> AsyncCachePort[Any]:
        """What another process sees: a new cache over the same stores; without stores, the same cache."""
        return self.open(**policy) if self.stores else cache

    def fail(self, *operations: Any, **how: Any) -> None:
        """Have these operations fail in every store."""
        for store in self.stores:
            store.fail(*operations, **how)

    def heal(self) -> None:
        """End every fault, and let breakers forget it: five minutes pass."""
        for store in self.stores:
            store.heal()
        self.clock.advance(300)

    async def close(self) -> None:
        """Heal and close everything that was opened."""
        for store in self.stores:
            store.heal()
        for cache in self._opened:
            await cache.aclose()
        for store in self.stores:
            await store.aclose()


class AsyncCacheGround:
    """Fixtures and hooks of the cache contract.

    Attributes:
        depth: how many stores the assembly under test has.
        bulk: keys of the largest bulk; fewer where a store makes a request of each and the run is to be short.
        counts: whether it can count.
        published: whether it tells a bus of its changes.
        deferred: whether write buffers stand before the stores; all caches of a laboratory then share what is pending.
    """

    pytestmark = MARKS
    depth = 1
    bulk = 500
    counts = True
    published = True
    deferred = False

    def make_store(self, clock: MovedClock, place: int) -> AsyncStore:
        """An empty store for one place of the assembly, 0 the nearest; override it where ``depth`` is not 0."""
        raise NotImplementedError("override `make_store(self, clock, place)`, or set depth = 0")

    def make(
        self,
        clock: MovedClock,
        stores: list[AsyncFaultyStore],
        *,
        bus: AsyncBus | None,
        deadline: float,
        **policy: Any,
    ) -> AsyncCachePort[Any]:
        """A cache over these stores, with new memory tiers if the assembly has any; override it.

        Args:
            clock: for everything that needs one.
            stores: nearest first, ``depth`` of them.
            bus: tells other caches of changes; None for none.
            deadline: longest call of a store, real seconds.
            **policy: policy values by name.
        """
        raise NotImplementedError("override `make(self, clock, stores, *, bus, deadline, **policy)`")

    @pytest.fixture
    def clock(self) -> MovedClock:
        """The time of the laboratory."""
        return MovedClock()

    @fixture
    async def lab(self, clock: MovedClock) -> AsyncIterator[AsyncLab]:
        """A laboratory over new stores, closed after the test."""
        stores = [AsyncFaultyStore(self.make_store(clock, place)) for place in range(self.depth)]
        lab = AsyncLab(clock, stores, self.make)
        yield lab
        await lab.close()

    async def arrive(self, cache: AsyncCachePort[Any]) -> None:
        """Let what was written reach the stores, where write buffers stand before them."""
        if self.deferred:
            assert await cache.flush() == 0

    def told_at_once(self, lab: AsyncLab) -> bool:
        """Whether a write that the stores do not take shows in its own report."""
        return bool(lab.stores) and not self.deferred

    async def misses(self, *caches: AsyncCachePort[Any], key: str = "k") -> None:
        """Check that none of these caches has anything servable for a key."""
        for cache in caches:
            assert cache.get_nowait(key, MISS) is MISS, "the hit path serves it"
            assert await cache.get(key, MISS) is MISS, "get serves it"
            assert await cache.get_many([key]) == {}, "get_many serves it"

    async def holds(self, expected: object, *caches: AsyncCachePort[Any], key: str = "k") -> None:
        """Check that each of these caches answers with a value, in every way of asking."""
        for cache in caches:
            assert await cache.get(key, MISS) == expected
            assert await cache.get_many([key]) == {key: expected}
            view = await cache.get_entry(key)
            assert view is not None
            assert view.value == expected

    def getting(self, cache: AsyncCachePort[Any], key: str = "k") -> Any:
        """``get`` of a key, for those who call it later."""
        return partial(cache.get, key, MISS)

    def counted(self, cache: AsyncCachePort[Any], counter: str) -> Any:
        """A counter of ``stats()``, for those who wait for it."""

        async def told() -> object:
            return cache.stats()[counter]

        return told
