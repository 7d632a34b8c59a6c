"""What a look-up found, tier by tier, and what the caller is told about it.

Rule: a failure is not a miss and a miss is not ``None``: the three never look alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final, Generic, TypeVar

from hexcache.domain.entry import Entry

V_co = TypeVar("V_co", covariant=True)


class _Miss(Enum):
    MISS = "MISS"

    def __repr__(self) -> str:
        return "MISS"


MISS: Final = _Miss.MISS
"""A default that no value equals: ``cache.get(key, MISS) is MISS`` tells a miss from a cached ``None``."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry that a tier returned.

    Attributes:
        tier: the tier's position, 0 the nearest.
        entry: on the monotonic clock, not yet judged.
    """

    tier: int
    entry: Entry


@dataclass(frozen=True, slots=True)
class EntryView(Generic[V_co]):
    """What is known about a cached value.

    Attributes:
        key: the caller's key.
        value: the value, owned by the caller (``None`` for a negative result).
        age: seconds since it was loaded or set.
        ttl: seconds of freshness left in that tier, 0 when stale, ``inf`` without end. A nearer tier may be allowed to
            hold a value for a shorter time than it lives; ``cache.ttl`` asks every tier.
        stale_ttl: seconds of the stale window left, ``inf`` without end.
        stale: whether freshness has ended.
        missing: whether this is a negative result.
        tier: the name of the tier that had it.
        tags: the tags it was stored with.
        version: opaque token of the write that made it.
        cost: seconds that the load took, 0 when unknown.
    """

    key: str
    value: V_co
    age: float
    ttl: float
    stale_ttl: float
    stale: bool
    missing: bool
    tier: str
    tags: tuple[str, ...]
    version: bytes
    cost: float
