"""What tests of the awaited world run on: tasks. Written by hand in each world, with the same names."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Generic, TypeVar

from hexcache.testing.held import SAFETY_LIMIT

T = TypeVar("T")


class Running(Generic[T]):
    """A call that goes on beside the test."""

    def __init__(self, task: asyncio.Future[T]) -> None:
        self.task = task

    async def result(self) -> T:
        """What it returned; what it raised is raised."""
        return await asyncio.wait_for(asyncio.shield(self.task), SAFETY_LIMIT)

    async def error(self) -> BaseException | None:
        """What it raised, None if it returned."""
        await asyncio.wait((self.task,), timeout=SAFETY_LIMIT)
        return self.task.exception()

    @property
    def done(self) -> bool:
        """Whether it has ended."""
        return self.task.done()


def start(call: Callable[..., Awaitable[T]], *args: Any, **options: Any) -> Running[T]:
    """Begin a call beside the test."""
    return Running(asyncio.ensure_future(call(*args, **options)))


async def gather(calls: Sequence[Callable[[], Awaitable[T]]]) -> list[T | BaseException]:
    """Make all calls at once; their results or errors, in order."""
    tasks = [asyncio.ensure_future(call()) for call in calls]
    async with asyncio.timeout(SAFETY_LIMIT):
        return await asyncio.gather(*tasks, return_exceptions=True)


async def until(true: Callable[[], object]) -> None:
    """Wait until something becomes true; what never does fails the test."""
    async with asyncio.timeout(SAFETY_LIMIT):
        while not true():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0)
