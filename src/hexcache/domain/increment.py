"""Increments: what may be counted with, and one of several that are asked for together.

Rule: whatever is counted is finite and stays so: numbers go up to :data:`MOST`, either way, whole or not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from hexcache.domain.errors import NotANumber
from hexcache.domain.lifetime import TtlLike

MOST: Final = int(1e300)
"""Greatest amount of a counter; within it whole numbers and floats can be added without overflow."""


@dataclass(frozen=True, slots=True)
class Increment:
    """What ``incr`` is asked for, as one of many; what to add, and nothing about where.

    Attributes:
        counter: which counter: a key for a cache, an address for a counter's store.
        by: what to add; negative to subtract.
        ttl: life of the counter, set when it is created; None for no end.
        refresh_ttl: set the ttl again also where the counter exists.
        floor: the result is raised to this.
        operation: an id of this very increment; the same id again adds nothing.
    """

    counter: str
    by: float = 1
    ttl: TtlLike = None
    refresh_ttl: bool = False
    floor: float | None = None
    operation: str | None = None


def check_number(value: object, what: str) -> int | float:
    """Return ``value`` when a counter can be that.

    Raises:
        NotANumber: not an ``int`` or ``float``, not finite, or beyond :data:`MOST`.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise NotANumber(f"{what} is a {type(value).__name__}; accepted: an int or a float")
    if not -MOST <= value <= MOST:  # false for nan as well
        raise NotANumber(f"{what} is out of range; accepted: finite numbers up to 1e300")
    return value


def check_increment(increment: Increment) -> None:
    """Refuse an increment that cannot be made.

    Raises:
        NotANumber: what it adds, or its floor, is no number that a counter can be.
    """
    check_number(increment.by, "by")
    if increment.floor is not None:
        check_number(increment.floor, "floor")
