"""Keeping a disk tier within its size limit.

Rule: every write first lets go of what is past its deadline, then of what the eviction policy names, until rows and
files together are within the limit. A young row leaves a tombstone behind, an old one raises the floor: see ``rows``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from hexcache.adapters.outbound.disk import statements
from hexcache.adapters.outbound.disk.blob_disk import ABSENT
from hexcache.adapters.outbound.disk.database import Transaction
from hexcache.adapters.outbound.disk.settings import DiskSettings
from hexcache.adapters.outbound.disk.tally import Tally
from hexcache.domain.errors import StoreRejected

REAPED_AT_ONCE: Final = 10
"""Rows past their deadline that one write removes, and two more for each blob of a bulk write; a bound on its time."""
EVICTED_AT_ONCE: Final = 10_000
"""Most rows that one write evicts: some tenths of a second, when a large blob takes the place of many small ones."""
_STEP: Final = 64
_ROW_BYTES: Final = 100
"""What a row takes beside its value, about."""


@dataclass(frozen=True, slots=True)
class Keeper:
    """Makes room inside a transaction.

    Attributes:
        settings: the limits.
        tally: where it counts.
    """

    settings: DiskSettings
    tally: Tally

    def make_room(self, change: Transaction, now: float, writes: int) -> None:
        """Let go of what is dead, and of what the policy names while the limit is passed.

        Raises:
            StoreRejected: the policy is ``none`` and the limit is passed.
        """
        self.tally.add("expired", self._reap(change, now, REAPED_AT_ONCE + 2 * writes))
        excess = volume(change) - self.settings.size_limit
        if excess > 0:
            self.tally.add("evicted", self._evict(change, now, excess))

    def _reap(self, change: Transaction, now: float, most: int) -> int:
        rows = change.execute(statements.EXPIRED, (now, most)).fetchall()
        return self.let_go(change, now, rows) if rows else 0

    def _evict(self, change: Transaction, now: float, excess: int) -> int:
        victims = statements.VICTIMS.get(self.settings.eviction_policy)
        if victims is None:
            raise StoreRejected("disk: writing: the size limit is reached and nothing may be evicted")
        gone = seen = 0
        while excess > 0 and seen < EVICTED_AT_ONCE:
            rows = change.execute(victims, (_STEP,)).fetchall()
            if not rows:
                break
            chosen = []
            for row in rows:
                chosen.append(row)
                excess -= row[-1] + _ROW_BYTES
                if excess <= 0:
                    break
            seen += len(chosen)
            gone += self.let_go(change, now, chosen)
        return gone

    def let_go(self, change: Transaction, now: float, rows: Iterable[tuple[Any, ...]]) -> int:
        """Remove rows, each with or without a trace; returns how many had a value."""
        ttl = self.settings.tombstone_ttl
        hollow: list[tuple[object, ...]] = []
        gone: list[tuple[Any, Any]] = []
        valued = 0
        for rowid, tag, mode, stored, filename, _ in rows:
            valued += mode != ABSENT
            change.obsolete.append(filename)
            if mode != ABSENT and type(tag) is int and isinstance(stored, float) and stored + ttl > now:
                hollow.append((stored + ttl, rowid))
            else:
                gone.append((rowid, tag))
        if hollow:
            change.executemany(statements.HOLLOW, hollow)
        erase(change, gone)
        return valued


def erase(change: Transaction, rows: list[tuple[Any, Any]]) -> None:
    """Remove rows, given as (rowid, tag), without a trace: the floor rises to the latest of them."""
    if not rows:
        return
    change.executemany(statements.ERASE, [(rowid,) for rowid, _ in rows])
    latest = max((tag for _, tag in rows if type(tag) is int), default=0)
    change.execute(statements.RAISE_FLOOR, (latest,))


def volume(change: Transaction) -> int:
    """Bytes that rows and files take together."""
    ((size,),) = change.execute(statements.VOLUME).fetchall()
    return int(size)
