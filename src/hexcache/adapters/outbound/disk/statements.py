"""Every statement on diskcache's table that a disk tier runs.

Rule: no value is ever part of a statement; each is made of the constants of this module and of places for parameters.
"""
# ruff: noqa: S608  (statements are put together here and nowhere else, by the rule above)

from __future__ import annotations

from typing import Final

LAST_TIME: Final = 1e18
LAST_COUNT: Final = 2**62
"""Where tombstones stand in every eviction order: behind all that has a value."""

CHUNK: Final = 500
"""Addresses in one statement; older SQLite takes 999 parameters."""

_FOUND: Final = "rowid, tag, expire_time, mode, size, filename, value"
_LIVE: Final = (
    "raw = 1 AND mode IN (1, 2) AND typeof(key) = 'text' AND typeof(tag) = 'integer'"
    " AND (expire_time IS NULL OR expire_time > ?)"
)
_VICTIM: Final = "key, rowid, tag, mode, store_time, filename, coalesce(size, 0) + coalesce(length(value), 0)"

NUMBERS: Final = "SELECT seq, floor FROM HexcacheState WHERE id = 0"
"""The number of the last write, and the highest of those that are gone without a trace."""

SET_NUMBER: Final = "UPDATE HexcacheState SET seq = ? WHERE id = 0"

RAISE_FLOOR: Final = "UPDATE HexcacheState SET floor = max(floor, min(seq, ?)) WHERE id = 0"

FIND: Final = (
    "SELECT s.seq, c.rowid, c.tag, c.expire_time, c.mode, c.size, c.filename, c.value"
    " FROM HexcacheState AS s LEFT JOIN Cache AS c ON c.key = ? AND c.raw = 1 WHERE s.id = 0"
)
"""One address: always one row, so that an absence and its token are seen at one moment."""

PUT: Final = (
    "INSERT INTO Cache (key, raw, store_time, expire_time, access_time, access_count, tag, size, mode, filename, value)"
    " VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (key, raw) DO UPDATE SET store_time = excluded.store_time, expire_time = excluded.expire_time,"
    " access_time = excluded.access_time, access_count = excluded.access_count, tag = excluded.tag,"
    " size = excluded.size, mode = excluded.mode, filename = excluded.filename, value = excluded.value"
)
"""Write a row in place of any other of its address."""

BURY: Final = (
    "INSERT OR IGNORE INTO Cache"
    " (key, raw, store_time, expire_time, access_time, access_count, tag, size, mode, filename, value)"
    f" VALUES (CAST(? AS TEXT), 1, {LAST_TIME!r}, ?, {LAST_TIME!r}, {LAST_COUNT}, ?, 0, 0, NULL, NULL)"
)
"""Write a tombstone where the row has been removed. A row that is merely emptied keeps its page to itself."""

ERASE: Final = "DELETE FROM Cache WHERE rowid = ?"

EXPIRED: Final = f"SELECT {_VICTIM} FROM Cache WHERE expire_time <= ? ORDER BY expire_time LIMIT ?"

VICTIMS: Final = {
    "least-recently-stored": f"SELECT {_VICTIM} FROM Cache ORDER BY store_time LIMIT ?",
    "least-recently-used": f"SELECT {_VICTIM} FROM Cache ORDER BY access_time LIMIT ?",
    "least-frequently-used": f"SELECT {_VICTIM} FROM Cache ORDER BY access_count LIMIT ?",
}
"""By eviction policy: which rows go first."""

MARKS: Final = {
    "least-recently-used": "UPDATE Cache SET access_time = max(access_time, ?2) WHERE rowid = ?1 AND mode <> 0",
    "least-frequently-used": "UPDATE Cache SET access_count = access_count + ?2 WHERE rowid = ?1 AND mode <> 0",
}
"""By eviction policy: what a read changes."""

VOLUME: Final = (
    "SELECT (p.page_count - f.freelist_count) * s.page_size"
    " + coalesce((SELECT value FROM Settings WHERE key = 'size'), 0)"
    " FROM pragma_page_count AS p, pragma_freelist_count AS f, pragma_page_size AS s"
)
"""Bytes that rows and files take together."""

CLEARED: Final = "SELECT max(seq) FROM HexcacheClear WHERE substr(?, 1, length(prefix)) = prefix"
"""The number of the last clear that reached an address."""

CLEARS: Final = "SELECT count(*) FROM HexcacheClear"

_FLOOR_OF_CLEARS: Final = (
    "UPDATE HexcacheState SET floor ="
    " max(floor, coalesce((SELECT max(seq) FROM HexcacheClear WHERE dead_at <= ?), 0)) WHERE id = 0"
)
FORGET_CLEARS: Final = (_FLOOR_OF_CLEARS, "DELETE FROM HexcacheClear WHERE dead_at <= ?")
"""One after the other: let go of clears that are past their time."""

PUT_CLEAR: Final = "INSERT OR REPLACE INTO HexcacheClear VALUES (?, ?, ?)"

REMOVE: Final = "DELETE FROM Cache WHERE key = ? AND raw = 1"

REAP: Final = "DELETE FROM Cache WHERE rowid IN (SELECT rowid FROM Cache WHERE expire_time <= ? LIMIT 10)"
"""Remove some counters that are past their deadline."""

NAME: Final = "INSERT OR IGNORE INTO HexcacheName (owner, name) SELECT rowid, ? FROM Cache WHERE key = ? AND raw = 1"

NAMED: Final = "SELECT 1 FROM HexcacheName WHERE owner = ? AND name = ?"

LATEST_NAME: Final = "SELECT c.rowid, (SELECT max(id) FROM HexcacheName) FROM Cache AS c WHERE c.key = ? AND c.raw = 1"

FORGET_NAMES: Final = (
    "DELETE FROM HexcacheName WHERE owner = ?1"
    " AND id <= (SELECT id FROM HexcacheName WHERE owner = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)"
)
"""Let go of all names of a row but so many, the latest."""

MEMBERS: Final = (
    "SELECT n.name FROM Cache AS c JOIN HexcacheName AS n ON n.owner = c.rowid WHERE c.key = ? AND c.raw = 1"
    " AND c.mode = 1 AND c.value = ? AND typeof(n.name) = 'text' AND (c.expire_time IS NULL OR c.expire_time > ?)"
)


def places(count: int) -> str:
    """So many places for parameters."""
    return ",".join("?" * count)


def find_many(count: int) -> str:
    """Rows of so many addresses: the address, then what :data:`FIND` has but the number."""
    return f"SELECT key, {_FOUND} FROM Cache WHERE key IN ({places(count)}) AND raw = 1"


def live_keys(count: int) -> str:
    """Those of so many addresses that are live at a time."""
    return f"SELECT key FROM Cache WHERE key IN ({places(count)}) AND {_LIVE}"


def files_of(count: int) -> str:
    """The files that the rows of so many addresses use."""
    return f"SELECT filename FROM Cache WHERE key IN ({places(count)}) AND raw = 1 AND filename IS NOT NULL"


def used_files(count: int) -> str:
    """Those of so many files that rows use."""
    return f"SELECT filename FROM Cache WHERE filename IN ({places(count)})"


def page(first: bool) -> str:
    """Addresses that are live at a time, from an address on or after it, so many."""
    return f"SELECT key FROM Cache WHERE {_LIVE} AND {_from(first)} ORDER BY key LIMIT ?"


def clear_page(first: bool) -> str:
    """Rows of any maker: address, row, tag, file, and whether it is live at a time; from an address on or after it."""
    return (
        f"SELECT key, rowid, tag, filename, {_LIVE} FROM Cache"
        f" WHERE raw = 1 AND typeof(key) = 'text' AND {_from(first)} ORDER BY key LIMIT ?"
    )


def _from(first: bool) -> str:
    # Addresses come as bytes: what somebody planted need not be text that Python can hold.
    return f"key {'>=' if first else '>'} CAST(? AS TEXT)"
