"""Pinned steps of each rate rule, and what is refused as a rule."""

from __future__ import annotations

import math

import pytest

from hexcache.domain.errors import InvalidSetting
from hexcache.domain.rate import Decision, FixedWindow, Gcra, RateRule, SlidingWindow
from hexcache.domain.rate.rule import MAX_UNITS
from tests.unit.domain.rates import NOW


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
