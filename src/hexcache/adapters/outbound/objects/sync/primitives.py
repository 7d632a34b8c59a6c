"""Waiting in the blocking world. Its twin ``objects/aio/primitives.py`` is written by hand, with the same names.

Rule: what is made side by side is made by a few threads, which begin with the first such request and end with the
store. A call is bounded by the waits of the bucket and by not being repeated too late; whoever needs a bound to the
second waits for it from another thread.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from hexcache.adapters.outbound.objects.forking import tell_after_fork

T = TypeVar("T")

sleep = time.sleep
"""Waits so many seconds."""


@contextmanager
def ended_within(seconds: float) -> Iterator[None]:
    """Bound nothing: nobody can end what another's library waits for."""
    del seconds
    yield


class Crew:
    """Makes several calls side by side."""

    def __init__(self, most: int) -> None:
        """Begin nothing.

        Args:
            most: threads.
        """
        self._most = most
        self.forget_parent()
        tell_after_fork(self)

    def forget_parent(self) -> None:
        """Be as if just made: a fork takes no threads with it."""
        self._lock = threading.Lock()
        self._threads: ThreadPoolExecutor | None = None

    def run(self, calls: Sequence[Callable[[], T]]) -> list[T | Exception]:
        """What the calls answer, in their order; an error stands in the place of its call."""
        if len(calls) <= 1:
            return [_answer(call) for call in calls]
        begun = self._opened()
        futures = [begun.submit(_answer, call) for call in calls]
        return [future.result() for future in futures]

    def close(self) -> None:
        """Let the threads end when they are done. May be called again."""
        with self._lock:
            threads, self._threads = self._threads, None
        if threads is not None:
            threads.shutdown(wait=False)

    def _opened(self) -> ThreadPoolExecutor:
        with self._lock:
            if self._threads is None:
                self._threads = ThreadPoolExecutor(self._most, "hexcache-objects")
            return self._threads


def _answer(call: Callable[[], T]) -> T | Exception:
    try:
        return call()
    except Exception as exc:  # noqa: BLE001 - told in its place
        return exc
