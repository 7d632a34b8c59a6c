"""Waiting for the listener in the awaited world. Its twin ``sync/primitives.py`` is written by hand.

Rule: nothing waits without a bound; who gives up cancels nothing.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from contextlib import suppress


async def arrival(future: Future[None], seconds: float) -> None:
    """Wait for what a thread will resolve.

    Raises:
        TimeoutError: it has not, in time.
        Exception: what it was resolved with.
    """
    if not future.done():
        loop = asyncio.get_running_loop()
        landed = loop.create_future()

        def wake(_: Future[None]) -> None:
            with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                loop.call_soon_threadsafe(_land, landed)

        future.add_done_callback(wake)
        async with asyncio.timeout(seconds):
            await landed
    future.result(0)


def _land(landed: asyncio.Future[None]) -> None:
    if not landed.done():
        landed.set_result(None)
