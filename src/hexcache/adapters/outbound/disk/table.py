"""The blocking core of a disk tier: what both stores do, with a deadline on every call.

Rule: a hit is one statement and writes nothing. Whatever stands in the directory, a read ends in the bytes that this
package stored at that very address, or in nothing: rows of other makers and rows whose file is gone or cut short are
absent, counted and removed.
"""

from __future__ import annotations

import random
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Final

from hexcache.adapters.outbound.disk import statements
from hexcache.adapters.outbound.disk.blob_disk import IN_ROW, ForeignRow
from hexcache.adapters.outbound.disk.clearing import Clearer
from hexcache.adapters.outbound.disk.database import Database
from hexcache.adapters.outbound.disk.errors import translated
from hexcache.adapters.outbound.disk.eviction import Keeper
from hexcache.adapters.outbound.disk.leftovers import Leftovers
from hexcache.adapters.outbound.disk.marks import Marks
from hexcache.adapters.outbound.disk.rows import Row, only, parts
from hexcache.adapters.outbound.disk.schema import BLOB_TABLES
from hexcache.adapters.outbound.disk.settings import DiskSettings
from hexcache.adapters.outbound.disk.tally import Tally
from hexcache.adapters.outbound.disk.writing import Writer
from hexcache.domain.errors import StoreError, StoreRejected, StoreUnavailable
from hexcache.ports.clock import Clock
from hexcache.ports.entropy import Entropy
from hexcache.ports.finding import Absent, Found, StoreFinding, Token

PAGE: Final = 500
"""Addresses that one step of a listing reads."""

_make: Final = tuple.__new__
"""What the constructor of a named tuple ends in, at a quarter of its cost."""

_LOOKS: Final = 4
"""So often a row is read again when another process replaces it, and with it its file, under the reader."""


class DiskTable:
    """Blobs by address in a directory. Made without touching it; the first call opens it.

    Every method may be called from any thread, and raises a :class:`~hexcache.domain.errors.StoreError` when it fails:
    ``StoreTimeout`` when others held the database for longer than the deadline, ``StoreRejected`` when the disk is full
    or read-only, ``StoreUnchanged`` when what was to go stays then, ``StoreUnavailable`` for the rest and after
    :meth:`close`.

    Attributes:
        settings: what it was made with.
    """

    def __init__(self, settings: DiskSettings, *, wall: Clock = time.time, entropy: Entropy | None = None) -> None:
        self.settings = settings
        self._wall = wall
        chance = random.SystemRandom() if entropy is None else entropy
        self._database = Database(settings, chance, BLOB_TABLES)
        self._rows = self._database.rows
        self._tally = Tally()
        self._marks = Marks(settings.eviction_policy)
        self._marking = self._marks.wanted
        self._leftovers = Leftovers(self._database, self._tally, chance.randbytes(1)[0])
        self._clearer = Clearer(self._database, settings.tombstone_ttl, wall)
        self._writer = Writer(
            self._database, settings, wall, Keeper(settings, self._tally), self._marks, self._leftovers
        )

    def get(self, address: str) -> StoreFinding:
        """The blob at an address and its token, or the token of its absence."""
        rows = self._rows(statements.FIND, (address,))
        row = rows[0] if len(rows) == 1 else only(rows)
        seq, rowid, tag, dead_at, mode, _, _, value = row
        if rowid is None:
            return Absent(seq)
        if (
            mode == IN_ROW
            and type(value) is bytes
            and type(tag) is int
            and (dead_at is None or (type(dead_at) is float and dead_at > self._wall()))
        ):
            if self._marking:
                self._mark(rowid)
            return _make(Found, (value, tag))
        return self._look(address, Row(*row))

    def get_many(self, addresses: Sequence[str]) -> dict[str, StoreFinding]:
        """One answer for each distinct address."""
        wanted = list(dict.fromkeys(addresses))
        if not wanted:
            return {}
        # Numbers are read first: a row that goes meanwhile makes its absence look older, hence refused, never newer.
        found: dict[str, StoreFinding] = dict.fromkeys(wanted, Absent(self._number()))
        for part in parts(wanted):
            for key, *columns in self._rows(statements.find_many(len(part)), part):
                address = key.decode()
                found[address] = self._look(address, Row(0, *columns))
        return found

    def put(self, address: str, blob: bytes, dead_at: float) -> None:
        """Write one blob.

        Raises:
            StoreRejected: not taken; nothing older is there.
        """
        refused = self._writer.put_many({address: (blob, dead_at)})
        if refused:
            raise StoreRejected(refused[address])

    def put_if(self, address: str, blob: bytes, dead_at: float, token: Token) -> bool:
        """Write one blob if the address is as it was when the token was handed out."""
        return self._writer.put_if(address, blob, dead_at, token)

    def put_many(self, blobs: Mapping[str, tuple[bytes, float]]) -> dict[str, str]:
        """Write (blob, dead_at) by address, in one transaction; returns address -> reason for those not taken."""
        return self._writer.put_many(blobs)

    def delete(self, address: str) -> bool:
        """Remove one blob; True when a live one was there."""
        return self._writer.delete_many([address]) > 0

    def delete_many(self, addresses: Sequence[str]) -> int:
        """Remove several in one transaction; returns how many live ones there were."""
        return self._writer.delete_many(addresses)

    def page(self, prefix: str, after: bytes | None) -> tuple[list[str], bytes | None]:
        """The next live addresses below a prefix, in order of code points.

        Args:
            prefix: what they begin with.
            after: what came with the page before; None for the first page.

        Returns:
            Some addresses, and where to go on; None when there are no more.
        """
        begin = prefix.encode()
        start = begin if after is None else after
        rows = self._rows(statements.page(first=after is None), (self._wall(), start, PAGE))
        below = [key for (key,) in rows if key.startswith(begin)]
        found = []
        for key in below:
            with suppress(UnicodeDecodeError):  # planted: no address of ours
                found.append(key.decode())
        return found, below[-1] if len(below) == PAGE else None

    def begin_clear(self, prefix: str) -> int:
        """Void the tokens below a prefix; returns what :meth:`clear_step` needs."""
        return self._clearer.begin(prefix)

    def clear_step(self, prefix: str, number: int, after: bytes | None) -> tuple[int, bytes | None]:
        """Remove some blobs; returns how many live ones there were, and where to go on (None: done)."""
        return self._clearer.step(prefix, number, after)

    def ping(self) -> None:
        """Read from the database."""
        self._number()

    def sweep(self) -> int:
        """Remove every file that a killed process left; returns how many. Reads all folders, so not for a hot path."""
        return sum(self._leftovers.sweep(folder) for folder in range(256))

    def stats(self) -> dict[str, int]:
        """Counters of this object, by name: see :data:`~hexcache.adapters.outbound.disk.tally.EVENTS`."""
        return self._tally.counts()

    @property
    def is_open(self) -> bool:
        """Whether there is anything to close."""
        return self._database.is_open

    def close(self) -> None:
        """Close the database; calls under way end first. May be called again."""
        self._database.close()

    def _number(self) -> int:
        seq, _ = only(self._rows(statements.NUMBERS))
        return int(seq)

    def _look(self, address: str, row: Row) -> StoreFinding:
        """What a row means, whoever wrote it."""
        for _ in range(_LOOKS):
            if row.rowid is None:
                return Absent(row.seq)
            if not row.is_ours:
                return self._discarded(address, row, "foreign")
            if row.is_dead(self._wall()):
                return Absent(row.tag)
            try:
                blob = self._database.disk.load(row.mode, row.filename, row.value, row.size)
            except ForeignRow:
                seen, row = row, self._find(address)
                if (seen.rowid, seen.tag) == (row.rowid, row.tag):
                    return self._discarded(address, row, "broken")
            except OSError as exc:
                raise StoreUnavailable(str(translated(exc, "reading a file"))) from exc
            else:
                if self._marking:
                    self._mark(row.rowid)
                return Found(blob, row.tag)
        raise StoreUnavailable("disk: reading: the blob is replaced faster than it can be read")

    def _discarded(self, address: str, row: Row, event: str) -> Absent:
        """The absence that a bad row amounts to."""
        self._tally.add(event)
        with suppress(StoreError):  # read-only or busy: it stays absent, and is met and counted again
            self._writer.discard(address, row)
            found = self._find(address)
            if found.rowid is None:
                return Absent(found.seq)
        return Absent(row.tag if type(row.tag) is int else None)

    def _find(self, address: str) -> Row:
        return Row(*only(self._rows(statements.FIND, (address,))))

    def _mark(self, rowid: int) -> None:
        if self._marks.note(rowid, self._wall()):
            with suppress(StoreError):  # busy or read-only: the marks wait for the next write
                self._writer.bring_marks()
