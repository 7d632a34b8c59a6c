"""Waiting for one's turn to change a key.

Rule: whoever changes a store in more than one step, or without the store's own condition, does it in a turn.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager

from hexcache.application.aio.primitives import Overdue, settle
from hexcache.application.core import Core


@asynccontextmanager
async def turn(core: Core, names: Collection[str]) -> AsyncIterator[bool]:
    """Wait for earlier changes of these names; gives False when one of them took too long."""
    mine = core.turns.take(names)
    in_order = True
    try:
        for earlier in mine.before:
            try:
                await settle(earlier, core.policy.turn_timeout)
            except Overdue:
                in_order = False
        yield in_order
    finally:
        core.turns.end(mine)
