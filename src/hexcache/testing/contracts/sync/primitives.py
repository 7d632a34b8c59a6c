"""What the contracts of the blocking world run on. Written by hand in each world.

Rule: calls that are to race start together, and a wait that does not end fails.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, Generic, TypeVar

import pytest

from hexcache.testing.held import SAFETY_LIMIT, HeldTooLong

T = TypeVar("T")

MARKS: Final[list[pytest.MarkDecorator]] = []
"""Marks of every contract class of this world."""

fixture = pytest.fixture
"""Declares a fixture that may wait."""


def together(calls: Sequence[Callable[[], T]]) -> list[T]:
    """Start every call at once, each in its thread, and return their results in order; the first error is raised."""
    signal = threading.Barrier(len(calls), timeout=SAFETY_LIMIT)

    def begin(call: Callable[[], T]) -> T:
        signal.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as threads:
        futures = [threads.submit(begin, call) for call in calls]
        return [future.result(SAFETY_LIMIT) for future in futures]


def interrupted(call: Callable[[], object], turns: int) -> None:  # noqa: ARG001  (the same call in both worlds)
    """Make the call: a blocking call cannot be cancelled."""
    call()


class Started(Generic[T]):
    """A call that goes on beside the test."""

    def __init__(self, future: Future[T]) -> None:
        self._future = future

    def result(self) -> T:
        """What it returned; what it raised is raised."""
        return self._future.result(SAFETY_LIMIT)

    @property
    def done(self) -> bool:
        """Whether it has ended."""
        return self._future.done()

    def abandon(self) -> None:
        """Leave it alone: a blocking call cannot be cancelled."""


def start(call: Callable[[], T]) -> Started[T]:
    """Begin a call beside the test, in a thread that does not keep the process alive."""
    future: Future[T] = Future()

    def run() -> None:
        try:
            future.set_result(call())
        except BaseException as exc:  # noqa: BLE001 - it is handed to whoever asks for the result
            future.set_exception(exc)

    threading.Thread(target=run, daemon=True).start()
    return Started(future)


def eventually(call: Callable[[], object], expected: object) -> None:
    """Make a call again and again until it answers as expected; what never does fails the test."""
    end = time.monotonic() + SAFETY_LIMIT
    answer = call()
    while answer != expected:
        if time.monotonic() > end:
            raise HeldTooLong(f"the answer stayed {answer!r} and never became {expected!r}")
        time.sleep(0.001)  # what is waited for happens in another thread and has no event
        answer = call()


async def foreign_loader() -> str:
    """A loader of the other world."""
    return "from the other world"
