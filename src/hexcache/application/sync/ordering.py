# Generated from src/hexcache/application/aio/ordering.py by tools/unasync.py. Do not edit.
"""Waiting for one's turn to change a key.

Rule: whoever changes a store in more than one step, or without the store's own condition, does it in a turn.
"""

from __future__ import annotations

from collections.abc import Iterator, Collection
from contextlib import contextmanager

from hexcache.application.sync.primitives import Overdue, settle
from hexcache.application.core import Core


@contextmanager
def turn(core: Core, names: Collection[str]) -> Iterator[bool]:
    """Wait for earlier changes of these names; gives False when one of them took too long."""
    mine = core.turns.take(names)
    in_order = True
    try:
        for earlier in mine.before:
            try:
                settle(earlier, core.policy.turn_timeout)
            except Overdue:
                in_order = False
        yield in_order
    finally:
        core.turns.end(mine)
