"""Lifetimes: what a caller may write for a duration, and the deadlines that follow from it.

Rule: ``stale_ttl`` is extra life *after* ``ttl``, never part of it; life that is copied to another tier is what
remains, never a fresh start; nothing here reads a clock or draws a number.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, TypeAlias

from hexcache.domain.errors import InvalidLifetime

TtlLike: TypeAlias = float | timedelta | str | None
"""What a caller may pass as a ttl: seconds, ``timedelta``, ``"2h30m"``; ``None`` means never."""

NEVER: Final = math.inf
"""The ttl of what does not expire."""


class Unset:
    """The type of :data:`UNSET`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "UNSET"


UNSET: Final = Unset()
"""An argument that was left out: the policy's default applies (``None`` is a value of its own: never)."""

_UNITS = {"d": 86_400.0, "h": 3_600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
_TEXT = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+(?:\.\d+)?)s)?(?:(\d+)ms)?")
_FORMS = 'seconds as a number, a timedelta, text such as "90s", "2h30m" or "1d", or None for never'


def parse_ttl(ttl: object, what: str = "ttl") -> float:
    """Turn what a caller wrote into seconds (``inf`` for ``None``).

    Raises:
        InvalidLifetime: not one of the forms, not a number, zero or negative.
    """
    if ttl is None:
        return NEVER
    seconds = _seconds(ttl, what)
    if math.isnan(seconds) or seconds <= 0:
        raise InvalidLifetime(f"{what} is {ttl!r}: it must be greater than zero; accepted: {_FORMS}")
    return seconds


def _seconds(ttl: object, what: str) -> float:
    if isinstance(ttl, timedelta):
        return ttl.total_seconds()
    if isinstance(ttl, (int, float)) and not isinstance(ttl, bool):
        try:
            return float(ttl)
        except OverflowError as exc:
            raise InvalidLifetime(f"{what} is too large; accepted: {_FORMS}") from exc
    if isinstance(ttl, str):
        return _from_text(ttl, what)
    raise InvalidLifetime(f"{what} is a {type(ttl).__name__}; accepted: {_FORMS}")


def _from_text(text: str, what: str) -> float:
    match = _TEXT.fullmatch(text) if text.isascii() else None
    if not text or match is None:
        raise InvalidLifetime(f"{what} is {text!r}; accepted: {_FORMS}")
    return sum(float(part) * unit for part, unit in zip(match.groups(), _UNITS.values(), strict=True) if part)


@dataclass(frozen=True, slots=True)
class Lifetime:
    """How long a value is fresh, and how long it may still be served as stale after that.

    Attributes:
        ttl: seconds of freshness, ``inf`` for ever.
        stale_ttl: further seconds in which the value may be served as stale; 0 for none.
    """

    ttl: float
    stale_ttl: float = 0.0

    def capped(self, cap: float) -> Lifetime:
        """This life cut so that freshness and staleness together last no longer than ``cap`` seconds."""
        if self.ttl + self.stale_ttl <= cap:
            return self
        ttl = min(self.ttl, cap)
        return Lifetime(ttl, min(self.stale_ttl, cap - ttl))

    def jittered(self, ratio: float, u: float) -> Lifetime:
        """This life with its ttl moved by up to ``ratio`` either way.

        Jitter keeps entries that were written together from expiring together. An endless ttl stays endless.

        Args:
            ratio: greatest relative change, such as 0.05.
            u: a number from [0, 1).
        """
        if ratio == 0 or self.ttl == NEVER:
            return self
        return Lifetime(self.ttl * (1 + ratio * (2 * u - 1)), self.stale_ttl)
