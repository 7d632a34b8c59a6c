"""Threads that make a blocking tier awaitable.

Rule: a fixed number of daemon threads of our own, begun by the first call; never the event loop's default executor,
which others fill and which waits for its threads at exit. An awaited call ends by the deadline even when its thread
hangs in the operating system. Answers to quick calls that are ready together go to the loop together, because to wake a
loop is what a quick call costs most; no answer waits for a slow call.
"""

from __future__ import annotations

import asyncio
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, Final, TypeAlias, TypeVar

from hexcache.adapters.outbound.disk.forking import tell_after_fork
from hexcache.domain.errors import StoreTimeout, StoreUnavailable

T = TypeVar("T")

Job: TypeAlias = tuple["LoopWatch", "asyncio.Future[Any]", bool, Callable[..., Any], tuple[Any, ...]]
Answer: TypeAlias = tuple["asyncio.Future[Any]", Any, BaseException | None]

TOGETHER: Final = 64
"""Most answers that a thread holds back to deliver them together."""
HELD_BACK: Final = 0.001
"""Longest time for which it does, seconds."""


class LoopWatch:
    """The calls that tasks of one event loop wait for. Used in that loop's thread only.

    Calls are kept in the order in which they began, which is that of their deadlines, so that one timer serves all.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, deadline: float) -> None:
        self.loop = loop
        self._deadline = deadline
        self._waiting: deque[tuple[float, asyncio.Future[Any]]] = deque()
        self._timer: asyncio.TimerHandle | None = None

    def begin(self) -> asyncio.Future[Any]:
        """A future that ends by the deadline."""
        future = self.loop.create_future()
        due = self.loop.time() + self._deadline
        self._waiting.append((due, future))
        if self._timer is None:
            self._timer = self.loop.call_at(due, self._expire)
        return future

    def deliver(self, answers: list[Answer]) -> None:
        """Hand answers to those who still wait."""
        for future, value, error in answers:
            if future.done():
                continue
            if error is None:
                future.set_result(value)
            else:
                future.set_exception(error)
        waiting = self._waiting
        while waiting and waiting[0][1].done():
            waiting.popleft()

    def _expire(self) -> None:
        now = self.loop.time()
        waiting = self._waiting
        while waiting and (waiting[0][0] <= now or waiting[0][1].done()):
            _, future = waiting.popleft()
            if not future.done():
                future.set_exception(StoreTimeout(f"disk: no answer within {self._deadline:g} s"))
        self._timer = self.loop.call_at(waiting[0][0], self._expire) if waiting else None


class Offload:
    """Runs blocking calls for tasks, in threads of its own."""

    def __init__(self, name: str, workers: int, deadline: float) -> None:
        self._name = name
        self._workers = workers
        self._deadline = deadline
        self._closed = False
        self._begin_anew()
        tell_after_fork(self)

    def submit(self, call: Callable[..., T], *args: Any) -> asyncio.Future[T]:
        """Run a call; cancelling the future leaves the call undone if it has not begun, else it runs to its end.

        Raises:
            StoreUnavailable: closed.
        """
        return self._put(False, call, args)

    def submit_quick(self, call: Callable[..., T], *args: Any) -> asyncio.Future[T]:
        """As :meth:`submit`, for a call that takes microseconds: its answer may wait for those of others like it."""
        return self._put(True, call, args)

    async def aclose(self, last: Callable[[], None] | None) -> None:
        """Take no more calls; the threads end when those that were submitted are done.

        Args:
            last: called after them, in a thread where there is one; None for nothing.
        """
        closing = None if last is None or self._stop is None or self._closed else self.submit(last)
        self._closed = True
        if self._stop is not None:
            self._stop()
        if closing is not None:
            await closing
        elif last is not None:
            last()

    def forget_parent(self) -> None:
        """Be as if just made in a child process, which has none of the threads."""
        if self._stop is not None:
            self._stop.detach()
        self._begin_anew()

    def _begin_anew(self) -> None:
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._watches: dict[asyncio.AbstractEventLoop, LoopWatch] = {}
        self._starting = threading.Lock()
        self._stop: weakref.finalize[[SimpleQueue[Job | None], int], Offload] | None = None

    def _put(self, quick: bool, call: Callable[..., T], args: tuple[Any, ...]) -> asyncio.Future[T]:
        if self._closed:
            raise StoreUnavailable("disk: the store is closed")
        loop = asyncio.get_running_loop()
        watch = self._watches.get(loop)
        if watch is None:
            watch = self._watch(loop)
        future = watch.begin()
        self._jobs.put((watch, future, quick, call, args))
        return future

    def _watch(self, loop: asyncio.AbstractEventLoop) -> LoopWatch:
        watch = LoopWatch(loop, self._deadline)
        with self._starting:
            open_ones = {other: its for other, its in self._watches.items() if not other.is_closed()}
            self._watches = {**open_ones, loop: watch}
            if self._stop is None:
                self._start()
        return watch

    def _start(self) -> None:
        for number in range(self._workers):
            # A thread holds the queue, not this object: who forgets to close it loses it, and its threads with it.
            thread = threading.Thread(target=_work, args=(self._jobs,), name=f"{self._name}-{number}", daemon=True)
            thread.start()
        self._stop = weakref.finalize(self, _stop, self._jobs, self._workers)
        self._stop.atexit = False


def _stop(jobs: SimpleQueue[Job | None], workers: int) -> None:
    for _ in range(workers):
        jobs.put(None)


def _work(jobs: SimpleQueue[Job | None]) -> None:
    """Run calls until told to stop."""
    answers: dict[LoopWatch, list[Answer]] = {}
    while (job := jobs.get()) is not None:
        until = time.monotonic() + HELD_BACK
        for _ in range(TOGETHER):
            watch, future, quick, call, args = job
            if not quick:
                _deliver(answers)
            if not future.done():
                answers.setdefault(watch, []).append(_answer(future, call, args))
            del job, watch, future, call, args  # an idle thread keeps nobody's blob alive
            if not quick or jobs.empty() or time.monotonic() >= until:
                break
            job = jobs.get()
            if job is None:
                _deliver(answers)
                return
        _deliver(answers)


def _answer(future: asyncio.Future[Any], call: Callable[..., Any], args: tuple[Any, ...]) -> Answer:
    try:
        return future, call(*args), None
    except BaseException as exc:  # noqa: BLE001  (whatever it is, it belongs to the caller; the thread goes on)
        return future, None, exc


def _deliver(answers: dict[LoopWatch, list[Answer]]) -> None:
    while answers:
        watch, ready = answers.popitem()
        try:
            watch.loop.call_soon_threadsafe(watch.deliver, ready)
        except RuntimeError:  # the loop was closed: nobody waits any more
            continue
