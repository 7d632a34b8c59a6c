"""An entry is fresh, then stale, then dead, and a deadline belongs to what follows it."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hexcache.domain.entry import PLAIN, Entry
from hexcache.domain.freshness import Freshness, judge_age
from tests.unit.domain.laws import law

ORDER = [Freshness.FRESH, Freshness.STALE, Freshness.DEAD]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (-1.0, Freshness.FRESH),
        (9.999, Freshness.FRESH),
        (10.0, Freshness.STALE),
        (19.999, Freshness.STALE),
        (20.0, Freshness.DEAD),
        (math.inf, Freshness.DEAD),
    ],
)
def test_the_three_ages(now: float, expected: Freshness) -> None:
    assert judge_age(Entry("k", 1, PLAIN, 10.0, 20.0, 0.0), now) is expected


def test_without_a_stale_window_freshness_ends_in_death() -> None:
    assert judge_age(Entry("k", 1, PLAIN, 10.0, 10.0, 0.0), 10.0) is Freshness.DEAD


def test_what_never_ends_is_always_fresh() -> None:
    assert judge_age(Entry("k", 1, PLAIN, math.inf, math.inf, 0.0), 1e300) is Freshness.FRESH


@law
@given(st.floats(0, 100), st.floats(0, 100), st.floats(0, 300), st.floats(0, 300))
def test_nothing_grows_younger(ttl: float, stale_ttl: float, now: float, later: float) -> None:
    entry = Entry("k", 1, PLAIN, ttl, ttl + stale_ttl, 0.0)
    assert ORDER.index(judge_age(entry, now + later)) >= ORDER.index(judge_age(entry, now))
