"""Rate rules never grant more than they say, refuse for nothing, and tell the truth about when to come back."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hexcache.domain.rate import Decision, FixedWindow, Gcra, RateRule, RateState, SlidingWindow
from tests.unit.domain.laws import law
from tests.unit.domain.rates import NOW, after, any_rule, asked, eighths, granted, greatest, limits, strides


class TestBounds:
    """How much is granted."""

    @law
    @given(limits, eighths, asked)
    def test_a_fixed_window_never_grants_more_than_its_limit(
        self, limit: int, period: float, requests: list[tuple[float, int]]
    ) -> None:
        spent: dict[int, int] = {}
        for now, n in granted(FixedWindow(limit, period), requests):
            window = math.floor(Fraction(now) / Fraction(period))
            spent[window] = spent.get(window, 0) + n
        assert all(total <= limit for total in spent.values())

    @law
    @given(limits, eighths, asked)
    def test_a_sliding_window_grants_its_limit_in_a_whole_window_and_less_than_twice_that_in_any(
        self, limit: int, period: float, requests: list[tuple[float, int]]
    ) -> None:
        passed = granted(SlidingWindow(limit, period), requests)
        spent: dict[int, int] = {}
        for now, n in passed:
            window = math.floor(Fraction(now) / Fraction(period))
            spent[window] = spent.get(window, 0) + n
            assert sum(units for moment, units in passed if now - period < moment <= now) < 2 * limit
        assert all(total <= limit for total in spent.values())

    @pytest.mark.parametrize("spacing", [1 / 8, 1 / 16, 3 / 32])
    def test_for_even_traffic_a_sliding_window_is_wrong_by_at_most_one(self, spacing: float) -> None:
        rule = SlidingWindow(20, 1.0)
        state: RateState | None = None
        passed: list[float] = []
        for step in range(100):
            now = step * spacing
            state, decision = rule.advance(state, now)
            passed.append(now)
            assert abs(decision.remaining - (20 - sum(now - 1.0 < moment for moment in passed))) <= 1

    @law
    @given(limits, eighths, st.none() | limits, asked)
    def test_gcra_grants_a_burst_and_then_its_rate_in_any_span(
        self, limit: int, period: float, burst: int | None, requests: list[tuple[float, int]]
    ) -> None:
        rule = Gcra(limit, period, burst)
        passed = granted(rule, requests)
        for first, (begin, _) in enumerate(passed):
            for last in range(first, len(passed)):
                span = passed[last][0] - begin
                assert sum(n for _, n in passed[first : last + 1]) <= rule.capacity + span * limit / period + 1e-9

    @law
    @given(limits, eighths, asked)
    def test_gcra_without_a_burst_keeps_units_apart(
        self, limit: int, period: float, requests: list[tuple[float, int]]
    ) -> None:
        passed = [now for now, _ in granted(Gcra(limit, period, burst=1), requests)]
        assert all(later - earlier >= period / limit - 1e-9 for earlier, later in pairwise(passed))

    def test_gcra_limits_a_million_units_a_second_at_todays_wall_time(self) -> None:
        rule = Gcra(1_000_000, 1.0, burst=10)
        state: RateState | None = None
        spent = 0
        for tick in range(1000):
            state, decision = rule.advance(state, NOW + tick * 2e-6, 5)
            spent += 5 * decision.allowed
        assert spent == pytest.approx(2000, abs=20)


class TestDecisions:
    """What is answered."""

    @law
    @given(any_rule, strides, st.integers(0, 14))
    def test_a_refusal_leaves_the_state_as_it_is(
        self, rule: RateRule, requests: list[tuple[float, int]], n: int
    ) -> None:
        state, now = after(rule, requests)
        kept, decision = rule.advance(state, now, n)
        if state is not None and not decision.allowed:
            assert kept == state

    @law
    @given(any_rule, strides, st.integers(0, 14), st.floats(0, 3))
    def test_what_is_granted_now_is_granted_later(
        self, rule: RateRule, requests: list[tuple[float, int]], n: int, later: float
    ) -> None:
        state, now = after(rule, requests)
        _, decision = rule.advance(state, now, n)
        _, then = rule.advance(state, now + later * rule.period, n)
        assert then.allowed >= decision.allowed

    @law
    @given(any_rule, strides, st.integers(0, 14))
    def test_waiting_as_told_is_enough_and_not_much_more_than_needed(
        self, rule: RateRule, requests: list[tuple[float, int]], n: int
    ) -> None:
        state, now = after(rule, requests)
        _, decision = rule.advance(state, now, n)
        if n > greatest(rule):
            assert decision.retry_after == math.inf
        elif decision.allowed:
            assert decision.retry_after == 0
        else:
            assert decision.retry_after > 0
            assert rule.advance(state, now + decision.retry_after, n)[1].allowed
            assert not rule.advance(state, now + decision.retry_after - 1e-5, n)[1].allowed

    @law
    @given(any_rule, strides, st.integers(0, 14))
    def test_what_remains_is_granted_and_one_more_is_not(
        self, rule: RateRule, requests: list[tuple[float, int]], n: int
    ) -> None:
        before, now = after(rule, requests)
        state, decision = rule.advance(before, now, n)
        assert 0 <= decision.remaining <= greatest(rule)
        assert rule.advance(state, now, decision.remaining)[1].allowed
        assert not rule.advance(state, now, decision.remaining + 1)[1].allowed

    @law
    @given(any_rule, strides, st.integers(0, 14))
    def test_after_the_reset_the_rule_is_as_good_as_new(
        self, rule: RateRule, requests: list[tuple[float, int]], n: int
    ) -> None:
        before, now = after(rule, requests)
        state, decision = rule.advance(before, now, n)
        assert rule.advance(state, now + decision.reset_after + 1e-5, greatest(rule))[1].allowed

    @law
    @given(any_rule, strides, st.floats(0, 3), st.integers(0, 14))
    def test_a_state_older_than_its_ttl_is_as_good_as_none(
        self, rule: RateRule, requests: list[tuple[float, int]], later: float, n: int
    ) -> None:
        state, now = after(rule, requests)
        then = now + rule.state_ttl + later * rule.period
        with_state = rule.advance(state, then, n)[1]
        without = rule.advance(None, then, n)[1]
        assert (with_state.allowed, with_state.remaining) == (without.allowed, without.remaining)

    @pytest.mark.parametrize("rule", [FixedWindow(3, 2), SlidingWindow(3, 2), Gcra(5, 2, burst=3)])
    def test_more_than_is_ever_granted_is_refused_for_ever(self, rule: RateRule) -> None:
        state, decision = rule.advance(None, NOW, 4)
        assert decision == Decision(False, 3, math.inf, decision.reset_after)
        assert rule.advance(state, NOW, 3)[1].allowed

    @law
    @given(any_rule)
    def test_an_untouched_rule_is_full_and_asking_for_nothing_spends_nothing(self, rule: RateRule) -> None:
        state, decision = rule.advance(None, NOW, 0)
        assert decision == Decision(True, greatest(rule), 0.0, 0.0)
        assert rule.advance(state, NOW, greatest(rule))[1].allowed
