"""The open connections of one process to one database.

Rule: a connection is used by one thread at a time and goes back when the call is over; one that saw an error does not
go back. SQLite forbids to carry a connection over a fork, even to close it there, so a child leaves its parent's
connections alone for good.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections import deque
from pathlib import Path
from typing import Final
from urllib.parse import quote

from diskcache.core import DBNAME  # type: ignore[import-untyped]  # diskcache ships no types

from hexcache.adapters.outbound.disk.schema import prepare_connection
from hexcache.domain.errors import StoreUnavailable

DATABASE: Final = str(DBNAME)
"""Name of the database's file."""


class Pool:
    """Connections to a database that is there; :mod:`opening` makes it.

    Attributes:
        path: the database's file.
        read_only: nothing can be written in this directory.
        turn: held by the one thread of this process that writes; SQLite's own waiting is a sleep that grows to 0.1 s.
    """

    def __init__(self, path: Path, *, read_only: bool, deadline: float) -> None:
        self.path = path
        self.read_only = read_only
        self.turn = threading.Lock()
        self._deadline = deadline
        self._idle: deque[sqlite3.Connection] = deque()
        self._closed = False
        self._identity = _identity(path)

    def take(self) -> sqlite3.Connection:
        """A connection for this thread alone; give it back or drop it."""
        try:
            return self._idle.pop()
        except IndexError:
            pass
        if self._closed:
            raise StoreUnavailable("disk: the store is closed")
        return self._connect()

    def give(self, connection: sqlite3.Connection) -> None:
        """Take a connection back that is in order."""
        if self.read_only:
            connection.close()  # opened for each read: see _uri
            return
        self._idle.append(connection)
        if self._closed:
            self._drain()

    def close(self) -> None:
        """Close every connection, each as soon as nobody uses it."""
        self._closed = True
        self._drain()

    def is_current(self) -> bool:
        """Whether the directory still holds the database that is open; somebody may have removed it."""
        return self._identity == _identity(self.path)

    def _drain(self) -> None:
        while True:
            try:
                connection = self._idle.pop()
            except IndexError:
                return
            connection.close()

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
