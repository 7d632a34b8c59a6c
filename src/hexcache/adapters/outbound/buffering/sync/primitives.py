"""Waiting in the blocking world, written by hand beside ``aio/primitives.py`` with the same names.

Rule: callers never wait without a bound. The worker's thread waits for the store for as long as the store takes: a call
that was given up could land later, over something newer. It is a daemon, and nobody waits for it longer than he said.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")

IDLE_SECONDS = 10.0
"""How long a thread without work waits for more before it ends."""


def within(seconds: float, call: Callable[..., T], *args: Any) -> T:
    """Make a call of the store, however long it takes; see above."""
    return call(*args)


def resolved(future: Future[None], seconds: float) -> bool:
    """Wait for a future; whether it was resolved in time."""
    try:
        future.result(max(0.0, seconds))
    except TimeoutError:
        return future.done()
    return True


def pause(seconds: float) -> None:
    """Wait for nothing but time."""
    time.sleep(seconds)


def abandonment() -> Callable[[], bool]:
    """Tells, from now on, whether what runs here can never go on: its thread has ended."""
    thread = threading.current_thread()
    return lambda: not thread.is_alive()


class Worker:
    """A thread that works behind its callers' backs, and ends when there has been no work for a while.

    Args:
        work: goes on until :meth:`rest` says no.
        left: whether there is something to work on, asked once more before the thread ends.
    """

    def __init__(self, work: Callable[[], None], left: Callable[[], bool]) -> None:
        self._work = work
        self._left = left
        self.forget_parent()

    def forget_parent(self) -> None:
        """Be as if just made: for a forked child."""
        self._lock = threading.Lock()
        self._bell = threading.Event()
        self._thread: threading.Thread | None = None
        self._stopping = False

    @property
    def alive(self) -> bool:
        """Whether the thread is there, so that it will see what is to be done."""
        return self._thread is not None

    def wake(self) -> None:
        """Have the thread look at the work; begin it if there is none."""
        with self._lock:
            self._bell.set()
            if self._stopping or self._thread is not None:
                return
            self._thread = threading.Thread(target=self._run, name="hexcache-buffer", daemon=True)
            try:
                self._thread.start()
            except RuntimeError:  # no more threads, or the interpreter ends: the next write tries again
                self._thread = None

    def rest(self, seconds: float | None) -> bool:
        """Wait for that long or until woken; False when the thread is to end: there is no work, or it was stopped."""
        if self._stopping:
            return False
        woken = self._bell.wait(IDLE_SECONDS if seconds is None else seconds)
        self._bell.clear()
        return not self._stopping and (woken or seconds is not None)

    def _run(self) -> None:
        try:
            while True:
                self._work()
                with self._lock:
                    if self._stopping or not (self._bell.is_set() or self._left()):
                        self._thread = None
                        return
        except BaseException:
            with self._lock:
                self._thread = None
            raise

    def stop(self, seconds: float) -> None:
        """End the thread: it may finish what it is at, for so long; then it is left alone."""
        with self._lock:
            self._stopping = True
            thread = self._thread
            self._bell.set()
        if thread is not None and thread is not threading.current_thread():
            thread.join(max(0.0, seconds))
