"""Reads, and the placeholders that they leave.

Rule: an absence is told only with a token that stands in the bucket, so where nothing is a placeholder is left first.
That is one request more for a miss, never for a hit; without conditions there are no tokens, and none is left.
"""

from __future__ import annotations

from typing import Final

from hexcache.adapters.outbound.objects.aio.attempts import AsyncAttempts
from hexcache.adapters.outbound.objects.aio.bucket import AsyncBucket
from hexcache.adapters.outbound.objects.findings import NO_TOKEN, Drafts, finding
from hexcache.adapters.outbound.objects.naming import Naming
from hexcache.adapters.outbound.objects.things import Condition
from hexcache.domain.errors import StoreRejected
from hexcache.ports.clock import Clock
from hexcache.ports.finding import Absent, StoreFinding

LOOKS: Final = 3
"""How often a read looks again for what came or went while it was claiming."""
NOTHING: Final = Condition(None)


class AsyncReading:
    """Reads of one bucket."""

    def __init__(self, bucket: AsyncBucket, naming: Naming, drafts: Drafts, wall: Clock, *, conditional: bool) -> None:
        self._bucket = bucket
        self._naming = naming
        self._drafts = drafts
        self._wall = wall
        self._conditional = conditional

    async def get(self, attempts: AsyncAttempts, address: str) -> StoreFinding:
        """What is at an address.

        Returns:
            ``Found``; or ``Absent`` with the token of what is there (a placeholder, a dead blob, a foreign object).
            Where the bucket refuses a placeholder, or names come and go too fast, with a token that always loses.
        """
        name = self._naming.name(address)
        for _ in range(LOOKS):
            read = await attempts.make(self._bucket.read, name)
            if read is not None:
                found = finding(read, address, self._wall())
                return found if self._conditional else found._replace(token=None)
            if not self._conditional:
                return Absent(None)
            draft = self._drafts.placeholder()
            try:
                token = await attempts.make(self._bucket.write, name, draft.body, label=draft.label, condition=NOTHING)
            except StoreRejected:
                break
            if token is not None:
                return Absent(token)
        return Absent(NO_TOKEN)
