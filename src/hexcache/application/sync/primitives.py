"""Waiting in the blocking world, written by hand beside ``application/aio/primitives.py`` with the same names.

Rule: nothing waits without a bound. What cannot be bounded from inside runs in a daemon thread that its caller can give
up; such a thread is lost until its call ends, and breakers and flights bound how many can be.
"""

from __future__ import annotations

import contextvars
import inspect
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, wait
from functools import partial
from typing import Any, TypeVar

from hexcache.domain.errors import WrongWorld

T = TypeVar("T")

MAX_IDLE = 8
"""Threads that wait for more work; further ones end with their work."""

IDLE_SECONDS = 10.0
"""How long an idle thread waits before it ends."""


class Overdue(TimeoutError):
    """What we waited for did not come in time (its own ``TimeoutError`` is something else)."""


def loop_thread() -> int | None:
    """A blocking caller may wait."""
    return None


def within(seconds: float, bounded: bool, call: Callable[..., T], *args: Any, **options: Any) -> T:
    """Make a call that ends within ``seconds``: ``bounded`` ones do by themselves, others run in a worker.

    Raises:
        Overdue: it did not end in time; what becomes of it is unknown.
    """
    if bounded:
        return call(*args, **options)
    return settle(_workers.submit(call, args, options), seconds)


def held_to(seconds: float, bounded: bool, call: Callable[..., T]) -> Callable[..., T]:
    """The call as :func:`within` makes it: a ``bounded`` one is made as it is."""
    return call if bounded else partial(within, seconds, bounded, call)


def settle(future: Future[T], seconds: float) -> T:
    """Wait for a future.

    Raises:
        Overdue: it has not resolved in time.
    """
    try:
        return future.result(None if seconds == float("inf") else max(0.0, seconds))
    except TimeoutError:
        if not future.done():
            raise Overdue from None
        return future.result()


class Crew:
    """Work that outlives its caller: refreshes and repairs. One for each blocking cache."""

    def __init__(self) -> None:
        self._left: set[Future[Any]] = set()
        self._lock = threading.Lock()
        self._closing = threading.Event()

    def launch(self, work: Callable[[], Any], ended: Callable[[], None]) -> None:
        """Do work that callers wait for through a future: the leading caller does it itself.

        Args:
            work: what to do.
            ended: called when it is over, however it ended.
        """
        try:
            work()
        finally:
            ended()

    def spawn(self, work: Callable[[], Any], ended: Callable[[], None]) -> None:
        """Begin work that nobody waits for; ``ended`` as in :meth:`launch`."""
        future = _workers.submit(work, (), {})
        with self._lock:
            self._left.add(future)
        future.add_done_callback(self._ended)
        future.add_done_callback(lambda _: ended())

    def load(self, seconds: float, in_worker: bool, loader: Callable[..., Any], *args: Any) -> Any:
        """Run a loader for at most ``seconds`` (or as long as it takes, in the caller's own thread).

        Raises:
            WrongWorld: it is a coroutine function.
            Overdue: it did not end in time; its thread is given up.
        """
        answer = settle(_workers.submit(loader, args, {}), seconds) if in_worker else loader(*args)
        if inspect.isawaitable(answer):
            if inspect.iscoroutine(answer):
                answer.close()
            raise WrongWorld("the loader of a Cache must not be awaitable; use an AsyncCache for it")
        return answer

    def pause(self, seconds: float) -> bool:
        """Sleep; draining the crew ends it, and then it is False."""
        return not self._closing.wait(seconds)

    def rest(self, seconds: float) -> bool:
        """Wait for all work, at most ``seconds``, and leave what is not done alone; True when nothing is left."""
        with self._lock:
            work = list(self._left)
        return not wait(work, max(0.0, seconds)).not_done

    def drain(self, seconds: float) -> int:
        """Wait for all work, at most ``seconds``; returns how much goes on without us.

        Work that sleeps is woken.
        """
        self._closing.set()
        with self._lock:
            work = list(self._left)
        return len(wait(work, max(0.0, seconds)).not_done)

    def __len__(self) -> int:
        """How much work is under way."""
        return len(self._left)

    def _ended(self, future: Future[Any]) -> None:
        with self._lock:
            self._left.discard(future)

    def reset_after_fork(self) -> None:
        """Forget threads that live in the parent."""
        self._left = set()
        self._lock = threading.Lock()
        self._closing = threading.Event()
        _workers.reset()


class _Worker(threading.Thread):
    """A daemon thread that does one thing after another; it never keeps the process from ending."""

    def __init__(self, pool: _Workers) -> None:
        super().__init__(name="hexcache-worker", daemon=True)
        self._pool = pool
        self._ready = threading.Semaphore(0)
        self._work: Callable[[], None] | None = None

    def give(self, work: Callable[[], None]) -> None:
        self._work = work
        self._ready.release()

    def run(self) -> None:
        while True:
            if not self._ready.acquire(timeout=IDLE_SECONDS) and self._pool.retire(self):
                return
            work, self._work = self._work, None
            if work is not None:
                work()
                del work
                if not self._pool.rest(self):
                    return


class _Workers:
    """As many threads as there is work; a few of them rest between."""

    def __init__(self) -> None:
        self._idle: deque[_Worker] = deque()
        self._lock = threading.Lock()

    def submit(self, call: Callable[..., T], args: tuple[Any, ...], options: dict[str, Any]) -> Future[T]:
        """Run a call in a thread, in a copy of the caller's context."""
        future: Future[T] = Future()
        context = contextvars.copy_context()

        def work() -> None:
            try:
                result = context.run(call, *args, **options)
            except BaseException as exc:  # noqa: BLE001 - whatever it is belongs to whoever waits
                future.set_exception(exc)
            else:
                future.set_result(result)

        with self._lock:
            worker = self._idle.pop() if self._idle else None
        if worker is None:
            worker = _Worker(self)
            worker.start()
        worker.give(work)
        return future

    def rest(self, worker: _Worker) -> bool:
        """Whether a worker that is done shall wait for more."""
        with self._lock:
            if len(self._idle) >= MAX_IDLE:
                return False
            self._idle.append(worker)
            return True

    def retire(self, worker: _Worker) -> bool:
        """Whether a worker that waited in vain shall end; not if work is on its way to it."""
        with self._lock:
            if worker in self._idle:
                self._idle.remove(worker)
                return True
            return False

    def reset(self) -> None:
        """Forget threads that live in the parent."""
        self._idle = deque()
        self._lock = threading.Lock()


_workers = _Workers()
