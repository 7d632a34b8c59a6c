"""LRU: the entry whose last use lies furthest back leaves first.

Rule: order of use is the only thing that counts. A hit moves the entry, so the tier has to take its lock for it; that
is this policy's price (a hit takes about twice as long on one thread, and threads wait for each other).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator

from hexcache.domain.entry import Entry


class Lru:
    """Least recently used, in the textbook's form."""

    __slots__ = ("_order",)

    def __init__(self, max_items: int) -> None:  # every policy is made from a size; an order needs none
        self._order: OrderedDict[str, Entry] = OrderedDict()

    @property
    def mark_limit(self) -> int:
        """Hits leave no mark."""
        return 0

    @property
    def reorders_on_hit(self) -> bool:
        """Every hit moves the entry."""
        return True

    def admit(self, entry: Entry, now: float) -> None:
        """Begin as the most recently used."""
        entry.home = 1
        self._order[entry.name] = entry

    def replace(self, old: Entry, new: Entry, now: float) -> None:
        """An overwrite is a use: the new entry becomes the most recently used."""
        old.home = 0
        self.admit(new, now)
        self._order.move_to_end(new.name)

    def touch(self, entry: Entry) -> None:
        """Make an entry the most recently used; one that is not held (any more) is left alone."""
        if entry.home:
            self._order.move_to_end(entry.name)

    def discard(self, entry: Entry) -> None:
        """Let the entry go; one that is not held is none of this policy's business."""
        if entry.home:
            entry.home = 0
            del self._order[entry.name]

    def victim(self, now: float) -> Entry:
        """Take the least recently used entry."""
        _, entry = self._order.popitem(last=False)
        entry.home = 0
        return entry

    def clear(self) -> None:
        """Let every entry go."""
        for entry in self:
            entry.home = 0
        self._order.clear()

    def __len__(self) -> int:
        return len(self._order)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._order.values())
