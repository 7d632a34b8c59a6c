"""Numbers are as exact on a server as in Python: whole ones of any length, floats to the last bit."""

from __future__ import annotations

import math
import operator
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from hexcache.domain.errors import InvalidLifetime, NotANumber
from hexcache.domain.increment import MOST, Increment
from tests.integration.redis.counter.counting import Desk, desk
from tests.servers.single import Server

EDGES = [10**14, 10**15, 10**16, 2**52, 2**53, 2**63, 2**64, 10**28, 10**42, MOST]
NEAR_EDGES = st.builds(lambda edge, more, sign: sign * (edge + more), st.sampled_from(EDGES), st.integers(-2, 2),
                       st.sampled_from([1, -1])).filter(lambda number: -MOST <= number <= MOST)  # fmt: skip
WHOLE = st.one_of(st.integers(-100, 100), st.integers(-(2**70), 2**70), NEAR_EDGES, st.integers(-MOST, MOST))
FLOATS = st.one_of(st.floats(-1e300, 1e300), NEAR_EDGES.map(float), st.sampled_from([0.1, -0.0, 5e-324, 0.5]))
NUMBERS = st.one_of(WHOLE, FLOATS)
STEPS = st.lists(st.tuples(NUMBERS, st.none() | NUMBERS), min_size=1, max_size=6)


@pytest.fixture(scope="module")
def numbers(valkey: Server) -> Iterator[Desk]:
    with desk(valkey, "numbers:") as one:
        yield one
        one.counter.clear("")


def bits(number: float) -> tuple[type, str]:
    """What tells two numbers apart that are equal: whole or not, and the sign of zero."""
    return type(number), repr(number)


def added(number: float, by: float, floor: float | None) -> float:
    """What Python makes of it; None where the sum is out of range."""
    total = operator.add(number, by)
    if not -MOST <= total <= MOST:
        raise NotANumber
    return total if floor is None or total >= floor else floor


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
@example(steps=[(2**53, None), (1, None), (2.0**53, None)])
@example(steps=[(10**15 - 1, None), (1, None), (-(10**15), None)])
@example(steps=[(10**28, None), (-1, None), (1 - 10**28, None)])
@example(steps=[(MOST, None), (1, None), (-MOST, None), (-MOST, None), (-1, None)])
@example(steps=[(1e300, None), (1.0, None), (1e300, 0)])
@example(steps=[(-5, -0.0), (0, 0), (2**53 + 1, 2.0**53 + 2), (-1, 2.0**53)])
@example(steps=[(2**80, 2.0**80), (-1, 2.0**80), (1, 2**80 + 1)])
def test_sums_and_floors_are_those_of_python(numbers: Desk, steps: list[tuple[float, float | None]]) -> None:
    address, number = numbers.new_address(), None
    for by, floor in steps:
        try:
            expected = added(0 if number is None else number, by, floor)
        except NotANumber:
            with pytest.raises(NotANumber, match="out of range"):
                numbers.counter.incr(address, by, floor=floor)
        else:
            assert bits(numbers.counter.incr(address, by, floor=floor)) == bits(expected)
            number = expected
        told = numbers.counter.read(address)
        assert told == number
        assert number is None or bits(number) == bits(told if told is not None else math.nan)


@pytest.mark.parametrize("bad", ["1", None, True, math.nan, math.inf, -math.inf, 10 * MOST, [1]], ids=repr)
def test_what_is_no_number_is_refused_before_a_trip(numbers: Desk, bad: Any) -> None:
    address = numbers.new_address()
    told = numbers.counter.incr_many([Increment(address, bad), Increment(address, 2)])
    assert [type(told[0]), told[1]] == [NotANumber, 2]
    with pytest.raises(NotANumber, match="by is"):
        numbers.counter.incr(address, bad)
    if bad is not None:
        with pytest.raises(NotANumber, match="floor is"):
            numbers.counter.incr(address, 1, floor=bad)
    assert numbers.counter.read(address) == 2


@pytest.mark.parametrize("ttl", [0, -1, math.nan, "soon"], ids=repr)
def test_a_bad_life_is_refused_before_a_trip(numbers: Desk, ttl: Any) -> None:
    address = numbers.new_address()
    with pytest.raises(InvalidLifetime):
        numbers.counter.incr(address, ttl=ttl)
    with pytest.raises(InvalidLifetime):
        numbers.counter.add_members(address, ["a"], ttl=ttl)
    assert numbers.client.exists(numbers.key(address)) == 0


def test_a_life_that_is_refreshed_may_become_endless_and_end_again(numbers: Desk) -> None:
    address = numbers.new_address()
    numbers.counter.incr(address, ttl=10)
    numbers.counter.incr(address, refresh_ttl=True)
    assert numbers.counter.ttl(address) == math.inf
    assert numbers.client.pttl(numbers.key(address)) == -1
    numbers.counter.incr(address, ttl=1e300, refresh_ttl=True)
    assert numbers.counter.ttl(address) == 1e300
    numbers.counter.incr(address, ttl=10, refresh_ttl=True)
    assert numbers.counter.ttl(address) == 10
    numbers.time.now += 10
    assert numbers.counter.incr(address) == 1
    assert numbers.counter.ttl(address) == math.inf
