"""The lane: a queue with holes, against a list."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hexcache.domain.entry import Entry
from hexcache.domain.eviction.lane import Lane
from tests.unit.domain.eviction_drive import entry

ACTIONS = st.lists(
    st.tuples(st.sampled_from(["push", "push", "pop", "leave", "swap", "clear"]), st.integers(0, 10**6)), max_size=300
)


@given(odd=st.booleans(), actions=ACTIONS)
def test_a_lane_is_a_list_that_is_read_from_the_front(odd: bool, actions: list[tuple[str, int]]) -> None:
    lane = Lane(odd=odd)
    model: list[Entry] = []
    for action, number in actions:
        if action == "push":
            model.append(entry(str(number)))
            lane.push(model[-1])
        elif action == "clear" and number % 20 == 0:
            lane.clear()
            assert not any(gone.home for gone in model)
            model.clear()
        elif not model:
            continue
        elif action == "pop":
            assert lane.pop() is model.pop(0)
        elif action == "leave":
            lane.leave(model.pop(number % len(model)))
        elif action == "swap":
            place = number % len(model)
            new = entry("new")
            lane.swap(model[place], new)
            assert model[place].home == 0
            model[place] = new
        assert list(lane) == model
        assert lane.live == len(model)
        assert all(kept.home & 1 == odd for kept in model)
        assert len({kept.home for kept in model} - {0}) == len(model)


def test_an_empty_lane_has_nothing_to_pop() -> None:
    lane = Lane(odd=False)
    with pytest.raises(IndexError):
        lane.pop()
    one = entry("a")
    lane.push(one)
    lane.leave(one)
    with pytest.raises(IndexError):
        lane.pop()


@pytest.mark.parametrize("held", [0, 1, 100])
def test_holes_never_outnumber_what_is_held_by_more_than_a_constant(held: int) -> None:
    lane = Lane(odd=True)
    for number in range(held):
        lane.push(entry(str(number)))
    for _ in range(2_000):
        gone = entry("gone")
        lane.push(gone)
        lane.leave(gone)
        assert lane.slots <= 2 * held + 33


@pytest.mark.parametrize("held", [1, 100])
def test_the_room_before_the_head_is_given_back(held: int) -> None:
    lane = Lane(odd=True)
    for number in range(held):
        lane.push(entry(str(number)))
    for _ in range(2_000):
        lane.push(lane.pop())
        assert lane.slots <= 2 * held + 35
