"""Pauses double up to a bound, and a bounded number of names is remembered."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hexcache.domain.backoff import RefreshBackoff, delay
from hexcache.domain.errors import InvalidSetting
from tests.unit.domain.laws import law


class TestDelay:
    """The pause before an attempt."""

    def test_it_doubles_from_one_second_to_a_minute(self) -> None:
        assert [delay(attempt) for attempt in range(8)] == [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0]

    def test_it_takes_other_numbers(self) -> None:
        assert [delay(attempt, first=0.5, factor=3.0, most=5.0) for attempt in range(4)] == [0.5, 1.5, 4.5, 5.0]

    def test_no_number_of_failures_is_too_large(self) -> None:
        assert delay(10**9) == 60.0

    @law
    @given(st.integers(0, 5000), st.floats(0.001, 10), st.floats(1, 10), st.floats(10, 1000))
    def test_it_never_shrinks_and_stays_within_its_bounds(
        self, attempt: int, first: float, factor: float, most: float
    ) -> None:
        pause = delay(attempt, first, factor, most)
        assert first <= pause <= most
        assert delay(attempt + 1, first, factor, most) >= pause


class TestTable:
    """Names that failed."""

    def test_an_unknown_name_is_not_blocked(self) -> None:
        assert not RefreshBackoff().blocked("a", 0.0)

    def test_a_failure_blocks_until_the_time_that_it_returns(self) -> None:
        table = RefreshBackoff()
        assert table.failed("a", 100.0) == 101.0
        assert table.blocked("a", 100.999)
        assert not table.blocked("a", 101.0)
        assert not table.blocked("b", 100.0)

    def test_each_further_failure_blocks_for_longer(self) -> None:
        table = RefreshBackoff(first=1.0, most=5.0)
        assert [table.failed("a", 0.0) for _ in range(5)] == [1.0, 2.0, 4.0, 5.0, 5.0]
        assert len(table) == 1

    def test_a_success_forgets(self) -> None:
        table = RefreshBackoff()
        table.failed("a", 0.0)
        table.failed("a", 0.0)
        table.succeeded("a")
        table.succeeded("never failed")
        assert not table.blocked("a", 0.0)
        assert table.failed("a", 0.0) == 1.0

    def test_the_name_that_failed_longest_ago_is_dropped_first(self) -> None:
        table = RefreshBackoff(max_names=2)
        for name in ("a", "b", "a", "c"):
            table.failed(name, 0.0)
        assert [name for name in "abc" if table.blocked(name, 0.5)] == ["a", "c"]

    @law
    @given(st.integers(1, 5), st.lists(st.sampled_from("abcdefgh")))
    def test_no_more_names_are_remembered_than_allowed(self, bound: int, names: list[str]) -> None:
        table = RefreshBackoff(max_names=bound)
        for name in names:
            table.failed(name, 0.0)
            assert table.blocked(name, 0.0)
            assert len(table) <= bound

    @pytest.mark.parametrize(
        ("setting", "match"),
        [
            ({"first": 0.0}, r"first is 0.0"),
            ({"first": 61.0}, r"first is 61.0 and most is 60.0"),
            ({"factor": 0.5}, r"factor is 0.5"),
            ({"max_names": 0}, r"max_names is 0"),
        ],
    )
    def test_bad_numbers_are_refused_by_name(self, setting: dict[str, float], match: str) -> None:
        with pytest.raises(InvalidSetting, match=match):
            RefreshBackoff(**setting)  # type: ignore[arg-type]  # wrong on purpose, and by name
