"""The moved clock moves by exactly what was asked, and the entropies repeat."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hexcache.testing.clock import MovedClock
from hexcache.testing.entropy import ScriptedEntropy, SeededEntropy


def test_time_stands_still_by_itself() -> None:
    clock = MovedClock()
    assert (clock.monotonic(), clock.wall()) == (clock.monotonic(), clock.wall())


@given(ticks=st.lists(st.integers(0, 2**20), max_size=20))
def test_both_clocks_advance_exactly(ticks: list[int]) -> None:
    clock = MovedClock()
    start = clock.monotonic(), clock.wall()
    for tick in ticks:
        clock.advance(tick / 2**10)
    passed = sum(ticks) / 2**10
    assert (clock.monotonic(), clock.wall()) == (start[0] + passed, start[1] + passed)


def test_a_wall_jump_leaves_the_monotonic_clock_alone() -> None:
    clock = MovedClock(monotonic=5, wall=100)
    clock.wall_jump(-40)
    assert (clock.monotonic(), clock.wall()) == (5.0, 60.0)


@pytest.mark.parametrize("seconds", [-1, -0.001, math.inf, math.nan])
def test_time_does_not_go_back(seconds: float) -> None:
    with pytest.raises(ValueError, match="accepted"):
        MovedClock().advance(seconds)


def test_the_pair_follows() -> None:
    clock = MovedClock()
    clocks = clock.clocks
    clock.advance(3)
    assert (clocks.monotonic(), clocks.wall()) == (clock.monotonic(), clock.wall())
    assert "1003.0" in repr(clock)


def test_a_seed_repeats() -> None:
    one, other = SeededEntropy(7), SeededEntropy(7)
    assert [one.random(), one.randbytes(8)] == [other.random(), other.randbytes(8)]
    assert SeededEntropy(7).random() != SeededEntropy(8).random()
    assert repr(one) == "<SeededEntropy seed=7>"


def test_a_script_is_read_over_and_over() -> None:
    entropy = ScriptedEntropy([0.25, 0.75])
    assert [entropy.random() for _ in range(3)] == [0.25, 0.75, 0.25]
    assert entropy.drawn == 3


def test_scripted_tokens_do_not_repeat() -> None:
    entropy = ScriptedEntropy()
    tokens = [entropy.randbytes(2) for _ in range(300)]
    assert len(set(tokens)) == 300
    assert {len(token) for token in tokens} == {2}


@pytest.mark.parametrize("numbers", [[], [1.0], [-0.1], [0.5, math.nan]])
def test_a_script_holds_numbers_below_one(numbers: list[float]) -> None:
    with pytest.raises(ValueError, match="accepted"):
        ScriptedEntropy(numbers)
