"""Tiers by position: which take a value, and which are filled from a deeper one.

Rule: nearer tiers are filled with what is left of a deeper entry's life, cut to their own cap; tiers are changed
deepest first, so that a nearer tier never loses an entry that a deeper one would at once give back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hexcache.domain.lifetime import NEVER


@dataclass(frozen=True, slots=True)
class TierRule:
    """What one tier takes.

    Attributes:
        ttl_cap: longest life (fresh and stale together) in this tier, seconds.
        max_value_bytes: largest serialised value; None for no limit of ours.
        min_cost: loads cheaper than this, in seconds, are not worth storing here; an unknown cost is.
        read: whether look-ups ask this tier.
        write: whether values are stored in this tier (deletes always reach it).
        min_value_bytes: smallest serialised value that is worth storing here.
    """

    ttl_cap: float = NEVER
    max_value_bytes: int | None = None
    min_cost: float = 0.0
    read: bool = True
    write: bool = True
    min_value_bytes: int = 0

    def refusal(self, size: int, cost: float) -> str:
        """Why a serialised value of ``size`` bytes, loaded in ``cost`` seconds, is not stored here; empty if it is."""
        if not self.write:
            return "not written by configuration"
        if self.max_value_bytes is not None and size > self.max_value_bytes:
            return f"value of {size} bytes, limit {self.max_value_bytes}"
        if size < self.min_value_bytes:
            return f"value of {size} bytes, smaller than {self.min_value_bytes}"
        if 0 < cost < self.min_cost:
            return "load too cheap to store here"
        return ""


def deepest_first(count: int) -> Iterator[int]:
    """The order in which ``count`` tiers are changed."""
    return reversed(range(count))


def fill_order(found_at: int) -> Iterator[int]:
    """The tiers to fill from an entry found at position ``found_at``, deepest first."""
    return reversed(range(found_at))
