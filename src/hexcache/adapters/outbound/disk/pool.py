"""The open connections of one process to one database.

Rule: a connection is used by one thread at a time and goes back when the call is over; one that saw an error is dropped
instead. A pool that is closed hands out nothing more, and closes each connection as soon as it is free.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections import deque
from pathlib import Path
from typing import Final
from urllib.parse import quote

from diskcache.core import DBNAME  # type: ignore[import-untyped]  # diskcache ships no types

from hexcache.adapters.outbound.disk.schema import prepare_connection

DATABASE: Final = str(DBNAME)
"""Name of the database's file."""


class Pool:
    """Connections to a database that is there; :mod:`opening` makes it.

    Attributes:
        path: the database's file.
        read_only: nothing can be written in this directory.
        connections: how many are open, in use or not.
    """

    def __init__(self, path: Path, *, read_only: bool, deadline: float) -> None:
        self.path = path
        self.read_only = read_only
        self.connections = 0
        self._deadline = deadline
        self._idle: deque[sqlite3.Connection] = deque()
        self._counting = threading.Lock()
        self._closed = False
        self._identity = _identity(path)

    def take(self) -> sqlite3.Connection | None:
        """A connection for this thread alone, to be given back or dropped; None when the pool is closed."""
        try:
            return self._idle.pop()
        except IndexError:
            pass
        with self._counting:
            if self._closed:
                return None
            self.connections += 1
        try:
            return self._connect()
        except BaseException:
            with self._counting:
                self.connections -= 1
            raise

    def give(self, connection: sqlite3.Connection) -> None:
        """Take a connection back that is in order."""
        if self.read_only:
            self.drop(connection)  # opened for each read: see _uri
            return
        self._idle.append(connection)
        if self._closed:
            self._drain()

    def drop(self, connection: sqlite3.Connection) -> None:
        """Close a connection; what it has not committed is rolled back."""
        connection.close()
        with self._counting:
            self.connections -= 1

    def close(self) -> None:
        """Close every connection, each as soon as nobody uses it."""
        with self._counting:
            self._closed = True
        self._drain()

    def wait_until_closed(self) -> None:
        """Wait, no longer than the deadline, until a closed pool has no connection left."""
        until = time.monotonic() + self._deadline
        while self.connections and time.monotonic() < until:
            time.sleep(0.001)

    def is_current(self) -> bool:
        """Whether the directory still holds the database that is open; somebody may have removed it."""
        return self._identity == _identity(self.path)

    def _drain(self) -> None:
        while True:
            try:
                connection = self._idle.pop()
            except IndexError:
                return
            self.drop(connection)

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._uri(),
            uri=True,
            timeout=self._deadline / 2,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            prepare_connection(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _uri(self) -> str:
        """What to connect to.

        A read-only database can be shared with a writer through the files that the writer has beside it; where there is
        no writer SQLite reads it only when told that nothing will change, which holds for the moment of one read.
        """
        if not self.read_only:
            mode = "rw"
        elif os.path.lexists(f"{self.path}-wal") or os.path.lexists(f"{self.path}-shm"):
            mode = "ro"
        else:
            mode = "ro&immutable=1"
        return f"file:{quote(str(self.path))}?mode={mode}"


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = os.stat(path)  # noqa: PTH116  (before every write; half the price of Path.stat)
    except OSError:  # removed: the caller compares with what was there
        return None
    return found.st_dev, found.st_ino
