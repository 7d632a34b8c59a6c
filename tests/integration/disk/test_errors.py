"""What the vendors raise becomes what the port promises, and a caller's mistake changes nothing."""

from __future__ import annotations

import errno
import os
import sqlite3
from pathlib import Path

import diskcache  # type: ignore[import-untyped]  # diskcache ships no types
import pytest

from hexcache.adapters.outbound.disk.blob_disk import BlobDisk
from hexcache.adapters.outbound.disk.errors import translated
from hexcache.adapters.outbound.disk.table import DiskTable
from hexcache.domain.errors import (
    InvalidLifetime,
    StoreError,
    StoreRejected,
    StoreTimeout,
    StoreUnavailable,
    UnsupportedValue,
)
from hexcache.ports.finding import Absent, Found
from hexcache.testing.clock import MovedClock
from tests.integration.disk.making import FILE_SIZE, NEVER, table_at


def sqlite_error(code: int, kind: type[sqlite3.Error] = sqlite3.OperationalError) -> sqlite3.Error:
    error = kind("a text of SQLite")
    error.sqlite_errorcode = code
    return error


def named(value: object) -> str:
    """How a case is called: the same in every process."""
    return type(value).__name__


class TestErrors:
    """One mapping for what the vendors raise."""

    @pytest.mark.parametrize(
        ("exc", "kind"),
        [
            (sqlite_error(sqlite3.SQLITE_BUSY), StoreTimeout),
            (sqlite_error(sqlite3.SQLITE_BUSY | 2 << 8), StoreTimeout),
            (sqlite_error(sqlite3.SQLITE_LOCKED), StoreTimeout),
            (diskcache.Timeout(), StoreTimeout),
            (sqlite_error(sqlite3.SQLITE_FULL), StoreRejected),
            (sqlite_error(sqlite3.SQLITE_READONLY), StoreRejected),
            (sqlite_error(sqlite3.SQLITE_TOOBIG, sqlite3.DataError), StoreRejected),
            (OSError(errno.ENOSPC, "No space left"), StoreRejected),
            (OSError(errno.EDQUOT, "Quota"), StoreRejected),
            (OSError(errno.EROFS, "Read-only"), StoreRejected),
            (PermissionError(errno.EACCES, "Permission"), StoreRejected),
            (sqlite_error(sqlite3.SQLITE_CORRUPT, sqlite3.DatabaseError), StoreUnavailable),
            (sqlite_error(sqlite3.SQLITE_NOTADB, sqlite3.DatabaseError), StoreUnavailable),
            (sqlite_error(sqlite3.SQLITE_IOERR), StoreUnavailable),
            (sqlite3.ProgrammingError("closed"), StoreUnavailable),
            (OSError(errno.EIO, "Input/output error"), StoreUnavailable),
            (OSError("without a number"), StoreUnavailable),
        ],
        ids=repr,
    )
    def test_each_becomes_the_store_error_that_it_means(self, exc: BaseException, kind: type[StoreError]) -> None:
        error = translated(exc, "doing something")
        assert type(error) is kind
        assert str(error).startswith("disk: doing something: ")

    def test_a_store_error_stays_itself(self) -> None:
        error = StoreTimeout("as it is")
        assert translated(error, "doing something") is error

    def test_no_message_holds_an_address_or_a_blob(self, tmp_path: Path, moved_clock: MovedClock) -> None:
        table = table_at(tmp_path, moved_clock.wall, max_value_bytes=100)
        with pytest.raises(StoreRejected) as caught:
            table.put("kit:secret", b"secret" * 50, NEVER)
        assert "secret" not in str(caught.value)
        assert "300 bytes" in str(caught.value)
        surrogate = "kit:secret\ud800"
        for call in (
            lambda: table.get(surrogate),
            lambda: table.put(surrogate, b"", NEVER),
            lambda: table.delete(surrogate),
            lambda: table.get_many([surrogate]),
        ):
            with pytest.raises(StoreError) as caught_too:
                call()
            assert "secret" not in str(caught_too.value)

    @pytest.mark.parametrize("blob", ["text", bytearray(b"x"), memoryview(b"x"), None, 7], ids=named)
    def test_a_blob_that_is_none_changes_nothing(self, tmp_path: Path, moved_clock: MovedClock, blob: object) -> None:
        table = table_at(tmp_path, moved_clock.wall)
        table.put("kit:a", b"before", NEVER)
        with pytest.raises(UnsupportedValue):
            table.put_many({"kit:b": (b"x" * FILE_SIZE, NEVER), "kit:a": (blob, NEVER)})  # type: ignore[dict-item]  # bad
        assert isinstance(table.get("kit:a"), Found)
        assert isinstance(table.get("kit:b"), Absent)
        assert list((tmp_path / "cache").rglob("*.val")) == []

    def test_a_deadline_that_is_none_changes_nothing(self, tmp_path: Path, moved_clock: MovedClock) -> None:
        """SQLite would take nan for "no deadline"."""
        table = table_at(tmp_path, moved_clock.wall)
        with pytest.raises(InvalidLifetime):
            table.put("kit:a", b"", float("nan"))
        assert isinstance(table.get("kit:a"), Absent)

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
    def test_a_file_that_may_not_be_read_is_unavailable(self, tmp_path: Path, moved_clock: MovedClock) -> None:
        table = self.with_large(tmp_path, moved_clock)
        next((tmp_path / "cache").rglob("*.val")).chmod(0)
        with pytest.raises(StoreUnavailable, match="reading a file"):
            table.get("kit:a")

    def test_a_file_that_cannot_be_read_is_unavailable_and_stays(
        self, tmp_path: Path, moved_clock: MovedClock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """What the operating system cannot do just now says nothing about the blob."""
        table = self.with_large(tmp_path, moved_clock)

        def no_more_files(*_: object) -> bytes:
            raise OSError(errno.EMFILE, "Too many open files")

        with monkeypatch.context() as patched:
            patched.setattr(BlobDisk, "load", no_more_files)
            with pytest.raises(StoreUnavailable, match="Too many open files"):
                table.get("kit:a")
        assert isinstance(table.get("kit:a"), Found)
        assert table.stats()["broken"] == 0

    def with_large(self, folder: Path, clock: MovedClock) -> DiskTable:
        table = table_at(folder, clock.wall)
        table.put("kit:a", b"x" * FILE_SIZE, NEVER)
        return table
