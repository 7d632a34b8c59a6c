"""What goes into a bucket and what comes out of one, in words that the three vendors share.

Rule: plain values. A token is what the bucket calls this very state of a name (an ETag, a generation): it goes
back in a :class:`Condition` and is compared by the bucket alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

BucketToken: TypeAlias = str | int
"""An ETag as the vendor spells it (quotes included where it has them), or a generation."""

Kind: TypeAlias = Literal["value", "placeholder"]
"""What an object is: a blob that was put, or the mark of somebody who missed and may fill."""


@dataclass(frozen=True, slots=True)
class Label:
    """What is written beside a body, for those who look without reading it: life-cycle rules, sweepers, people.

    Attributes:
        kind: what the object is.
        dead_at: wall time from which it is of no use, seconds since the epoch; ``inf`` for never.
    """

    kind: Kind
    dead_at: float


@dataclass(frozen=True, slots=True)
class Condition:
    """When a write may happen; no ``Condition`` at all: whatever is there now.

    Attributes:
        token: the state that must still be there; None: nothing must be there.
    """

    token: BucketToken | None = None


@dataclass(frozen=True, slots=True)
class ObjectRead:
    """An object that was read.

    Attributes:
        body: all of it.
        token: its state.
    """

    body: bytes
    token: BucketToken


@dataclass(frozen=True, slots=True)
class ObjectFacts:
    """What a bucket tells of an object without its body.

    Attributes:
        token: its state.
        label: what was written beside the body; None where the object has none that we wrote.
        size: bytes of the body.
        changed_at: when it was written by the vendor's clock, seconds since the epoch.
    """

    token: BucketToken
    label: Label | None
    size: int
    changed_at: float


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of a listing.

    Attributes:
        name: of the object.
        size: bytes of the body.
        changed_at: when it was written by the vendor's clock, seconds since the epoch.
        token: its state; None where a listing does not tell it.
        label: what was written beside the body; None where a listing does not tell it (S3) or there is none.
    """

    name: str
    size: int
    changed_at: float
    token: BucketToken | None = None
    label: Label | None = None
