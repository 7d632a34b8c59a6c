"""Doing several things at once in the awaited world. Written by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any


async def together(calls: Sequence[tuple[Callable[..., Awaitable[Any]], tuple[Any, ...]]]) -> list[Any]:
    """What each call returned or raised."""
    return await asyncio.gather(*[call(*args) for call, args in calls], return_exceptions=True)


async def pause(seconds: float) -> None:
    """Do nothing for a while."""
    await asyncio.sleep(seconds)
