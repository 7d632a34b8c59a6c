# Generated from src/hexcache/adapters/outbound/objects/aio/removal.py by tools/unasync.py. Do not edit.
"""Removals: of one, of several, of all that begin alike.

Rule: whatever is at a name is removed, blob or placeholder, and every token that was handed out for it dies with it. A
removal asks first whether a live blob is there, as deletes are to say so; ``clear`` counts by what the listing tells.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from hexcache.adapters.outbound.objects import frame
from hexcache.adapters.outbound.objects.sync.attempts import Attempts
from hexcache.adapters.outbound.objects.sync.bucket import Bucket
from hexcache.adapters.outbound.objects.sync.listing import Listing
from hexcache.adapters.outbound.objects.sync.primitives import Crew, ended_within
from hexcache.adapters.outbound.objects.naming import Naming
from hexcache.adapters.outbound.objects.things import Label
from hexcache.domain.errors import StoreRejected
from hexcache.ports.clock import Clock


class Removal:
    """Removals from one bucket."""

    def __init__(
        self, bucket: Bucket, naming: Naming, listing: Listing, crew: Crew, wall: Clock, seconds: float
    ) -> None:
        self._bucket = bucket
        self._naming = naming
        self._listing = listing
        self._crew = crew
        self._wall = wall
        self._seconds = seconds

    def delete(self, attempts: Attempts, address: str) -> bool:
        """Remove what is at an address; True when it was a live blob."""
        name = self._naming.name(address)
        there = self._is_alive(attempts, name)
        attempts.make(self._bucket.remove, name)
        return there

    def delete_many(self, attempts: Attempts, addresses: Sequence[str]) -> int:
        """Remove what is at several addresses, in the vendor's batches; returns how many live blobs there were.

        Raises:
            StoreError: some may still be there.
        """
        names = list(dict.fromkeys(map(self._naming.name, addresses)))
        asked = self._crew.run([partial(self._is_alive, attempts, name) for name in names])
        self.remove(attempts, names)
        for answer in asked:
            if isinstance(answer, Exception):
                raise answer
        return asked.count(True)

    def clear(self, attempts: Attempts, prefix: str) -> int:
        """Remove every address that begins with a prefix, page by page; returns how many blobs there were.

        Foreign objects are left alone. Blobs that are dead and not swept are counted, as a listing does not tell.
        """
        gone = 0
        for lines in self._listing.below(attempts, prefix):
            with ended_within(self._seconds):
                self.remove(attempts, [line.name for line in lines])
            gone += sum(1 for line in lines if line.size > frame.HEAD_BYTES and not self._is_dead(line.label))
        return gone

    def remove(self, attempts: Attempts, names: Sequence[str]) -> None:
        """Remove names, one request for each of the vendor's batches.

        Raises:
            StoreRejected: the bucket refused some of them.
            StoreError: a request failed; some may still be there.
        """
        size = self._bucket.page_names
        pieces = [names[start : start + size] for start in range(0, len(names), size)]
        requests = [partial(attempts.make, self._bucket.remove_many, piece) for piece in pieces]
        refused: dict[str, str] = {}
        for answer in self._crew.run(requests):
            if isinstance(answer, Exception):
                raise answer
            refused |= answer
        if refused:
            reason = next(iter(refused.values()))
            raise StoreRejected(f"objects: {len(refused)} of {len(names)} removals were refused: {reason}")

    def _is_alive(self, attempts: Attempts, name: str) -> bool:
        facts = attempts.make(self._bucket.facts, name)
        label = None if facts is None else facts.label
        return label is not None and label.kind == "value" and not self._is_dead(label)

    def _is_dead(self, label: Label | None) -> bool:
        return label is not None and not self._wall() < label.dead_at
