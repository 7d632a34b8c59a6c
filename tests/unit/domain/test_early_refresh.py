"""Early refresh follows the chances of XFetch, and needs no draw where they are negligible."""

from __future__ import annotations

import math
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hexcache.domain.early_refresh import LEAST_TTL_IN_COSTS, QUIET_CHANCE, applies, quiet_until, should_refresh
from tests.unit.domain.laws import law

times = st.floats(0, 1e6)
costs = st.floats(0.001, 100)
betas = st.floats(0.1, 10)
draws = st.floats(0, 1, exclude_max=True)


def chance(left: float, cost: float, beta: float = 1.0) -> float:
    """The share of draws that refresh, found by halving between draws that do and draws that do not."""
    low, high = 0.0, 1.0
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if should_refresh(0.0, left, cost, beta, middle) else (low, middle)
    return low


@pytest.mark.parametrize(
    ("left", "expected"),
    [(10.0, 1.3888e-11), (2.0, 0.0067379), (0.4, 0.3678794), (0.1, 0.7788008)],
)
def test_the_chance_at_a_cost_of_400_ms_is_pinned(left: float, expected: float) -> None:
    assert chance(left, 0.4) == pytest.approx(expected, rel=1e-3)


@law
@given(st.floats(0.01, 20), costs, betas)
def test_the_chance_is_exponential_in_the_time_left(spans: float, cost: float, beta: float) -> None:
    assert chance(spans * cost * beta, cost, beta) == pytest.approx(math.exp(-spans), rel=1e-6)


@law
@given(times, times, costs, betas, draws, st.floats(0, 100))
def test_what_refreshes_now_refreshes_later(
    now: float, expiry: float, cost: float, beta: float, u: float, later: float
) -> None:
    assert should_refresh(now + later, expiry, cost, beta, u) >= should_refresh(now, expiry, cost, beta, u)


@law
@given(times, costs, betas, draws)
def test_from_the_end_on_every_request_refreshes(now: float, cost: float, beta: float, u: float) -> None:
    assert should_refresh(now, now, cost, beta, u)
    assert not should_refresh(now, math.inf, cost, beta, u)


@law
@given(times, times, draws)
def test_without_cost_or_eagerness_only_the_end_refreshes(now: float, expiry: float, u: float) -> None:
    assert should_refresh(now, expiry, 0.0, 1.0, u) == (now >= expiry)
    assert should_refresh(now, expiry, 1.0, 0.0, u) == (now >= expiry)


def test_a_draw_of_zero_is_the_least_draw_and_no_error() -> None:
    assert should_refresh(0.0, 36.7, 1.0, 1.0, 0.0)
    assert not should_refresh(0.0, 36.8, 1.0, 1.0, 0.0)


@law
@given(st.floats(0, 1e4), costs, betas)
def test_before_the_quiet_time_ends_the_chance_is_negligible_and_after_it_is_not(
    fresh_until: float, cost: float, beta: float
) -> None:
    quiet = quiet_until(fresh_until, cost, beta)
    assert quiet < fresh_until
    assert chance(fresh_until - quiet, cost, beta) == pytest.approx(QUIET_CHANCE, rel=1e-3)


def test_what_never_ends_is_always_quiet() -> None:
    assert quiet_until(math.inf, 1.0, 1.0) == math.inf


def test_the_first_of_many_requests_refreshes_early_and_not_much_too_early() -> None:
    draw = Random(7).random
    early: list[float] = []
    for _ in range(200):
        now = 0.0
        while not should_refresh(now, 60.0, 0.5, 1.0, draw()):
            now += 0.1
        early.append(60.0 - now)
    assert min(early) > 0
    assert 0.5 < sum(early) / len(early) < 2.5


@pytest.mark.parametrize(
    ("ttl", "cost", "expected"),
    [
        (60.0, 0.0, False),
        (60.0, -1.0, False),
        (60.0, 6.0, True),
        (59.9, 6.0, False),
        (math.inf, 1.0, True),
        (math.inf, math.inf, False),
        (60.0, math.nan, False),
    ],
)
def test_it_applies_where_loads_are_short_beside_the_ttl(ttl: float, cost: float, expected: bool) -> None:
    assert applies(ttl, cost) is expected
    assert LEAST_TTL_IN_COSTS == 10
