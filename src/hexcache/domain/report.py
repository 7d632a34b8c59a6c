"""What a write or a delete did, tier by tier, and what the end of a cache left behind.

Rule: nothing that touches several tiers answers with a bare ``True``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Effect(Enum):
    """What one tier did with one change."""

    DONE = "done"
    """The tier holds the change."""
    BUFFERED = "buffered"
    """The tier shows the change to this process and brings it to its store, and so to others, a while later."""
    REFUSED = "refused"
    """The tier declined by rule (too large, lost to a later write); it holds nothing older."""
    QUEUED = "queued"
    """The tier failed or its breaker is open; a repair will bring the change, and reads skip the tier for this key."""
    FAILED = "failed"
    """The tier failed and no repair could be queued."""
    SKIPPED = "skipped"
    """The tier was not asked, by configuration."""


@dataclass(frozen=True, slots=True)
class TierOutcome:
    """What one tier did.

    Attributes:
        tier: the tier's name.
        effect: what became of the change there.
        reason: a short text for people; never a value or a secret.
    """

    tier: str
    effect: Effect
    reason: str = ""

    @property
    def ok(self) -> bool:
        """Whether the tier serves nothing older than the change, without waiting for a repair."""
        return self.effect in {Effect.DONE, Effect.BUFFERED, Effect.REFUSED, Effect.SKIPPED}


@dataclass(frozen=True, slots=True)
class WriteReport:
    """What each tier did, deepest first (the order in which they were asked).

    Attributes:
        outcomes: one for each tier.
        found: for deletes: whether some tier had a live entry.
    """

    outcomes: tuple[TierOutcome, ...]
    found: bool = False

    def __bool__(self) -> bool:
        """Refuses: neither "it worked" nor "it was there" is meant by the truth of a report."""
        raise TypeError("a WriteReport has no truth value; ask .complete, .degraded or .found")

    @property
    def complete(self) -> bool:
        """Whether every tier accepted the change."""
        return all(outcome.ok for outcome in self.outcomes)

    @property
    def degraded(self) -> bool:
        """Whether some tier failed; the change still holds for readers of this process."""
        return not self.complete


@dataclass(frozen=True, slots=True)
class CloseReport:
    """What was left when a cache was closed.

    Attributes:
        abandoned: loads and repairs that had not ended within ``close_timeout`` and were given up.
        owed: changes that some tier did not take, which nobody will bring any more.
        unclosed: names of tiers (and ``counter``) that failed to close or did not end within ``close_timeout``.
        pending: writes that a write buffer had accepted and could not bring to its store; they are lost.
    """

    abandoned: int = 0
    owed: int = 0
    unclosed: tuple[str, ...] = ()
    pending: int = 0

    def __bool__(self) -> bool:
        """Refuses: whether "it was closed" or "something was left" is meant cannot be told."""
        raise TypeError("a CloseReport has no truth value; ask .clean")

    @property
    def clean(self) -> bool:
        """Whether nothing was left."""
        return not (self.abandoned or self.owed or self.unclosed or self.pending)
