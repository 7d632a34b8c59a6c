"""Rate rules never grant more than they say, refuse for nothing, and tell the truth about when to come back."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate, pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hexcache.domain.errors import InvalidSetting
from hexcache.domain.rate import Decision, FixedWindow, Gcra, RateRule, RateState, SlidingWindow
from hexcache.domain.rate.rule import MAX_UNITS, time_until, wait_for, window_start
from tests.unit.domain.laws import law

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


class TestClocks:
    """Clocks that step back."""

    @law
    @given(any_rule, st.floats(0, 0.99))
    def test_a_small_step_back_gives_nobody_more(self, rule: RateRule, step: float) -> None:
        state, _ = rule.advance(None, NOW, greatest(rule))
        _, decision = rule.advance(state, NOW - step * rule.period, 1)
        assert not decision.allowed
        assert rule.advance(state, NOW - step * rule.period + decision.retry_after, 1)[1].allowed

    @law
    @given(any_rule, st.integers(1, 12), st.floats(0, 0.99))
    def test_a_small_step_back_gives_nobody_less(self, rule: RateRule, n: int, step: float) -> None:
        state, decision = rule.advance(None, NOW, n)
        assert rule.advance(state, NOW - step * rule.period, 0)[1].remaining == decision.remaining

    @law
    @given(any_rule)
    def test_a_state_from_a_far_future_locks_nobody_out(self, rule: RateRule) -> None:
        state, _ = rule.advance(None, NOW + 3 * rule.period, greatest(rule))
        assert rule.advance(state, NOW, greatest(rule))[1].allowed

    @law
    @given(st.floats(-1e3, 1e10), st.floats(0.001, 1e9))
    @example(1.7e9 + 0.1, 0.1)
    @example(-1e-20, 1.0)
    def test_a_window_holds_its_moment(self, now: float, period: float) -> None:
        start = window_start(now, period)
        assert start <= now < start + period

    def test_a_window_that_rounding_would_end_at_once_begins_anew(self) -> None:
        now, period = 2669524180.1365113, 0.30686924035250185
        assert (now - now % period) + period <= now
        assert window_start(now, period) == now

    @law
    @given(st.floats(0, 1e10), st.floats(0, 1e10))
    def test_the_time_until_a_moment_reaches_it(self, now: float, moment: float) -> None:
        wait = time_until(now, moment)
        assert wait >= 0
        assert now + wait >= moment
        assert wait == 0 or now + math.nextafter(math.nextafter(wait, 0), 0) <= moment

    def test_a_difference_that_rounding_makes_too_short_is_lengthened(self) -> None:
        now, moment = 0.8555351939848865, 16.928423255643498
        assert now + (moment - now) < moment
        assert now + time_until(now, moment) >= moment

    def test_a_wait_is_corrected_until_it_fits(self) -> None:
        target = 1.0 + 2**-50
        assert 0.5 + wait_for(0.5, 1.0, lambda moment: moment >= target) == target


class TestExamples:
    """Pinned steps of each rule."""

    def test_fixed(self) -> None:
        rule = FixedWindow(2, 10)
        state, first = rule.advance(None, 101.0)
        assert first == Decision(True, 1, 0.0, 9.0)
        state, second = rule.advance(state, 102.0)
        assert second == Decision(True, 0, 0.0, 8.0)
        state, third = rule.advance(state, 103.0)
        assert third == Decision(False, 0, 7.0, 7.0)
        assert rule.advance(state, 110.0)[1] == Decision(True, 1, 0.0, 10.0)

    def test_sliding(self) -> None:
        rule = SlidingWindow(4, 10)
        state, _ = rule.advance(None, 109.0, 4)
        state, refused = rule.advance(state, 109.5)
        assert refused == Decision(False, 0, 3.0, 10.5)  # at 112.5 three of the four still count
        state, granted_one = rule.advance(state, 112.5)
        assert granted_one == Decision(True, 0, 0.0, 17.5)
        assert rule.advance(state, 113.0)[1] == Decision(False, 0, 2.0, 17.0)
        assert rule.advance(state, 120.0, 0)[1] == Decision(True, 3, 0.0, 10.0)
        assert rule.advance(state, 130.0, 0)[1] == Decision(True, 4, 0.0, 0.0)

    def test_sliding_weighs_the_window_before_by_the_share_that_is_left_of_it(self) -> None:
        rule = SlidingWindow(100, 8)
        state, _ = rule.advance(None, 800.0, 100)
        remaining = [rule.advance(state, 808.0 + step, 0)[1].remaining for step in range(9)]
        assert remaining == [0, 12, 25, 37, 50, 62, 75, 87, 100]

    def test_gcra(self) -> None:
        rule = Gcra(2, 10, burst=3)
        state, first = rule.advance(None, 100.0, 3)
        assert first == Decision(True, 0, 0.0, 15.0)
        state, refused = rule.advance(state, 102.0)
        assert refused == Decision(False, 0, 3.0, 13.0)
        state, granted_one = rule.advance(state, 105.0)
        assert granted_one == Decision(True, 0, 0.0, 15.0)

    def test_a_sum_with_rounding_is_still_granted_in_time(self) -> None:
        rule = Gcra(10, 1.0, burst=1)
        state, now = None, NOW
        for _ in range(100):
            state, decision = rule.advance(state, now)
            assert decision.allowed
            now += rule.advance(state, now)[1].retry_after
        assert now == pytest.approx(NOW + 10, abs=1e-4)

    def test_kinds_and_ttls(self) -> None:
        rules: list[RateRule] = [FixedWindow(3, 2), SlidingWindow(3, 2), Gcra(3, 2), Gcra(4, 2, burst=8)]
        assert [rule.kind for rule in rules] == ["fixed_window", "sliding_window", "gcra", "gcra"]
        assert [rule.state_ttl for rule in rules] == pytest.approx([2.0, 4.0, 2.001, 4.001])


class TestBadArguments:
    """What is refused at once, by name."""

    @pytest.mark.parametrize("kind", [FixedWindow, SlidingWindow, Gcra])
    @pytest.mark.parametrize("limit", [0, -1, True, 1.5, "3", None, MAX_UNITS + 1])
    def test_a_limit_that_is_none(self, kind: type[FixedWindow], limit: int) -> None:
        with pytest.raises(InvalidSetting, match=r"limit is .*accepted: a whole number"):
            kind(limit, 1.0)

    @pytest.mark.parametrize("kind", [FixedWindow, SlidingWindow, Gcra])
    @pytest.mark.parametrize("period", [0, -1.0, 0.0001, 1e10, math.inf, math.nan, True, "1", None])
    def test_a_period_that_is_none(self, kind: type[FixedWindow], period: float) -> None:
        with pytest.raises(InvalidSetting, match=r"period is .*accepted: seconds"):
            kind(1, period)

    @pytest.mark.parametrize("burst", [0, -1, True, 1.5, MAX_UNITS + 1])
    def test_a_burst_that_is_none(self, burst: int) -> None:
        with pytest.raises(InvalidSetting, match="burst is"):
            Gcra(1, 1.0, burst)

    @pytest.mark.parametrize("rule", [FixedWindow(3, 2), SlidingWindow(3, 2), Gcra(3, 2)])
    @pytest.mark.parametrize("n", [-1, 1.0, True, "1"])
    def test_a_number_of_units_that_is_none(self, rule: RateRule, n: int) -> None:
        with pytest.raises(InvalidSetting, match=r"n is .*accepted: a whole number of 0 or more"):
            rule.advance(None, NOW, n)
