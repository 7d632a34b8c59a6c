# Generated from src/hexcache/testing/contracts/aio/counter_batches.py by tools/unasync.py. Do not edit.
"""Laws of a counter about several increments in one call."""

from __future__ import annotations

from functools import partial

import pytest

from hexcache.domain.errors import InvalidLifetime, NotANumber
from hexcache.domain.increment import Increment
from hexcache.ports.sync.counter import Counter
from hexcache.testing.clock import MovedClock
from hexcache.testing.contracts.sync.counter_ground import CounterGround
from hexcache.testing.contracts.sync.primitives import together


class CounterBatchLaws(CounterGround):
    """``incr_many``."""

    def test_a_batch_counts_each_in_its_order(self, counter: Counter) -> None:
        """Numbers come back in the order asked; an address that comes twice is counted twice, one after the other."""
        counter.incr(self.at("b"), 10)
        told = counter.incr_many(
            [Increment(self.at("a")), Increment(self.at("b"), -3), Increment(self.at("a"), 2.5)]
        )
        assert told == [1, 7, 3.5]
        assert [type(number) for number in told] == [int, int, float]
        assert [counter.read(self.at("a")), counter.read(self.at("b"))] == [3.5, 7]

    def test_an_empty_batch_is_no_trouble(self, counter: Counter) -> None:
        """Nothing asked, nothing done."""
        assert counter.incr_many([]) == []

    def test_a_batch_gives_each_its_own_life(self, counter: Counter, clock: MovedClock) -> None:
        """Each ttl counts from its counter's creation, or anew where that is asked."""
        batch = [
            Increment(self.at("short"), ttl=10),
            Increment(self.at("long"), ttl=20),
            Increment(self.at("slid"), ttl=10, refresh_ttl=True),
            Increment(self.at("endless")),
        ]
        assert counter.incr_many(batch) == [1, 1, 1, 1]
        self.pass_time(clock, 6)
        assert counter.incr_many(batch) == [2, 2, 2, 2]
        self.pass_time(clock, 6)
        assert counter.incr_many(batch) == [1, 3, 3, 3]

    def test_a_batch_has_floors_and_operations(self, counter: Counter) -> None:
        """A floor holds its own result up; an operation counts once, also within one batch and beside ``incr``."""
        batch = [
            Increment(self.at("n"), -5, floor=0),
            Increment(self.at("m"), 5, operation="one"),
            Increment(self.at("m"), 5, operation="one"),
            Increment(self.at("m"), 1, operation="two"),
        ]
        assert counter.incr_many(batch) == [0, 5, 5, 6]
        assert counter.incr_many(batch) == [0, 6, 6, 6]
        assert counter.incr(self.at("m"), 5, operation="one") == 6

    def test_what_is_no_number_fails_alone(self, counter: Counter) -> None:
        """A set stays as it is and has ``NotANumber`` in its place; the others of the batch are counted."""
        counter.add_members(self.at("s"), ["a"])
        told = counter.incr_many([Increment(self.at(key)) for key in ("a", "s", "b")])
        assert [told[0], type(told[1]), told[2]] == [1, NotANumber, 1]
        assert counter.members(self.at("s")) == {"a"}
        assert [counter.read(self.at("a")), counter.read(self.at("b"))] == [1, 1]

    def test_a_bad_life_refuses_the_batch(self, counter: Counter) -> None:
        """``InvalidLifetime`` before anything is counted."""
        with pytest.raises(InvalidLifetime):
            counter.incr_many([Increment(self.at("a")), Increment(self.at("b"), ttl=0)])
        assert counter.read(self.at("a")) is None

    def test_concurrent_batches_are_all_counted(
        self, counter: Counter, second_counter: Counter
    ) -> None:
        """Sixteen batches at once, through two objects: no increment is lost."""
        both = [counter, second_counter]
        batch = [Increment(self.at(key), by) for key, by in (("a", 1), ("b", 2), ("a", 3))]
        together([partial(both[turn % 2].incr_many, batch) for turn in range(16)])
        assert [counter.read(self.at("a")), counter.read(self.at("b"))] == [64, 32]
