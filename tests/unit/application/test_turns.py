"""Turns: in the order in which they came, whatever becomes of those in between."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hexcache.application.turns import Turn, TurnTable


def may_go(turn: Turn) -> bool:
    """Whether everything before a turn is past."""
    return all(before.done() for before in turn.before)


def test_turns_of_one_name_follow_each_other() -> None:
    table = TurnTable()
    first, second, third = (table.take(["k"]) for _ in range(3))
    assert (may_go(first), may_go(second), may_go(third)) == (True, False, False)
    table.end(first)
    assert (may_go(second), may_go(third)) == (True, False)
    table.end(second)
    table.end(third)
    assert len(table) == 0


def test_turns_of_other_names_go_at_once() -> None:
    table = TurnTable()
    table.take(["a", "b"])
    assert may_go(table.take(["c"]))
    assert not may_go(table.take(["b", "d"]))


def test_a_turn_that_ends_early_lets_nobody_overtake_those_before_it() -> None:
    table = TurnTable()
    first, early, last = (table.take(["k"]) for _ in range(3))
    table.end(early)
    assert not may_go(last)
    table.end(first)
    assert may_go(last)


def test_thousands_of_early_ends_cost_no_depth() -> None:
    table = TurnTable()
    first = table.take(["k"])
    waiting = [table.take(["k"]) for _ in range(5_000)]
    last = table.take(["k"])
    for turn in waiting:
        table.end(turn)
    table.end(first)
    assert may_go(last)


@given(st.lists(st.sets(st.sampled_from("abc"), min_size=1), max_size=12), st.randoms(use_true_random=False))
def test_no_turn_goes_before_an_earlier_one_that_shares_a_name(names: list[set[str]], random: object) -> None:
    table = TurnTable()
    turns = [table.take(sorted(some)) for some in names]
    over: set[int] = set()
    order = list(range(len(turns)))
    random.shuffle(order)  # type: ignore[attr-defined]  # a random.Random
    for ending in order:
        table.end(turns[ending])
        over.add(ending)
        for place, turn in enumerate(turns):
            if place not in over and may_go(turn):
                assert all(before in over for before in range(place) if names[before] & names[place])
    assert len(table) == 0
    assert all(may_go(turn) for turn in turns)
