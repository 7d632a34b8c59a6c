"""Observers are told what happened, in plain facts.

Rule: an observer sees tiers, namespaces and counts, never a value or a secret; it is asked off the hit path, must not
block, and its errors are the cache's to swallow and count.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class TierEvent:
    """Something about a tier, or about the bus.

    Attributes:
        tier: the tier's name; with ``" leases"`` behind it for whoever keeps leases beside it; ``bus`` for the bus.
        kind: ``failure``, ``recovered``, ``breaker_opened``, ``breaker_closed``, ``undecodable``, ``rejected``,
            ``repair_queued``, ``repaired``, ``repair_overflow``; of the bus also ``doubted``: changes by others may
            have been missed, and memory was emptied.
        operation: the port's method, or ``""``.
        reason: a short text for people; never a value or a secret.
        count: how many such facts this event stands for.
    """

    tier: str
    kind: str
    operation: str = ""
    reason: str = ""
    count: int = 1


@dataclass(frozen=True, slots=True)
class LoadEvent:
    """Something about loads.

    Attributes:
        kind: ``failure``, ``timeout``, ``stale_served``, ``refresh_failure``, ``abandoned``; ``lease_timeout`` (another
            process did not end its load in time, so this one loads too), ``lease_lost`` (it ended before its load).
        reason: the error's type, for people; never its message, which may hold data.
        seconds: how long the load took.
    """

    kind: str
    reason: str = ""
    seconds: float = 0.0


class Observer(Protocol):
    """Is told of events."""

    def on_tier(self, event: TierEvent, /) -> None:
        """A tier failed, recovered, refused or was repaired."""
        ...

    def on_load(self, event: LoadEvent, /) -> None:
        """A load failed, timed out or was covered by a stale value."""
        ...
