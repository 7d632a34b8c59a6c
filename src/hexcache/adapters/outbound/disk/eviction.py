"""Keeping a disk tier within its size limit.

Rule: a write lets go first of what is past its deadline, then of what the eviction policy names, until rows and files
together are within the limit. A young row leaves a tombstone behind, an old one raises the floor: see ``rows``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from hexcache.adapters.outbound.disk import statements
from hexcache.adapters.outbound.disk.blob_disk import ABSENT
from hexcache.adapters.outbound.disk.database import Transaction
from hexcache.adapters.outbound.disk.settings import DiskSettings
from hexcache.adapters.outbound.disk.tally import Tally
from hexcache.domain.errors import StoreRejected

PAUSE: Final = 16
"""So many rows are written between two looks while there is plenty of room."""
PLENTY: Final = 8
"""An eighth of the limit is plenty."""
REAPED_AT_ONCE: Final = 10
"""Rows past their deadline that one look removes, and two more for each write since the last; a bound on its time."""
EVICTED_AT_ONCE: Final = 10_000
"""Most rows that one write evicts: some tenths of a second, when a large blob takes the place of many small ones."""
WORTH_A_TRACE: Final = 256
"""A smaller value is evicted without a trace, bytes: its tombstone would take the room that it leaves."""
_STEP: Final = 64
_ROW_BYTES: Final = 100
"""What a row takes beside its value, at least."""


class Keeper:
    """Makes room inside transactions. Used by one thread at a time: the one whose transaction it is.

    Attributes:
        settings: the limits.
        tally: where it counts.
    """

    def __init__(self, settings: DiskSettings, tally: Tally) -> None:
        self.settings = settings
        self.tally = tally
        self._written = 0
        self._room = 0

    def make_room(self, change: Transaction, now: float, rows: int, size: int) -> None:
        """Let go of what is dead, and of what the policy names while the limit is passed.

        While there is plenty of room this looks once in :data:`PAUSE` rows, near the limit always. Several processes
        may so pass the limit together, for as many rows.

        Args:
            change: the transaction, after its own writes.
            now: wall time, seconds.
            rows: how many it wrote.
            size: bytes of the values that it wrote; 0 when there were none but tombstones.

        Raises:
            StoreRejected: the limit is passed, the policy is ``none``, and the transaction adds to it.
        """
        self._written += rows
        self._room -= size
        if self._written < PAUSE and self._room > self.settings.size_limit // PLENTY:
            return
        self.tally.add("expired", self._reap(change, now, REAPED_AT_ONCE + 2 * self._written))
        excess = volume(change) - self.settings.size_limit
        self._written, self._room = 0, -excess
        if excess <= 0:
            return
        victims = statements.VICTIMS.get(self.settings.eviction_policy)
        if victims is not None:
            self.tally.add("evicted", self._evict(change, now, excess, victims))
        elif size:
            raise StoreRejected("disk: writing: the size limit is reached and nothing may be evicted")

    def _reap(self, change: Transaction, now: float, most: int) -> int:
        rows = change.execute(statements.EXPIRED, (now, most)).fetchall()
        return self._let_go(change, now, rows, least=0) if rows else 0

    def _evict(self, change: Transaction, now: float, excess: int, victims: str) -> int:
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
            gone += self._let_go(change, now, chosen, least=WORTH_A_TRACE)
        return gone

    def _let_go(self, change: Transaction, now: float, rows: Iterable[tuple[Any, ...]], least: int) -> int:
        """Remove rows, those below ``least`` bytes and the old ones without a trace; returns how many had a value."""
        ttl = self.settings.tombstone_ttl
        buried: list[tuple[object, ...]] = []
        young: list[tuple[object]] = []
        old: list[tuple[Any, Any]] = []
        valued = 0
        for key, rowid, tag, mode, stored, filename, size in rows:
            valued += mode != ABSENT
            change.obsolete.append(filename)
            worth = mode != ABSENT and size >= least and type(tag) is int and isinstance(stored, float)
            if worth and stored + ttl > now:
                young.append((rowid,))
                buried.append((key, stored + ttl, tag))
            else:
                old.append((rowid, tag))
        change.executemany(statements.ERASE, young)
        change.executemany(statements.BURY, buried)
        erase(change, old)
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
