"""A tier's state: calm exactly while its breaker is closed and the last call did not fail."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hexcache.application.tier_state import TierState
from hexcache.domain.breaker import BreakerRule
from hexcache.domain.tiering import TierRule
from hexcache.ports.observer import TierEvent
from hexcache.testing.clock import MovedClock


@given(st.lists(st.sampled_from(["permit", "succeeded", "failed", "wait"]), max_size=30))
def test_a_calm_tier_lets_every_call_through_and_has_nothing_to_hear_of_its_success(course: list[str]) -> None:
    clock, told = MovedClock(), list[TierEvent]()
    state = TierState(
        "s", rule=TierRule(), deadline=1.0, breaker=BreakerRule(failures=2), max_repairs=1,
        clock=clock.monotonic, tell=told.append,
    )  # fmt: skip
    last_failed = False
    for step in course:
        if step == "wait":
            clock.advance(1.5)
        elif step == "permit":
            state.permit()
        elif step == "succeeded":
            state.succeeded()
            last_failed = False
        else:
            state.failed("get", "down")
            last_failed = True
        assert state.calm == (state.breaker == "closed" and not last_failed)
        if state.calm:
            before = (state.snapshot(), len(told))
            assert state.permit()
            state.succeeded()
            assert (state.snapshot(), len(told)) == before


def test_hits_and_what_was_read_in_vain_are_counted() -> None:
    state = TierState(
        "s", rule=TierRule(), deadline=1.0, breaker=BreakerRule(), max_repairs=1,
        clock=lambda: 0.0, tell=lambda _: None,
    )  # fmt: skip
    state.hit(10)
    state.hit(5)
    state.miss(7)
    assert [state.counters[name] for name in ("reads", "hits", "bytes_read")] == [3, 2, 22]
