"""One database, opened on first use, for every thread of a process.

Rule: no call waits for others longer than the deadline: half of it for the threads of this process, half for other
processes. What leaves here is a store error. A transaction that fails has changed nothing, and leaves no file behind.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from hexcache.adapters.outbound.disk import abandoned, directory
from hexcache.adapters.outbound.disk.blob_disk import BlobDisk
from hexcache.adapters.outbound.disk.errors import VENDOR, translated, translating
from hexcache.adapters.outbound.disk.forking import tell_around_fork
from hexcache.adapters.outbound.disk.opening import open_pool
from hexcache.adapters.outbound.disk.pool import Pool
from hexcache.adapters.outbound.disk.settings import DiskSettings
from hexcache.domain.errors import StoreError, StoreRejected, StoreTimeout, StoreUnavailable, StoreUnchanged
from hexcache.ports.entropy import Entropy

_of_parents: Final[list[Pool]] = []
"""Pools that could not be closed before a fork: collecting one would close its connections in the child."""


class Transaction:
    """What a change is made with; valid inside its ``with`` block.

    Attributes:
        execute: one statement.
        executemany: one statement for many rows.
        obsolete: names of files that are to be removed once the change is committed.
    """

    __slots__ = ("execute", "executemany", "obsolete")

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.execute = connection.execute
        self.executemany = connection.executemany
        self.obsolete: list[object] = []


class Database:
    """A database in a directory of its own.

    Attributes:
        disk: how values are stored.
        folder: the directory.
    """

    def __init__(
        self, settings: DiskSettings, entropy: Entropy, tables: Sequence[str], subfolder: str | None = None
    ) -> None:
        self._settings = settings
        self._entropy = entropy
        self._tables = tables
        self._folders = [settings.directory, *([settings.directory / subfolder] if subfolder else [])]
        self.folder = self._folders[-1]
        self.disk = BlobDisk(str(self.folder), settings.min_file_size)
        self.disk.most_bytes = settings.value_limit
        self._turn = threading.Lock()
        self._opening = threading.Lock()
        self._pool: Pool | None = None
        self._left_open: Pool | None = None
        self._closed = self._unsafe = False
        tell_around_fork(self)

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[Any]:
        """All rows of one statement that changes nothing.

        Raises:
            StoreError: it could not be run.
        """
        try:
            pool = self._pool
            connection = None if pool is None else pool.take()
            if pool is None or connection is None:
                pool, connection = self._take()
            try:
                found = connection.execute(sql, parameters).fetchall()
            except BaseException:
                pool.drop(connection)
                raise
        except StoreError:  # one of them is a TimeoutError, hence an OSError
            raise
        except VENDOR as exc:
            raise translated(exc, "reading") from exc
        pool.give(connection)
        return found

    @contextmanager
    def transaction(self, patience: float | None = None) -> Iterator[Transaction]:
        """Make a change: all of it or nothing.

        Args:
            patience: seconds to wait for others; None stands for the deadline. Zero does not wait at all.

        Raises:
            StoreTimeout: others were writing all the time.
            StoreRejected: full or read-only.
            StoreUnavailable: any other failure.
        """
        deadline = self._settings.deadline if patience is None else patience
        self.writable()
        if not self._turn.acquire(timeout=deadline / 2):
            raise StoreTimeout("disk: writing: other threads were writing for longer than the deadline")
        try:
            with translating("writing"):
                pool, connection = self._take()
                try:
                    if patience is not None:
                        connection.execute(f"PRAGMA busy_timeout = {int(500 * patience)}")
                    connection.execute("BEGIN IMMEDIATE")
                    change = Transaction(connection)
                    yield change
                    abandoned.check()
                    connection.execute("COMMIT")
                    if patience is not None:
                        connection.execute(f"PRAGMA busy_timeout = {int(500 * self._settings.deadline)}")
                except BaseException:
                    pool.drop(connection)
                    raise
                pool.give(connection)
        finally:
            self._turn.release()
        for name in change.obsolete:
            if name is not None:
                self.disk.remove(name)

    @contextmanager
    def removal(self) -> Iterator[Transaction]:
        """A transaction that removes: "refused" is no answer to it, for what it was to remove would be served on.

        Raises:
            StoreTimeout: others were writing all the time.
            StoreUnchanged: it was refused.
            StoreUnavailable: any other failure.
        """
        try:
            with self.transaction() as change:
                yield change
        except StoreRejected as exc:
            raise StoreUnchanged(f"{exc}; what was to be removed may still be there") from exc

    def writable(self) -> Pool:
        """The open connections, opened anew when the directory changed under them.

        Call it before a file is written: it sees to the directory.

        Raises:
            StoreRejected: nothing can be written.
            StoreError: it cannot be opened.
        """
        pool = self._pool or self._opened()
        if not pool.is_current() or (pool.read_only and directory.is_writable(self.folder)):
            self._retire(pool)
            pool = self._opened()
        if pool.read_only:
            raise StoreRejected("disk: writing: the directory is read-only")
        return pool

    @property
    def is_open(self) -> bool:
        """Whether there is anything to close."""
        return self._pool is not None

    def close(self) -> None:
        """Close what was opened; a call that is under way ends first. Later calls raise ``StoreUnavailable``."""
        with self._opening:
            self._closed = True
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.close()

    def settle(self) -> None:
        """Close every connection before a fork; what is under way may end first."""
        # Held until after the fork, so that nobody opens the database meanwhile.
        self._unsafe = not self._opening.acquire(timeout=self._settings.deadline)
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.close()
            pool.wait_until_closed()
        self._left_open = pool if pool is not None and pool.connections else None

    def resume(self) -> None:
        """Go on in the parent."""
        self._left_open = None
        if not self._unsafe:
            self._opening.release()
        self._unsafe = False

    def forget_parent(self) -> None:
        """Be unopened in a child process; refuse to open where a connection could not be closed before the fork."""
        left = self._left_open or self._pool
        if left is not None and left.connections:
            _of_parents.append(left)
            self._unsafe = True
        self._left_open = self._pool = None
        self._opening, self._turn = threading.Lock(), threading.Lock()

    def _take(self) -> tuple[Pool, sqlite3.Connection]:
        """A connection of the present pool; another one when that was closed in between."""
        while True:
            pool = self._pool or self._opened()
            connection = pool.take()
            if connection is not None:
                return pool, connection

    def _retire(self, pool: Pool) -> None:
        with self._opening:
            if self._pool is pool:
                self._pool = None
        pool.close()

    def _opened(self) -> Pool:
        if not self._opening.acquire(timeout=self._settings.deadline):
            raise StoreTimeout("disk: opening: another thread was opening for longer than the deadline")
        try:
            if self._closed:
                raise StoreUnavailable("disk: the store is closed")
            if self._unsafe:
                raise StoreUnavailable("disk: this process was forked in the middle of a call; open the cache after it")
            if self._pool is None:
                with translating("opening"):
                    self._pool = open_pool(self._settings, self._folders, self._tables, self._entropy)
            return self._pool
        finally:
            self._opening.release()
