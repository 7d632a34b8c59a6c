"""Waiting for the listener in the blocking world, written by hand beside ``aio/primitives.py``.

Rule: nothing waits without a bound; who gives up cancels nothing.
"""

from __future__ import annotations

from concurrent.futures import Future


def arrival(future: Future[None], seconds: float) -> None:
    """Wait for what a thread will resolve.

    Raises:
        TimeoutError: it has not, in time.
        Exception: what it was resolved with.
    """
    future.result(seconds)
