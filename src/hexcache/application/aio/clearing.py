"""``clear``: a namespace and those below it, from every tier, deepest first.

Rule: nothing outside the namespace is touched; loads in flight are not stored; what a tier did not take, or what an
interruption kept from it, is owed to it, and the tier is not read until then.
"""

from __future__ import annotations

from collections.abc import Sequence

from hexcache.application.aio import wiping
from hexcache.application.aio.publishing import AsyncPublisher
from hexcache.application.aio.tier import AsyncTier
from hexcache.application.core import Core
from hexcache.domain.key import prefixes_within
from hexcache.domain.report import Effect, TierOutcome, WriteReport


class AsyncClearing:
    """Empties namespaces."""

    def __init__(self, core: Core, tiers: Sequence[AsyncTier], publisher: AsyncPublisher) -> None:
        self._core = core
        self._tiers = tuple(tiers)
        self._publisher = publisher

    async def clear(self, path: str) -> WriteReport:
        """Remove a namespace and those below it.

        Raises:
            Unsupported: a tier can neither clear nor list; nothing was changed.
        """
        core = self._core
        for tier in self._tiers:
            wiping.check_clearable(tier)
        core.stats.invalidations += 1
        core.stats.detached += core.flights.detach_within(path)
        below = prefixes_within(core.root, path)
        left = list(self._tiers)
        found = False
        outcomes: list[TierOutcome] = []
        try:
            while left:
                outcome, there = await wiping.clear(left.pop(), path, below)
                found = found or there
                outcomes.append(outcome)
        finally:
            for tier in left:
                tier.owe_clear(path, below)
            held = core.drop_within(path)
        outcomes += [TierOutcome(slot.name, Effect.DONE) for slot in reversed(core.memory)]
        await self._publisher.namespace(path)
        return WriteReport(tuple(outcomes), found or held > 0)
