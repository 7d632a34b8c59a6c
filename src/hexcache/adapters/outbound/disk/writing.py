"""Changes to the blobs of a disk tier: each is one transaction, and each gives its rows a new number.

Rule: a blob that is refused leaves nothing older behind; where that cannot be made sure the answer is not "refused" but
"unavailable". Files are written before the transaction and removed again when it fails.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress

from hexcache.adapters.outbound.disk import statements
from hexcache.adapters.outbound.disk.database import Database, Transaction
from hexcache.adapters.outbound.disk.errors import translated
from hexcache.adapters.outbound.disk.eviction import Keeper, erase
from hexcache.adapters.outbound.disk.leftovers import Leftovers
from hexcache.adapters.outbound.disk.marks import Marks
from hexcache.adapters.outbound.disk.rows import (
    Columns,
    Row,
    blob_row,
    check_deadline,
    is_current,
    next_number,
    only,
    parts,
)
from hexcache.adapters.outbound.disk.settings import DiskSettings
from hexcache.adapters.outbound.disk.tally import Tally
from hexcache.domain.errors import StoreError, StoreRejected, StoreUnchanged
from hexcache.ports.clock import Clock
from hexcache.ports.finding import Token


class Writer:
    """Writes and deletes blobs."""

    def __init__(
        self,
        database: Database,
        settings: DiskSettings,
        wall: Clock,
        keeper: Keeper,
        marks: Marks,
        leftovers: Leftovers,
    ) -> None:
        self._database = database
        self._settings = settings
        self._wall = wall
        self._keeper = keeper
        self._marks = marks
        self._leftovers = leftovers
        self._tally: Tally = keeper.tally

    def put_many(self, blobs: Mapping[str, tuple[bytes, float]]) -> dict[str, str]:
        """Write several in one transaction; returns address -> reason for those that were not taken.

        Raises:
            StoreError: nothing was written, and something older may still be there.
        """
        kept: dict[str, tuple[float, Columns]] = {}
        refused: dict[str, str] = {}
        if not blobs:
            return refused
        try:
            for address, (blob, dead_at) in blobs.items():
                self._keep(address, blob, dead_at, kept, refused)
            with self._database.transaction() as change:
                self._write(change, kept, refused)
        except BaseException as exc:
            self._discard_files(kept)
            if not isinstance(exc, StoreRejected):
                raise
            refused = self._refuse_all(list(blobs), exc)
        else:
            self._wrote(kept)
        self._tally.add("refused", len(refused))
        return refused

    def put_if(self, address: str, blob: bytes, dead_at: float, token: Token) -> bool:
        """Write unless the address has changed since the token was handed out; a refusal changes nothing.

        Raises:
            StoreRejected: too large, full or read-only; what the token stands for is as it was.
        """
        kept: dict[str, tuple[float, Columns]] = {}
        refused: dict[str, str] = {}
        written = False
        try:
            self._keep(address, blob, dead_at, kept, refused)
            if refused:
                self._tally.add("refused")
                raise StoreRejected(refused[address])
            with self._database.transaction() as change:
                if is_current(change, address, token):
                    self._write(change, kept, refused)
                    written = True
        except BaseException:
            self._discard_files(kept)
            raise
        if written:
            self._wrote(kept)
        else:
            self._discard_files(kept)
        return written

    def delete_many(self, addresses: Sequence[str]) -> int:
        """Put a tombstone at each address; returns how many live blobs there were.

        Raises:
            StoreTimeout, StoreUnavailable, StoreUnchanged: nothing was deleted.
        """
        distinct = list(dict.fromkeys(addresses))
        if not distinct:
            return 0
        now = self._wall()
        with self._database.removal() as change:
            live = len(self._live(change, distinct, now))
            self._write(change, {}, distinct)
        return live

    def discard(self, address: str, row: Row) -> None:
        """Remove a row that is none of ours, or broken, if it is still there; does not wait for other writers.

        Raises:
            StoreError: not now; whoever meets the row next tries again.
        """
        with self._database.transaction(patience=0) as change:
            now = Row(*only(change.execute(statements.FIND, (address,)).fetchall()))
            if now.rowid is not None and (now.rowid, now.tag) == (row.rowid, row.tag):
                erase(change, [(now.rowid, now.tag)])
                change.obsolete.append(now.filename)

    def bring_marks(self) -> None:
        """Bring the marks of reads to the database; does not wait for other writers.

        Raises:
            StoreError: not now.
        """
        with self._database.transaction(patience=0) as change:
            self._marks.bring(change)

    def _keep(
        self,
        address: str,
        blob: bytes,
        dead_at: float,
        kept: dict[str, tuple[float, Columns]],
        refused: dict[str, str],
    ) -> None:
        """Write the file, if it takes one."""
        check_deadline(dead_at)
        self._database.disk.put(address)
        if type(blob) is bytes and len(blob) > self._settings.value_limit:
            refused[address] = f"disk: {len(blob)} bytes; a blob has at most {self._settings.value_limit}"
            return
        if type(blob) is bytes and len(blob) >= self._settings.min_file_size:
            self._database.writable()
        try:
            kept[address] = dead_at, self._database.disk.store(blob, read=False)
        except OSError as exc:
            error = translated(exc, "writing a file")
            if not isinstance(error, StoreRejected):
                raise error from exc
            refused[address] = str(error)

    def _write(self, change: Transaction, kept: dict[str, tuple[float, Columns]], gone: Collection[str]) -> None:
        """Write rows, and tombstones where nothing is to be."""
        now = self._wall()
        number = next_number(change)
        for part in parts([*kept, *gone]):
            change.obsolete += [name for (name,) in change.execute(statements.files_of(len(part)), part)]
        change.executemany(
            statements.PUT,
            [blob_row(address, now, dead_at, number, columns) for address, (dead_at, columns) in kept.items()],
        )
        forget_at = now + self._settings.tombstone_ttl
        change.executemany(statements.REMOVE, [(address,) for address in gone])
        change.executemany(statements.BURY, [(address, forget_at, number) for address in gone])
        self._marks.bring(change)
        size = sum(columns[0] or len(columns[3] or b"") + 1 for _, columns in kept.values())
        self._keeper.make_room(change, now, len(kept) + len(gone), size)

    def _refuse_all(self, addresses: list[str], why: StoreRejected) -> dict[str, str]:
        """Make sure that nothing older stays where nothing could be written."""
        try:
            self.delete_many(addresses)
        except StoreError as exc:
            if self._any_live(addresses):
                raise StoreUnchanged(f"{why}; what was there before may still be there") from exc
        return dict.fromkeys(addresses, str(why))

    def _any_live(self, addresses: list[str]) -> bool:
        now = self._wall()
        return any(self._database.rows(statements.live_keys(len(part)), (*part, now)) for part in parts(addresses))

    def _live(self, change: Transaction, addresses: list[str], now: float) -> list[object]:
        found: list[object] = []
        for part in parts(addresses):
            found += change.execute(statements.live_keys(len(part)), (*part, now))
        return found

    def _wrote(self, kept: dict[str, tuple[float, Columns]]) -> None:
        files = sum(columns[2] is not None for _, columns in kept.values())
        if files:
            with suppress(StoreError):  # the blobs are written; what is left over stays until the next look
                self._leftovers.wrote(files)

    def _discard_files(self, kept: dict[str, tuple[float, Columns]]) -> None:
        for _, columns in kept.values():
            if columns[2] is not None:
                self._database.disk.remove(columns[2])
