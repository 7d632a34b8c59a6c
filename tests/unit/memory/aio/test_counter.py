"""The memory counter: increments, lives, retries, limiters and sets."""

from __future__ import annotations

from math import inf, nan
from typing import Any

import pytest

from hexcache.adapters.outbound.memory.aio.counter import AsyncMemoryCounter
from hexcache.adapters.outbound.memory.cells import MAX_OPERATIONS
from hexcache.adapters.outbound.memory.counts import CounterTable
from hexcache.domain.errors import InvalidSetting, NotANumber, StoreRejected, StoreUnavailable
from hexcache.domain.rate import FixedWindow, Gcra, RateRule, SlidingWindow
from hexcache.ports.aio.counter import AsyncCounter
from hexcache.testing.clock import MovedClock
from hexcache.testing.contracts.aio.primitives import together


@pytest.fixture
def table(moved_clock: MovedClock) -> CounterTable:
    return CounterTable(moved_clock.wall)


@pytest.fixture
def counter(table: CounterTable) -> AsyncCounter:
    return AsyncMemoryCounter(table)


class TestIncrements:
    """``incr``, ``read``, ``ttl``, ``remove``."""

    async def test_a_counter_starts_at_zero_and_adds(self, counter: AsyncCounter) -> None:
        assert await counter.read("a") is None
        assert [await counter.incr("a"), await counter.incr("a", 5), await counter.incr("a", -2)] == [1, 6, 4]
        assert await counter.read("a") == 4

    async def test_whole_numbers_stay_whole_at_any_size_and_others_do_not(self, counter: AsyncCounter) -> None:
        await counter.incr("a", 2**80)
        total = await counter.incr("a", 1)
        assert (total, type(total)) == (2**80 + 1, int)
        assert await counter.incr("b", 0.5) == 0.5
        assert await counter.incr("b", 1) == 1.5

    async def test_the_result_is_raised_to_the_floor(self, counter: AsyncCounter) -> None:
        assert await counter.incr("a", -3, floor=0) == 0
        assert await counter.incr("a", 5, floor=0) == 5
        assert await counter.incr("a", -9, floor=-1) == -1

    async def test_the_ttl_is_set_on_creation_only(self, counter: AsyncCounter, moved_clock: MovedClock) -> None:
        await counter.incr("a", ttl=10)
        moved_clock.advance(4)
        await counter.incr("a", ttl=100)
        assert await counter.ttl("a") == 6
        moved_clock.advance(6)
        assert (await counter.read("a"), await counter.ttl("a")) == (None, None)
        assert await counter.incr("a") == 1, "a dead counter starts anew"
        assert await counter.ttl("a") == inf

    async def test_a_sliding_ttl_is_set_on_every_call(self, counter: AsyncCounter, moved_clock: MovedClock) -> None:
        for _ in range(3):
            await counter.incr("a", ttl=10, refresh_ttl=True)
            moved_clock.advance(6)
        assert (await counter.read("a"), await counter.ttl("a")) == (3, 4)
        await counter.incr("a", ttl=None, refresh_ttl=True)
        assert await counter.ttl("a") == inf

    @pytest.mark.parametrize("wrong", ["1", None, True, b"1", [1], nan, inf, -inf])
    async def test_what_is_no_finite_number_is_refused_and_nothing_changes(
        self, counter: AsyncCounter, wrong: Any
    ) -> None:
        with pytest.raises(NotANumber):
            await counter.incr("a", wrong)
        assert await counter.read("a") is None
        await counter.incr("a", 7)
        with pytest.raises(NotANumber):
            await counter.incr("a", wrong, ttl=1, refresh_ttl=True)
        assert (await counter.read("a"), await counter.ttl("a")) == (7, inf)

    @pytest.mark.parametrize(("first", "second"), [(1e308, 1e308), (0.5, 10**400), (1, 10**400)])
    async def test_a_sum_that_is_too_large_is_refused(self, counter: AsyncCounter, first: float, second: float) -> None:
        await counter.incr("a", first)
        with pytest.raises(NotANumber, match="the sum is"):
            await counter.incr("a", second)
        assert await counter.read("a") == first

    async def test_remove_forgets_and_says_whether_something_was_there(
        self, counter: AsyncCounter, moved_clock: MovedClock
    ) -> None:
        await counter.incr("a")
        assert [await counter.remove("a"), await counter.remove("a")] == [True, False]
        assert await counter.read("a") is None
        await counter.incr("a", ttl=1)
        moved_clock.advance(1)
        assert await counter.remove("a") is False

    async def test_clear_forgets_what_begins_with_the_prefix(
        self, counter: AsyncCounter, moved_clock: MovedClock
    ) -> None:
        await counter.incr("r:dead", ttl=1)
        moved_clock.advance(1)
        await counter.incr("r:a")
        await counter.add_members("r:b", ["x"])
        await counter.spend("r:c", FixedWindow(1, 60.0))
        await counter.incr("r/x:a")
        assert await counter.clear("r:") == 3
        assert (await counter.read("r:a"), await counter.read("r/x:a")) == (None, 1)
        assert await counter.members("r:b") == frozenset()
        assert (await counter.spend("r:c", FixedWindow(1, 60.0))).allowed
        assert await counter.clear("r:") == 1


class TestRetries:
    """Increments that carry an id."""

    async def test_a_retry_counts_once_and_returns_the_current_number(self, counter: AsyncCounter) -> None:
        assert await counter.incr("a", 2, operation="one") == 2
        assert await counter.incr("a", 3, operation="two") == 5
        assert await counter.incr("a", 2, operation="one") == 5
        assert await counter.incr("b", 2, operation="one") == 2, "an id is about one address"

    async def test_an_id_lives_as_long_as_its_counter(self, counter: AsyncCounter, moved_clock: MovedClock) -> None:
        await counter.incr("a", operation="one", ttl=5)
        moved_clock.advance(5)
        assert await counter.incr("a", operation="one") == 1

    async def test_so_many_ids_are_remembered_and_no_more(self, counter: AsyncCounter, table: CounterTable) -> None:
        for number in range(MAX_OPERATIONS):
            await counter.incr("a", operation=f"op{number}")
        assert await counter.incr("a", operation="op0") == MAX_OPERATIONS
        await counter.incr("a", operation="one more")
        assert await counter.incr("a", operation="op1") == MAX_OPERATIONS + 1
        assert await counter.incr("a", operation="op0") == MAX_OPERATIONS + 2
        assert len(table._cells["a"].operations) == MAX_OPERATIONS  # type: ignore[union-attr]  # it is a counter


class TestLimiters:
    """``spend``."""

    @pytest.mark.parametrize(
        "rule", [FixedWindow(3, 60.0), SlidingWindow(3, 60.0), Gcra(3, 60.0)], ids=lambda r: r.kind
    )
    async def test_a_limiter_grants_its_limit_and_then_refuses_until_time_has_passed(
        self, counter: AsyncCounter, moved_clock: MovedClock, rule: RateRule
    ) -> None:
        granted = [(await counter.spend("a", rule)).allowed for _ in range(5)]
        assert granted == [True, True, True, False, False]
        refused = await counter.spend("a", rule)
        assert 0 < refused.retry_after <= 60
        moved_clock.advance(refused.retry_after)
        assert (await counter.spend("a", rule)).allowed

    async def test_a_refusal_spends_nothing(self, counter: AsyncCounter) -> None:
        rule = FixedWindow(3, 60.0)
        assert not (await counter.spend("a", rule, 4)).allowed
        assert (await counter.spend("a", rule, 2)).remaining == 1
        assert not (await counter.spend("a", rule, 2)).allowed
        assert (await counter.spend("a", rule, 1)).allowed

    async def test_what_spends_nothing_keeps_nothing(self, counter: AsyncCounter) -> None:
        assert (await counter.spend("a", FixedWindow(3, 60.0), 0)).remaining == 3
        assert not (await counter.spend("a", FixedWindow(3, 60.0), 4)).allowed
        assert await counter.remove("a") is False

    async def test_a_state_is_dropped_when_it_is_as_good_as_none(
        self, counter: AsyncCounter, table: CounterTable, moved_clock: MovedClock
    ) -> None:
        rule = FixedWindow(3, 60.0)
        await counter.spend("a", rule)
        moved_clock.advance(rule.state_ttl)
        assert await counter.remove("a") is False

    async def test_a_rule_of_another_kind_begins_anew(self, counter: AsyncCounter) -> None:
        assert (await counter.spend("a", FixedWindow(1, 60.0))).allowed
        assert (await counter.spend("a", Gcra(1, 60.0))).allowed
        assert not (await counter.spend("a", Gcra(1, 60.0))).allowed

    async def test_a_number_of_units_that_is_none_is_refused(self, counter: AsyncCounter) -> None:
        with pytest.raises(InvalidSetting):
            await counter.spend("a", FixedWindow(1, 60.0), -1)


class TestSets:
    """``add_members`` and ``members``."""

    async def test_members_are_added_once(self, counter: AsyncCounter) -> None:
        assert await counter.members("a") == frozenset()
        assert await counter.add_members("a", ["x", "y", "x"]) == 2
        assert await counter.add_members("a", {"y", "z"}) == 1
        assert await counter.members("a") == {"x", "y", "z"}

    async def test_the_ttl_of_a_set_is_set_on_creation_only(
        self, counter: AsyncCounter, moved_clock: MovedClock
    ) -> None:
        await counter.add_members("a", ["x"], ttl=10)
        moved_clock.advance(4)
        await counter.add_members("a", ["y"], ttl=100)
        assert await counter.ttl("a") == 6
        moved_clock.advance(6)
        assert await counter.members("a") == frozenset()
        assert await counter.add_members("a", ["x"]) == 1

    async def test_no_members_make_no_set(self, counter: AsyncCounter) -> None:
        assert await counter.add_members("a", [], ttl=5) == 0
        assert await counter.ttl("a") is None

    async def test_what_was_read_does_not_change_with_the_set(self, counter: AsyncCounter) -> None:
        await counter.add_members("a", ["x"])
        before = await counter.members("a")
        await counter.add_members("a", ["y"])
        assert before == {"x"}


class TestKinds:
    """An address holds one kind of thing."""

    async def test_a_set_is_no_counter(self, counter: AsyncCounter) -> None:
        await counter.add_members("a", ["x"])
        with pytest.raises(NotANumber, match="a set or a limiter's state"):
            await counter.incr("a")
        with pytest.raises(NotANumber, match="no limiter's state"):
            await counter.spend("a", FixedWindow(1, 60.0))
        assert await counter.read("a") is None
        assert await counter.members("a") == {"x"}

    async def test_a_counter_is_no_set(self, counter: AsyncCounter) -> None:
        await counter.incr("a")
        with pytest.raises(NotANumber, match="no members"):
            await counter.add_members("a", ["x"])
        with pytest.raises(NotANumber, match="no limiter's state"):
            await counter.spend("a", FixedWindow(1, 60.0))
        assert await counter.members("a") == frozenset()
        assert await counter.read("a") == 1

    async def test_a_limiters_state_is_neither(self, counter: AsyncCounter) -> None:
        await counter.spend("a", FixedWindow(1, 60.0))
        with pytest.raises(NotANumber):
            await counter.incr("a")
        with pytest.raises(NotANumber):
            await counter.add_members("a", ["x"])
        assert (await counter.read("a"), await counter.ttl("a")) == (None, None)
        assert not (await counter.spend("a", FixedWindow(1, 60.0))).allowed


class TestBounds:
    """A full table refuses what is new and keeps what it has."""

    async def test_a_full_table_refuses_new_addresses_until_one_dies(self, moved_clock: MovedClock) -> None:
        counter = AsyncMemoryCounter(CounterTable(moved_clock.wall, max_items=3))
        await counter.incr("a", ttl=10)
        await counter.add_members("b", ["x"])
        await counter.spend("c", FixedWindow(5, 60.0))
        for refused in (
            lambda: counter.incr("d"),
            lambda: counter.add_members("d", ["x"]),
            lambda: counter.spend("d", FixedWindow(5, 60.0)),
        ):
            with pytest.raises(StoreRejected, match="3 addresses, which is its limit"):
                await refused()
        assert await counter.incr("a") == 2
        assert await counter.add_members("b", ["y"]) == 1
        assert (await counter.spend("c", FixedWindow(5, 60.0))).allowed
        moved_clock.advance(10)
        assert await counter.incr("d") == 1

    async def test_a_full_table_looks_for_the_dead_before_it_refuses(self, moved_clock: MovedClock) -> None:
        counter = AsyncMemoryCounter(CounterTable(moved_clock.wall, max_items=100))
        for number in range(100):
            await counter.incr(f"n{number}", ttl=1 if 40 <= number < 60 else None)
        moved_clock.advance(1)
        assert [await counter.incr(f"new{number}") for number in range(20)] == [1] * 20
        with pytest.raises(StoreRejected):
            await counter.incr("one more")

    async def test_a_dead_counter_is_begun_anew_however_full_the_table_is(self, moved_clock: MovedClock) -> None:
        counter = AsyncMemoryCounter(CounterTable(moved_clock.wall, max_items=5_000))
        for number in range(4_999):
            await counter.incr(f"alive{number}")
        await counter.incr("a", ttl=1)
        moved_clock.advance(1)
        assert await counter.incr("a") == 1

    async def test_a_set_has_so_many_members_at_most(self, moved_clock: MovedClock) -> None:
        counter = AsyncMemoryCounter(CounterTable(moved_clock.wall, max_members=3))
        await counter.add_members("a", "xy")
        with pytest.raises(StoreRejected, match="3 members at most"):
            await counter.add_members("a", "yzw")
        assert await counter.members("a") == {"x", "y"}
        assert await counter.add_members("a", "yz") == 1

    async def test_the_dead_are_reclaimed_by_those_that_come(
        self, counter: AsyncCounter, table: CounterTable, moved_clock: MovedClock
    ) -> None:
        for number in range(50):
            await counter.incr(f"dead{number}", ttl=1)
        moved_clock.advance(1)
        for number in range(50):
            await counter.incr(f"alive{number}")
        assert len(table._cells) <= 51

    @pytest.mark.parametrize("setting", ["max_items", "max_members"])
    async def test_a_bound_that_is_none_is_refused(self, setting: str, moved_clock: MovedClock) -> None:
        with pytest.raises(InvalidSetting, match=setting):
            CounterTable(moved_clock.wall, **{setting: 0})


class TestViews:
    """Counter objects are views of a table."""

    async def test_views_share_their_table(self, counter: AsyncCounter, table: CounterTable) -> None:
        other = AsyncMemoryCounter(table)
        await counter.incr("a")
        assert await other.incr("a") == 2

    async def test_no_increment_is_lost_in_a_crowd(self, counter: AsyncCounter) -> None:
        async def many() -> None:
            for number in range(200):
                await counter.incr("a", operation=f"op{number}")
                await counter.incr("b")

        await together([many] * 16)
        assert (await counter.read("a"), await counter.read("b")) == (200, 3_200)

    async def test_a_limiter_grants_its_limit_to_a_crowd(self, counter: AsyncCounter) -> None:
        granted = await together([lambda: counter.spend("a", FixedWindow(10, 60.0))] * 32)
        assert sum(decision.allowed for decision in granted) == 10

    async def test_closing_ends_a_view_and_leaves_the_others(self, counter: AsyncCounter, table: CounterTable) -> None:
        other = AsyncMemoryCounter(table)
        await counter.aclose()
        await counter.aclose()
        for call in (
            lambda: counter.incr("a"),
            lambda: counter.read("a"),
            lambda: counter.ttl("a"),
            lambda: counter.remove("a"),
            lambda: counter.spend("a", FixedWindow(1, 60.0)),
            lambda: counter.add_members("a", ["x"]),
            lambda: counter.members("a"),
            lambda: counter.clear(""),
        ):
            with pytest.raises(StoreUnavailable, match="was closed"):
                await call()
        assert await other.incr("a") == 1

    async def test_a_forked_child_keeps_what_nobody_was_changing(self, table: CounterTable) -> None:
        counter = AsyncMemoryCounter(table)
        await counter.incr("a")
        counter.reset_after_fork()
        assert await counter.incr("a") == 2

    async def test_a_child_of_a_fork_amid_a_change_begins_anew_and_does_not_hang(self, table: CounterTable) -> None:
        counter = AsyncMemoryCounter(table)
        await counter.incr("a")
        table._lock.acquire()  # the thread that would release it does not exist in the child
        counter.reset_after_fork()
        assert await counter.incr("a") == 1
