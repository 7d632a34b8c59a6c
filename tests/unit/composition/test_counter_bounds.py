"""A counter is held to its own time where it names one, else to its tier's."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from hexcache.adapters.outbound.memory.blobs import BlobTable
from hexcache.adapters.outbound.memory.counts import CounterTable
from hexcache.adapters.outbound.memory.sync.counter import MemoryCounter
from hexcache.adapters.outbound.memory.sync.store import MemoryStore
from hexcache.composition.open import open_cache
from hexcache.composition.parts import StorePart
from hexcache.composition.stores import Counters, Stores
from hexcache.composition.tier_settings import StoreTierSettings
from hexcache.domain.errors import StoreTimeout
from hexcache.ports.capabilities import Capabilities
from hexcache.testing.clock import MovedClock


class Watched(MemoryCounter):
    """A counter that notes who calls it, and waits at a gate."""

    def __init__(self, clock: MovedClock) -> None:
        super().__init__(CounterTable(clock.wall))
        self.callers: list[int] = []
        self.gate = threading.Event()
        self.gate.set()

    def incr(self, address: str, by: float = 1, /, **options: Any) -> float:
        self.callers.append(threading.get_ident())
        assert self.gate.wait(20)
        return super().incr(address, by, **options)


def part(clock: MovedClock, counter: MemoryCounter, tier_deadline: float, **bounds: Any) -> Any:
    store = MemoryStore(BlobTable(clock.wall))
    settings = StoreTierSettings(scheme="given", name="store", deadline=tier_deadline)
    counters = Counters(blocking=lambda: counter, **bounds)
    return StorePart(settings, Stores(capabilities=Capabilities(), blocking=lambda: store, counters=counters))


@pytest.fixture
def watched() -> Watched:
    return Watched(MovedClock())


def test_a_bounded_counter_is_called_where_its_caller_is(watched: Watched) -> None:
    with open_cache(part(MovedClock(), watched, 20.0, bounded=True)) as cache:
        assert cache.incr("n") == 1
    assert watched.callers == [threading.get_ident()]


def test_another_is_watched_from_outside(watched: Watched) -> None:
    with open_cache(part(MovedClock(), watched, 20.0)) as cache:
        assert cache.incr("n") == 1
    assert watched.callers != [threading.get_ident()]


@pytest.mark.parametrize(("tier", "own"), [(0.05, None), (20.0, 0.05)])
def test_its_own_deadline_counts_before_the_tiers(watched: Watched, tier: float, own: float | None) -> None:
    with open_cache(part(MovedClock(), watched, tier, deadline=own)) as cache:
        watched.gate.clear()
        with pytest.raises(StoreTimeout, match=r"0\.05 s"):
            cache.incr("n")
        watched.gate.set()


def test_a_longer_deadline_lets_a_slow_counter_answer(watched: Watched) -> None:
    with open_cache(part(MovedClock(), watched, 0.01, deadline=20.0)) as cache:
        watched.gate.clear()
        threading.Timer(0.05, watched.gate.set).start()
        assert cache.incr("n") == 1
