"""A table of blobs with deadlines and tokens: what the memory stores of both worlds are views of.

Rule: every change of an address draws a number that was never used before, and the number is the token of the state
that it made. So a token fits exactly until the address changes, and absence has as many tokens as it has had reasons.

The number of an address that holds nothing any more is kept, too: it is the tombstone, and no time ends it. Only so
many are kept; then the latest number becomes the floor, the token of every address of which nothing is known, and the
older numbers are dropped. That spends tokens of absences too early, which loses a back-fill, and never too late. Expiry
and eviction draw no number: the absence they leave has the number of the blob that is gone, as no earlier absence had.
"""

from __future__ import annotations

import threading
from math import inf
from typing import Final, cast

from hexcache.adapters.outbound.memory.bounds import Bounds
from hexcache.adapters.outbound.memory.table import EntryTable
from hexcache.domain.entry import PLAIN, Entry
from hexcache.domain.errors import StoreRejected
from hexcache.domain.eviction.policy import policy_named
from hexcache.ports.clock import Clock
from hexcache.ports.finding import Absent, Found, StoreFinding, Token

MAX_TOMBSTONES: Final = 10_000
"""Addresses without a blob whose last number is kept."""

MAX_CLEARED: Final = 64
"""Prefixes whose last ``clear`` is kept."""


class BlobTable:
    """Blobs by address, bounded in number and in bytes. Every method is atomic and waits for none but its like.

    Any number of stores may share a table, in threads and in tasks; it lives as long as something refers to it.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        max_items: int = 100_000,
        max_bytes: int = 64 * 1024 * 1024,
        max_value_bytes: int | None = None,
        policy: str = "s3fifo",
    ) -> None:
        """Make an empty table.

        Args:
            clock: wall time, seconds since the epoch.
            max_items: most blobs, 1 or more.
            max_bytes: most bytes of all blobs together, 1 or more.
            max_value_bytes: most bytes of one blob; None for an eighth of ``max_bytes``.
            policy: which blob leaves when the table is full: ``s3fifo``, ``lru``, ``expiry``.

        Raises:
            InvalidSetting: a bound or the policy's name is not usable.
        """
        bounds = Bounds.checked(max_items, max_bytes, max_value_bytes)
        self.max_value_bytes = bounds.max_item_bytes
        self._policy = policy_named(policy, max_items)
        self._table = EntryTable(bounds, self._policy)
        self._clock = clock
        self._lock = threading.Lock()
        self._latest = 0
        self._floor = 0
        self._numbers: dict[str, int] = {}
        self._cleared: dict[str, int] = {}

    def read(self, address: str) -> StoreFinding:
        """What is at an address, and its token."""
        now = self._clock()
        with self._lock:
            entry = self._alive(address, now)
            if entry is None:
                return Absent(self._absence(address))
            self._policy.touch(entry)
            return Found(_blob(entry), self._numbers[address])

    def write(self, address: str, blob: bytes, dead_at: float) -> None:
        """Replace whatever is at an address.

        Raises:
            StoreRejected: the blob is too large; what was there is removed.
        """
        now = self._clock()
        with self._lock:
            self._write(address, blob, dead_at, now)

    def write_if(self, address: str, blob: bytes, dead_at: float, token: Token) -> bool:
        """Replace what is at an address if its token is still this one, and say whether it was.

        Raises:
            StoreRejected: the token fits and the blob is too large; what was there is removed.
        """
        now = self._clock()
        with self._lock:
            alive = self._alive(address, now) is not None
            if token != (self._numbers[address] if alive else self._absence(address)):
                return False
            self._write(address, blob, dead_at, now)
        return True

    def delete(self, address: str) -> bool:
        """Remove what is at an address and change its token in any case; True when a live blob was there."""
        now = self._clock()
        with self._lock:
            alive = self._alive(address, now) is not None
            self._change(address)
            self._remove(address)
        return alive

    def addresses(self, prefix: str) -> list[str]:
        """The live addresses of this moment that begin with ``prefix``."""
        now = self._clock()
        with self._lock:
            return [entry.name for entry in self._below(prefix) if entry.dead_at > now]

    def clear(self, prefix: str) -> int:
        """Remove what begins with ``prefix`` and change the tokens of all addresses that do; returns how many lived."""
        now = self._clock()
        with self._lock:
            gone = self._below(prefix)
            for entry in gone:
                self._table.remove(entry, [])
                del self._numbers[entry.name]  # which the number of this call covers
            self._latest += 1
            self._cleared[prefix] = self._latest
            if len(self._cleared) > MAX_CLEARED:
                self._forget()
        return sum(entry.dead_at > now for entry in gone)

    def reset_after_fork(self) -> None:
        """Make the table usable in a forked child; call it there before anything else does.

        A lock that another thread held at the fork guarded a change that will never be finished: then the child begins
        with an empty table, and every token of before is spent.
        """
        torn = self._lock.locked()
        self._lock = threading.Lock()
        if torn:
            self._table.clear([])
            self._forget()

    # What follows is called under the lock. Blobs are bytes and have no finalisers, so they may leave under it, too.

    def _alive(self, address: str, now: float) -> Entry | None:
        entry = self._table.entries.get(address)
        return None if entry is None or entry.dead_at <= now else entry

    def _below(self, prefix: str) -> list[Entry]:
        return [entry for address, entry in self._table.entries.items() if address.startswith(prefix)]

    def _write(self, address: str, blob: bytes, dead_at: float, now: float) -> None:
        self._change(address)
        if len(blob) > self.max_value_bytes:
            self._remove(address)
            raise StoreRejected(f"a blob of {len(blob)} bytes: this store takes {self.max_value_bytes} at most")
        if dead_at <= now:
            self._remove(address)
            return
        entry = Entry(address, bytes(blob), PLAIN, dead_at, dead_at, -inf, weight=len(blob))
        self._table.hold(entry, now, [])

    def _remove(self, address: str) -> None:
        entry = self._table.entries.get(address)
        if entry is not None:
            self._table.remove(entry, [])

    def _change(self, address: str) -> None:
        """Draw the next number for an address."""
        self._latest += 1
        self._numbers[address] = self._latest
        if len(self._numbers) > len(self._table.entries) + MAX_TOMBSTONES:
            self._forget()

    def _absence(self, address: str) -> int:
        """The token of an address without a live blob: the greatest number that touched it."""
        numbers = [number for prefix, number in self._cleared.items() if address.startswith(prefix)]
        return max(self._floor, self._numbers.get(address, 0), *numbers)

    def _forget(self) -> None:
        """Drop the numbers of absences: all of them have a new token now, the floor."""
        self._latest += 1
        self._floor = self._latest
        self._cleared.clear()
        self._numbers = {address: self._numbers[address] for address in self._table.entries}


def _blob(entry: Entry) -> bytes:
    return cast("bytes", entry.value)  # ``_write`` puts nothing else there
