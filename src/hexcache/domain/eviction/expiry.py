"""Earliest expiry: the entry that would die first leaves first; among equals the one that came first.

Rule: deadlines are the only thing that counts, so with one ttl for all this is first-in first-out. It is here for those
who replace a cache that works this way; its hit ratio is two points below LRU's and five below S3-FIFO's.

A heap of (deadline, ticket) with a table of the tickets that are still good. A ticket whose entry has gone stays in the
heap until it comes up or until such tickets outnumber the good ones, when the heap is rebuilt: O(log n) amortised, and
no entry is kept alive by the heap.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator

from hexcache.domain.entry import Entry

_SLACK = 32
"""Bad tickets that are not worth a rebuild."""


class EarliestExpiry:
    """Soonest dead, first out."""

    __slots__ = ("_heap", "_held", "_ticket")

    def __init__(self, max_items: int) -> None:  # every policy is made from a size; a heap needs none
        self._held: dict[int, Entry] = {}
        self._heap: list[tuple[float, int]] = []
        self._ticket = 0

    @property
    def mark_limit(self) -> int:
        """Hits leave no mark."""
        return 0

    @property
    def reorders_on_hit(self) -> bool:
        """A hit moves nothing."""
        return False

    def admit(self, entry: Entry, now: float) -> None:
        """Take a place by deadline. ``entry.dead_at`` must not change while the entry is held."""
        self._ticket += 1
        entry.home = self._ticket
        self._held[entry.home] = entry
        heapq.heappush(self._heap, (entry.dead_at, entry.home))

    def replace(self, old: Entry, new: Entry, now: float) -> None:
        """Take the new deadline's place; at an equal deadline the old entry's."""
        if old.dead_at != new.dead_at:
            self.discard(old)
            self.admit(new, now)
            return
        new.home, old.home = old.home, 0
        self._held[new.home] = new

    def touch(self, entry: Entry) -> None:
        """Hits count for nothing here."""

    def discard(self, entry: Entry) -> None:
        """Let the entry go; one that is not held is none of this policy's business."""
        if entry.home:
            del self._held[entry.home]
            entry.home = 0
            if len(self._heap) > 2 * len(self._held) + _SLACK:
                self._heap = [(kept.dead_at, ticket) for ticket, kept in self._held.items()]
                heapq.heapify(self._heap)

    def victim(self, now: float) -> Entry:
        """Take the entry that dies soonest."""
        while True:
            _, ticket = heapq.heappop(self._heap)
            entry = self._held.pop(ticket, None)
            if entry is not None:
                entry.home = 0
                return entry

    def clear(self) -> None:
        """Let every entry go."""
        for entry in self:
            entry.home = 0
        self._held.clear()
        self._heap.clear()

    def __len__(self) -> int:
        return len(self._held)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._held.values())
