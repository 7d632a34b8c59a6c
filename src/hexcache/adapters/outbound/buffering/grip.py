"""What the callers of a buffered store hold while they work past the buffer, and what a flush carries.

Rule: plain facts, made and read under the ledger's lock.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from enum import Enum

from hexcache.domain.pending import Hold, Pending


@dataclass(frozen=True, slots=True, eq=False)
class Grip:
    """Addresses that somebody changes in the store itself.

    Attributes:
        hold: keeps them out of flushes.
        number: the change is later than all up to this number.
        taken: what was pending for some of them, each now in the shadow of a removal; empty for a write.
        flight: resolves when the batch that carries one of them has ended; None when none does.
    """

    hold: Hold
    number: int
    taken: Mapping[str, Pending]
    flight: Future[None] | None


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """What one flush brings: writes, or removals.

    Attributes:
        changes: in order.
        begun: when, monotonic seconds.
        abandoned: tells whether whoever brings it is gone for good, without having said how it ended.
    """

    changes: tuple[Pending, ...]
    begun: float
    abandoned: Callable[[], bool]

    @property
    def puts(self) -> dict[str, tuple[bytes, float]]:
        """The writes, as ``put_many`` takes them."""
        return {one.address: (one.blob, one.dead_at) for one in self.changes if one.blob is not None}

    @property
    def removals(self) -> list[str]:
        """The addresses to remove."""
        return [one.address for one in self.changes if one.blob is None]


class Swap(Enum):
    """What became of a conditional write where the buffer decides."""

    DONE = "done"
    """It took the place of the write that its token names."""
    LOST = "lost"
    """The address has changed since."""
    LANDED = "landed"
    """The token names a write that is not here any more; the store is to be asked."""
    FOREIGN = "foreign"
    """Nothing is pending and the token is the store's."""
