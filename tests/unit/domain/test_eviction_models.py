"""LRU and earliest expiry, each against the plainest model of it."""

from __future__ import annotations

from collections import OrderedDict
from math import inf

import pytest
from hypothesis import given

from hexcache.domain.eviction.expiry import EarliestExpiry
from hexcache.domain.eviction.lru import Lru
from tests.unit.domain.eviction_drive import STEPS, Driver, entry


@given(steps=STEPS)
def test_lru_is_an_ordered_dict(steps: list[tuple[str, str, float]]) -> None:
    driver = Driver(Lru(12))
    model: OrderedDict[str, None] = OrderedDict()
    for action, name, seconds in steps:
        if action == "victim" and model:
            expected, _ = model.popitem(last=False)
            assert driver.evict().name == expected
            continue
        driver.do(action, name, seconds)
        if action == "admit" or (action == "hit" and name in model):
            model[name] = None
            model.move_to_end(name)
        elif action == "discard":
            model.pop(name, None)
        elif action == "clear":
            model.clear()
    assert [kept.name for kept in driver.policy] == list(model)


@given(steps=STEPS)
def test_earliest_expiry_is_a_sorted_list(steps: list[tuple[str, str, float]]) -> None:
    driver = Driver(EarliestExpiry(12))
    model: dict[str, tuple[float, int]] = {}
    for turn, (action, name, seconds) in enumerate(steps):
        if action == "victim" and model:
            expected = min(model, key=lambda held: model[held])
            del model[expected]
            assert driver.evict().name == expected
            continue
        if action == "admit":
            dead_at = driver.now + seconds
            before = model.get(name)
            model[name] = before if before is not None and before[0] == dead_at else (dead_at, turn)
        driver.do(action, name, seconds)
        if action == "discard":
            model.pop(name, None)
        elif action == "clear":
            model.clear()
    assert [driver.evict().name for _ in range(len(model))] == sorted(model, key=lambda held: model[held])


def test_lru_wants_to_be_told_of_hits_and_the_others_do_not() -> None:
    assert (Lru(1).reorders_on_hit, Lru(1).mark_limit) == (True, 0)
    assert (EarliestExpiry(1).reorders_on_hit, EarliestExpiry(1).mark_limit) == (False, 0)


@pytest.mark.parametrize("dead_at", [inf, 7.0])
def test_earliest_expiry_with_one_deadline_is_first_in_first_out(dead_at: float) -> None:
    driver = Driver(EarliestExpiry(4))
    for name in "dbca":
        driver.admit(entry(name, dead_at))
    driver.hit("d")
    driver.admit(entry("b", dead_at))
    assert [driver.evict().name for _ in range(4)] == ["d", "b", "c", "a"]


@pytest.mark.parametrize("held", [0, 1, 50])
def test_the_heap_is_bounded_by_what_is_held_however_much_is_deleted(held: int) -> None:
    policy = EarliestExpiry(1000)
    for number in range(held):
        policy.admit(entry(f"kept{number}", 5.0), 0.0)
    for number in range(1000):
        gone = entry("gone", float(number))
        policy.admit(gone, 0.0)
        policy.discard(gone)
        assert len(policy._heap) <= 2 * held + 34
    assert len(policy) == held
