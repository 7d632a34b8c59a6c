"""Whoever asks for a lease is told at once whether to load, and a wait is bounded whatever the answers are."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hexcache.domain.lease import (
    LeaseAnswer,
    LeaseRule,
    LeaseState,
    Pause,
    Proceed,
    Waiting,
    after_asking,
    begin_waiting,
)
from tests.unit.domain.laws import law

RULE = LeaseRule(ttl=10.0, wait=300.0, poll=0.05, poll_max=1.0)
HELD = LeaseAnswer(LeaseState.HELD, 10.0)

rules = st.builds(
    LeaseRule,
    ttl=st.floats(0.001, 1e6),
    wait=st.floats(0.0, 1e6),
    poll=st.floats(1e-6, 100),
    poll_max=st.floats(1e-6, 100),
)
answers = st.none() | st.builds(LeaseAnswer, st.sampled_from(LeaseState), st.floats(0.0, 1e6))
times = st.floats(-1e6, 1e6)
chances = st.floats(0.0, 1.0, exclude_max=True)


def pauses(rule: LeaseRule, remaining: float, u: float, *, steps: int) -> list[float]:
    """The pauses of one who meets a lease in other hands again and again, each time with so much left."""
    waiting, now, taken = begin_waiting(rule, 0.0), 0.0, []
    for _ in range(steps):
        step = after_asking(rule, waiting, LeaseAnswer(LeaseState.HELD, remaining), now, u)
        assert isinstance(step, Pause)
        taken.append(step.seconds)
        waiting, now = step.then, now + step.seconds
    return taken


@pytest.mark.parametrize(
    ("answer", "step"),
    [
        (LeaseAnswer(LeaseState.GRANTED, 10.0), Proceed.GRANTED),
        (LeaseAnswer(LeaseState.RESTING, 5.0), Proceed.RESTING),
        (None, Proceed.UNKNOWN),
    ],
)
@pytest.mark.parametrize("now", [0.0, 299.0, 300.0, 301.0])
def test_a_grant_a_rest_and_a_failure_end_a_wait_at_any_time(
    answer: LeaseAnswer | None, step: Proceed, now: float
) -> None:
    assert after_asking(RULE, Waiting(300.0, 7), answer, now, 0.5) is step


def test_a_wait_ends_when_its_time_is_over_and_not_before() -> None:
    waiting = begin_waiting(RULE, 50.0)
    assert waiting == Waiting(350.0)
    assert after_asking(RULE, waiting, HELD, 350.0, 0.0) is Proceed.WAITED
    last = after_asking(RULE, waiting, HELD, math.nextafter(350.0, 0), 0.0)
    assert isinstance(last, Pause)
    assert last.seconds == 350.0 - math.nextafter(350.0, 0)


def test_who_does_not_wait_proceeds_at_once() -> None:
    rule = LeaseRule(wait=0.0)
    assert after_asking(rule, begin_waiting(rule, 5.0), HELD, 5.0, 0.0) is Proceed.WAITED


def test_pauses_double_up_to_the_longest() -> None:
    top = math.nextafter(1.0, 0)
    assert pauses(RULE, 10.0, top, steps=7) == pytest.approx([0.05, 0.1, 0.2, 0.4, 0.8, 1.0, 1.0])


def test_chance_takes_up_to_half_of_a_pause() -> None:
    assert pauses(RULE, 10.0, 0.0, steps=3) == pytest.approx([0.025, 0.05, 0.1])


def test_a_lease_that_is_about_to_end_is_asked_for_at_its_end() -> None:
    assert pauses(RULE, 0.3, 0.0, steps=6)[-1] == 0.3
    assert pauses(RULE, 0.3, 0.5, steps=6)[-1] == 0.3 + 0.5 * 0.05
    assert pauses(RULE, 0.0, 0.0, steps=6)[-1] == 0.005


def test_a_first_pause_beyond_the_longest_counts() -> None:
    rule = LeaseRule(poll=4.0, poll_max=1.0)
    assert pauses(rule, 10.0, 0.0, steps=2) == [2.0, 2.0]


def test_a_lease_is_renewed_three_times_within_its_ttl() -> None:
    assert LeaseRule(ttl=9.0).renewal == 3.0


@law
@given(rules, st.floats(-1e6, 1e6), st.integers(0, 10_000), answers, times, chances)
def test_a_step_never_leads_beyond_the_end_of_the_wait(
    rule: LeaseRule, until: float, count: int, answer: LeaseAnswer | None, now: float, u: float
) -> None:
    step = after_asking(rule, Waiting(until, count), answer, now, u)
    if isinstance(step, Pause):
        assert answer is not None
        assert answer.state is LeaseState.HELD
        assert 0 < step.seconds <= until - now
        assert step.then == Waiting(until, count + 1)
        least = min(rule.poll / 10, until - now)
        assert least <= step.seconds <= max(rule.poll, rule.poll_max)
        assert step.seconds <= max(answer.remaining + rule.poll, least)
    else:
        assert (step is Proceed.GRANTED) is (answer is not None and answer.state is LeaseState.GRANTED)
        assert (step is Proceed.UNKNOWN) is (answer is None)
        assert (step is Proceed.WAITED) is (answer is not None and answer.state is LeaseState.HELD)
        assert step is not Proceed.WAITED or now >= until


@law
@given(st.floats(0.001, 10), st.floats(0.0, 20.0), st.lists(st.tuples(st.floats(0, 20), chances), max_size=30), chances)
def test_a_wait_ends_after_a_bounded_number_of_pauses(
    poll: float, wait: float, remains: list[tuple[float, float]], u: float
) -> None:
    rule = LeaseRule(wait=wait, poll=poll, poll_max=poll)
    waiting, now, steps = begin_waiting(rule, 0.0), 0.0, 0
    while True:
        remaining, chance = remains[steps] if steps < len(remains) else (10.0, u)
        step = after_asking(rule, waiting, LeaseAnswer(LeaseState.HELD, remaining), now, chance)
        if not isinstance(step, Pause):
            break
        now, waiting, steps = now + step.seconds, step.then, steps + 1
        assert steps <= 2 * wait / poll + 10 * len(remains) + 10
    assert step is Proceed.WAITED
    assert now == pytest.approx(wait)
