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
from hexcache.application.sync.wiping import wipe
from hexcache.application.core import Core
from hexcache.application.repairs import Clearing, Intent
from hexcache.application.tag_addresses import is_tag, stored_at, tag_prefix
from hexcache.domain.backoff import delay
from hexcache.domain.errors import CacheError, StoreRejected
from hexcache.domain.key import prefixes_within


class Upkeep:
    """Repairs the stores of one cache."""

    def __init__(self, core: Core, tiers: Sequence[Tier], publisher: Publisher, crew: Crew) -> None:
        self._core = core
        self._tiers = tuple(tiers)
        self._publisher = publisher
        self._crew = crew
        self._busy: set[str] = set()
        self.closed = False
        core.crews.add(self)

    def nudge(self) -> None:
        """Begin to repair the tiers that are owed something."""
        for tier in self._tiers:
            if len(tier.state.repairs) and tier.name not in self._busy and not self.closed:
                self._busy.add(tier.name)
                self._crew.spawn(partial(self._repair, tier), partial(self._rest, tier))

    def _repair(self, tier: Tier) -> None:
        policy = self._core.policy
        attempt = 0
        while len(tier.state.repairs) and not self.closed:
            pause = delay(attempt, first=policy.repair_backoff, most=policy.repair_backoff_max)
            self._crew.pause(pause)
            attempt = 0 if self.bring(tier) else attempt + 1

    def _rest(self, tier: Tier) -> None:
        """A worker is done; what was owed while it left is the next one's."""
        self._busy.discard(tier.name)
        if len(tier.state.repairs) and not self.closed:
            self.nudge()

    def bring(self, tier: Tier) -> bool:
        """Try once to bring everything that is owed; True when nothing failed.

        One change that the tier never takes does not keep the others from it; a tier that takes none is left alone once
        its breaker is open.
        """
        repairs = tier.state.repairs
        failed = not self._cleared(tier, repairs.clearing())
        for name, intent in repairs.pending():
            if failed and tier.state.breaker != "closed":
                break
            try:
                self._bring(tier, name, intent)
            except CacheError:
                failed = True
        return not failed

    def _cleared(self, tier: Tier, owed: Clearing | None) -> bool:
        """Empty what is to be emptied before the tier is trusted again; False when that failed."""
        if owed is None:
            return True
        root = self._core.root
        paths = ("",) if owed.everything else owed.paths
        try:
            for path in paths:
                for prefix in prefixes_within(root, path):
                    wipe(tier, prefix)
            if owed.everything:
                wipe(tier, tag_prefix(root))
        except CacheError:
            return False
        if tier.state.repairs.settle_clearing(owed):
            tier.state.repaired(1)
        if owed.everything:
            self._core.tags.doubt_all()
            self._publisher.everything()
        for path in paths:
            self._core.drop_within(path)
            self._publisher.namespace(path)
        return True

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
        if intent.blob is not None and intent.dead_at > self._core.clocks.wall():
            try:
                tier.ask("put", tier.put_through, address, intent.blob, dead_at=intent.dead_at)
            except StoreRejected:  # too large, say; then the key is to be gone from the tier
                tier.ask("delete", tier.store.delete, address)
        else:
            tier.ask("delete", tier.store.delete, address)

    def flush(self) -> int:
        """Try every repair now; returns how many changes are still owed."""
        for tier in self._tiers:
            if len(tier.state.repairs):
                self.bring(tier)
        return sum(len(tier.state.repairs) for tier in self._tiers)

    def reset_after_fork(self) -> None:
        """Forget workers that live in the parent."""
        self._busy = set()
