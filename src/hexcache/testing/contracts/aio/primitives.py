"""What the contracts of the awaited world run on. Written by hand in each world.

Rule: calls that are to race start together, and a wait that does not end fails.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from typing import Final, TypeVar

import pytest
import pytest_asyncio

from hexcache.testing.held import SAFETY_LIMIT

T = TypeVar("T")

MARKS: Final = [pytest.mark.asyncio]
"""Marks of every contract class of this world."""

fixture = pytest_asyncio.fixture
"""Declares a fixture that may wait."""


async def together(calls: Sequence[Callable[[], Awaitable[T]]]) -> list[T]:
    """Start every call at once, wait for all, and return their results in order; the first error is raised."""

    async def begin(call: Callable[[], Awaitable[T]]) -> T:
        await start.wait()
        return await call()

    start = asyncio.Event()
    tasks = [asyncio.ensure_future(begin(call)) for call in calls]
    await asyncio.sleep(0)
    start.set()
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
