"""Laws of a counter about numbers: sums, lives, retries, and callers at once."""

from __future__ import annotations

import math
from functools import partial

import pytest

from hexcache.domain.errors import NotANumber
from hexcache.ports.aio.counter import AsyncCounter
from hexcache.testing.clock import MovedClock
from hexcache.testing.contracts.aio.counter_ground import AsyncCounterGround
from hexcache.testing.contracts.aio.primitives import together


class AsyncCounterNumberLaws(AsyncCounterGround):
    """``incr``, ``read``, ``ttl``, ``remove``."""

    async def test_an_absent_counter_starts_at_zero(self, counter: AsyncCounter) -> None:
        """The first increment is added to 0; before it there is nothing to read."""
        assert await counter.read(self.at("n")) is None
        assert await counter.incr(self.at("n")) == 1
        assert await counter.read(self.at("n")) == 1

    async def test_increments_add_up(self, counter: AsyncCounter) -> None:
        """Each call returns the sum so far; negative ones subtract, also below zero."""
        told = [await counter.incr(self.at("n"), by) for by in (5, 10, -3, -20, 0)]
        assert told == [5, 15, 12, -8, -8]

    async def test_whole_numbers_stay_whole(self, counter: AsyncCounter) -> None:
        """A counter of ``int`` is an ``int``, exact beyond what a float holds; a fraction makes it a float."""
        await counter.incr(self.at("n"), 2**53)
        told = await counter.incr(self.at("n"), 1)
        assert (told, type(told)) == (2**53 + 1, int)
        told = await counter.incr(self.at("f"), 0.5)
        assert (told, type(told)) == (0.5, float)
        assert await counter.incr(self.at("f"), 1) == 1.5

    async def test_counters_are_kept_apart(self, counter: AsyncCounter) -> None:
        """Addresses that look alike are different counters."""
        keys = ["a", "A", "a:b", "a/b", "a.", "*", "\u00e9", "e\u0301", "k" * 1_000]
        for number, key in enumerate(keys, 1):
            await counter.incr(self.at(key), number)
        assert [await counter.read(self.at(key)) for key in keys] == list(range(1, len(keys) + 1))

    async def test_a_floor_holds_the_result_up(self, counter: AsyncCounter) -> None:
        """A result below the floor is raised to it, and that is what is kept; above it nothing changes."""
        await counter.incr(self.at("n"), 3)
        assert await counter.incr(self.at("n"), -10, floor=0) == 0
        assert await counter.incr(self.at("n"), 4, floor=0) == 4
        assert await counter.read(self.at("n")) == 4

    async def test_a_life_ends_at_its_tick(self, counter: AsyncCounter, clock: MovedClock) -> None:
        """A tick before its end the counter is there, at it there is none, and the next increment starts anew."""
        await counter.incr(self.at("n"), 7, ttl=10)
        await self.pass_time(clock, 10 - self.tick)
        assert await counter.read(self.at("n")) == 7
        await self.pass_time(clock, self.tick)
        assert await counter.read(self.at("n")) is None
        assert await counter.ttl(self.at("n")) is None
        assert await counter.incr(self.at("n")) == 1

    async def test_a_life_is_set_on_creation(self, counter: AsyncCounter, clock: MovedClock) -> None:
        """Later increments keep the end that the first one set, whatever ttl they name."""
        await counter.incr(self.at("n"), ttl=10)
        await self.pass_time(clock, 6)
        await counter.incr(self.at("n"), ttl=10)
        await counter.incr(self.at("n"))
        await self.pass_time(clock, 5)
        assert await counter.read(self.at("n")) is None

    async def test_a_life_can_be_refreshed(self, counter: AsyncCounter, clock: MovedClock) -> None:
        """With ``refresh_ttl`` each increment sets the end anew."""
        for _ in range(3):
            await counter.incr(self.at("n"), ttl=10, refresh_ttl=True)
            await self.pass_time(clock, 6)
        assert await counter.read(self.at("n")) == 3

    async def test_ttl_tells_the_remaining_life(self, counter: AsyncCounter, clock: MovedClock) -> None:
        """Seconds that are left, ``inf`` without end, None without a counter."""
        await counter.incr(self.at("n"), ttl=10)
        await counter.incr(self.at("endless"))
        await self.pass_time(clock, 4)
        left = await counter.ttl(self.at("n"))
        assert left is not None
        assert abs(left - 6) <= self.tick
        assert await counter.ttl(self.at("endless")) == math.inf
        assert await counter.ttl(self.at("never")) is None

    async def test_a_repeated_operation_adds_nothing(self, counter: AsyncCounter) -> None:
        """A retry with the same id returns the current number; another id counts; so does the id on another address."""
        assert await counter.incr(self.at("n"), 5, operation="one") == 5
        assert await counter.incr(self.at("n"), 5, operation="one") == 5
        assert await counter.incr(self.at("n"), 2, operation="two") == 7
        assert await counter.incr(self.at("n"), 5, operation="one") == 7
        assert await counter.incr(self.at("m"), 5, operation="one") == 5

    async def test_racing_retries_count_once(self, counter: AsyncCounter) -> None:
        """Sixteen callers with one operation id are one increment."""
        await together([partial(counter.incr, self.at("n"), 3, operation="one") for _ in range(16)])
        assert await counter.read(self.at("n")) == 3

    async def test_concurrent_increments_are_all_counted(self, counter: AsyncCounter) -> None:
        """Thirty-two callers at once: no increment is lost, and each sees a sum of its own."""
        told = await together([partial(counter.incr, self.at("n")) for _ in range(32)])
        assert sorted(told) == list(range(1, 33))

    async def test_two_objects_count_together(self, counter: AsyncCounter, second_counter: AsyncCounter) -> None:
        """Increments through two objects on the same numbers add up exactly."""
        both = [counter, second_counter]
        await together([partial(both[turn % 2].incr, self.at("n"), 2) for turn in range(20)])
        assert await counter.read(self.at("n")) == await second_counter.read(self.at("n")) == 40

    async def test_what_is_no_number_is_refused(self, counter: AsyncCounter) -> None:
        """An increment of a set raises ``NotANumber`` and leaves the set as it is."""
        await counter.add_members(self.at("s"), ["a"])
        with pytest.raises(NotANumber):
            await counter.incr(self.at("s"))
        assert await counter.members(self.at("s")) == {"a"}

    async def test_remove_forgets(self, counter: AsyncCounter) -> None:
        """A removed counter starts anew; removing nothing says so."""
        await counter.incr(self.at("n"), 5, operation="one")
        assert await counter.remove(self.at("n")) is True
        assert await counter.remove(self.at("n")) is False
        assert await counter.read(self.at("n")) is None
        assert await counter.incr(self.at("n"), 5, operation="one") == 5
