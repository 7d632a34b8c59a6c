"""Incremental expiry: now and then a change looks at a few of the keys held, so that the dead go without a thread.

Rule: the work for each change is bounded, and a key that stays held is looked at in each lap; a lap over ``n`` keys
takes ``n * EVERY / LOOKS`` changes. A lap begins with a list of the keys, one pointer each, which costs less than the
growth of the dictionary that holds them did.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

LOOKS: Final = 8
"""Keys looked at in a turn; each is a visit to cold memory, so a look at every change is a tenth of its cost."""

EVERY: Final = 8
"""Changes from one turn to the next; a batch costs less than a look at each change."""


class Sweep:
    """Goes through the keys of a changing mapping, a few at a time. The owner provides mutual exclusion."""

    __slots__ = ("_at", "_lap")

    def __init__(self) -> None:
        self._lap: list[str] = []
        self._at = 0

    def turn(self, held: Iterable[str], looks: int = LOOKS) -> list[str]:
        """The next keys to look at; some of them may not be held any more.

        Args:
            held: the mapping, asked for its keys when a lap begins.
            looks: how many keys at most; fewer at the end of a lap, none only when nothing is held.
        """
        at = self._at
        if at >= len(self._lap):
            self._lap = list(held)
            at = 0
        self._at = at + looks
        return self._lap[at : at + looks]

    def restart(self) -> None:
        """Forget the lap, and with it the names that it has still to look at."""
        self._lap = []
