"""A table of entries that never exceeds its bounds, ordered by an eviction policy.

Rule: the bounds hold between any two statements that another thread may see, as room is made before an entry comes in.
The table has no lock; the tier that owns it provides mutual exclusion. What leaves is handed to the caller, who lets it
go after the lock.
"""

from __future__ import annotations

from hexcache.adapters.outbound.memory.bounds import Bounds
from hexcache.adapters.outbound.memory.sweep import EVERY, Sweep
from hexcache.domain.entry import Entry
from hexcache.domain.eviction.policy import EvictionPolicy


class EntryTable:
    """Entries by name.

    Attributes:
        entries: what is held; the same dictionary for the life of the table, changed by the table alone.
        bytes: sum of the weights.
        evictions: live entries that left to make room.
        expirations: dead entries that were met and removed.
    """

    __slots__ = ("_changes", "_max_bytes", "_max_items", "_policy", "_sweep", "bytes", "entries", "evictions",
                 "expirations")  # fmt: skip

    def __init__(self, bounds: Bounds, policy: EvictionPolicy) -> None:
        self.entries: dict[str, Entry] = {}
        self.bytes = 0
        self.evictions = 0
        self.expirations = 0
        self._max_items = bounds.max_items
        self._max_bytes = bounds.max_bytes
        self._policy = policy
        self._sweep = Sweep()
        self._changes = 0

    def hold(self, entry: Entry, now: float, leaving: list[Entry]) -> None:
        """Hold an entry in place of its predecessor; others may leave for it, it itself does not.

        The predecessor may be among those that leave to make room for a heavier successor, which is then admitted as if
        it were new. It ends, since the caller lets no entry in that would not fit into an empty table.
        """
        self._changes += 1
        if not self._changes % EVERY:
            self._reclaim(now, leaving)
        entries = self.entries
        name = entry.name
        old = entries.get(name)
        growth = entry.weight if old is None else entry.weight - old.weight
        while (old is None and len(entries) >= self._max_items) or self.bytes + growth > self._max_bytes:
            if self._evict(now, leaving) is old:
                old = None
                growth = entry.weight
        if old is None:
            self._policy.admit(entry, now)
        elif old is entry:
            self._policy.touch(entry)
        else:
            self._policy.replace(old, entry, now)
            leaving.append(old)
        entries[name] = entry
        self.bytes += growth

    def remove(self, entry: Entry, leaving: list[Entry]) -> None:
        """Let an entry go that is held."""
        del self.entries[entry.name]
        self._policy.discard(entry)
        self.bytes -= entry.weight
        leaving.append(entry)

    def expire(self, entry: Entry, leaving: list[Entry]) -> None:
        """Let an entry go that is held and dead."""
        self.remove(entry, leaving)
        self.expirations += 1

    def clear(self, leaving: list[Entry]) -> None:
        """Let everything go and forget what the policy remembers."""
        leaving.extend(self.entries.values())
        self.entries.clear()
        self._policy.clear()
        self._sweep.restart()
        self.bytes = 0

    def _evict(self, now: float, leaving: list[Entry]) -> Entry:
        victim = self._policy.victim(now)
        del self.entries[victim.name]
        self.bytes -= victim.weight
        leaving.append(victim)
        if victim.dead_at <= now:
            self.expirations += 1
        else:
            self.evictions += 1
        return victim

    def _reclaim(self, now: float, leaving: list[Entry]) -> None:
        """Remove the dead among the next few entries."""
        for name in self._sweep.turn(self.entries):
            entry = self.entries.get(name)
            if entry is not None and entry.dead_at <= now:
                self.expire(entry, leaving)
