"""How the tests of the disk tier make, plant and look at things."""

from __future__ import annotations

import math
import pickle
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from hexcache.adapters.outbound.disk.counter_table import CounterTable
from hexcache.adapters.outbound.disk.lease_table import LeaseTable
from hexcache.adapters.outbound.disk.settings import DiskSettings, EvictionPolicy
from hexcache.adapters.outbound.disk.table import DiskTable
from hexcache.ports.clock import Clock

NEVER = math.inf
PATIENT = 20.0
"""A deadline that a busy machine meets."""
FILE_SIZE = 4_000
"""Blobs of so many bytes get a file of their own here."""

opened: list[DiskTable | CounterTable | LeaseTable] = []
"""Tables that are closed after the test."""


def settings_at(
    folder: Path,
    *,
    size_limit: int = 64 * 2**20,
    policy: EvictionPolicy = "least-recently-stored",
    deadline: float = PATIENT,
    max_value_bytes: int | None = None,
) -> DiskSettings:
    return DiskSettings(
        folder / "cache",
        size_limit=size_limit,
        eviction_policy=policy,
        deadline=deadline,
        min_file_size=FILE_SIZE,
        max_value_bytes=max_value_bytes,
    )


def table_at(
    folder: Path,
    wall: Clock,
    *,
    size_limit: int = 64 * 2**20,
    policy: EvictionPolicy = "least-recently-stored",
    deadline: float = PATIENT,
    max_value_bytes: int | None = None,
) -> DiskTable:
    settings = settings_at(
        folder, size_limit=size_limit, policy=policy, deadline=deadline, max_value_bytes=max_value_bytes
    )
    table = DiskTable(settings, wall=wall)
    opened.append(table)
    return table


def counters_at(folder: Path, wall: Clock, *, size_limit: int = 64 * 2**20) -> CounterTable:
    table = CounterTable(settings_at(folder, size_limit=size_limit), wall=wall)
    opened.append(table)
    return table


def leases_at(folder: Path, wall: Clock, *, deadline: float = PATIENT) -> LeaseTable:
    table = LeaseTable(settings_at(folder, deadline=deadline), wall=wall)
    opened.append(table)
    return table


def database(folder: Path, name: str = "cache") -> Path:
    return folder / name / "cache.db"


def run(path: Path, sql: str, parameters: Sequence[object] = ()) -> list[tuple[object, ...]]:
    """Run a statement as anybody with access to the file could."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        return connection.execute(sql, parameters).fetchall()
    finally:
        connection.close()


def plant(path: Path, address: object, **columns: object) -> None:
    """Write a row as anybody could: a valid one but for what is named."""
    row: dict[str, object] = {
        "key": address,
        "raw": 1,
        "store_time": 1.0,
        "expire_time": None,
        "access_time": 1.0,
        "access_count": 0,
        "tag": 1,
        "size": 0,
        "mode": 1,
        "filename": None,
        "value": b"planted",
        **columns,
    }
    names = ", ".join(row)
    places = ", ".join("?" * len(row))
    run(path, f"INSERT OR REPLACE INTO Cache ({names}) VALUES ({places})", list(row.values()))  # noqa: S608


def count_rows(path: Path, address: str) -> int:
    return len(run(path, "SELECT 1 FROM Cache WHERE key = ?", (address,)))


class Trap:
    """A pickle that makes a file when somebody loads it."""

    def __init__(self, witness: Path) -> None:
        self.witness = witness

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return Path.touch, (self.witness,)

    @property
    def bytes(self) -> bytes:
        return pickle.dumps(self)

    @property
    def sprung(self) -> bool:
        return self.witness.exists()

    def check_that_it_is_armed(self) -> None:
        """Prove that loading it would have shown."""
        pickle.loads(self.bytes)  # noqa: S301  (it is our own)
        assert self.sprung
        self.witness.unlink()
