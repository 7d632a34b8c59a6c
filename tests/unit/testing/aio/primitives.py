"""A call beside the test: a task here, a thread in the blocking world. Written by hand in each."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class AsyncBeside(Generic[T]):
    """A call that runs beside the test."""

    def __init__(self, call: Callable[[], Awaitable[T]]) -> None:
        self._task = asyncio.ensure_future(call())

    async def result(self) -> T:
        async with asyncio.timeout(20):
            return await self._task

    def done(self) -> bool:
        return self._task.done()
