"""What tests of the blocking world run on: threads. Written by hand in each world, with the same names."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any, Generic, TypeVar

from hexcache.testing.held import SAFETY_LIMIT, HeldTooLong

T = TypeVar("T")


class Running(Generic[T]):
    """A call that goes on beside the test."""

    def __init__(self, future: Future[T]) -> None:
        self.task = future

    def result(self) -> T:
        """What it returned; what it raised is raised."""
        return self.task.result(SAFETY_LIMIT)

    def error(self) -> BaseException | None:
        """What it raised, None if it returned."""
        return self.task.exception(SAFETY_LIMIT)

    @property
    def done(self) -> bool:
        """Whether it has ended."""
        return self.task.done()


def start(call: Callable[..., T], *args: Any, **options: Any) -> Running[T]:
    """Begin a call beside the test."""
    future: Future[T] = Future()

    def run() -> None:
        try:
            result = call(*args, **options)
        except BaseException as exc:  # noqa: BLE001 - it belongs to whoever asks for the result
            future.set_exception(exc)
        else:
            future.set_result(result)

    threading.Thread(target=run, name="test-caller", daemon=True).start()
    return Running(future)


def gather(calls: Sequence[Callable[[], T]]) -> list[T | BaseException]:
    """Make all calls at once; their results or errors, in order."""
    running = [start(call) for call in calls]
    return [error if (error := one.error()) is not None else one.result() for one in running]


def until(true: Callable[[], object]) -> None:
    """Wait until something becomes true; what never does fails the test."""
    end = time.monotonic() + SAFETY_LIMIT
    while not true():
        if time.monotonic() > end:
            raise HeldTooLong("something that a test waited for did not become true")
        time.sleep(0.0005)
