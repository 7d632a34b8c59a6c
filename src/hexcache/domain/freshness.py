"""Freshness: whether an entry may be served at a given time.

Rule: fresh until ``fresh_until``, stale until ``dead_at``, then dead; a deadline itself already belongs to what
follows.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hexcache.domain.entry import Entry


class Freshness(Enum):
    """What an entry is at a given time."""

    FRESH = "fresh"
    STALE = "stale"
    DEAD = "dead"


def judge_age(entry: Entry, now: float) -> Freshness:
    """What the entry is at ``now`` on the monotonic clock."""
    if now < entry.fresh_until:
        return Freshness.FRESH
    return Freshness.STALE if now < entry.dead_at else Freshness.DEAD
