"""Rate rules, courses of requests, and what is granted in them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from hypothesis import strategies as st

from hexcache.domain.rate import FixedWindow, Gcra, RateRule, RateState, SlidingWindow

NOW = 1_700_000_000.0

eighths = st.integers(1, 80).map(lambda count: count / 8)
"""Durations that floats add without rounding."""
limits = st.integers(1, 12)
asked = st.lists(st.tuples(st.integers(0, 40).map(lambda count: count / 8), st.integers(1, 4)), max_size=40)
"""Pauses, each followed by a request for some units."""
any_rule: st.SearchStrategy[RateRule] = st.one_of(
    st.builds(FixedWindow, limits, st.floats(0.01, 1000)),
    st.builds(SlidingWindow, limits, st.floats(0.01, 1000)),
    st.builds(Gcra, limits, st.floats(0.01, 1000), st.none() | limits),
)
strides = st.lists(st.tuples(st.floats(0, 1.5), st.integers(0, 14)), max_size=20)
"""Pauses in periods, each followed by a request for some units."""


def greatest(rule: RateRule) -> int:
    """How much the rule grants at once at best."""
    return rule.capacity if isinstance(rule, Gcra) else rule.limit


def granted(rule: RateRule, requests: Sequence[tuple[float, int]], start: float = 0.0) -> list[tuple[float, int]]:
    """The requests that were granted, each with its time."""
    times = accumulate((pause for pause, _ in requests), initial=start)
    next(times)
    state: RateState | None = None
    passed: list[tuple[float, int]] = []
    for now, (_, n) in zip(times, requests, strict=True):
        state, decision = rule.advance(state, now, n)
        if decision.allowed:
            passed.append((now, n))
    return passed


def after(rule: RateRule, requests: Sequence[tuple[float, int]]) -> tuple[RateState | None, float]:
    """The state after requests whose pauses are counted in periods, and the time."""
    state: RateState | None = None
    now = NOW
    for pause, n in requests:
        now += pause * rule.period
        state, _ = rule.advance(state, now, n)
    return state, now
