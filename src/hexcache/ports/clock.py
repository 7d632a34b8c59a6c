"""Time: two bare callables, so that a hit pays for one C call and a test can move them.

Rule: deadlines inside a process are read off a monotonic clock, deadlines that are stored are wall time, and the two
are never compared with each other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

Clock: TypeAlias = Callable[[], float]
"""Returns seconds. ``time.monotonic`` and ``time.time`` fit as they are. Never blocks, never fails."""


@dataclass(frozen=True, slots=True)
class Clocks:
    """Both clocks of a process.

    Attributes:
        monotonic: seconds from an arbitrary start; never goes back.
        wall: seconds since the epoch; may jump.
    """

    monotonic: Clock
    wall: Clock
