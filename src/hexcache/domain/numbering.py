"""The numbers that an origin gives to its messages; what its listeners make of them is in ``sequence``.

Rule: every number is allotted once and done once: when its message was accepted for delivery, when that failed, or at
once where nothing was sent at all. A beat tells up to which number all are done, so that a message on its way is never
taken for a lost one.
"""

from __future__ import annotations

from hexcache.domain.lifetime import NEVER


class Numbering:
    """The numbers of one origin. Not safe for threads; times are monotonic seconds."""

    __slots__ = ("_last", "_lost_at", "_under_way")

    def __init__(self) -> None:
        self._last = 0
        self._under_way: set[int] = set()
        self._lost_at = -NEVER

    @property
    def done(self) -> int:
        """Every number up to this one is done."""
        return min(self._under_way, default=self._last + 1) - 1

    def allot(self, count: int = 1) -> range:
        """Numbers for messages that are about to be sent; :meth:`settle` each of them, whatever happens."""
        first = self._last + 1
        self._last += count
        numbers = range(first, first + count)
        self._under_way.update(numbers)
        return numbers

    def settle(self, numbers: range, now: float, *, lost: bool) -> None:
        """These are done; ``lost`` if one of them may not have been accepted."""
        self._under_way.difference_update(numbers)
        if lost:
            self._lost_at = now

    def lose(self, now: float) -> None:
        """Something was not sent: a number is spent on it, which listeners will miss."""
        self.settle(self.allot(), now, lost=True)

    def lossless(self, now: float) -> float:
        """Seconds for which nothing was lost."""
        return now - self._lost_at
