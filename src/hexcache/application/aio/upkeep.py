"""Upkeep: what stores are owed is brought to them, behind everybody's back.

Rule: one worker a tier at a time, with growing pauses; an intent is settled only if it is still the last one; the tier
is believed again for a key only then.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from hexcache.application.aio.ordering import turn
from hexcache.application.aio.primitives import Crew
from hexcache.application.aio.publishing import AsyncPublisher
from hexcache.application.aio.tier import AsyncTier
from hexcache.application.aio.writing import clear_prefixes
from hexcache.application.core import Core
from hexcache.application.repairs import Intent
from hexcache.application.tag_addresses import is_tag, stored_at
from hexcache.domain.backoff import delay
from hexcache.domain.errors import StoreError, StoreRejected


class AsyncUpkeep:
    """Repairs the stores of one cache."""

    def __init__(
        self,
        core: Core,
        tiers: Sequence[AsyncTier],
        publisher: AsyncPublisher,
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

    async def _repair(self, tier: AsyncTier) -> None:
        policy = self._core.policy
        try:
            attempt = 0
            while len(tier.state.repairs) and not self.closed:
                pause = delay(attempt, first=policy.repair_backoff, most=policy.repair_backoff_max)
                await self._crew.pause(pause)
                attempt = 0 if await self.bring(tier) else attempt + 1
        finally:
            self._busy.discard(tier.name)

    async def bring(self, tier: AsyncTier) -> bool:
        """Try once to bring everything that is owed; True when nothing failed."""
        try:
            await self._clear(tier)
            for name, intent in tier.state.repairs.pending():
                await self._bring(tier, name, intent)
        except StoreError:
            return False
        return True

    async def _clear(self, tier: AsyncTier) -> None:
        paths = tier.state.repairs.paths()
        for path in paths:
            for prefix in clear_prefixes(self._core.root, path):
                await tier.ask("clear", tier.store.clear, prefix)
        if paths:
            tier.state.repairs.settle_clear()
            tier.state.repaired(1)
            for path in paths:
                self._core.drop_within(path)
                await self._publisher.namespace(path)

    async def _bring(self, tier: AsyncTier, name: str, intent: Intent) -> None:
        async with turn(self._core, (name,)):
            if not tier.state.repairs.is_last(name, intent.number):
                return
            await self._change(tier, stored_at(self._core.root, name), intent)
            tier.state.repairs.settle(name, intent.number)
        tier.state.repaired(1)
        if is_tag(name):
            await self._publisher.tags((name[1:],), soft=False)
        else:
            await self._publisher.keys((name,))

    async def _change(self, tier: AsyncTier, address: str, intent: Intent) -> None:
        if intent.blob is None or intent.dead_at <= self._core.clocks.wall():
            await tier.ask("delete", tier.store.delete, address)
        else:
            try:
                await tier.ask("put", tier.store.put, address, intent.blob, dead_at=intent.dead_at)
            except StoreRejected:
                await tier.ask("delete", tier.store.delete, address)

    async def flush(self) -> int:
        """Try every repair now; returns how many changes are still owed."""
        for tier in self._tiers:
            if len(tier.state.repairs):
                await self.bring(tier)
        return sum(len(tier.state.repairs) for tier in self._tiers)
