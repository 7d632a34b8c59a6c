"""An observer that writes down what it is told."""

from __future__ import annotations

from hexcache.ports.observer import LoadEvent, TierEvent


class Witness:
    """Remembers every event."""

    def __init__(self) -> None:
        self.tiers: list[TierEvent] = []
        self.loads: list[LoadEvent] = []

    def on_tier(self, event: TierEvent, /) -> None:
        self.tiers.append(event)

    def on_load(self, event: LoadEvent, /) -> None:
        self.loads.append(event)

    def tier_kinds(self, tier: str = "") -> list[str]:
        """The kinds of events of one tier, in order."""
        return [event.kind for event in self.tiers if not tier or event.tier == tier]

    def load_kinds(self) -> list[str]:
        """The kinds of events of loads, in order."""
        return [event.kind for event in self.loads]
