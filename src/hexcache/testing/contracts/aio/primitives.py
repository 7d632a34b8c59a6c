"""What the contracts of the awaited world run on. Written by hand in each world.

Rule: calls that are to race start together, and a wait that does not end fails.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from typing import Final, Generic, TypeVar

import pytest
import pytest_asyncio

from hexcache.testing.held import SAFETY_LIMIT, HeldTooLong

T = TypeVar("T")

MARKS: Final = [pytest.mark.asyncio]
"""Marks of every contract class of this world."""

fixture = pytest_asyncio.fixture
"""Declares a fixture that may wait."""


async def together(calls: Sequence[Callable[[], Awaitable[T]]]) -> list[T]:
    """Start every call at once, wait for all, and return their results in order; the first error is raised."""

    async def begin(call: Callable[[], Awaitable[T]]) -> T:
        await signal.wait()
        return await call()

    signal = asyncio.Event()
    tasks = [asyncio.ensure_future(begin(call)) for call in calls]
    await asyncio.sleep(0)
    signal.set()
    async with asyncio.timeout(SAFETY_LIMIT):
        return list(await asyncio.gather(*tasks))


async def interrupted(call: Callable[[], Coroutine[object, object, object]], turns: int) -> None:
    """Start a call and cancel it after so many turns of the event loop; whatever it did until then stands."""
    task = asyncio.ensure_future(call())
    for _ in range(turns):
        await asyncio.sleep(0)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


class Started(Generic[T]):
    """A call that goes on beside the test."""

    def __init__(self, task: asyncio.Future[T]) -> None:
        self._task = task

    async def result(self) -> T:
        """What it returned; what it raised is raised."""
        return await asyncio.wait_for(asyncio.shield(self._task), SAFETY_LIMIT)

    @property
    def done(self) -> bool:
        """Whether it has ended."""
        return self._task.done()

    async def abandon(self) -> None:
        """Cancel it and see it end."""
        self._task.cancel()
        await asyncio.wait((self._task,), timeout=SAFETY_LIMIT)


def start(call: Callable[[], Awaitable[T]]) -> Started[T]:
    """Begin a call beside the test."""
    return Started(asyncio.ensure_future(call()))


async def eventually(call: Callable[[], Awaitable[object]], expected: object) -> None:
    """Make a call again and again until it answers as expected; what never does fails the test."""
    answer = await call()
    try:
        async with asyncio.timeout(SAFETY_LIMIT):
            while answer != expected:
                await asyncio.sleep(0.001)  # what is waited for may happen in another thread, and has no event
                answer = await call()
    except TimeoutError as exc:
        raise HeldTooLong(f"the answer stayed {answer!r} and never became {expected!r}") from exc


def foreign_loader() -> str:
    """A loader of the other world."""
    return "from the other world"
