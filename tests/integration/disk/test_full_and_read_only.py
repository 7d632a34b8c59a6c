"""A full disk, and a directory that may only be read: reads go on, writes say so, and nothing older is served."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from hexcache.adapters.outbound.disk import pool
from hexcache.adapters.outbound.disk.schema import prepare_connection
from hexcache.adapters.outbound.disk.table import DiskTable
from hexcache.domain.errors import StoreRejected, StoreUnchanged
from hexcache.ports.finding import Absent, Found
from hexcache.testing.clock import MovedClock
from tests.integration.disk.making import FILE_SIZE, NEVER, database, run, table_at

ROOT = Path(__file__).resolve().parents[3]
REFUSED = {"StoreRejected", "StoreUnavailable", "StoreUnchanged"}
IN_NAMESPACE = ("unshare", "--user", "--map-root-user", "--mount", "--propagation", "private")


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that an ordinary user can reach; pytest's own are closed to others."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    for path in [folder, *folder.rglob("*")]:
        if path.is_dir():
            path.chmod(0o700)
    shutil.rmtree(folder)


def facts(*arguments: object, before: Sequence[str] = ()) -> list[dict[str, Any]]:
    command = [*before, sys.executable, "-m", "tests.integration.disk.programs", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=90, check=False)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


class TestReadOnly:
    """As an ordinary user, for whom modes hold."""

    def test_reads_go_on_and_writes_are_refused(self, open_folder: Path) -> None:
        closed, again = facts("read_only", open_folder)
        assert closed.pop("large").startswith("00000003")
        assert closed == {
            "small": "small",
            "many": ["kit:large", "kit:none", "kit:small"],
            "page": ["kit:large", "kit:small"],
            "absent": "Absent",
            "ping": "None",
            "put over small": "StoreUnchanged",  # the older blob is still there
            "put anew": "StoreRejected",  # nothing older is
            "put large anew": "StoreRejected",
            "put_if": "StoreRejected",
            "delete": "StoreUnchanged",
            "clear": "StoreUnchanged",
            "still": "small",
            "counter": "7",
            "incr": "StoreRejected",
        }
        assert again == {"put": "None", "get": "writable again", "incr": "8"}

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files to another user")
    def test_what_root_baked_into_an_image_is_read_by_others(self, open_folder: Path) -> None:
        """A directory of root that others may read, but not write, is a tier that is read."""
        table = table_at(open_folder, lambda: 0.0)
        table.put("kit:small", b"small", NEVER)
        table.close()
        for path in [open_folder / "cache", *(open_folder / "cache").rglob("*")]:
            path.chmod(0o755 if path.is_dir() else 0o644)
        assert facts("baked", open_folder) == [
            {"small": "small", "put": "StoreRejected", "delete": "StoreUnchanged", "mode": "0o755"}
        ]

    def test_an_empty_read_only_directory_is_unavailable(self, open_folder: Path) -> None:
        assert facts("read_only_and_empty", open_folder) == [{"get": "StoreUnavailable", "put": "StoreUnavailable"}]


class TestFull:
    """No room, in three ways."""

    def test_no_file_may_grow(self, tmp_path: Path) -> None:
        """A limit on the size of files: what the operating system says is told, and reads go on."""
        (fact,) = facts("full", tmp_path, 2**20)
        assert fact["error"] in REFUSED
        assert fact["large"] in REFUSED
        assert fact["first"] == "first"
        assert fact["ping"] == "None"
        assert 2**20 not in fact["files"], "a file that did not fit was left"

    def test_the_file_system_is_full(self, tmp_path: Path) -> None:
        """A real file system of a few megabytes, where the machine lets an ordinary user mount one."""
        probe = subprocess.run([*IN_NAMESPACE, "mount", "-t", "tmpfs", "tmpfs", str(tmp_path)], check=False)
        if probe.returncode:
            pytest.skip("this machine allows no user namespaces; the other two tests fill the disk in other ways")
        script = (
            f"mount -t tmpfs -o size=6m,mode=0755 tmpfs {tmp_path} && head -c 1000000 /dev/zero > {tmp_path}/ballast"
            ' && exec "$@"'
        )
        (fact,) = facts("full", tmp_path, 0, before=[*IN_NAMESPACE, "sh", "-c", script, "sh"])
        assert fact.pop("error") in REFUSED
        assert fact.pop("anew") == "StoreRejected"
        assert fact.pop("large") in REFUSED
        assert 2**24 not in fact.pop("files")
        assert fact.pop("old large") in {"Absent", "00000003000000030000"}
        assert fact == {
            "first": "first",
            "ping": "None",
            "first for a new process": "first",
            "once there is room": "None",
        }

    def limit(self, monkeypatch: pytest.MonkeyPatch, pragma: str) -> None:
        """Have SQLite refuse on every connection that is opened from now on."""

        def limited(connection: sqlite3.Connection) -> None:
            prepare_connection(connection)
            connection.execute(pragma)

        monkeypatch.setattr(pool, "prepare_connection", limited)

    def full_table(self, folder: Path, clock: MovedClock, monkeypatch: pytest.MonkeyPatch) -> DiskTable:
        """A table whose database may not grow by a page more: SQLite itself says that it is full."""
        table = table_at(folder, clock.wall)
        table.put_many({"kit:a": (b"older", NEVER), "kit:large": (b"x" * FILE_SIZE, NEVER)})
        table.close()
        ((pages,),) = run(database(folder), "PRAGMA page_count")
        self.limit(monkeypatch, f"PRAGMA max_page_count = {pages}")
        return table_at(folder, clock.wall)

    def test_the_database_is_full(
        self, tmp_path: Path, moved_clock: MovedClock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """What does not fit is refused, what it would have replaced is gone, and the rest is as it was."""
        table = self.full_table(tmp_path, moved_clock, monkeypatch)
        with pytest.raises(StoreRejected, match="full"):
            table.put("kit:a", bytes(FILE_SIZE - 1), NEVER)
        assert isinstance(table.get("kit:a"), Absent)
        assert isinstance(table.get("kit:large"), Found)
        assert table.stats()["refused"] == 1
        table.put("kit:a", b"small", NEVER)
        assert isinstance(table.get("kit:a"), Found)

    def test_a_bulk_write_that_does_not_fit_names_every_blob(
        self, tmp_path: Path, moved_clock: MovedClock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        table = self.full_table(tmp_path, moved_clock, monkeypatch)
        blobs = {f"kit:{number}": (bytes(FILE_SIZE - 1), NEVER) for number in range(3)}
        refused = table.put_many({**blobs, "kit:a": (b"newer", NEVER), "kit:file": (b"y" * FILE_SIZE, NEVER)})
        assert set(refused) == {*blobs, "kit:a", "kit:file"}
        assert isinstance(table.get("kit:a"), Absent)
        assert len(list((tmp_path / "cache").rglob("*.val"))) == 1, "a file of a write that failed was left"

    def test_a_conditional_write_that_does_not_fit_changes_nothing(
        self, tmp_path: Path, moved_clock: MovedClock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        table = self.full_table(tmp_path, moved_clock, monkeypatch)
        found = table.get("kit:a")
        with pytest.raises(StoreRejected, match="full"):
            table.put_if("kit:a", bytes(FILE_SIZE - 1), NEVER, found.token)
        assert table.get("kit:a") == found

    def test_what_cannot_be_removed_is_not_called_refused(
        self, tmp_path: Path, moved_clock: MovedClock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Where not even a tombstone can be written the older blob stays, and the answer says so."""
        first = table_at(tmp_path, moved_clock.wall)
        first.put("kit:a", b"older", NEVER)
        self.limit(monkeypatch, "PRAGMA query_only = ON")
        table = table_at(tmp_path, moved_clock.wall)
        with pytest.raises(StoreUnchanged, match="may still be there"):
            table.put("kit:a", b"newer", NEVER)
        with pytest.raises(StoreUnchanged, match="may still be there"):
            table.delete("kit:a")
        with pytest.raises(StoreRejected, match="read-only"):
            table.put("kit:none", b"newer", NEVER)
        assert isinstance(table.get("kit:a"), Found)
        assert list((tmp_path / "cache").rglob("*.val")) == []
