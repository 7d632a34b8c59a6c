"""The blocking core of the disk's leases: who loads a key, among the processes of one machine.

Rule: every change is one transaction that reads, decides and writes; whoever finds a lease in other hands writes
nothing. Leases live in a directory of their own below the blobs and end on the injected wall clock.

A clock that was set back would make leases of a killed process last: one that has more than twice its own length to go
is of the time before, and as good as none.
"""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from hexcache.adapters.outbound.disk.database import Database, Transaction
from hexcache.adapters.outbound.disk.settings import DiskSettings
from hexcache.domain.lease import LeaseAnswer, LeaseState
from hexcache.ports.clock import Clock
from hexcache.ports.entropy import Entropy

FOLDER: Final = "leases"
"""Below the directory of the blobs."""

# holder: his token, NULL while the lease rests. since: when it was last granted, renewed or left to rest.
_TABLE: Final = (
    "CREATE TABLE IF NOT EXISTS HexcacheLease"
    " (address TEXT PRIMARY KEY, holder BLOB, since REAL, until REAL) WITHOUT ROWID"
)
TABLES: Final = (_TABLE, "CREATE INDEX IF NOT EXISTS HexcacheLeaseEnd ON HexcacheLease (until)")
"""What the database of leases has beside diskcache's tables."""

_FIND: Final = "SELECT holder, since, until FROM HexcacheLease WHERE address = ?"
_PUT: Final = "INSERT OR REPLACE INTO HexcacheLease VALUES (?, ?, ?, ?)"
_RENEW: Final = "UPDATE HexcacheLease SET since = ?, until = ? WHERE address = ? AND holder = ? AND until > ?"
_REST: Final = _RENEW.replace("SET ", "SET holder = NULL, ")
_DROP: Final = "DELETE FROM HexcacheLease WHERE address = ? AND holder = ? AND until > ?"
_REAP: Final = (
    "DELETE FROM HexcacheLease WHERE address IN"
    " (SELECT address FROM HexcacheLease WHERE until <= ? ORDER BY until LIMIT 10)"
)


class LeaseTable:
    """Leases by address in a directory. Made without touching it; the first call opens it.

    Every method may be called from any thread, and raises a :class:`~hexcache.domain.errors.StoreError` when it fails.
    The methods are those of :class:`~hexcache.ports.sync.lease.LeaseKeeper`, which says what each does.

    Attributes:
        settings: what it was made with.
    """

    def __init__(self, settings: DiskSettings, *, wall: Clock = time.time, entropy: Entropy | None = None) -> None:
        self.settings = replace(settings, eviction_policy="none")
        self._wall = wall
        chance = random.SystemRandom() if entropy is None else entropy
        self._database = Database(self.settings, chance, TABLES, FOLDER)

    def acquire(self, address: str, holder: bytes, ttl: float) -> LeaseAnswer:
        """Ask for a lease."""
        found = self._database.rows(_FIND, (address,))
        standing = _standing(found, holder, self._wall())
        if standing is not None:
            return standing
        with self._database.transaction() as change:
            # The clock is read when nobody else can write, so that no lease is met that began after now.
            found, now = change.execute(_FIND, (address,)).fetchall(), self._wall()
            standing = _standing(found, holder, now)
            if standing is not None:
                return standing
            change.execute(_REAP, (now,))
            change.execute(_PUT, (address, holder, now, now + ttl))
        return LeaseAnswer(LeaseState.GRANTED, ttl)

    def renew(self, address: str, holder: bytes, ttl: float) -> bool:
        """Let a lease live on."""
        with self._database.transaction() as change:
            now = self._wall()
            return _changed(change, _RENEW, (now, now + ttl, address, holder, now))

    def release(self, address: str, holder: bytes, rest: float) -> bool:
        """Give a lease back."""
        with self._database.transaction() as change:
            now = self._wall()
            if rest > 0:
                return _changed(change, _REST, (now, now + rest, address, holder, now))
            return _changed(change, _DROP, (address, holder, now))

    @property
    def is_open(self) -> bool:
        """Whether there is anything to close."""
        return self._database.is_open

    def close(self) -> None:
        """Close the database; calls under way end first. May be called again."""
        self._database.close()


def _changed(change: Transaction, sql: str, parameters: tuple[object, ...]) -> bool:
    return change.execute(sql, parameters).rowcount > 0


def _standing(found: Sequence[Any], holder: bytes, now: float) -> LeaseAnswer | None:
    """What keeps the holder from the lease; None when nothing does, be it that the row is none of ours."""
    for owner, since, until in found:
        if type(since) is not float or type(until) is not float or type(owner) not in {bytes, type(None)}:
            continue
        if owner == holder or not since - (until - since) <= now < until:
            continue
        return LeaseAnswer(LeaseState.RESTING if owner is None else LeaseState.HELD, until - now)
    return None
