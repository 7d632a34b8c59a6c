# Generated from src/hexcache/testing/contracts/aio/cache_ground.py by tools/unasync.py. Do not edit.
"""The ground that all laws of a cache stand on: a laboratory with a moved clock, stores that go wrong, and an origin.

Rule: the laws speak to the driving port alone; what stands below it is made by the two hooks.
"""

from __future__ import annotations

from collections.abc import Iterator, Callable
from functools import partial
from typing import Any, Final

import pytest

from hexcache.domain.lookup import MISS
from hexcache.ports.sync.bus import Bus
from hexcache.ports.sync.cache import CachePort
from hexcache.ports.sync.store import Store
from hexcache.testing.sync.faults import FaultyStore
from hexcache.testing.sync.primitives import Gate
from hexcache.testing.clock import MovedClock
from hexcache.testing.contracts.sync.primitives import MARKS, fixture

CALM: Final = {"ttl": 1_000.0, "jitter": 0.0, "beta": 0.0, "repair_backoff": 3_600.0, "repair_backoff_max": 3_600.0}
"""Policy values where a law does not say otherwise: exact lifetimes, repairs by ``flush`` only."""


class OriginDown(Exception):
    """What an origin raises that does not answer; no error of the cache's own."""


class Origin:
    """A loader that counts its calls and gives its answers in turn, the last one for ever; errors are raised."""

    def __init__(self, *answers: object) -> None:
        self._answers = list(answers)
        self._gates: list[Gate] = []
        self.calls = 0
        self.shown: list[tuple[object, ...]] = []

    def hold(self) -> Gate:
        """Stop the next call at a gate until the test releases it."""
        gate = Gate()
        self._gates.append(gate)
        return gate

    def __call__(self, *shown: object) -> Any:
        """Load."""
        self.shown.append(shown)
        answer = self._answers[min(self.calls, len(self._answers) - 1)]
        self.calls += 1
        if self._gates:
            self._gates.pop(0).passage()
        if isinstance(answer, BaseException):
            raise answer
        return answer


Opener = Callable[..., CachePort[Any]]


class Lab:
    """A place to try caches: one clock, the stores of one assembly, and any number of caches over them.

    Attributes:
        clock: the time of everything here.
        stores: nearest first; empty where the assembly has none.
    """

    def __init__(self, clock: MovedClock, stores: list[FaultyStore], opener: Opener) -> None:
        self.clock = clock
        self.stores = stores
        self._opener = opener
        self._opened: list[CachePort[Any]] = []

    def open(self, *, bus: Bus | None = None, deadline: float = 20.0, **policy: Any) -> CachePort[Any]:
        """A cache over the stores, with memory tiers of its own where the assembly has any."""
        cache = self._opener(self.clock, self.stores, bus=bus, deadline=deadline, **{**CALM, **policy})
        self._opened.append(cache)
        return cache

    def cold(self, cache: CachePort[Any], **policy: Any) -> CachePort[Any]:
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

    def close(self) -> None:
        """Heal and close everything that was opened."""
        for store in self.stores:
            store.heal()
        for cache in self._opened:
            cache.close()
        for store in self.stores:
            store.close()


class CacheGround:
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

    def make_store(self, clock: MovedClock, place: int) -> Store:
        """An empty store for one place of the assembly, 0 the nearest; override it where ``depth`` is not 0."""
        raise NotImplementedError("override `make_store(self, clock, place)`, or set depth = 0")

    def make(
        self,
        clock: MovedClock,
        stores: list[FaultyStore],
        *,
        bus: Bus | None,
        deadline: float,
        **policy: Any,
    ) -> CachePort[Any]:
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
    def lab(self, clock: MovedClock) -> Iterator[Lab]:
        """A laboratory over new stores, closed after the test."""
        stores = [FaultyStore(self.make_store(clock, place)) for place in range(self.depth)]
        lab = Lab(clock, stores, self.make)
        yield lab
        lab.close()

    def arrive(self, cache: CachePort[Any]) -> None:
        """Let what was written reach the stores, where write buffers stand before them."""
        if self.deferred:
            assert cache.flush() == 0

    def told_at_once(self, lab: Lab) -> bool:
        """Whether a write that the stores do not take shows in its own report."""
        return bool(lab.stores) and not self.deferred

    def misses(self, *caches: CachePort[Any], key: str = "k") -> None:
        """Check that none of these caches has anything servable for a key."""
        for cache in caches:
            assert cache.get_nowait(key, MISS) is MISS, "the hit path serves it"
            assert cache.get(key, MISS) is MISS, "get serves it"
            assert cache.get_many([key]) == {}, "get_many serves it"

    def holds(self, expected: object, *caches: CachePort[Any], key: str = "k") -> None:
        """Check that each of these caches answers with a value, in every way of asking."""
        for cache in caches:
            assert cache.get(key, MISS) == expected
            assert cache.get_many([key]) == {key: expected}
            view = cache.get_entry(key)
            assert view is not None
            assert view.value == expected

    def getting(self, cache: CachePort[Any], key: str = "k") -> Any:
        """``get`` of a key, for those who call it later."""
        return partial(cache.get, key, MISS)

    def counted(self, cache: CachePort[Any], counter: str) -> Any:
        """A counter of ``stats()``, for those who wait for it."""

        def told() -> object:
            return cache.stats()[counter]

        return told
