"""Waiting in the awaited world. Its twin ``sync/primitives.py`` is written by hand, with the same names.

Rule: nothing waits without a bound, and a waiter that is cancelled takes nobody with it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")

_LAST_WAIT = 1.0
"""How long a worker that is cancelled is waited for, seconds."""


async def within(seconds: float, call: Callable[..., Awaitable[T]], *args: Any) -> T:
    """Make a call of the store; cancelled when it takes longer.

    Raises:
        TimeoutError: it did.
    """
    async with asyncio.timeout(seconds):
        return await call(*args)


async def resolved(future: Future[None], seconds: float) -> bool:
    """Wait for a future, which may be resolved anywhere; whether it was in time."""
    if future.done():
        return True
    loop = asyncio.get_running_loop()
    landed = loop.create_future()

    def wake(_: Future[None]) -> None:
        try:
            loop.call_soon_threadsafe(_resolve, landed)
        except RuntimeError:  # the waiter's loop is closed: nobody waits any more
            return

    future.add_done_callback(wake)
    try:
        async with asyncio.timeout(max(0.0, seconds)):
            await landed
    except TimeoutError:
        return future.done()
    return True


def _resolve(landed: asyncio.Future[None]) -> None:
    if not landed.done():
        landed.set_result(None)


async def pause(seconds: float) -> None:
    """Wait for nothing but time."""
    await asyncio.sleep(seconds)


def abandonment() -> Callable[[], bool]:
    """Tells, from now on, whether what runs here can never go on: its event loop was closed."""
    return asyncio.get_running_loop().is_closed


class Worker:
    """A task that works behind its callers' backs while there is work, and ends when there is none.

    Args:
        work: goes on until :meth:`rest` says no.
        left: whether there is something to work on, asked once more when the task has ended.
    """

    def __init__(self, work: Callable[[], Awaitable[None]], left: Callable[[], bool]) -> None:
        self._work = work
        self._left = left
        self.forget_parent()

    def forget_parent(self) -> None:
        """Be as if just made: for a forked child."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._task: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._bell = asyncio.Event()
        self._stopping = False

    @property
    def alive(self) -> bool:
        """Whether the task is there and its loop runs, so that it will see what is to be done."""
        return self._task is not None and self._loop is not None and self._loop.is_running()

    def wake(self) -> None:
        """Have the task look at the work; begin it if there is none."""
        here = asyncio.get_running_loop()
        if self._stopping:
            return
        if not self.alive:
            self._loop, self._bell = here, asyncio.Event()
            self._task = here.create_task(self._run())
            self._tasks.add(self._task)
            self._task.add_done_callback(self._tasks.discard)
        elif self._loop is here:
            self._bell.set()
        elif self._loop is not None:
            try:
                self._loop.call_soon_threadsafe(self._bell.set)
            except RuntimeError:  # closed in this moment: the next write begins a task in its own loop
                self._task = None

    async def rest(self, seconds: float | None) -> bool:
        """Wait for that long or until woken; False when the task is to end: there is no work, or it was stopped."""
        if self._stopping or seconds is None:
            return False
        bell = self._bell
        try:
            async with asyncio.timeout(seconds):
                await bell.wait()
        except TimeoutError:
            pass
        bell.clear()
        return not self._stopping

    async def _run(self) -> None:
        mine = self._task
        try:
            await self._work()
        finally:
            if self._task is mine:
                self._task = None
        if self._left():  # another thread gave work and saw this task still there
            self.wake()

    async def stop(self, seconds: float) -> None:
        """End the task: it may finish what it is at, for so long; then it is cancelled."""
        self._stopping = True
        here = asyncio.get_running_loop()
        tasks = {task for task in self._tasks if task.get_loop() is here and not task.done()}
        self._bell.set()
        if not tasks:
            return
        _, late = await asyncio.wait(tasks, timeout=max(0.0, seconds))
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late, timeout=_LAST_WAIT)
