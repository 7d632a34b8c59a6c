"""What an address of a counter table holds, and the arithmetic of counters.

Rule: a number that went in whole stays whole, and nothing that is not a finite number ever goes in.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from math import isfinite
from typing import Final, TypeAlias

from hexcache.domain.errors import NotANumber
from hexcache.domain.rate import RateState

MAX_OPERATIONS: Final = 1_024
"""Ids of increments that a counter remembers; a retry comes long before that many others."""


@dataclass(slots=True)
class Number:
    """A counter."""

    value: float
    dead_at: float
    operations: OrderedDict[str, None] = field(default_factory=OrderedDict)

    def remember(self, operation: str) -> None:
        """Note that this increment was counted, and forget the one that lies furthest back if there are too many."""
        self.operations[operation] = None
        if len(self.operations) > MAX_OPERATIONS:
            self.operations.popitem(last=False)


@dataclass(slots=True)
class Spending:
    """What a limiter's rule keeps; only a rule of the same kind can read it."""

    kind: str
    state: RateState
    dead_at: float


@dataclass(slots=True)
class Members:
    """A set."""

    names: set[str]
    dead_at: float


Cell: TypeAlias = Number | Spending | Members


def added(value: float, by: float, floor: float | None) -> float:
    """``value + by``, raised to ``floor``; whole when all that went in is.

    Raises:
        NotANumber: a part is no number, or the sum is not finite.
    """
    if isinstance(by, bool) or not isinstance(by, (int, float)):
        raise NotANumber(f"cannot add a {type(by).__name__}; accepted: an int or a float")
    try:
        total = value + by
        if floor is not None and total < floor:
            total = floor
        if not isfinite(total):
            raise NotANumber("the sum is not a finite number; nothing was added")
    except OverflowError as exc:
        raise NotANumber("the sum is too large for a float; nothing was added") from exc
    return total
