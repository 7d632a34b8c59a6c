"""Counters, limiters and sets on disk: exact, typed, ended by the injected clock, and told apart."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from hexcache.adapters.outbound.disk import counter_table
from hexcache.adapters.outbound.disk.counter import DiskCounter
from hexcache.domain.errors import (
    InvalidLifetime,
    InvalidSetting,
    NotANumber,
    StoreRejected,
    StoreUnavailable,
)
from hexcache.domain.increment import MOST
from hexcache.domain.rate import FixedWindow, Gcra, RateRule, SlidingWindow
from hexcache.testing.clock import MovedClock
from tests.integration.disk.making import NEVER, counters_at, database, run, settings_at, table_at

RULES: list[RateRule] = [FixedWindow(3, 10.0), SlidingWindow(3, 10.0), Gcra(3, 10.0)]


@pytest.fixture
def counter(tmp_path: Path, moved_clock: MovedClock) -> DiskCounter:
    return DiskCounter(counters_at(tmp_path, moved_clock.wall))


class TestNumbers:
    """Adding up."""

    def test_an_absent_counter_starts_at_zero(self, counter: DiskCounter) -> None:
        assert counter.read("kit:n") is None
        assert counter.incr("kit:n") == 1
        assert counter.incr("kit:n", 5) == 6
        assert counter.incr("kit:n", -10) == -4
        assert counter.read("kit:n") == -4

    def test_ints_stay_ints_of_any_size_and_floats_are_exact(self, counter: DiskCounter) -> None:
        assert counter.incr("kit:n", 2**80) == 2**80
        assert type(counter.incr("kit:n", 1)) is int
        assert counter.read("kit:n") == 2**80 + 1
        assert counter.incr("kit:f", 0.1) == 0.1
        assert counter.incr("kit:f", 0.2) == 0.1 + 0.2
        assert type(counter.incr("kit:f", 1)) is float

    def test_the_result_is_raised_to_the_floor(self, counter: DiskCounter) -> None:
        assert counter.incr("kit:n", 3, floor=0) == 3
        assert counter.incr("kit:n", -5, floor=0) == 0
        assert counter.incr("kit:n", -5, floor=-2.5) == -2.5
        assert counter.read("kit:n") == -2.5

    @pytest.mark.parametrize("bad", ["1", None, True, math.nan, math.inf, -math.inf, 10 * MOST, [1]], ids=repr)
    def test_what_is_no_number_is_refused(self, counter: DiskCounter, bad: float) -> None:
        counter.incr("kit:n", 2)
        with pytest.raises(NotANumber, match="by is"):
            counter.incr("kit:n", bad)
        if bad is not None:
            with pytest.raises(NotANumber, match="floor is"):
                counter.incr("kit:n", 1, floor=bad)
        assert counter.read("kit:n") == 2

    def test_a_sum_out_of_range_is_refused(self, counter: DiskCounter) -> None:
        counter.incr("kit:n", MOST)
        with pytest.raises(NotANumber, match="out of range"):
            counter.incr("kit:n", MOST)
        assert counter.read("kit:n") == MOST

    @pytest.mark.parametrize("ttl", [0, -1, math.nan, "soon"], ids=repr)
    def test_a_bad_ttl_is_refused(self, counter: DiskCounter, ttl: float) -> None:
        with pytest.raises(InvalidLifetime):
            counter.incr("kit:n", ttl=ttl)
        with pytest.raises(InvalidLifetime):
            counter.add_members("kit:s", ["a"], ttl=ttl)
        assert counter.read("kit:n") is None


class TestLife:
    """Deadlines on the injected clock."""

    def test_a_ttl_is_set_on_creation_and_kept(self, counter: DiskCounter, moved_clock: MovedClock) -> None:
        counter.incr("kit:n", ttl=10)
        moved_clock.advance(4)
        counter.incr("kit:n", ttl=100)
        assert counter.ttl("kit:n") == 6
        moved_clock.advance(6)
        assert counter.read("kit:n") is None
        assert counter.ttl("kit:n") is None
        assert counter.incr("kit:n") == 1
        assert counter.ttl("kit:n") == NEVER

    def test_it_is_there_until_its_deadline_and_not_at_it(self, counter: DiskCounter, moved_clock: MovedClock) -> None:
        counter.incr("kit:n", ttl=10)
        moved_clock.advance(10 - 2**-10)
        assert counter.read("kit:n") == 1
        moved_clock.advance(2**-10)
        assert counter.read("kit:n") is None

    def test_it_is_set_again_when_asked(self, counter: DiskCounter, moved_clock: MovedClock) -> None:
        counter.incr("kit:n", ttl=10)
        moved_clock.advance(4)
        counter.incr("kit:n", ttl=10, refresh_ttl=True)
        assert counter.ttl("kit:n") == 10
        counter.incr("kit:n", refresh_ttl=True)
        assert counter.ttl("kit:n") == NEVER

    def test_dead_counters_are_reaped_as_others_are_made(
        self, counter: DiskCounter, tmp_path: Path, moved_clock: MovedClock
    ) -> None:
        for number in range(30):
            counter.incr(f"kit:{number}", ttl=10, operation="once")
        moved_clock.advance(11)
        for number in range(5):
            counter.incr(f"kit:new{number}")
        path = database(tmp_path, "cache/counters")
        assert run(path, "SELECT count(*) FROM Cache") == [(5,)]
        assert run(path, "SELECT count(*) FROM HexcacheName") == [(0,)]


class TestOperations:
    """An increment that is repeated with its id counts once."""

    def test_a_repeated_operation_adds_nothing(self, counter: DiskCounter) -> None:
        assert counter.incr("kit:n", 5, operation="a") == 5
        assert counter.incr("kit:n", 5, operation="a") == 5
        assert counter.incr("kit:n", 1, operation="b") == 6
        assert counter.incr("kit:n", 5, operation="a") == 6
        assert counter.incr("kit:other", 5, operation="a") == 5

    def test_it_is_remembered_for_the_counters_life(self, counter: DiskCounter, moved_clock: MovedClock) -> None:
        counter.incr("kit:n", ttl=10, operation="a")
        moved_clock.advance(9)
        assert counter.incr("kit:n", operation="a") == 1
        moved_clock.advance(1)
        assert counter.incr("kit:n", operation="a") == 1
        assert counter.incr("kit:n", operation="b") == 2
        counter.remove("kit:n")
        assert counter.incr("kit:n", operation="b") == 1

    def test_an_operation_that_failed_may_be_repeated(self, counter: DiskCounter) -> None:
        with pytest.raises(NotANumber):
            counter.incr("kit:n", math.nan, operation="a")
        assert counter.incr("kit:n", 2, operation="a") == 2

    def test_only_the_latest_are_remembered(
        self, counter: DiskCounter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The bound is lowered; the look comes once in 1024 names."""
        monkeypatch.setattr(counter_table, "OPERATIONS_KEPT", 100)
        path = database(tmp_path, "cache/counters")
        counter.incr("kit:n", operation="first")
        run(path, "WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 1023)"
            " INSERT INTO HexcacheName SELECT i, (SELECT rowid FROM Cache), 'op' || i FROM n")  # fmt: skip
        counter.incr("kit:n", operation="last")
        assert run(path, "SELECT count(*), min(id), max(id) FROM HexcacheName") == [(100, 925, 1_024)]
        assert counter.incr("kit:n", operation="last") == 2
        assert counter.incr("kit:n", operation="first") == 3


class TestLimiters:
    """The rules of the domain, one transaction a step."""

    @pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.kind)
    def test_it_grants_what_the_rule_grants(
        self, counter: DiskCounter, moved_clock: MovedClock, rule: RateRule
    ) -> None:
        state = None
        for step in range(60):
            state, expected = rule.advance(state, moved_clock.wall(), 1 + step % 2)
            assert counter.spend("kit:l", rule, 1 + step % 2) == expected
            moved_clock.advance(0.25 * (step % 7))

    def test_a_refusal_and_a_question_write_nothing(self, counter: DiskCounter, tmp_path: Path) -> None:
        rule = FixedWindow(3, 10.0)
        path = database(tmp_path, "cache/counters")
        assert counter.spend("kit:l", rule, 0).allowed
        assert counter.spend("kit:l", rule, 4).allowed is False
        assert run(path, "SELECT count(*) FROM Cache") == [(0,)]
        assert counter.spend("kit:l", rule, 3).remaining == 0
        before = run(path, "SELECT * FROM Cache")
        assert counter.spend("kit:l", rule, 1).allowed is False
        assert run(path, "SELECT * FROM Cache") == before

    def test_a_state_is_forgotten_when_it_says_nothing_any_more(
        self, counter: DiskCounter, tmp_path: Path, moved_clock: MovedClock
    ) -> None:
        counter.spend("kit:l", FixedWindow(3, 10.0))
        ((end,),) = run(database(tmp_path, "cache/counters"), "SELECT expire_time FROM Cache")
        assert end == moved_clock.wall() + 10

    def test_a_rule_of_another_kind_begins_anew(self, counter: DiskCounter) -> None:
        assert counter.spend("kit:l", FixedWindow(3, 10.0), 3).remaining == 0
        assert counter.spend("kit:l", Gcra(3, 10.0), 3).allowed
        assert counter.spend("kit:l", FixedWindow(3, 10.0), 3).allowed

    @pytest.mark.parametrize("n", [-1, 1.5, "1", True], ids=repr)
    def test_units_that_are_none_change_nothing(self, counter: DiskCounter, n: int) -> None:
        counter.spend("kit:l", FixedWindow(3, 10.0))
        with pytest.raises(InvalidSetting):
            counter.spend("kit:l", FixedWindow(3, 10.0), n)
        assert counter.spend("kit:l", FixedWindow(3, 10.0), 0).remaining == 2


class TestBounds:
    """The directory, the limit, the end."""

    def test_counters_and_blobs_do_not_meet(self, tmp_path: Path, moved_clock: MovedClock) -> None:
        counter = DiskCounter(counters_at(tmp_path, moved_clock.wall))
        table = table_at(tmp_path, moved_clock.wall)
        counter.incr("kit:a")
        table.put("kit:a", b"blob", NEVER)
        table.clear_step("", table.begin_clear(""), None)
        assert counter.read("kit:a") == 1

    def test_two_objects_on_one_directory_agree(self, tmp_path: Path, moved_clock: MovedClock) -> None:
        one = DiskCounter.from_settings(settings_at(tmp_path), wall=moved_clock.wall)
        other = DiskCounter.from_settings(settings_at(tmp_path), wall=moved_clock.wall)
        assert [one.incr("kit:n"), other.incr("kit:n"), one.incr("kit:n")] == [1, 2, 3]
        one.close()
        one.close()
        with pytest.raises(StoreUnavailable, match="closed"):
            one.incr("kit:n")
        assert other.read("kit:n") == 3
        other.close()

    def test_a_full_directory_refuses_what_is_new_and_counts_on(self, tmp_path: Path, moved_clock: MovedClock) -> None:
        counter = DiskCounter(counters_at(tmp_path, moved_clock.wall, size_limit=2**20))
        counter.incr("kit:n")
        counter.add_members("kit:s", [f"{number:0900}" for number in range(600)])
        with pytest.raises(StoreRejected, match="size limit"):
            counter.incr("kit:new")
        assert counter.incr("kit:n") == 2
        assert counter.remove("kit:s") is True
        assert counter.incr("kit:new") == 1
