"""``get`` where one store stands alone: no nearer tier is to be filled, so nothing is noted that a fill would need.

Rule: the answer is that of a walk over all tiers (see :mod:`reading`): the same deadline, breaker, codec, freshness and
tags decide. What is left out is what only a fill uses: fences, tokens, an entry for memory. What is no plain hit is
looked at once more, step by step.
"""

from __future__ import annotations

from hexcache.application.aio.tags import AsyncTags
from hexcache.application.aio.tier import AsyncTier
from hexcache.application.core import Core
from hexcache.domain.errors import Undecodable
from hexcache.domain.record import Record
from hexcache.ports.finding import Found, StoreFinding


class AsyncDirect:
    """Reads of the only tier of a cache, which is a store."""

    def __init__(self, core: Core, tier: AsyncTier, tags: AsyncTags) -> None:
        self._core = core
        self._stats = core.stats
        self._hits = core.tier_hits
        self._tier = tier
        self._tags = tags
        self._wall = core.clocks.wall
        self._look = tier.look
        self._decode = tier.codec.decode
        self._loads = core.sealer.loads
        self._count = tier.state.hit

    async def get(self, name: str, address: str, default: object) -> object:
        """The fresh value, or ``default``."""
        found = await self._look(name, address)
        if type(found) is Found:
            blob = found.blob
            try:
                record = self._decode(address, blob)
                if (
                    record.dead_at > self._wall() < record.fresh_until > record.created
                    and not record.missing
                    and (not record.deps or await self._vouched(name, record))
                ):
                    value = self._loads(record.payload)
                    self._count(len(blob))
                    self._stats.hits += 1
                    self._hits[0] += 1
                    return value
            except Undecodable:  # said again, and dealt with, below
                pass
        if found is not None and await self._is_missing(name, address, found):
            self._stats.hits += 1
            self._hits[0] += 1
            self._stats.negative_hits += 1
        else:
            self._stats.misses += 1
        return default

    async def _is_missing(self, name: str, address: str, found: StoreFinding) -> bool:
        """Whether what was found and is no plain hit is a negative result; bytes that are not ours are removed."""
        wall = self._wall()
        seen = await self._tier.seen(address, found, wall)
        record = None if seen is None else seen.record
        if record is None:
            return False
        if not record.missing:
            return await self._discarded(address, record)
        fresh = wall < record.fresh_until > record.created
        return fresh and (not record.deps or await self._vouched(name, record))

    async def _discarded(self, address: str, record: Record) -> bool:
        """Remove a record whose payload cannot be opened; never a negative result."""
        try:
            self._loads(record.payload)
        except Undecodable as exc:
            await self._tier.discard(address, exc.reason)
        return False

    async def _vouched(self, name: str, record: Record) -> bool:
        """Whether the tags of a record are current and none of them made it stale."""
        core = self._core
        entry, _ = core.sealer.from_record(name, record, core.now(), self._wall())
        return await self._tags.verify(entry) and core.now() < entry.fresh_until
