"""Tiers are changed deepest first, filled above what was found, and refuse by rule."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hexcache.domain.tiering import TierRule, deepest_first, fill_order
from tests.unit.domain.laws import law


def test_changes_reach_the_deepest_tier_first() -> None:
    assert list(deepest_first(3)) == [2, 1, 0]
    assert list(deepest_first(0)) == []


@law
@given(st.integers(0, 20))
def test_exactly_the_nearer_tiers_are_filled_deepest_first(found_at: int) -> None:
    order = list(fill_order(found_at))
    assert sorted(order) == list(range(found_at))
    assert order == sorted(order, reverse=True)


def test_a_rule_takes_everything_unless_told_otherwise() -> None:
    rule = TierRule()
    assert rule.ttl_cap == math.inf
    assert rule.read
    assert rule.refusal(10**12, 0.0) == ""


@pytest.mark.parametrize(
    ("rule", "size", "cost", "reason"),
    [
        (TierRule(write=False), 1, 1.0, "not written by configuration"),
        (TierRule(max_value_bytes=100), 100, 1.0, ""),
        (TierRule(max_value_bytes=100), 101, 1.0, "value of 101 bytes, limit 100"),
        (TierRule(max_value_bytes=0), 0, 1.0, ""),
        (TierRule(min_value_bytes=100), 100, 1.0, ""),
        (TierRule(min_value_bytes=100), 99, 1.0, "value of 99 bytes, smaller than 100"),
        (TierRule(min_cost=0.5), 1, 0.5, ""),
        (TierRule(min_cost=0.5), 1, 0.49, "load too cheap to store here"),
        (TierRule(min_cost=0.5), 1, 0.0, ""),
    ],
)
def test_a_refusal_gives_its_reason(rule: TierRule, size: int, cost: float, reason: str) -> None:
    assert rule.refusal(size, cost) == reason
