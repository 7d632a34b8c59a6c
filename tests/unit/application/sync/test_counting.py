# Generated from tests/unit/application/aio/test_counting.py by tools/unasync.py. Do not edit.
"""Counters and limiters: one authoritative store, asked within its deadline, never answered from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from hexcache.adapters.outbound.memory.sync.counter import MemoryCounter
from hexcache.adapters.outbound.memory.counts import CounterTable
from hexcache.domain.errors import (
    CacheError,
    InvalidKey,
    InvalidSetting,
    NotANumber,
    StoreTimeout,
    StoreUnavailable,
    Unsupported,
    UnsupportedValue,
)
from hexcache.domain.increment import Increment
from hexcache.domain.rate import FixedWindow
from hexcache.testing.sync.primitives import Gate
from hexcache.testing.clock import MovedClock
from tests.unit.application.sync.assembling import Rig


class Broken(MemoryCounter):
    """A counter that fails or hangs."""

    error: Exception | None = None
    gate: Gate | None = None

    def incr_many(self, increments: Sequence[Increment], /) -> list[float | CacheError]:
        if self.error is not None:
            raise self.error
        return super().incr_many(increments)

    def incr(self, address: str, by: float = 1, /, **options: Any) -> float:
        if self.gate is not None:
            self.gate.passage()
        if self.error is not None:
            raise self.error
        return super().incr(address, by, **options)


def counting(clock: MovedClock) -> Broken:
    """A counter in memory that may be broken later."""
    return Broken(CounterTable(clock.wall))


def test_counters_count_apart_from_entries_and_by_namespace() -> None:
    clock = MovedClock()
    with Rig(1, 1, clock=clock, counter=counting(clock)) as rig:
        assert rig.cache.incr("n") == 1
        assert rig.cache.incr("n", 5) == 6
        assert rig.cache.decr("n", 2) == 4
        assert rig.cache.decr("n", 10, floor=0) == 0
        assert rig.cache.incr("n", 0.5) == 0.5
        assert rig.cache.namespace("a").incr("n") == 1
        assert rig.cache.get("n") is None
        assert not rig.stores[0].count("put")


def test_a_counter_lives_as_long_as_asked() -> None:
    clock = MovedClock()
    with Rig(1, 0, clock=clock, counter=counting(clock), ttl=50) as rig:
        assert rig.cache.incr("endless") == 1
        assert rig.cache.incr("short", ttl="10s") == 1
        clock.advance(6)
        assert rig.cache.incr("short", ttl=10) == 2
        clock.advance(6)
        assert rig.cache.incr("short", ttl=10, refresh_ttl=True) == 1
        clock.advance(6)
        assert rig.cache.incr("short", ttl=10, refresh_ttl=True) == 2
        clock.advance(6)
        assert rig.cache.incr("short", ttl=10) == 3
        clock.advance(1e9)
        assert rig.cache.incr("endless") == 2


def test_a_retry_of_one_operation_counts_once() -> None:
    clock = MovedClock()
    with Rig(1, 0, clock=clock, counter=counting(clock)) as rig:
        assert rig.cache.incr("n", operation="id") == 1
        assert rig.cache.incr("n", operation="id") == 1
        assert rig.cache.incr("n", operation="other") == 2


@pytest.mark.parametrize("bad", ["1", None, True, float("nan"), float("inf"), [1]])
def test_what_is_no_number_is_refused_before_the_store_is_asked(bad: Any) -> None:
    clock = MovedClock()
    with Rig(1, 0, clock=clock, counter=counting(clock)) as rig:
        with pytest.raises(NotANumber, match="by is"):
            rig.cache.incr("n", bad)
        with pytest.raises(NotANumber, match="by is"):
            rig.cache.decr("n", bad)
        if bad is not None:
            with pytest.raises(NotANumber, match="floor is"):
                rig.cache.incr("n", floor=bad)
        with pytest.raises(InvalidKey):
            rig.cache.incr("")
        assert rig.cache.incr("n") == 1


@pytest.mark.parametrize("bad", [1, b"id", "\ud800", ["id"]], ids=repr)
def test_an_operation_that_is_no_text_is_refused_before_the_store_is_asked(bad: Any) -> None:
    clock = MovedClock()
    with Rig(1, 0, clock=clock, counter=counting(clock)) as rig:
        with pytest.raises(InvalidSetting, match="operation is"):
            rig.cache.incr("n", operation=bad)
        with pytest.raises(InvalidSetting, match="operation is"):
            rig.cache.incr_many([Increment("m"), Increment("n", operation=bad)])
        assert [rig.cache.count("m"), rig.cache.count("n")] == [None, None]


@pytest.mark.parametrize("bad", ["ab", b"ab", None, 5, [1], ["a", "\ud800"]], ids=repr)
def test_members_that_are_no_texts_are_refused_before_the_store_is_asked(bad: Any) -> None:
    clock = MovedClock()
    with Rig(1, 0, clock=clock, counter=counting(clock)) as rig:
        with pytest.raises(UnsupportedValue, match="members"):
            rig.cache.add_members("s", bad)
        assert rig.cache.members("s") == frozenset()


def test_a_batch_takes_increments_and_nothing_else() -> None:
    clock = MovedClock()
    with Rig(1, 0, clock=clock, counter=counting(clock)) as rig:
        wrong: Any = {"counter": "n"}
        with pytest.raises(InvalidSetting, match="an increment is a dict"):
            rig.cache.incr_many([wrong])


def test_a_batch_whose_store_fails_raises_the_stores_error() -> None:
    clock = MovedClock()
    counter = counting(clock)
    with Rig(1, 0, clock=clock, counter=counter) as rig:
        counter.error = StoreUnavailable("down")
        with pytest.raises(StoreUnavailable):
            rig.cache.incr_many([Increment("n")])


def test_without_a_tier_that_counts_the_call_says_so() -> None:
    with Rig(1, 1) as rig:
        with pytest.raises(Unsupported):
            rig.cache.incr("n")
        with pytest.raises(Unsupported):
            rig.cache.limiter("n", FixedWindow(1, 1))


@pytest.mark.parametrize("error", [OSError("socket"), StoreUnavailable("down"), TimeoutError()])
def test_a_failure_of_the_counter_is_the_callers_to_see(error: Exception) -> None:
    clock = MovedClock()
    counter = counting(clock)
    with Rig(1, 0, clock=clock, counter=counter) as rig:
        counter.error = error
        with pytest.raises((StoreUnavailable, StoreTimeout)):
            rig.cache.incr("n")
        counter.error = None
        assert rig.cache.incr("n") == 1


def test_a_counter_that_hangs_is_given_up_at_its_deadline() -> None:
    clock = MovedClock()
    counter = counting(clock)
    with Rig(1, 0, clock=clock, counter=counter) as rig:
        rig.assembly.counting._deadline = 0.02
        counter.gate = Gate()
        with pytest.raises(StoreTimeout):
            rig.cache.incr("n")
        counter.gate.release()


def test_a_limiter_spends_and_forgets() -> None:
    clock = MovedClock()
    with Rig(1, 0, clock=clock, counter=counting(clock)) as rig:
        limiter = rig.cache.limiter("caller", FixedWindow(2, 60))
        decisions = [limiter.acquire() for _ in range(3)]
        assert [decision.allowed for decision in decisions] == [True, True, False]
        assert limiter.reset()
        assert (limiter.acquire(2)).allowed
        assert (rig.cache.namespace("n").limiter("caller", FixedWindow(2, 60)).acquire()).allowed


@pytest.mark.parametrize("bad", [None, 5, "10/s"])
def test_a_rule_that_is_none_is_refused(bad: Any) -> None:
    clock = MovedClock()
    with Rig(1, 0, clock=clock, counter=counting(clock)) as rig:
        with pytest.raises(InvalidSetting, match="FixedWindow"):
            rig.cache.limiter("k", bad)


def test_closing_the_cache_closes_its_counter() -> None:
    clock = MovedClock()
    counter = counting(clock)
    with Rig(1, 0, clock=clock, counter=counter) as rig:
        rig.cache.close()
        with pytest.raises(StoreUnavailable):
            counter.read("app:n")
