"""Whatever stands in the directory, nothing of it runs, and what is not ours is a counted miss."""

from __future__ import annotations

from pathlib import Path

import diskcache  # type: ignore[import-untyped]  # diskcache ships no types
import pytest

from hexcache.adapters.outbound.disk.blob_disk import BlobDisk
from hexcache.adapters.outbound.disk.table import DiskTable
from hexcache.domain.errors import StoreUnavailable
from hexcache.ports.finding import Absent, Found
from hexcache.testing.clock import MovedClock
from tests.integration.disk.making import (
    FILE_SIZE,
    NEVER,
    Trap,
    count_rows,
    counters_at,
    database,
    plant,
    run,
    table_at,
)


@pytest.fixture
def trap(tmp_path: Path) -> Trap:
    """A pickle that would show if anybody loaded it, which is tried here first."""
    trap = Trap(tmp_path / "it ran")
    trap.check_that_it_is_armed()
    return trap


@pytest.fixture
def table(tmp_path: Path, moved_clock: MovedClock) -> DiskTable:
    table = table_at(tmp_path, moved_clock.wall)
    table.put("kit:other", b"other", NEVER)
    return table


def file_with(folder: Path, data: bytes) -> str:
    name = f"ab/{'0' * 30}.val"
    path = folder / "cache" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    return name


class TestPickles:
    """A pickle in the place of a blob."""

    def test_a_pickled_row_is_a_counted_miss_and_runs_nothing(
        self, table: DiskTable, trap: Trap, tmp_path: Path
    ) -> None:
        plant(database(tmp_path), "kit:a", mode=4, value=trap.bytes)
        assert isinstance(table.get("kit:a"), Absent)
        assert not trap.sprung
        assert table.stats()["foreign"] == 1
        assert count_rows(database(tmp_path), "kit:a") == 0

    def test_a_pickle_in_a_file_is_one_too(self, table: DiskTable, trap: Trap, tmp_path: Path) -> None:
        name = file_with(tmp_path, trap.bytes)
        plant(database(tmp_path), "kit:a", mode=4, value=None, filename=name, size=len(trap.bytes))
        assert isinstance(table.get("kit:a"), Absent)
        assert not trap.sprung
        assert table.stats()["foreign"] == 1
        assert not (tmp_path / "cache" / name).exists()

    def test_a_pickled_row_is_a_miss_of_a_bulk_read(self, table: DiskTable, trap: Trap, tmp_path: Path) -> None:
        plant(database(tmp_path), "kit:a", mode=4, value=trap.bytes)
        answers = table.get_many(["kit:a", "kit:other"])
        assert isinstance(answers["kit:a"], Absent)
        assert isinstance(answers["kit:other"], Found)
        assert not trap.sprung
        assert table.stats()["foreign"] == 1

    def test_a_pickled_row_is_overwritten_deleted_and_not_listed(
        self, table: DiskTable, trap: Trap, tmp_path: Path
    ) -> None:
        for key in "abc":
            plant(database(tmp_path), f"kit:{key}", mode=4, value=trap.bytes)
        assert table.page("kit:", None) == (["kit:other"], None)
        table.put("kit:a", b"mine", NEVER)
        assert table.delete("kit:b") is False
        assert table.clear_step("kit:", table.begin_clear("kit:"), None) == (2, None)
        assert run(database(tmp_path), "SELECT key FROM Cache WHERE mode = 4") == []
        assert not trap.sprung

    def test_a_pickled_key_is_never_met(self, table: DiskTable, trap: Trap, tmp_path: Path) -> None:
        plant(database(tmp_path), trap.bytes, raw=0)
        plant(database(tmp_path), trap.bytes, raw=1)
        assert table.page("", None) == (["kit:other"], None)
        assert not trap.sprung

    def test_a_directory_full_of_somebody_elses_pickles_is_taken_over(
        self, tmp_path: Path, trap: Trap, moved_clock: MovedClock
    ) -> None:
        with diskcache.Cache(str(tmp_path / "cache")) as theirs:
            theirs.set("kit:a", trap)
            theirs.set("kit:b", trap, tag="tag")
            theirs.set(("a", "tuple"), 1)
        table = table_at(tmp_path, moved_clock.wall)
        assert isinstance(table.get("kit:a"), Absent)
        assert isinstance(table.get("kit:b"), Absent)
        table.put("kit:a", b"mine", NEVER)
        assert isinstance(table.get("kit:a"), Found)
        assert table.page("", None) == (["kit:a"], None)
        assert not trap.sprung

    def test_a_pickled_counter_is_a_counted_miss_and_runs_nothing(
        self, tmp_path: Path, trap: Trap, moved_clock: MovedClock
    ) -> None:
        counters = counters_at(tmp_path, moved_clock.wall)
        counters.incr("kit:n", 5, None, False, None, None)
        path = database(tmp_path, "cache/counters")
        plant(path, "kit:n", mode=4, value=trap.bytes)
        assert counters.read("kit:n") is None
        assert counters.stats()["foreign"] == 1
        assert count_rows(path, "kit:n") == 0
        plant(path, "kit:n", mode=4, value=trap.bytes)
        assert counters.incr("kit:n", 2, None, False, None, None) == 2
        assert counters.members("kit:n") == frozenset()
        assert not trap.sprung


class TestBlobDisk:
    """diskcache's own cache over our disk cannot be made to pickle either."""

    def test_it_reads_no_pickle(self, tmp_path: Path, trap: Trap) -> None:
        with diskcache.Cache(str(tmp_path / "cache"), disk=BlobDisk) as cache:
            plant(database(tmp_path), "a", mode=4, value=trap.bytes)
            plant(database(tmp_path), trap.bytes, raw=0)
            assert cache.get("a") is None
            with pytest.raises(OSError, match="foreign"):
                list(cache)
        assert not trap.sprung

    @pytest.mark.parametrize("value", ["text", 1, 1.5, None, {"a": 1}, bytearray(b"x")], ids=repr)
    def test_it_writes_bytes_only(self, tmp_path: Path, value: object) -> None:
        with diskcache.Cache(str(tmp_path / "cache"), disk=BlobDisk) as cache:
            with pytest.raises(TypeError, match="cannot encode"):
                cache.set("a", value)
            assert list(cache) == []

    @pytest.mark.parametrize("key", [b"bytes", 1, 1.5, None, ("a",)], ids=repr)
    def test_it_takes_text_keys_only(self, tmp_path: Path, key: object) -> None:
        with diskcache.Cache(str(tmp_path / "cache"), disk=BlobDisk) as cache, pytest.raises(TypeError, match="key"):
            cache.set(key, b"blob")

    @pytest.mark.parametrize("size", [0, 1, 99, 100, 200_000])
    def test_what_it_writes_it_reads(self, tmp_path: Path, size: int) -> None:
        with diskcache.Cache(str(tmp_path / "cache"), disk=BlobDisk, disk_min_file_size=100) as cache:
            cache.set("a", bytes(size))
            assert cache.get("a") == bytes(size)
            assert cache.pop("a") == bytes(size)


class TestSettings:
    """What diskcache would take from its Settings table."""

    def test_no_setting_comes_from_the_data(self, tmp_path: Path, trap: Trap, moved_clock: MovedClock) -> None:
        table_at(tmp_path, moved_clock.wall).put("kit:a", b"blob", NEVER)
        path = database(tmp_path)
        hostile = {
            "sqlite_synchronous": 0,
            "sqlite_writable_schema": 1,
            "sqlite_user_version": 99,
            "disk_unknown": 1,
            "disk_pickle_protocol": trap.bytes,
            "disk_min_file_size": "a text",
            "eviction_policy": "no such policy",
            "reset": "an attribute",
            "_disk": trap.bytes,
            "size": "many",
            "count": trap.bytes,
        }
        for key, value in hostile.items():
            run(path, "INSERT OR REPLACE INTO Settings VALUES (?, ?)", (key, value))
        run(path, "INSERT OR REPLACE INTO Settings VALUES (CAST(x'FF' AS TEXT), CAST(x'FF' AS TEXT))")
        table = table_at(tmp_path, moved_clock.wall)
        assert isinstance(table.get("kit:a"), Found)
        table.put("kit:b", b"x" * FILE_SIZE, NEVER)
        assert isinstance(table.get("kit:b"), Found)
        assert run(path, "PRAGMA user_version") == [(1,)]
        left = {str(key): value for key, value in run(path, "SELECT key, value FROM Settings")}
        assert left["size"] == FILE_SIZE
        assert left["eviction_policy"] == "least-recently-stored"
        assert not {"disk_unknown", "reset", "_disk", "sqlite_writable_schema", "sqlite_user_version"} & set(left)
        assert not trap.sprung

    def test_a_state_that_makes_no_sense_begins_anew(self, tmp_path: Path, moved_clock: MovedClock) -> None:
        table_at(tmp_path, moved_clock.wall).put("kit:a", b"blob", NEVER)
        run(database(tmp_path), "UPDATE HexcacheState SET seq = 'a text', floor = 5")
        table = table_at(tmp_path, moved_clock.wall)
        assert isinstance(table.get("kit:a"), Found)
        assert table.put_if("kit:b", b"blob", NEVER, table.get("kit:b").token) is True

    def test_a_state_that_goes_while_it_is_open_is_said(self, table: DiskTable, tmp_path: Path) -> None:
        run(database(tmp_path), "DELETE FROM HexcacheState")
        with pytest.raises(StoreUnavailable, match="damaged"):
            table.get("kit:other")
        with pytest.raises(StoreUnavailable, match="damaged"):
            table.put("kit:other", b"", NEVER)


class TestDamage:
    """A file that is no database."""

    @pytest.mark.parametrize("garbage", [b"no database at all" * 1_000, b"SQLite format 3\0" + bytes(5_000)])
    def test_it_is_unavailable_for_every_call(self, tmp_path: Path, moved_clock: MovedClock, garbage: bytes) -> None:
        (tmp_path / "cache").mkdir()
        database(tmp_path).write_bytes(garbage)
        table = table_at(tmp_path, moved_clock.wall)
        for _ in range(2):
            with pytest.raises(StoreUnavailable, match="disk: opening"):
                table.get("kit:a")
            with pytest.raises(StoreUnavailable, match="disk: opening"):
                table.put("kit:a", b"", NEVER)
            with pytest.raises(StoreUnavailable, match="disk: opening"):
                table.ping()

    def test_a_later_format_is_not_touched(self, tmp_path: Path, moved_clock: MovedClock) -> None:
        table_at(tmp_path, moved_clock.wall).put("kit:a", b"blob", NEVER)
        run(database(tmp_path), "PRAGMA user_version = 2")
        with pytest.raises(StoreUnavailable, match="format 2"):
            table_at(tmp_path, moved_clock.wall).get("kit:a")

    def test_a_link_in_the_place_of_the_database_is_not_followed(self, tmp_path: Path, moved_clock: MovedClock) -> None:
        (tmp_path / "cache").mkdir()
        database(tmp_path).symlink_to(tmp_path / "elsewhere")
        with pytest.raises(StoreUnavailable):
            table_at(tmp_path, moved_clock.wall).get("kit:a")
        assert not (tmp_path / "elsewhere").exists()
