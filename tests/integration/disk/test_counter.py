"""Counters, limiters and sets on disk: exact, typed, ended by the injected clock, and told apart."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hexcache.adapters.outbound.disk import counter_table
from hexcache.adapters.outbound.disk.counter import DiskCounter
from hexcache.adapters.outbound.disk.counter_values import MOST, SET, Members, Spent, held, number_bytes, spent_bytes
from hexcache.domain.errors import (
    InvalidLifetime,
    InvalidSetting,
    NotANumber,
    StoreRejected,
    StoreUnavailable,
    UnsupportedValue,
)
from hexcache.domain.rate import FixedWindow, Gcra, RateRule, SlidingWindow
from hexcache.testing.clock import MovedClock
from tests.integration.disk.making import NEVER, counters_at, database, plant, run, settings_at, table_at

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


class TestSets:
    """Members."""

    def test_members_are_added_once(self, counter: DiskCounter) -> None:
        assert counter.members("kit:s") == frozenset()
        assert counter.add_members("kit:s", ["a", "b", "a"]) == 2
        assert counter.add_members("kit:s", {"b", "c"}) == 1
        assert counter.add_members("kit:s", ()) == 0
        assert counter.members("kit:s") == {"a", "b", "c"}

    def test_none_make_no_set(self, counter: DiskCounter) -> None:
        assert counter.add_members("kit:s", []) == 0
        assert counter.ttl("kit:s") is None

    def test_any_text_is_a_member(self, counter: DiskCounter) -> None:
        names = {"", " ", "ü", "\U0001f600", "nul\0nul", "a" * 10_000, "'; DROP TABLE Cache; --"}
        assert counter.add_members("kit:s", names) == len(names)
        assert counter.members("kit:s") == names

    def test_what_is_no_text_is_refused(self, counter: DiskCounter) -> None:
        members: list[str] = ["a", 7]  # type: ignore[list-item]  # what is tested
        with pytest.raises(UnsupportedValue):
            counter.add_members("kit:s", members)
        assert counter.members("kit:s") == frozenset()

    def test_a_set_ends_with_all_its_members(self, counter: DiskCounter, moved_clock: MovedClock) -> None:
        counter.add_members("kit:s", ["a"], ttl=10)
        moved_clock.advance(4)
        counter.add_members("kit:s", ["b"], ttl=100)
        assert counter.ttl("kit:s") == 6
        moved_clock.advance(6)
        assert counter.members("kit:s") == frozenset()
        assert counter.add_members("kit:s", ["b"]) == 1
        assert counter.members("kit:s") == {"b"}


class TestKinds:
    """An address holds one kind of thing."""

    def make(self, counter: DiskCounter) -> None:
        counter.incr("kit:n", 7)
        counter.add_members("kit:s", ["a"])
        counter.spend("kit:l", FixedWindow(3, 10.0), 2)

    def test_one_kind_is_not_taken_for_another(self, counter: DiskCounter) -> None:
        self.make(counter)
        wrong: list[tuple[str, Callable[[str], object]]] = [
            ("sl", counter.incr),
            ("ns", lambda address: counter.spend(address, FixedWindow(3, 10.0))),
            ("nl", lambda address: counter.add_members(address, ["b"])),
        ]
        for kinds, call in wrong:
            for kind in kinds:
                with pytest.raises(NotANumber):
                    call(f"kit:{kind}")
        assert [counter.read(f"kit:{kind}") for kind in "nsl"] == [7, None, None]
        assert [counter.members(f"kit:{kind}") for kind in "nsl"] == [frozenset(), {"a"}, frozenset()]
        assert [counter.ttl(f"kit:{kind}") for kind in "nsl"] == [NEVER, NEVER, None]
        assert counter.spend("kit:l", FixedWindow(3, 10.0), 0).remaining == 1

    def test_any_kind_is_removed_and_cleared(self, counter: DiskCounter) -> None:
        self.make(counter)
        assert [counter.remove(f"kit:{kind}") for kind in "nslx"] == [True, True, True, False]
        self.make(counter)
        counter.incr("kiu:n")
        assert counter.clear("kit:") == 3
        assert counter.clear("kit:") == 0
        assert counter.read("kiu:n") == 1

    def test_a_large_namespace_is_cleared_in_steps(self, counter: DiskCounter, tmp_path: Path) -> None:
        counter.incr("kit:")
        run(
            database(tmp_path, "cache/counters"),
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200)"
            " INSERT INTO Cache (key, raw, tag, mode, value) SELECT 'kit:' || i, 1, 0, 1, CAST('n5' AS BLOB) FROM n",
        )
        assert counter.read("kit:1200") == 5
        assert counter.clear("kit:") == 1_201

    @pytest.mark.parametrize(
        "value", [b"", b"n", b"n+5", b"n05", b"n1e5", b"n5 ", b"ninf", b"nnan", b"x5", b"r ", b"sx"]
    )
    def test_bytes_that_mean_nothing_are_left_alone(self, counter: DiskCounter, tmp_path: Path, value: bytes) -> None:
        counter.incr("kit:n")
        path = database(tmp_path, "cache/counters")
        plant(path, "kit:n", value=value)
        before = run(path, "SELECT * FROM Cache")
        assert counter.read("kit:n") is None
        for call in (
            lambda: counter.incr("kit:n"),
            lambda: counter.spend("kit:n", FixedWindow(1, 1.0)),
            lambda: counter.add_members("kit:n", ["a"]),
        ):
            with pytest.raises(NotANumber):
                call()
        assert run(path, "SELECT * FROM Cache") == before


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


NUMBERS = st.one_of(st.integers(-MOST, MOST), st.floats(-1e300, 1e300))


@settings(max_examples=300)
@given(number=NUMBERS)
def test_a_number_comes_back_as_it_was(number: float) -> None:
    found = held(number_bytes(number))
    assert type(found) is type(number)
    assert repr(found) == repr(number)


@settings(max_examples=200)
@given(state=st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=4))
def test_a_limiters_state_comes_back_as_it_was(state: list[float]) -> None:
    spent = Spent("gcra", tuple(state))
    assert held(spent_bytes(spent)) == spent


@settings(max_examples=500)
@given(
    data=st.one_of(
        st.binary(max_size=30), st.binary(max_size=30).map(lambda tail: b"n" + tail), st.text().map(str.encode)
    )
)
def test_any_bytes_mean_one_thing_or_nothing(data: bytes) -> None:
    """Nothing has two spellings, and no bytes are an error."""
    found = held(data)
    if isinstance(found, Members):
        assert data == SET
    elif isinstance(found, Spent):
        assert spent_bytes(found) == data
    elif found is not None:
        assert number_bytes(found) == data


def test_what_is_no_bytes_means_nothing() -> None:
    assert held(None) is None
    assert held("n5") is None
    assert held(5) is None
