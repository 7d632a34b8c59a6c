"""Waiting in the awaited world. Its twin ``application/sync/primitives.py`` is written by hand, with the same names.

Rule: nothing waits without a bound, and a waiter that is cancelled takes nobody with it.
"""

from __future__ import annotations

import asyncio
import inspect
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

from hexcache.domain.errors import WrongWorld

T = TypeVar("T")


class Overdue(TimeoutError):
    """What we waited for did not come in time (its own ``TimeoutError`` is something else)."""


def loop_thread() -> int | None:
    """The calling thread, which runs an event loop that must not be blocked."""
    return threading.get_ident()


async def within(seconds: float, bounded: bool, call: Callable[..., Awaitable[T]], *args: Any, **options: Any) -> T:
    """Await a call for at most ``seconds``; ``bounded`` calls are held to it all the same, as it costs little here.

    Raises:
        TimeoutError: it did not end in time; it was cancelled.
    """
    async with asyncio.timeout(seconds):
        return await call(*args, **options)


def held_to(seconds: float, bounded: bool, call: Callable[..., Awaitable[T]]) -> Callable[..., Awaitable[T]]:
    """The call as :func:`within` makes it."""
    return partial(within, seconds, bounded, call)


async def settle(future: Future[T], seconds: float) -> T:
    """Wait for a thread-safe future without ever cancelling it.

    Raises:
        Overdue: it has not resolved in time.
    """
    if not future.done():
        loop = asyncio.get_running_loop()
        landed = loop.create_future()

        def wake(_: Future[T]) -> None:
            try:
                loop.call_soon_threadsafe(_resolve, landed)
            except RuntimeError:  # the waiter's loop is closed: nobody waits any more
                return

        future.add_done_callback(wake)
        try:
            async with asyncio.timeout(None if seconds == float("inf") else seconds):
                await landed
        except TimeoutError:
            raise Overdue from None
    return future.result(0)


def _resolve(landed: asyncio.Future[None]) -> None:
    if not landed.done():
        landed.set_result(None)


class Crew:
    """Work that outlives its caller: flights, refreshes, repairs. One for each awaited cache."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()
        self._sleepers: set[asyncio.Task[None]] = set()
        self._closing = False

    def launch(self, work: Callable[[], Awaitable[Any]], ended: Callable[[], None]) -> None:
        """Begin work that callers wait for through a future; a caller that is cancelled leaves it be.

        Args:
            work: what to do.
            ended: called when it is over, however it ended, also if it was cancelled before its first step.
        """
        self.spawn(work, ended)

    def spawn(self, work: Callable[[], Awaitable[Any]], ended: Callable[[], None]) -> None:
        """Begin work that nobody waits for; ``ended`` as in :meth:`launch`."""
        task = asyncio.ensure_future(_run(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda _: ended())

    async def load(self, seconds: float, in_worker: bool, loader: Callable[..., Any], *args: Any) -> Any:
        """Run a loader for at most ``seconds``.

        Raises:
            WrongWorld: it is a blocking function.
            Overdue: it did not end in time; it was cancelled, and is not waited for if it resists.
        """
        answer = loader(*args)
        if not inspect.isawaitable(answer):
            raise WrongWorld(
                f"the loader of an AsyncCache must be awaitable; {_named(loader)} returned {type(answer).__name__}"
            )
        task = asyncio.ensure_future(answer)
        try:
            done, _ = await asyncio.wait((task,), timeout=None if seconds == float("inf") else seconds)
        except asyncio.CancelledError:
            task.cancel()
            raise
        if not done:
            task.add_done_callback(_retrieve)
            task.cancel()
            raise Overdue
        return task.result()

    async def pause(self, seconds: float) -> bool:
        """Sleep; draining the crew ends it, and then it is False."""
        if self._closing:
            return False
        sleeper = asyncio.create_task(asyncio.sleep(seconds))
        self._sleepers.add(sleeper)
        try:
            await asyncio.wait((sleeper,))
        finally:
            _wake(sleeper)
            self._sleepers.discard(sleeper)
        return not self._closing

    async def rest(self, seconds: float) -> bool:
        """Wait for all work, at most ``seconds``, and leave what is not done alone; True when nothing is left."""
        tasks = self._own()
        if tasks:
            await asyncio.wait(tasks, timeout=seconds)
        return all(task.done() for task in tasks)

    async def drain(self, seconds: float) -> int:
        """Wait for all work, at most ``seconds``, then cancel the rest; returns how much was cancelled.

        Work that sleeps is woken.
        """
        self._closing = True
        for sleeper in list(self._sleepers):
            _wake(sleeper)
        tasks = self._own()
        if not tasks:
            return 0
        _, left = await asyncio.wait(tasks, timeout=seconds)
        for task in left:
            task.cancel()
        if left:
            await asyncio.wait(left, timeout=1.0)
        return len(left)

    def _own(self) -> set[asyncio.Task[Any]]:
        """The work of this event loop, without the caller."""
        current, loop = asyncio.current_task(), asyncio.get_running_loop()
        return {task for task in self._tasks if task is not current and task.get_loop() is loop}

    def __len__(self) -> int:
        """How much work is under way."""
        return len(self._tasks)

    def reset_after_fork(self) -> None:
        """Forget work that goes on in the parent."""
        self._tasks = set()
        self._sleepers = set()
        self._closing = False


def _wake(sleeper: asyncio.Task[None]) -> None:
    """End a sleep, in whichever event loop it is; one whose loop was closed has ended with it."""
    loop = sleeper.get_loop()
    if loop.is_closed():
        return
    with suppress(RuntimeError):  # no loop runs here
        if asyncio.get_running_loop() is loop:
            sleeper.cancel()
            return
    with suppress(RuntimeError):  # it was closed just now
        loop.call_soon_threadsafe(sleeper.cancel)


async def _run(work: Callable[[], Awaitable[Any]]) -> None:
    await work()


def _retrieve(task: asyncio.Future[Any]) -> None:
    """Look at the late result, so that the loop does not report an error that nobody can use."""
    if not task.cancelled():
        task.exception()


def _named(loader: Callable[..., Any]) -> str:
    return getattr(loader, "__qualname__", type(loader).__name__)
