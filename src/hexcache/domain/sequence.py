"""Numbered messages: what a listener has missed, told from the numbers that it heard.

Rule: an origin numbers its messages from 1 without gaps, and now and then tells in a beat up to which number it is
done: every message up to there was accepted for delivery, or is known to be lost. A number that is missing when a beat
says that it is done is a gap. A number that is missing while later ones arrive is not, as concurrent senders overtake
each other; only a window that is full decides without a beat. A gap is told once.

What an origin told before it was heard for the first time concerns nobody here: its first beat is where counting
begins. One question remains then, whether something that was lost since this listener began is older than that beat.
The origin answers it, as it says in each beat for how long it has lost nothing.

An origin that is not heard for several of its beats is silent: what it does now is not told. It is remembered for a
while, so that its return can be compared, and then forgotten. One that never beat is not missed, and its losses are not
told.
"""

from __future__ import annotations

from collections import OrderedDict
from enum import Enum
from typing import Final

from hexcache.domain.errors import InvalidSetting
from hexcache.domain.lifetime import NEVER

MISSED: Final = 3
"""Beats after which an origin that was not heard is silent."""

FEWEST_MISSED: Final = 2
"""The fewest: one beat is missed by a hair."""

MAX_ORIGINS: Final = 1_024
"""Origins that are remembered; the one that was heard least recently goes first."""

WINDOW: Final = 8_192
"""Numbers that may be ahead of a missing one before it counts as lost."""

FORGET_AFTER: Final = 600.0
"""Seconds of silence after which an origin is forgotten."""


class Told(Enum):
    """What a number tells."""

    NEXT = "nothing is missing"
    EARLY = "something before it is still to come"
    LATE = "heard before, or counted as lost before"
    UNKNOWN = "the origin is new: nothing can be missing"
    GAP = "something before it was lost"


class _Origin:
    """What is known of one origin.

    Attributes:
        through: every number up to this one was heard or is accounted for; None before the first.
        ahead: numbers beyond, which were heard.
        based: a beat has told where counting begins.
        heard_at: when it was heard, seconds.
        period: seconds between its beats; endless before the first one.
        silent: it has missed its beats, and that was told.
    """

    __slots__ = ("ahead", "based", "heard_at", "period", "silent", "through")

    def __init__(self, now: float) -> None:
        self.ahead: set[int] = set()
        self.heard_at = now
        self.period = NEVER
        self.silent = False
        self.unbase()

    def unbase(self) -> None:
        self.through: int | None = None
        self.based = False
        self.ahead.clear()

    def reach(self, number: int) -> None:
        """Everything up to ``number`` is accounted for, and what follows it without a gap."""
        self.ahead = {one for one in self.ahead if one > number}
        while number + 1 in self.ahead:
            number += 1
            self.ahead.discard(number)
        self.through = number


class SequenceTracker:
    """Origins and what was heard of them. Not safe for threads; times are monotonic seconds.

    Args:
        missed: beats after which an origin is silent, 2 or more.
        max_origins: origins that are remembered.
        window: numbers that may be ahead of a missing one.
        forget_after: seconds of silence after which an origin is forgotten.

    Raises:
        InvalidSetting: a bound that cannot be used.
    """

    __slots__ = ("_began", "_forget_after", "_max_origins", "_missed", "_origins", "_silent", "_window")

    def __init__(
        self,
        *,
        missed: int = MISSED,
        max_origins: int = MAX_ORIGINS,
        window: int = WINDOW,
        forget_after: float = FORGET_AFTER,
    ) -> None:
        for name, value, least in (
            ("missed", missed, FEWEST_MISSED),
            ("max_origins", max_origins, 1),
            ("window", window, 1),
        ):
            if value < least:
                raise InvalidSetting(f"{name} is {value!r}; accepted: a whole number of {least} or more")
        if not forget_after > 0:
            raise InvalidSetting(f"forget_after is {forget_after!r}; accepted: seconds above zero")
        self._missed = missed
        self._max_origins = max_origins
        self._window = window
        self._forget_after = forget_after
        self._origins: OrderedDict[bytes, _Origin] = OrderedDict()
        self._silent = 0
        self._began = 0.0

    def __len__(self) -> int:
        """How many origins are remembered."""
        return len(self._origins)

    @property
    def silent(self) -> int:
        """How many of them are silent."""
        return self._silent

    def begin(self, now: float) -> None:
        """Listening begins, or begins again after something may have been missed: counting starts anew.

        Origins that were known stay known, so that one that does not come back is missed.
        """
        self._began = now
        for origin in self._origins.values():
            origin.unbase()
            if not origin.silent:
                origin.heard_at = now

    def message(self, origin: bytes, number: int, now: float) -> Told:
        """A message of an origin was heard."""
        known, new = self._heard(origin, now)
        if known.through is None:
            known.through = number
            return Told.UNKNOWN if new else Told.NEXT
        if number <= known.through or number in known.ahead:
            return Told.LATE
        if number == known.through + 1:
            known.reach(number)
            return Told.NEXT
        known.ahead.add(number)
        if len(known.ahead) <= self._window:
            return Told.EARLY
        known.reach(max(known.ahead))
        return Told.GAP

    def beat(self, origin: bytes, done: int, now: float, *, period: float, lossless: float = NEVER) -> Told:
        """A beat of an origin was heard.

        Args:
            origin: whose.
            done: every message up to this one was accepted for delivery, or is lost.
            now: seconds.
            period: seconds between its beats.
            lossless: seconds for which the origin knows of no message that was lost.
        """
        known, new = self._heard(origin, now)
        known.period = period
        missing = known.through is not None and done > known.through
        if not known.based:
            known.based = True
            missing = missing or lossless <= now - self._began
        if known.through is None or done > known.through:
            known.reach(done)
        if missing:
            return Told.GAP
        return Told.UNKNOWN if new else Told.NEXT

    def farewell(self, origin: bytes) -> None:
        """An origin says that it ends; its silence means nothing from now on."""
        self._forget(origin)

    def overdue(self, now: float) -> int:
        """How many origins have become silent since the last call; to be asked when nothing waits to be heard."""
        found = 0
        for name, origin in list(self._origins.items()):
            quiet = now - origin.heard_at
            if quiet > self._forget_after and (origin.silent or origin.period == NEVER):
                self._forget(name)
            elif quiet > self._missed * origin.period and not origin.silent:
                origin.silent = True
                self._silent += 1
                found += 1
        return found

    def _heard(self, name: bytes, now: float) -> tuple[_Origin, bool]:
        """The origin, which is heard now, and whether it is new."""
        known = self._origins.get(name)
        if known is None:
            known = self._origins[name] = _Origin(now)
            if len(self._origins) > self._max_origins:
                self._forget(next(iter(self._origins)))
            return known, True
        self._origins.move_to_end(name)
        known.heard_at = now
        if known.silent:
            known.silent = False
            self._silent -= 1
        return known, False

    def _forget(self, name: bytes) -> None:
        gone = self._origins.pop(name, None)
        if gone is not None and gone.silent:
            self._silent -= 1
