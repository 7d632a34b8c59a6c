"""A fence that was observed before an invalidation is never found unchanged after it."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hexcache.domain.fence import STRIPES, FenceTable
from tests.unit.domain.laws import law

names = st.text("abcdefgh", min_size=1, max_size=2)
courses = st.lists(st.none() | names, max_size=30)
"""Names that are invalidated one after another; None invalidates everything."""


def run(table: FenceTable, course: list[str | None]) -> None:
    """Invalidate in order."""
    for name in course:
        if name is None:
            table.bump_all()
        else:
            table.bump(name)


@law
@given(st.sampled_from([1, 2, 64, STRIPES]), courses, names, courses)
@example(64, ["a", None], "a", ["b", None])
@example(64, [None], "a", ["a"])
def test_no_course_brings_an_observation_back(
    stripes: int, before: list[str | None], name: str, after: list[str | None]
) -> None:
    table = FenceTable(stripes)
    run(table, before)
    seen = table.observe(name)
    run(table, after)
    if name in after or None in after:
        assert table.observe(name) != seen


def test_an_observation_stands_while_nothing_happens() -> None:
    table = FenceTable()
    assert table.observe("a") == table.observe("a")


def test_a_bump_returns_the_new_observation() -> None:
    table = FenceTable()
    before = table.observe("a")
    assert table.bump("a") == table.observe("a") != before


def test_with_enough_stripes_most_other_names_are_left_alone() -> None:
    table = FenceTable()
    seen = {name: table.observe(name) for name in map(str, range(1000))}
    table.bump("bumped")
    assert sum(table.observe(name) != fence for name, fence in seen.items()) < 20


def test_a_table_has_a_fixed_size_whatever_is_bumped() -> None:
    table = FenceTable(2)
    run(table, [str(number) for number in range(100)])
    assert len({table.observe(str(number)) for number in range(100)}) <= 2


@pytest.mark.parametrize("stripes", [0, -4, 3, 4095])
def test_another_number_than_a_power_of_two_is_refused(stripes: int) -> None:
    with pytest.raises(ValueError, match=f"stripes is {stripes}: a power of two is needed"):
        FenceTable(stripes)
