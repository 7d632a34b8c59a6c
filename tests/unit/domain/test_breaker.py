"""The breaker opens on enough failures, grants one probe at a time, and closes on a probe's success."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from hexcache.domain.breaker import Breaker, BreakerRule, BreakerState
from hexcache.domain.errors import InvalidSetting
from tests.unit.domain.laws import law

CLOSED, OPEN, HALF_OPEN = BreakerState.CLOSED, BreakerState.OPEN, BreakerState.HALF_OPEN


def opened(at: float = 0.0) -> Breaker:
    """A breaker of the default rule that opened at the given time."""
    breaker = Breaker(BreakerRule())
    assert [breaker.failed(at) for _ in range(5)] == [False, False, False, False, True]
    return breaker


class TestClosed:
    """Before anything went wrong."""

    def test_everything_is_let_through(self) -> None:
        breaker = Breaker(BreakerRule())
        assert breaker.state is CLOSED
        assert breaker.opens == 0
        assert breaker.permit(0.0)
        assert not breaker.succeeded(0.0)

    def test_the_last_failure_opens_it_and_says_so(self) -> None:
        breaker = opened(3.0)
        assert breaker.state is OPEN
        assert breaker.opens == 1
        assert breaker.retry_at == 5.0

    def test_failures_that_are_spread_out_do_not_open_it(self) -> None:
        breaker = Breaker(BreakerRule(failures=3, window=10.0))
        assert not any(breaker.failed(now) for now in (0.0, 5.0, 10.0, 15.0, 20.0))
        assert breaker.state is CLOSED
        assert breaker.failed(24.9)

    def test_successes_in_between_do_not_hide_failures(self) -> None:
        breaker = Breaker(BreakerRule(failures=3, window=10.0))
        seen: list[bool] = []
        for now in (0.0, 1.0, 2.0):
            assert breaker.permit(now)
            breaker.succeeded(now)
            seen.append(breaker.failed(now))
        assert seen == [False, False, True]

    @law
    @given(st.integers(1, 5), st.lists(st.floats(0, 4), max_size=40))
    def test_it_opens_with_the_first_failure_that_completes_a_full_window(
        self, failures: int, pauses: list[float]
    ) -> None:
        breaker = Breaker(BreakerRule(failures=failures, window=10.0))
        now, seen = 0.0, list[float]()
        for pause in pauses:
            now += pause
            seen.append(now)
            full = sum(1 for moment in seen if now - moment < 10.0) >= failures
            assert breaker.failed(now) is full
            if full:
                break


class TestOpen:
    """While it is left alone, and the probe."""

    def test_nothing_is_let_through_until_the_retry(self) -> None:
        breaker = opened()
        assert not breaker.permit(0.0)
        assert not breaker.permit(1.999)
        assert breaker.state is OPEN

    def test_then_one_probe_is_granted(self) -> None:
        breaker = opened()
        assert [breaker.permit(2.0) for _ in range(3)] == [True, False, False]
        assert breaker.state is HALF_OPEN

    def test_late_outcomes_of_calls_that_began_before_change_nothing(self) -> None:
        breaker = opened()
        assert not breaker.failed(1.0)
        assert not breaker.succeeded(1.0)
        assert breaker.state is OPEN
        assert breaker.retry_at == 2.0
        assert breaker.opens == 1

    def test_a_probe_that_never_reports_is_granted_anew(self) -> None:
        breaker = opened()
        assert breaker.permit(2.0)
        assert not breaker.permit(3.9)
        assert breaker.permit(4.0)
        assert not breaker.permit(4.0)
        assert breaker.state is HALF_OPEN

    def test_a_success_closes_it_says_so_and_forgets_everything(self) -> None:
        breaker = opened()
        breaker.permit(2.0)
        assert breaker.succeeded(2.5)
        assert breaker.state is CLOSED
        assert breaker.permit(2.5)
        assert [breaker.failed(3.0) for _ in range(5)] == [False, False, False, False, True]
        assert breaker.retry_at == 5.0

    def test_each_failed_probe_doubles_the_time_up_to_the_bound(self) -> None:
        breaker = opened()
        spans: list[float] = []
        for _ in range(7):
            now = breaker.retry_at
            assert breaker.permit(now)
            assert breaker.failed(now)
            assert breaker.state is OPEN
            spans.append(breaker.retry_at - now)
        assert spans == [4.0, 8.0, 16.0, 32.0, 60.0, 60.0, 60.0]
        assert breaker.opens == 8

    def test_after_it_closed_the_time_is_the_first_one_again(self) -> None:
        breaker = opened()
        for _ in range(3):
            breaker.permit(breaker.retry_at)
            breaker.failed(breaker.retry_at)
        breaker.permit(breaker.retry_at)
        breaker.succeeded(100.0)
        for _ in range(5):
            breaker.failed(100.0)
        assert breaker.retry_at == 102.0


class AnyCourse(RuleBasedStateMachine):
    """Whatever happens, at most one probe is under way, every change is reported, and no time is too long."""

    def __init__(self) -> None:
        super().__init__()
        self.rule = BreakerRule(failures=2, window=5.0, open_for=1.0, open_max=6.0)
        self.breaker = Breaker(self.rule)
        self.now = 0.0
        self.opens = 0

    @rule(pause=st.sampled_from([0.0, 0.125, 1.0, 2.5, 7.0]))  # their sums are exact
    def wait(self, pause: float) -> None:
        self.now += pause

    @rule()
    def ask(self) -> None:
        before, retry_at = self.breaker.state, self.breaker.retry_at
        granted = self.breaker.permit(self.now)
        assert granted == (before is CLOSED or self.now >= retry_at)
        if granted and before is not CLOSED:
            assert self.breaker.state is HALF_OPEN
            assert not self.breaker.permit(self.now)

    @rule()
    def succeed(self) -> None:
        before = self.breaker.state
        closed = self.breaker.succeeded(self.now)
        assert closed == (before is HALF_OPEN)
        assert self.breaker.state is (CLOSED if closed else before)

    @rule()
    def fail(self) -> None:
        before = self.breaker.state
        now_open = self.breaker.failed(self.now)
        assert now_open == (before is not OPEN and self.breaker.state is OPEN)
        assert before is not HALF_OPEN or now_open
        self.opens += now_open

    @invariant()
    def openings_are_counted(self) -> None:
        assert self.breaker.opens == self.opens

    @precondition(lambda self: self.breaker.state is not CLOSED)
    @invariant()
    def it_is_never_left_alone_for_longer_than_the_bound(self) -> None:
        assert self.breaker.retry_at - self.now <= self.rule.open_max


TestAnyCourse = AnyCourse.TestCase
TestAnyCourse.settings = law


class TestRule:
    """What a rule may be."""

    @pytest.mark.parametrize("failures", [0, -1, True, 1.5, "5"])
    def test_failures_are_a_positive_number(self, failures: int) -> None:
        with pytest.raises(InvalidSetting, match=r"failures is .*accepted: a whole number of 1 or more"):
            BreakerRule(failures=failures)

    @pytest.mark.parametrize("name", ["window", "open_for", "open_max"])
    @pytest.mark.parametrize("value", [0, -1.0, math.inf, math.nan, True, "2s"])
    def test_times_are_positive_seconds(self, name: str, value: float) -> None:
        with pytest.raises(InvalidSetting, match=rf"{name} is .*accepted: seconds"):
            BreakerRule(**{name: value})  # type: ignore[arg-type]  # wrong on purpose, and by name

    def test_the_longest_time_is_no_shorter_than_the_first(self) -> None:
        with pytest.raises(InvalidSetting, match=r"open_max is 1.0; accepted: 2.0"):
            BreakerRule(open_for=2.0, open_max=1.0)
