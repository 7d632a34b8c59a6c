"""Waiting in the awaited world. Its twin ``objects/sync/primitives.py`` is written by hand, with the same names.

Rule: a call ends by its deadline, and what it began side by side ends with it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import TypeVar

from hexcache.domain.errors import StoreTimeout

T = TypeVar("T")

sleep = asyncio.sleep
"""Waits so many seconds."""


@asynccontextmanager
async def ended_within(seconds: float) -> AsyncIterator[None]:
    """Bound what is awaited inside.

    Raises:
        StoreTimeout: it did not end in time; it was cancelled.
    """
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError as exc:
        if isinstance(exc, StoreTimeout):
            raise
        raise StoreTimeout(f"objects: no answer within {seconds:g} s") from exc


class Crew:
    """Makes several calls side by side."""

    def __init__(self, most: int) -> None:
        """Begin nothing.

        Args:
            most: calls of one request at the same time.
        """
        self._most = most

    async def run(self, calls: Sequence[Callable[[], Awaitable[T]]]) -> list[T | Exception]:
        """What the calls answer, in their order; an error stands in the place of its call."""
        if len(calls) == 1:
            return [await _answer(calls[0])]
        gate = asyncio.Semaphore(self._most)

        async def one(call: Callable[[], Awaitable[T]]) -> T | Exception:
            async with gate:
                return await _answer(call)

        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(call)) for call in calls]
        return [task.result() for task in tasks]

    async def aclose(self) -> None:
        """Nothing is left to end."""


async def _answer(call: Callable[[], Awaitable[T]]) -> T | Exception:
    try:
        return await call()
    except Exception as exc:  # noqa: BLE001 - told in its place
        return exc
