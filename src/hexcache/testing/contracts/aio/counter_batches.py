"""Laws of a counter about several increments in one call."""

from __future__ import annotations

from functools import partial

import pytest

from hexcache.domain.errors import InvalidLifetime, NotANumber
from hexcache.domain.increment import Increment
from hexcache.ports.aio.counter import AsyncCounter
from hexcache.testing.clock import MovedClock
from hexcache.testing.contracts.aio.counter_ground import AsyncCounterGround
from hexcache.testing.contracts.aio.primitives import together


class AsyncCounterBatchLaws(AsyncCounterGround):
    """``incr_many``."""

    async def test_a_batch_counts_each_in_its_order(self, counter: AsyncCounter) -> None:
        """Numbers come back in the order asked; an address that comes twice is counted twice, one after the other."""
        await counter.incr(self.at("b"), 10)
        told = await counter.incr_many(
            [Increment(self.at("a")), Increment(self.at("b"), -3), Increment(self.at("a"), 2.5)]
        )
        assert told == [1, 7, 3.5]
        assert [type(number) for number in told] == [int, int, float]
        assert [await counter.read(self.at("a")), await counter.read(self.at("b"))] == [3.5, 7]

    async def test_an_empty_batch_is_no_trouble(self, counter: AsyncCounter) -> None:
        """Nothing asked, nothing done."""
        assert await counter.incr_many([]) == []

    async def test_a_batch_gives_each_its_own_life(self, counter: AsyncCounter, clock: MovedClock) -> None:
        """Each ttl counts from its counter's creation, or anew where that is asked."""
        batch = [
            Increment(self.at("short"), ttl=10),
            Increment(self.at("long"), ttl=20),
            Increment(self.at("slid"), ttl=10, refresh_ttl=True),
            Increment(self.at("endless")),
        ]
        assert await counter.incr_many(batch) == [1, 1, 1, 1]
        await self.pass_time(clock, 6)
        assert await counter.incr_many(batch) == [2, 2, 2, 2]
        await self.pass_time(clock, 6)
        assert await counter.incr_many(batch) == [1, 3, 3, 3]

    async def test_a_batch_has_floors_and_operations(self, counter: AsyncCounter) -> None:
        """A floor holds its own result up; an operation counts once, also within one batch and beside ``incr``."""
        batch = [
            Increment(self.at("n"), -5, floor=0),
            Increment(self.at("m"), 5, operation="one"),
            Increment(self.at("m"), 5, operation="one"),
            Increment(self.at("m"), 1, operation="two"),
        ]
        assert await counter.incr_many(batch) == [0, 5, 5, 6]
        assert await counter.incr_many(batch) == [0, 6, 6, 6]
        assert await counter.incr(self.at("m"), 5, operation="one") == 6

    async def test_what_is_no_number_fails_alone(self, counter: AsyncCounter) -> None:
        """A set stays as it is and has ``NotANumber`` in its place; the others of the batch are counted."""
        await counter.add_members(self.at("s"), ["a"])
        told = await counter.incr_many([Increment(self.at(key)) for key in ("a", "s", "b")])
        assert [told[0], type(told[1]), told[2]] == [1, NotANumber, 1]
        assert await counter.members(self.at("s")) == {"a"}
        assert [await counter.read(self.at("a")), await counter.read(self.at("b"))] == [1, 1]

    async def test_a_bad_life_refuses_the_batch(self, counter: AsyncCounter) -> None:
        """``InvalidLifetime`` before anything is counted."""
        with pytest.raises(InvalidLifetime):
            await counter.incr_many([Increment(self.at("a")), Increment(self.at("b"), ttl=0)])
        assert await counter.read(self.at("a")) is None

    async def test_concurrent_batches_are_all_counted(
        self, counter: AsyncCounter, second_counter: AsyncCounter
    ) -> None:
        """Sixteen batches at once, through two objects: no increment is lost."""
        both = [counter, second_counter]
        batch = [Increment(self.at(key), by) for key, by in (("a", 1), ("b", 2), ("a", 3))]
        await together([partial(both[turn % 2].incr_many, batch) for turn in range(16)])
        assert [await counter.read(self.at("a")), await counter.read(self.at("b"))] == [64, 32]
