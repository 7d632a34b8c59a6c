"""Opening a disk tier's database: directory, file, tables.

Rule: opening takes no longer than the deadline whoever else uses the directory, runs nothing and believes nothing that
it finds there, and falls back to reading where nothing can be written.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Sequence
from pathlib import Path

from hexcache.adapters.outbound.disk import directory, schema
from hexcache.adapters.outbound.disk.errors import is_refusal
from hexcache.adapters.outbound.disk.pool import DATABASE, Pool
from hexcache.adapters.outbound.disk.settings import DiskSettings
from hexcache.domain.errors import StoreUnavailable
from hexcache.ports.entropy import Entropy

_FIRST_BITS = 61
"""The first write's number is below 2 ** 61, so that as many writes again fit SQLite's integers."""


def open_pool(settings: DiskSettings, folders: Sequence[Path], tables: Sequence[str], entropy: Entropy) -> Pool:
    """Open the database in the last of ``folders``, made where it is missing; each folder is made private on the way.

    Raises:
        StoreUnavailable: a folder cannot be had for ourselves alone, or nothing can be written and nothing is to read.
        sqlite3.Error, OSError, diskcache.Timeout: the rest.
    """
    for folder in folders:
        directory.prepare(folder)
    path = folders[-1] / DATABASE
    if directory.is_writable(folders[-1]):
        try:
            _create(path, settings, tables, entropy)
        except (sqlite3.OperationalError, OSError) as exc:
            if not is_refusal(exc) or not path.exists():
                raise
        else:
            return Pool(path, read_only=False, deadline=settings.deadline)
    return _read_only(path, settings)


def _create(path: Path, settings: DiskSettings, tables: Sequence[str], entropy: Entropy) -> None:
    # SQLite gives its other files the mode of this one.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600))
    connection = sqlite3.connect(path, timeout=0, isolation_level=None, factory=schema.ImpatientConnection)
    try:
        connection.until = time.monotonic() + settings.deadline
        schema.create(
            connection,
            tables,
            policy=settings.eviction_policy,
            size_limit=settings.size_limit,
            min_file_size=settings.min_file_size,
            start=int.from_bytes(entropy.randbytes(8), "big") >> (64 - _FIRST_BITS),
        )
    finally:
        connection.close()


def _read_only(path: Path, settings: DiskSettings) -> Pool:
    if not path.exists():
        raise StoreUnavailable("disk: the directory is read-only and holds no cache")
    pool = Pool(path, read_only=True, deadline=settings.deadline)
    connection = pool.take()
    if connection is not None:  # a new pool is open
        try:
            schema.check_readable(connection)
        finally:
            pool.drop(connection)
    return pool
