"""The database of a disk tier: diskcache's own tables, and what tokens need beside them.

Rule: the format is diskcache's, made by diskcache itself; no setting is ever taken from the data. diskcache applies
whatever it finds in its ``Settings`` table (to pragmas, to its ``Disk`` and to attributes of itself), so rows that it
would not have written are removed before it looks, and every setting that it knows is given and overwrites its row.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence
from typing import Any, Final

import diskcache  # type: ignore[import-untyped]  # diskcache ships no types
from diskcache.core import DEFAULT_SETTINGS, METADATA  # type: ignore[import-untyped]  # diskcache ships no types

from hexcache.adapters.outbound.disk.blob_disk import BlobDisk
from hexcache.adapters.outbound.disk.errors import is_busy

FORMAT: Final = 1
"""``user_version`` of a database of this format; a plain one of diskcache has 0 and is taken over."""

BLOB_TABLES: Final = (
    # What was cleared of late: a token from before seq is void below the prefix.
    "CREATE TABLE IF NOT EXISTS HexcacheClear (prefix TEXT PRIMARY KEY, seq INTEGER, dead_at REAL) WITHOUT ROWID",
    # Which files are in use, for the sweep of leftovers.
    "CREATE INDEX IF NOT EXISTS HexcacheFile ON Cache (filename) WHERE filename IS NOT NULL",
)
"""What a database of blobs has beside diskcache's tables."""
_NAME_GONE = (
    "CREATE TRIGGER IF NOT EXISTS HexcacheNameGone AFTER DELETE ON Cache"
    " BEGIN DELETE FROM HexcacheName WHERE owner = OLD.rowid; END"
)
COUNTER_TABLES: Final = (
    # Names that belong to a row of Cache: members of a set, ids of increments.
    "CREATE TABLE IF NOT EXISTS HexcacheName (id INTEGER PRIMARY KEY, owner INTEGER, name TEXT, UNIQUE (owner, name))",
    _NAME_GONE,
)
"""What a database of counters has beside diskcache's tables."""

# One row. seq: number of the last write. floor: the highest number of a write whose row is gone without a trace.
_STATE_TABLE = (
    "CREATE TABLE IF NOT EXISTS HexcacheState"
    " (id INTEGER PRIMARY KEY CHECK (id = 0), seq INTEGER NOT NULL, floor INTEGER NOT NULL)"
)
_DROP_BAD_STATE = (
    "DELETE FROM HexcacheState WHERE typeof(seq) <> 'integer' OR typeof(floor) <> 'integer'"
    " OR floor > seq OR floor < 0 OR seq >= 1 << 62"
)
_PRAGMAS = (
    "PRAGMA synchronous = NORMAL",
    "PRAGMA cache_size = -32768",  # KiB; as many as diskcache allows
    "PRAGMA mmap_size = 0",  # a mapped file that somebody truncates kills the process
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cell_size_check = ON",
)


class ImpatientConnection(sqlite3.Connection):
    """A connection that waits for others until one point in time for all its statements together.

    diskcache repeats a statement for a minute when the database is locked; here it gets an error that it does not
    catch. SQLite's own busy timeout would begin anew with each statement, so this is real time, counted here.
    """

    until: float = 0.0
    """On the real monotonic clock, seconds."""

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        """Execute a statement.

        Raises:
            diskcache.Timeout: others held the database until the time was up.
        """
        while True:
            try:
                return super().execute(sql, parameters)
            except sqlite3.OperationalError as exc:
                if not is_busy(exc):
                    raise
                if time.monotonic() >= self.until:
                    raise diskcache.Timeout from exc
            time.sleep(0.001)


class _Schema(diskcache.Cache):  # type: ignore[misc]  # the parent has no types
    """diskcache's own making and updating of its tables, on a connection of ours."""

    def __init__(self, connection: sqlite3.Connection, settings: dict[str, Any]) -> None:
        self._given = connection
        # The directory is not used but by the connection; diskcache would replace '$' and '~' in it.
        super().__init__("/", disk=BlobDisk, **settings)

    @property
    def _con(self) -> sqlite3.Connection:
        return self._given

    def close(self) -> None:
        """Nothing: the connection is closed by who opened it."""


def create(
    connection: sqlite3.Connection,
    tables: Sequence[str],
    *,
    policy: str,
    size_limit: int,
    min_file_size: int,
    start: int,
) -> None:
    """Bring a database of any age, or an empty file, to the present format.

    Args:
        connection: open, in autocommit mode, for writing.
        tables: statements that make what there is beside diskcache's tables.
        policy: diskcache's name of the eviction policy.
        size_limit: bytes.
        min_file_size: bytes.
        start: number of the first write of a new database; random, so that a token from before a directory was removed
            is void in the one that took its place.

    Raises:
        sqlite3.Error, diskcache.Timeout: it cannot be.
    """
    _check_format(connection)
    _drop_foreign_settings(connection)
    settings: dict[str, Any] = {
        **DEFAULT_SETTINGS,
        "eviction_policy": policy,
        "size_limit": size_limit,
        "disk_min_file_size": min_file_size,
        "disk_pickle_protocol": 0,
        "sqlite_mmap_size": 0,
    }
    _Schema(connection, settings)
    for statement in (_STATE_TABLE, _DROP_BAD_STATE, *tables):
        connection.execute(statement)
    connection.execute("INSERT OR IGNORE INTO HexcacheState VALUES (0, ?, ?)", (start, start))
    connection.execute(f"PRAGMA user_version = {FORMAT}")


def prepare_connection(connection: sqlite3.Connection) -> None:
    """Set what SQLite keeps by connection. Text is read as bytes: what somebody planted need not be UTF-8."""
    for pragma in _PRAGMAS:
        connection.execute(pragma)
    connection.text_factory = bytes


def check_readable(connection: sqlite3.Connection) -> None:
    """Make sure that a database that cannot be brought up to date is of the present format.

    Raises:
        sqlite3.DatabaseError: it is not.
    """
    ((version,),) = connection.execute("PRAGMA user_version").fetchall()
    if version != FORMAT:
        raise sqlite3.DatabaseError(f"format {version} of a read-only database; this version reads format {FORMAT}")


def _check_format(connection: sqlite3.Connection) -> None:
    ((version,),) = connection.execute("PRAGMA user_version").fetchall()
    if version not in {0, FORMAT}:
        raise sqlite3.DatabaseError(f"format {version} of the database; this version knows format {FORMAT}")


def _drop_foreign_settings(connection: sqlite3.Connection) -> None:
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'Settings'").fetchall():
        return
    known = [*DEFAULT_SETTINGS, *METADATA]
    marks = ", ".join("?" * len(known))
    connection.execute(f"DELETE FROM Settings WHERE key NOT IN ({marks})", known)  # noqa: S608  (marks only)
    for key in METADATA:  # what diskcache adds up; it begins anew where that is no number
        connection.execute("DELETE FROM Settings WHERE key = ? AND typeof(value) <> 'integer'", (key,))
