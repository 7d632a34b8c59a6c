"""Those who are told what happens.

Rule: an observer's error is counted and ends here; it must not fail what it observes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from hexcache.application.statistics import Statistics
from hexcache.ports.observer import LoadEvent, Observer, TierEvent

Event = TypeVar("Event", TierEvent, LoadEvent)


class Audience:
    """All observers of one cache as one."""

    def __init__(self, observers: Sequence[Observer], stats: Statistics) -> None:
        self._on_tier = [observer.on_tier for observer in observers]
        self._on_load = [observer.on_load for observer in observers]
        self._stats = stats

    def on_tier(self, event: TierEvent) -> None:
        """Tell everybody."""
        self._tell(self._on_tier, event)

    def on_load(self, event: LoadEvent) -> None:
        """Tell everybody."""
        self._tell(self._on_load, event)

    def _tell(self, told: Sequence[Callable[[Event], None]], event: Event) -> None:
        for tell in told:
            try:
                tell(event)
            except Exception:  # noqa: BLE001 - see the rule
                self._stats.observer_errors += 1
