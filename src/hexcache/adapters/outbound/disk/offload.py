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
from queue import Empty, SimpleQueue
from typing import Any, Final, TypeAlias, TypeVar

from hexcache.adapters.outbound.disk import abandoned
from hexcache.adapters.outbound.disk.forking import tell_after_fork
from hexcache.domain.errors import StoreTimeout, StoreUnavailable

T = TypeVar("T")

Job: TypeAlias = tuple["LoopWatch", "asyncio.Future[Any]", bool, Callable[..., Any], tuple[Any, ...]]
Queue: TypeAlias = "SimpleQueue[Job | _Leaving]"
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
        """Take no more calls; the threads end when those that were submitted are done. May be called again.

        Args:
            last: called when they are, in a thread where there is one; None for nothing.
        """
        stop, self._closed = None if self._closed else self._stop, True
        if stop is None:
            if last is not None:
                last()
            return
        stop.detach()
        if last is None:
            _stop(self._jobs, self._workers)
            return
        watch = self._watch()
        future = watch.begin()
        _stop(self._jobs, self._workers, (watch, future, False, last, ()))
        await future

    def forget_parent(self) -> None:
        """Be as if just made in a child process, which has none of the threads."""
        if self._stop is not None:
            self._stop.detach()
        self._begin_anew()

    def _begin_anew(self) -> None:
        self._jobs: Queue = SimpleQueue()
        self._watches: dict[asyncio.AbstractEventLoop, LoopWatch] = {}
        self._starting = threading.Lock()
        self._stop: weakref.finalize[..., Offload] | None = None

    def _put(self, quick: bool, call: Callable[..., T], args: tuple[Any, ...]) -> asyncio.Future[T]:
        if self._closed:
            raise StoreUnavailable("disk: the store is closed")
        watch = self._watch()
        future = watch.begin()
        self._jobs.put((watch, future, quick, call, args))
        return future

    def _watch(self) -> LoopWatch:
        loop = asyncio.get_running_loop()
        return self._watches.get(loop) or self._new_watch(loop)

    def _new_watch(self, loop: asyncio.AbstractEventLoop) -> LoopWatch:
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


class _Leaving:
    """Tells a thread to end. The last of them to hear it makes the last call, when all others are done."""

    def __init__(self, workers: int, last: Job | None) -> None:
        self._last = last
        self._left = workers
        self._lock = threading.Lock()

    def hear(self) -> None:
        with self._lock:
            self._left -= 1
            is_last = self._left == 0
        if is_last and self._last is not None:
            watch, future, _, call, args = self._last
            _deliver({watch: [_answer(future, call, args)]})


def _stop(jobs: Queue, workers: int, last: Job | None = None) -> None:
    leaving = _Leaving(workers, last)
    for _ in range(workers):
        jobs.put(leaving)


def _work(jobs: Queue) -> None:
    """Run calls until told to stop."""
    answers: dict[LoopWatch, list[Answer]] = {}
    while True:
        job: Job | _Leaving | None = jobs.get()
        until = time.monotonic() + HELD_BACK
        held = 0
        while isinstance(job, tuple):
            watch, future, quick, call, args = job
            if not quick:
                _deliver(answers)
            if not future.done():
                answers.setdefault(watch, []).append(_answer(future, call, args))
                held += 1
            del watch, future, call, args
            job = _next(jobs) if quick and held < TOGETHER and time.monotonic() < until else None
        _deliver(answers)
        if job is not None:
            job.hear()
            return


def _next(jobs: Queue) -> Job | _Leaving | None:
    try:
        return jobs.get_nowait()
    except Empty:
        return None


def _answer(future: asyncio.Future[Any], call: Callable[..., Any], args: tuple[Any, ...]) -> Answer:
    abandoned.begin(future.done)
    try:
        return future, call(*args), None
    except BaseException as exc:  # noqa: BLE001  (whatever it is, it belongs to the caller; the thread goes on)
        return future, None, exc
    finally:
        abandoned.end()


def _deliver(answers: dict[LoopWatch, list[Answer]]) -> None:
    while answers:
        watch, ready = answers.popitem()
        try:
            watch.loop.call_soon_threadsafe(watch.deliver, ready)
        except RuntimeError:  # the loop was closed: nobody waits any more
            continue
