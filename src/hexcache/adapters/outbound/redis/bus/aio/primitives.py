"""Waiting for the listener in the awaited world. Its twin ``sync/primitives.py`` is written by hand.

Rule: nothing waits without a bound; who gives up cancels nothing.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import Future


async def arrival(future: Future[None], seconds: float) -> None:
    """Wait for what a thread will resolve.

    Raises:
        TimeoutError: it has not, in time.
        Exception: what it was resolved with.
    """
    if not future.done():
        async with asyncio.timeout(seconds):
            await asyncio.shield(asyncio.wrap_future(future))
    future.result(0)
