"""Removals: of one, of several, of all that begin alike.

Rule: whatever is at a name is removed, blob or placeholder, and every token that was handed out for it dies with it. A
removal asks first whether a live blob is there, as deletes are to say so; ``clear`` counts by what the listing tells.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from hexcache.adapters.outbound.objects import frame
from hexcache.adapters.outbound.objects.aio.attempts import AsyncAttempts
from hexcache.adapters.outbound.objects.aio.bucket import AsyncBucket
from hexcache.adapters.outbound.objects.aio.listing import AsyncListing
from hexcache.adapters.outbound.objects.aio.primitives import Crew, ended_within
from hexcache.adapters.outbound.objects.naming import Naming
from hexcache.adapters.outbound.objects.things import Label
from hexcache.domain.errors import StoreRejected
from hexcache.ports.clock import Clock


class AsyncRemoval:
    """Removals from one bucket."""

    def __init__(
        self, bucket: AsyncBucket, naming: Naming, listing: AsyncListing, crew: Crew, wall: Clock, seconds: float
    ) -> None:
        self._bucket = bucket
        self._naming = naming
        self._listing = listing
        self._crew = crew
        self._wall = wall
        self._seconds = seconds

    async def delete(self, attempts: AsyncAttempts, address: str) -> bool:
        """Remove what is at an address; True when it was a live blob."""
        name = self._naming.name(address)
        there = await self._is_alive(attempts, name)
        await attempts.make(self._bucket.remove, name)
        return there

    async def delete_many(self, attempts: AsyncAttempts, addresses: Sequence[str]) -> int:
        """Remove what is at several addresses, in the vendor's batches; returns how many live blobs there were.

        Raises:
            StoreError: some may still be there.
        """
        names = list(dict.fromkeys(map(self._naming.name, addresses)))
        asked = await self._crew.run([partial(self._is_alive, attempts, name) for name in names])
        await self.remove(attempts, names)
        for answer in asked:
            if isinstance(answer, Exception):
                raise answer
        return asked.count(True)

    async def clear(self, attempts: AsyncAttempts, prefix: str) -> int:
        """Remove every address that begins with a prefix, page by page; returns how many blobs there were.

        Foreign objects are left alone. Blobs that are dead and not swept are counted, as a listing does not tell.
        """
        gone = 0
        async for lines in self._listing.below(attempts, prefix):
            async with ended_within(self._seconds):
                await self.remove(attempts, [line.name for line in lines])
            gone += sum(1 for line in lines if line.size > frame.HEAD_BYTES and not self._is_dead(line.label))
        return gone

    async def remove(self, attempts: AsyncAttempts, names: Sequence[str]) -> None:
        """Remove names, one request for each of the vendor's batches.

        Raises:
            StoreRejected: the bucket refused some of them.
            StoreError: a request failed; some may still be there.
        """
        size = self._bucket.page_names
        pieces = [names[start : start + size] for start in range(0, len(names), size)]
        requests = [partial(attempts.make, self._bucket.remove_many, piece) for piece in pieces]
        refused: dict[str, str] = {}
        for answer in await self._crew.run(requests):
            if isinstance(answer, Exception):
                raise answer
            refused |= answer
        if refused:
            reason = next(iter(refused.values()))
            raise StoreRejected(f"objects: {len(refused)} of {len(names)} removals were refused: {reason}")

    async def _is_alive(self, attempts: AsyncAttempts, name: str) -> bool:
        facts = await attempts.make(self._bucket.facts, name)
        label = None if facts is None else facts.label
        return label is not None and label.kind == "value" and not self._is_dead(label)

    def _is_dead(self, label: Label | None) -> bool:
        return label is not None and not self._wall() < label.dead_at
