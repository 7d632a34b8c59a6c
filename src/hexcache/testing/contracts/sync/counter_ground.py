# Generated from src/hexcache/testing/contracts/aio/counter_ground.py by tools/unasync.py. Do not edit.
"""The ground that all laws of a counter stand on: fixtures and hooks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hexcache.ports.sync.counter import Counter
from hexcache.testing.clock import MovedClock
from hexcache.testing.contracts.sync.primitives import MARKS, fixture


class CounterGround:
    """Fixtures and hooks of the counter contract.

    Attributes:
        root: every address of the kit begins with it and a colon.
        tick: the finest difference of lives that the counter can tell, seconds.
    """

    pytestmark = MARKS
    root = "kit"
    tick = 2.0**-10

    @pytest.fixture
    def clock(self) -> MovedClock:
        """The time that the counter under test is given."""
        return MovedClock()

    @pytest.fixture
    def counter(self, clock: MovedClock) -> Counter:
        """The counter under test, empty; override it."""
        raise NotImplementedError("override the fixture `counter(self, clock)` and return your counter, empty")

    @pytest.fixture
    def second_counter(self, counter: Counter) -> Counter:
        """Another object on the same numbers, where there can be one; override it."""
        return counter

    def pass_time(self, clock: MovedClock, seconds: float) -> None:
        """Let time pass for the counter; override it where its time cannot be moved."""
        clock.advance(seconds)

    @fixture(autouse=True)
    def closed_at_the_end(self, counter: Counter) -> Iterator[None]:
        """After each test the counter can be closed, and closed again."""
        yield
        counter.close()
        counter.close()

    def at(self, key: str) -> str:
        """The address of a counter, as a cache would make it."""
        return f"{self.root}:{key}"
