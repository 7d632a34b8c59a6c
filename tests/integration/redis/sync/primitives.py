"""Doing several things at once in the blocking world. Written by hand."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any


def together(calls: Sequence[tuple[Callable[..., Any], tuple[Any, ...]]]) -> list[Any]:
    """What each call returned or raised."""
    with ThreadPoolExecutor(len(calls)) as threads:
        futures = [threads.submit(call, *args) for call, args in calls]
    return [future.exception() or future.result() for future in futures]


def pause(seconds: float) -> None:
    """Do nothing for a while."""
    time.sleep(seconds)
