# Generated from src/hexcache/application/aio/upkeep.py by tools/unasync.py. Do not edit.
"""Upkeep: what stores are owed is brought to them, behind everybody's back.

Rule: one worker a tier at a time, with growing pauses; an intent is settled only if it is still the last one; the tier
is believed again for a key only then.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from hexcache.application.sync.ordering import turn
from hexcache.application.sync.primitives import Crew
from hexcache.application.sync.publishing import Publisher
from hexcache.application.sync.tier import Tier
from hexcache.application.sync.writing import clear_prefixes
from hexcache.application.core import Core
from hexcache.application.repairs import Intent
from hexcache.application.tag_addresses import is_tag, stored_at
from hexcache.domain.backoff import delay
from hexcache.domain.errors import StoreError, StoreRejected


class Upkeep:
    """Repairs the stores of one cache."""

    def __init__(
        self,
        core: Core,
        tiers: Sequence[Tier],
        publisher: Publisher,
        crew: Crew,
    ) -> None:
        self._core = core
        self._tiers = tuple(tiers)
        self._publisher = publisher
        self._crew = crew
        self._busy: set[str] = set()
        self.closed = False

    def nudge(self) -> None:
        """Begin to repair the tiers that are owed something."""
        for tier in self._tiers:
            if len(tier.state.repairs) and tier.name not in self._busy and not self.closed:
                self._busy.add(tier.name)
                self._crew.spawn(partial(self._repair, tier))

    def _repair(self, tier: Tier) -> None:
        policy = self._core.policy
        try:
            attempt = 0
            while len(tier.state.repairs) and not self.closed:
                pause = delay(attempt, first=policy.repair_backoff, most=policy.repair_backoff_max)
                self._crew.pause(pause)
                attempt = 0 if self.bring(tier) else attempt + 1
        finally:
            self._busy.discard(tier.name)

    def bring(self, tier: Tier) -> bool:
        """Try once to bring everything that is owed; True when nothing failed."""
        try:
            self._clear(tier)
            for name, intent in tier.state.repairs.pending():
                self._bring(tier, name, intent)
        except StoreError:
            return False
        return True

    def _clear(self, tier: Tier) -> None:
        paths = tier.state.repairs.paths()
        for path in paths:
            for prefix in clear_prefixes(self._core.root, path):
                tier.ask("clear", tier.store.clear, prefix)
        if paths:
            tier.state.repairs.settle_clear()
            tier.state.repaired(1)
            for path in paths:
                self._core.drop_within(path)
                self._publisher.namespace(path)

    def _bring(self, tier: Tier, name: str, intent: Intent) -> None:
        with turn(self._core, (name,)):
            if not tier.state.repairs.is_last(name, intent.number):
                return
            self._change(tier, stored_at(self._core.root, name), intent)
            tier.state.repairs.settle(name, intent.number)
        tier.state.repaired(1)
        if is_tag(name):
            self._publisher.tags((name[1:],), soft=False)
        else:
            self._publisher.keys((name,))

    def _change(self, tier: Tier, address: str, intent: Intent) -> None:
        if intent.blob is None or intent.dead_at <= self._core.clocks.wall():
            tier.ask("delete", tier.store.delete, address)
        else:
            try:
                tier.ask("put", tier.store.put, address, intent.blob, dead_at=intent.dead_at)
            except StoreRejected:
                tier.ask("delete", tier.store.delete, address)

    def flush(self) -> int:
        """Try every repair now; returns how many changes are still owed."""
        for tier in self._tiers:
            if len(tier.state.repairs):
                self.bring(tier)
        return sum(len(tier.state.repairs) for tier in self._tiers)
