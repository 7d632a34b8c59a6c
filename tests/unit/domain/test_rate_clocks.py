"""Rate rules bear clocks that step back and numbers that are rounded."""

from __future__ import annotations

import math

from hypothesis import example, given
from hypothesis import strategies as st

from hexcache.domain.rate import RateRule
from hexcache.domain.rate.rule import time_until, wait_for, window_start
from tests.unit.domain.laws import law
from tests.unit.domain.rates import NOW, any_rule, greatest


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
