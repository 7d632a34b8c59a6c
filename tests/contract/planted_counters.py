"""The memory counter with one fault each, and the very laws that the fault must break.

Not collected by itself: ``test_planted_counters`` runs it and looks at what fails.
"""

import time
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import pytest

from hexcache.adapters.outbound.memory.counts import CounterTable
from hexcache.adapters.outbound.memory.sync.counter import MemoryCounter
from hexcache.domain.errors import CacheError
from hexcache.domain.increment import Increment
from hexcache.domain.rate import Decision, RateRule
from hexcache.testing.clock import MovedClock
from hexcache.testing.contracts.sync.counter import CounterContract


class Planted(CounterContract):
    """The contract over a counter that is wrong."""

    counter_type: ClassVar[type[MemoryCounter]]
    breaks: ClassVar[set[str]]

    @pytest.fixture
    def table(self, clock: MovedClock) -> CounterTable:
        return CounterTable(clock.wall)

    @pytest.fixture
    def counter(self, table: CounterTable) -> MemoryCounter:
        return self.counter_type(table)

    @pytest.fixture
    def second_counter(self, table: CounterTable) -> MemoryCounter:
        return self.counter_type(table)


class CountsTwice(MemoryCounter):
    """Knows no increment again."""

    def incr(self, address: str, by: float = 1, /, **options: Any) -> float:
        return super().incr(address, by, **{**options, "operation": None})


class TestCountsTwice(Planted):
    """A retry adds again."""

    counter_type = CountsTwice
    breaks: ClassVar = {
        "test_a_repeated_operation_adds_nothing", "test_racing_retries_count_once",
        "test_a_batch_has_floors_and_operations",
    }  # fmt: skip


class Slides(MemoryCounter):
    """Sets the end with every increment."""

    def incr(self, address: str, by: float = 1, /, **options: Any) -> float:
        return super().incr(address, by, **{**options, "refresh_ttl": True})


class TestSlides(Planted):
    """A fixed window slides on."""

    counter_type = Slides
    breaks: ClassVar = {"test_a_life_is_set_on_creation"}


class Floats(MemoryCounter):
    """Counts in floats."""

    def incr(self, address: str, by: float = 1, /, **options: Any) -> float:
        return super().incr(address, float(by), **options)


class TestFloats(Planted):
    """Large whole numbers lose their last digit."""

    counter_type = Floats
    breaks: ClassVar = {"test_whole_numbers_stay_whole", "test_a_batch_counts_each_in_its_order"}


class SpendsOnRefusal(MemoryCounter):
    """Takes what is left when more was asked for."""

    def spend(self, address: str, rule: RateRule, n: int = 1, /) -> Decision:
        decision = super().spend(address, rule, n)
        if not decision.allowed:
            super().spend(address, rule, decision.remaining)
        return decision


class TestSpendsOnRefusal(Planted):
    """A refusal leaves nothing for others."""

    counter_type = SpendsOnRefusal
    breaks: ClassVar = {"test_a_refusal_spends_nothing"}


class ForgetsSets(MemoryCounter):
    """Puts a set in place of another."""

    def add_members(self, address: str, members: Collection[str], /, *, ttl: float | None = None) -> int:
        if super().members(address):
            super().remove(address)
        return super().add_members(address, members, ttl=ttl)


class TestForgetsSets(Planted):
    """Only the last members are there."""

    counter_type = ForgetsSets
    breaks: ClassVar = {
        "test_members_are_added_once", "test_a_set_lives_from_its_creation", "test_concurrent_members_are_all_added"
    }  # fmt: skip


class StopsAtTheFirst(MemoryCounter):
    """Gives up a batch at the first increment that fails."""

    def incr_many(self, increments: Sequence[Increment], /) -> list[float | CacheError]:
        told = super().incr_many(increments)
        for answer in told:
            if isinstance(answer, CacheError):
                raise answer
        return told


class TestStopsAtTheFirst(Planted):
    """Nobody learns what the others came to."""

    counter_type = StopsAtTheFirst
    breaks: ClassVar = {"test_what_is_no_number_fails_alone"}


class AnswersBackwards(MemoryCounter):
    """Makes a batch from its end, and answers in the order asked."""

    def incr_many(self, increments: Sequence[Increment], /) -> list[float | CacheError]:
        return super().incr_many(increments[::-1])[::-1]


class TestAnswersBackwards(Planted):
    """The first increment of a counter is told the last sum."""

    counter_type = AnswersBackwards
    breaks: ClassVar = {"test_a_batch_counts_each_in_its_order", "test_a_batch_has_floors_and_operations"}


class OneLifeForAll(MemoryCounter):
    """Gives a whole batch the life of its first."""

    def incr_many(self, increments: Sequence[Increment], /) -> list[float | CacheError]:
        return super().incr_many([replace(each, ttl=increments[0].ttl) for each in increments])


class TestOneLifeForAll(Planted):
    """Counters end with their neighbours."""

    counter_type = OneLifeForAll
    breaks: ClassVar = {"test_a_batch_gives_each_its_own_life", "test_a_bad_life_refuses_the_batch"}


class LooksTooLate(MemoryCounter):
    """Finds a bad life when some of a batch is counted."""

    def incr_many(self, increments: Sequence[Increment], /) -> list[float | CacheError]:
        told: list[float | CacheError] = []
        for each in increments:
            told += super().incr_many([each])
        return told


class TestLooksTooLate(Planted):
    """A refused batch has counted."""

    counter_type = LooksTooLate
    breaks: ClassVar = {"test_a_bad_life_refuses_the_batch"}


class ReadsThenWrites(MemoryCounter):
    """Counts a batch from numbers that it read a moment ago."""

    def incr_many(self, increments: Sequence[Increment], /) -> list[float | CacheError]:
        read = {each.counter: self.read(each.counter) or 0 for each in increments}
        time.sleep(0.001)
        for address, number in read.items():
            if meanwhile := (self.read(address) or 0) - number:
                self.incr(address, -meanwhile)
        return super().incr_many(increments)


class TestReadsThenWrites(Planted):
    """Increments of others are overwritten."""

    counter_type = ReadsThenWrites
    breaks: ClassVar = {"test_concurrent_batches_are_all_counted"}
