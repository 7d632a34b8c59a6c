"""The memory tier: entries in a dictionary, bounded in number and in bytes, read without a lock.

Rule: one lock orders all changes; a hit takes none. Under the lock nothing is called but the policy, the fence table
and the clock, and entries that leave are let go after it, so that a value whose finaliser calls the cache does not meet
a lock of its own thread. (A finaliser that the cycle collector runs, and a signal handler, can; they must not call it.)

Why a hit needs no lock, with and without a global interpreter lock: it reads the dictionary once (a single look-up is
atomic in both builds) and then only its own entry, whose value never changes after ``install``; an overwrite puts
another entry in its place. What ``invalidate`` has removed when it returns, no later look-up finds; a read that found
the entry just before began before the invalidation had returned.
"""

from __future__ import annotations

import heapq
import threading
from collections.abc import Callable, Iterator

from hexcache.adapters.outbound.memory.bounds import Bounds
from hexcache.adapters.outbound.memory.hit_path import marking_get, touching_get
from hexcache.adapters.outbound.memory.table import EntryTable
from hexcache.domain.entry import Entry
from hexcache.domain.eviction.policy import policy_named
from hexcache.domain.fence import Fence, FenceTable
from hexcache.domain.key import is_within
from hexcache.ports.clock import Clock


class InMemoryTier:
    """The memory tier of this process. It serves threads and tasks alike and never waits for I/O.

    Dead entries go when they are met: by ``peek``, by the policy's search for a victim, and by ``install``, which looks
    at a few entries more now and then. Until then they count towards the bounds, as they occupy the memory.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        max_items: int = 10_000,
        max_bytes: int = 64 * 1024 * 1024,
        max_item_bytes: int | None = None,
        policy: str = "s3fifo",
        fences: FenceTable | None = None,
    ) -> None:
        """Make an empty tier.

        Args:
            clock: monotonic seconds.
            max_items: most entries held, 1 or more.
            max_bytes: greatest sum of the entries' weights, 1 or more.
            max_item_bytes: greatest weight of one entry; None for an eighth of ``max_bytes``.
            policy: which entry leaves when the tier is full: ``s3fifo``, ``lru``, ``expiry``.
            fences: the table to use; it belongs to this tier alone from now on, since only its lock guards it.

        Raises:
            InvalidSetting: a bound or the policy's name is not usable.
        """
        bounds = Bounds.checked(max_items, max_bytes, max_item_bytes)
        self._policy = policy_named(policy, max_items)
        self._table = EntryTable(bounds, self._policy)
        self._find = self._table.entries.get
        self._max_item_bytes = bounds.max_item_bytes
        self._clock = clock
        self._fences = FenceTable() if fences is None else fences
        self._renew_lock()
        self._rejections = 0
        self._refusals = 0
        self.get: Callable[[str], Entry | None] = (
            touching_get(self._find, clock, self._touch)
            if self._policy.reorders_on_hit
            else marking_get(self._find, clock, self._policy.mark_limit)
        )
        """The hit path; see the port. One look-up, one clock call if the entry can expire, one mark; LRU: one lock."""

    def peek(self, name: str, /) -> Entry | None:
        """The entry unless it is dead, unmarked; see the port."""
        entry = self._find(name)
        if entry is None or entry.dead_at > self._clock():
            return entry
        with self._lock:
            if self._find(name) is entry:
                self._table.expire(entry, [])
        return None

    def observe(self, name: str, /) -> Fence:
        """What ``install`` must find unchanged. Takes no lock: counters only grow, so no change goes unseen."""
        return self._fences.observe(name)

    def install(self, entry: Entry, fence: Fence | None = None, /) -> bool:
        """Hold an entry, as a back-fill if the fence stands or else as a write; see the port.

        Other entries may leave for it, never the entry itself.
        """
        now = self._clock()
        leaving: list[Entry] = []  # let go when this function has left the lock; so in every method
        self._acquire()  # as a ``with`` statement it would cost twice as much
        try:
            if fence is None:
                self._fences.bump(entry.name)
            elif self._fences.observe(entry.name) != fence:
                self._refusals += 1
                return False
            if entry.weight > self._max_item_bytes:
                self._rejections += 1
                old = self._find(entry.name)
                if old is not None:
                    self._table.remove(old, leaving)
                return False
            self._table.hold(entry, now, leaving)
        finally:
            self._release()
        return True

    def invalidate(self, name: str, /) -> bool:
        """Remove the entry and move the fence; see the port. What was dead already does not count as something."""
        now = self._clock()
        leaving: list[Entry] = []
        with self._lock:
            self._fences.bump(name)
            entry = self._find(name)
            if entry is not None:
                self._table.remove(entry, leaving)
        return entry is not None and entry.dead_at > now

    def expire(self, name: str, /) -> bool:
        """Make the entry stale and move the fence; see the port.

        It stays within the life that it was given: from ``dead_at`` on, which stands, it is dead.
        """
        now = self._clock()
        with self._lock:
            self._fences.bump(name)
            entry = self._find(name)
            if entry is None or entry.dead_at <= now:
                return False
            if entry.fresh_until > now:
                entry.quiet_until = entry.fresh_until = now
        return True

    def clear(self, path: str = "", /) -> int:
        """Remove every entry of a namespace and below, and move every fence; see the port."""
        now = self._clock()
        leaving: list[Entry] = []
        with self._lock:
            self._fences.bump_all()
            if path:
                for entry in [entry for name, entry in self._table.entries.items() if is_within(name, path)]:
                    self._table.remove(entry, leaving)
            else:
                self._table.clear(leaving)
        return sum(entry.dead_at > now for entry in leaving)

    def names(self) -> Iterator[str]:
        """The names held when the call was made, dead entries left out, in no order."""
        return iter([entry.name for entry in self._alive()])

    def oldest(self, n: int, /) -> list[str]:
        """The ``n`` live names that die soonest, soonest first."""
        return [entry.name for entry in heapq.nsmallest(n, self._alive(), key=lambda entry: entry.dead_at)]

    def __len__(self) -> int:
        return len(self._table.entries)

    @property
    def weight(self) -> int:
        """Bytes held, as counted by the entries' weights."""
        return self._table.bytes

    def stats(self) -> dict[str, int]:
        """Counters since construction, and what is held now, all of one moment; see the port."""
        with self._lock:
            return {
                "items": len(self._table.entries),
                "bytes": self._table.bytes,
                "evictions": self._table.evictions,
                "expirations": self._table.expirations,
                "rejections": self._rejections,
                "refusals": self._refusals,
            }

    def reset_after_fork(self) -> None:
        """Make the tier usable in a forked child; call it there before anything else does.

        Only the forking thread lives on, so a lock that another thread held would never be released, and the change
        that it guarded would stay half made. In that case the child begins with an empty tier; otherwise it keeps what
        is held.
        """
        torn = self._lock.locked()
        self._renew_lock()
        if torn:
            self._fences.bump_all()
            self._table.clear([])

    def _renew_lock(self) -> None:
        self._lock = threading.Lock()
        self._acquire = self._lock.acquire
        self._release = self._lock.release

    def _touch(self, entry: Entry) -> None:
        with self._lock:
            self._policy.touch(entry)  # which leaves an entry alone that has left meanwhile

    def _alive(self) -> list[Entry]:
        now = self._clock()
        with self._lock:
            return [entry for entry in self._table.entries.values() if entry.dead_at > now]
