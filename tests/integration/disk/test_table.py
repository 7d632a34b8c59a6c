"""What a call costs the database, how threads meet, and what errors become."""

from __future__ import annotations

import contextlib
import sqlite3
import sys
import threading
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import diskcache  # type: ignore[import-untyped]  # diskcache ships no types
import pytest

from hexcache.adapters.outbound.disk import pool
from hexcache.adapters.outbound.disk.blob_disk import BlobDisk
from hexcache.adapters.outbound.disk.schema import prepare_connection
from hexcache.domain.errors import (
    StoreTimeout,
    StoreUnavailable,
)
from hexcache.ports.finding import Found
from hexcache.testing.clock import MovedClock
from tests.integration.disk.making import FILE_SIZE, NEVER, PATIENT, run, table_at


class Traced:
    """Every statement that SQLite runs."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.statements: list[str] = []
        monkeypatch.setattr(pool, "prepare_connection", self.prepare)

    def prepare(self, connection: sqlite3.Connection) -> None:
        prepare_connection(connection)
        connection.set_trace_callback(self.statements.append)

    def of(self, call: Callable[[], object]) -> list[str]:
        """The first words of the statements of a call; triggers are told as comments and left out."""
        self.statements.clear()
        call()
        return [text.split()[0] for text in self.statements if not text.startswith("--")]


class TestCost:
    """In statements, which do not depend on the machine."""

    def test_a_read_is_one_statement(
        self, tmp_path: Path, moved_clock: MovedClock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        traced = Traced(monkeypatch)
        table = table_at(tmp_path, moved_clock.wall)
        table.put("kit:a", b"blob", moved_clock.wall() + 10)
        table.put("kit:large", b"x" * FILE_SIZE, NEVER)
        table.delete("kit:gone")
        for address in ("kit:a", "kit:large", "kit:gone", "kit:never"):
            assert traced.of(lambda address=address: table.get(address)) == ["SELECT"]  # type: ignore[misc]  # default
        moved_clock.advance(10)
        assert traced.of(lambda: table.get("kit:a")) == ["SELECT"]

    def test_a_bulk_read_is_one_statement_for_five_hundred(
        self, tmp_path: Path, moved_clock: MovedClock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        traced = Traced(monkeypatch)
        table = table_at(tmp_path, moved_clock.wall)
        blobs = {f"kit:{number}": (b"x", NEVER) for number in range(1_000)}
        table.put_many(blobs)
        assert traced.of(lambda: table.get_many(list(blobs))) == ["SELECT"] * 3
        assert traced.of(lambda: table.get_many([])) == []

    @pytest.mark.parametrize("count", [1, 10, 1_000])
    def test_a_bulk_write_is_one_transaction(
        self, tmp_path: Path, moved_clock: MovedClock, monkeypatch: pytest.MonkeyPatch, count: int
    ) -> None:
        traced = Traced(monkeypatch)
        table = table_at(tmp_path, moved_clock.wall)
        blobs = {f"kit:{number}": (b"x", NEVER) for number in range(count)}
        for call in (lambda: table.put_many(blobs), lambda: table.delete_many(list(blobs))):
            statements = traced.of(call)
            assert statements.count("BEGIN") == statements.count("COMMIT") == 1
        assert traced.of(lambda: table.put_many({})) == []
        assert traced.of(lambda: table.delete_many([])) == []


def open_files(folder: Path) -> list[str]:
    """The files below a folder that this process has open, where the system tells."""
    links = Path("/proc/self/fd")
    found = []
    for link in links.iterdir() if links.is_dir() else ():
        with contextlib.suppress(OSError):  # the one that was open for the listing
            found.append(str(link.readlink()))
    return [path for path in found if path.startswith(str(folder))]


class TestThreads:
    """Many threads of one process."""

    def test_conditional_writes_of_many_threads_are_exact(self, tmp_path: Path, moved_clock: MovedClock) -> None:
        table = table_at(tmp_path, moved_clock.wall)

        def add_up() -> None:
            done = 0
            while done < 25:
                found = table.get("kit:sum")
                number = int(found.blob) if isinstance(found, Found) else 0
                done += table.put_if("kit:sum", str(number + 1).encode(), NEVER, found.token)

        self.together(*[add_up] * 6)
        found = table.get("kit:sum")
        assert isinstance(found, Found)
        assert int(found.blob) == 150

    def test_a_blob_that_is_replaced_while_it_is_read_is_whole(self, tmp_path: Path, moved_clock: MovedClock) -> None:
        """Each replacement removes the file that a reader may be about to open."""
        table = table_at(tmp_path, moved_clock.wall)
        blobs = [bytes([number]) * (FILE_SIZE + number) for number in range(40)]
        table.put("kit:a", blobs[0], NEVER)
        done = threading.Event()

        def write() -> None:
            for _ in range(3):
                for blob in blobs:
                    table.put("kit:a", blob, NEVER)
            done.set()

        def read() -> None:
            while not done.is_set():
                for found in (table.get("kit:a"), table.get_many(["kit:a"])["kit:a"]):
                    assert isinstance(found, Found)
                    assert found.blob in blobs

        self.together(write, read, read)
        assert table.stats()["broken"] == 0

    def test_a_thread_that_waits_for_another_gets_an_answer(self, tmp_path: Path, moved_clock: MovedClock) -> None:
        table = table_at(tmp_path, moved_clock.wall, deadline=0.1)
        for attempt in range(20):  # opening writes; a busy machine may not do it in time
            try:
                table.ping()
                break
            except StoreTimeout:
                assert attempt < 19
        held, release = threading.Event(), threading.Event()

        def hold() -> None:
            with table._database.transaction(patience=PATIENT):
                held.set()
                release.wait(PATIENT)

        def wait() -> None:
            held.wait(PATIENT)
            with pytest.raises(StoreTimeout, match="other threads"):
                table.put("kit:a", b"blob", NEVER)
            release.set()

        self.together(hold, wait)

    def test_connections_are_shared_and_none_is_left(self, tmp_path: Path, moved_clock: MovedClock) -> None:
        """Threads that come and go leave no connection each behind."""
        table = table_at(tmp_path, moved_clock.wall)
        table.put("kit:a", b"blob", NEVER)
        for _ in range(30):
            self.together(lambda: table.get("kit:a"))
        assert len(table._database.writable()._idle) <= 2
        assert open_files(tmp_path) or sys.platform != "linux"
        table.close()
        assert open_files(tmp_path) == []

    def test_calls_during_and_after_closing_end_in_store_errors(self, tmp_path: Path, moved_clock: MovedClock) -> None:
        table = table_at(tmp_path, moved_clock.wall)
        table.put("kit:a", b"blob", NEVER)
        closed = threading.Event()

        def use() -> None:
            while True:
                over = closed.is_set()
                try:
                    table.put("kit:a", b"blob", NEVER)
                    assert isinstance(table.get("kit:a"), Found)
                except StoreUnavailable:
                    return
                assert not over, "a closed store served"

        def close() -> None:
            table.close()
            closed.set()

        self.together(use, use, close)
        assert open_files(tmp_path) == []

    def together(self, *calls: Callable[[], Any]) -> None:
        """Run calls in threads; the first error of any is raised here."""
        errors: list[BaseException] = []

        def guarded(call: Callable[[], Any]) -> None:
            try:
                call()
            except BaseException as exc:  # noqa: BLE001  (raised again below, in the test's own thread)
                errors.append(exc)

        threads = [threading.Thread(target=guarded, args=(call,)) for call in calls]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if errors:
            raise errors[0]


def test_what_diskcache_writes_beside_it_is_consistent(tmp_path: Path, moved_clock: MovedClock) -> None:
    """diskcache's own check of the directory finds its tables, counters and files in order."""
    table = table_at(tmp_path, moved_clock.wall)
    for number in range(60):
        table.put(f"kit:{number % 20}", bytes(FILE_SIZE if number % 3 else 5), NEVER)
        if number % 7 == 0:
            table.delete(f"kit:{number % 20}")
    ((count,),) = run(tmp_path / "cache" / "cache.db", "SELECT count(*) FROM Cache")
    table.close()
    with warnings.catch_warnings(), diskcache.Cache(str(tmp_path / "cache"), disk=BlobDisk) as cache:
        warnings.simplefilter("always")
        assert cache.reset("count") == count
        found = [str(warning.message) for warning in cache.check()]
        assert [text for text in found if not text.startswith("empty directory")] == []
        assert cache.get("kit:19") == bytes(FILE_SIZE)
