"""Landings: what a load brings to those who wait for it.

Rule: each of them gets a value of its own, unless the value cannot be copied; the one that was opened on the way goes
to whoever comes first.
"""

from __future__ import annotations

from hexcache.domain.entry import Entry
from hexcache.domain.fill import ReadRule

NOT_OPENED = object()
"""The value of an entry has not been taken out yet."""


class Landing:
    """What a flight brings.

    Attributes:
        entry: the entry; None when there is nothing to open: a value for the waiting callers only, or no such thing.
        stale: the entry is past its freshness.
        loaded: the loader said so just now.
        covers: the load failed, and the entry stands in for it.
        refresh: it is to be loaded anew behind the callers' backs.
    """

    __slots__ = ("_spare", "_value", "covers", "entry", "loaded", "refresh", "stale")

    def __init__(
        self,
        entry: Entry | None,
        value: object = NOT_OPENED,
        *,
        stale: bool = False,
        loaded: bool = False,
        covers: bool = False,
        refresh: bool = False,
    ) -> None:
        """Make a landing.

        Args:
            entry: the entry, if any.
            value: opened from the entry already; without an entry: what all callers get.
            stale: see the attribute.
            loaded: see the attribute.
            covers: see the attribute.
            refresh: see the attribute.
        """
        self.entry = entry
        self.stale = stale
        self.loaded = loaded
        self.covers = covers
        self.refresh = refresh
        self._value = value
        self._spare = [] if entry is None or value is NOT_OPENED else [value]

    def suits(self, rule: ReadRule, now: float) -> bool:
        """Whether a caller who did not begin the flight is answered by it, and need not load for itself."""
        if self.loaded or self.entry is None:
            return True
        if self.stale and rule.stale != "revalidate" and not (self.covers and rule.stale == "if_error"):
            return False
        return now - self.entry.created < rule.max_age

    def take(self) -> object:
        """The opened value for the first taker, ``NOT_OPENED`` for the others; without an entry: the value for all."""
        if self.entry is None:
            return self._value
        try:
            return self._spare.pop()
        except IndexError:  # somebody else has it; taking is one step, as threads may come at once
            return NOT_OPENED
