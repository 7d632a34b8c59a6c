"""What the contracts of the blocking world run on. Written by hand in each world.

Rule: calls that are to race start together, and a wait that does not end fails.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

import pytest

from hexcache.testing.held import SAFETY_LIMIT

T = TypeVar("T")

MARKS: Final[list[pytest.MarkDecorator]] = []
"""Marks of every contract class of this world."""

fixture = pytest.fixture
"""Declares a fixture that may wait."""


def together(calls: Sequence[Callable[[], T]]) -> list[T]:
    """Start every call at once, each in its thread, and return their results in order; the first error is raised."""
    start = threading.Barrier(len(calls), timeout=SAFETY_LIMIT)

    def begin(call: Callable[[], T]) -> T:
        start.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as threads:
        futures = [threads.submit(begin, call) for call in calls]
        return [future.result(SAFETY_LIMIT) for future in futures]


def interrupted(call: Callable[[], object], turns: int) -> None:  # noqa: ARG001  (the same call in both worlds)
    """Make the call: a blocking call cannot be cancelled."""
    call()
