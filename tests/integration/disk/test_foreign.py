"""Rows that are none of ours, and files that are not what their rows say, are counted misses."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hexcache.adapters.outbound.disk.table import DiskTable
from hexcache.ports.finding import Absent, Found
from hexcache.testing.clock import MovedClock
from tests.integration.disk.making import (
    FILE_SIZE,
    NEVER,
    count_rows,
    database,
    plant,
    run,
    table_at,
)


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


FOREIGN: dict[str, dict[str, object]] = {
    "a number in the row": {"value": 7},
    "nothing in the row": {"value": None},
    "mode text": {"mode": 3, "value": None, "filename": f"ab/{'0' * 30}.val"},
    "mode unknown": {"mode": 77},
    "mode of bytes": {"mode": b"\xff"},
    "no mode": {"mode": None},
    "no tag": {"tag": None},
    "a tag of text": {"tag": "tag"},
    "a deadline of text": {"expire_time": "tomorrow"},
    "a deadline of bytes": {"expire_time": b"\xff"},
    "a file and a value": {"mode": 2, "filename": f"ab/{'0' * 30}.val"},
    "no file name": {"mode": 2, "value": None},
    "a file name of bytes": {"mode": 2, "value": None, "filename": b"\xff\xfe"},
}


class TestForeignRows:
    """Rows that this package would not have written."""

    @pytest.mark.parametrize("columns", FOREIGN.values(), ids=FOREIGN)
    def test_a_foreign_row_is_a_counted_miss_and_removed(
        self, table: DiskTable, tmp_path: Path, columns: dict[str, object]
    ) -> None:
        file_with(tmp_path, b"x")
        plant(database(tmp_path), "kit:a", **columns)
        found = table.get("kit:a")
        assert isinstance(found, Absent)
        assert table.stats()["foreign"] + table.stats()["broken"] == 1
        assert count_rows(database(tmp_path), "kit:a") == 0
        assert table.put_if("kit:a", b"mine", NEVER, found.token) is True

    def test_addresses_that_are_no_text_break_no_listing(self, table: DiskTable, tmp_path: Path) -> None:
        path = database(tmp_path)
        table.put_many({f"kit:{number:04}": (b"x", NEVER) for number in range(1_200)})
        run(path, "UPDATE Cache SET key = CAST(x'6B69743A30343938FF' AS TEXT) WHERE key = 'kit:0498'")
        run(path, "UPDATE Cache SET key = CAST(x'6B69743A30343939FF' AS TEXT) WHERE key = 'kit:0499'")
        listed, after = table.page("kit:", None)
        while after is not None:
            more, after = table.page("kit:", after)
            listed += more
        assert len(listed) == len(set(listed)) == 1_199  # 1200 of which two are no text, and kit:other
        number = table.begin_clear("kit:")
        gone, after = table.clear_step("kit:", number, None)
        while after is not None:
            count, after = table.clear_step("kit:", number, after)
            gone += count
        assert gone == 1_201
        assert run(path, "SELECT key FROM Cache") == []


class TestFiles:
    """What stands where a blob's file should be."""

    def put_large(self, table: DiskTable, folder: Path) -> Path:
        table.put("kit:a", b"x" * FILE_SIZE, NEVER)
        ((name,),) = run(database(folder), "SELECT filename FROM Cache WHERE key = 'kit:a'")
        return folder / "cache" / str(name)

    def check_that_it_is_broken(self, table: DiskTable, folder: Path) -> None:
        found = table.get("kit:a")
        assert isinstance(found, Absent)
        assert table.stats()["broken"] == 1
        assert count_rows(database(folder), "kit:a") == 0
        assert table.put_if("kit:a", b"y" * FILE_SIZE, NEVER, found.token) is True
        assert isinstance(table.get("kit:a"), Found)

    def test_a_missing_file_is_a_counted_miss(self, table: DiskTable, tmp_path: Path) -> None:
        self.put_large(table, tmp_path).unlink()
        self.check_that_it_is_broken(table, tmp_path)

    def test_a_missing_file_is_a_miss_of_a_bulk_read(self, table: DiskTable, tmp_path: Path) -> None:
        self.put_large(table, tmp_path).unlink()
        assert isinstance(table.get_many(["kit:a"])["kit:a"], Absent)
        assert table.stats()["broken"] == 1

    @pytest.mark.parametrize("size", [0, 1, FILE_SIZE - 1, FILE_SIZE + 1])
    def test_a_file_of_another_size_is_a_counted_miss(self, table: DiskTable, tmp_path: Path, size: int) -> None:
        self.put_large(table, tmp_path).write_bytes(b"x" * size)
        self.check_that_it_is_broken(table, tmp_path)

    def test_a_link_is_not_followed(self, table: DiskTable, tmp_path: Path) -> None:
        path = self.put_large(table, tmp_path)
        secret = tmp_path / "secret"
        secret.write_bytes(b"s" * FILE_SIZE)
        path.unlink()
        path.symlink_to(secret)
        self.check_that_it_is_broken(table, tmp_path)
        assert secret.exists()

    def test_a_pipe_does_not_block(self, table: DiskTable, tmp_path: Path) -> None:
        path = self.put_large(table, tmp_path)
        path.unlink()
        os.mkfifo(path)
        self.check_that_it_is_broken(table, tmp_path)

    def test_a_folder_is_no_file(self, table: DiskTable, tmp_path: Path) -> None:
        path = self.put_large(table, tmp_path)
        path.unlink()
        path.mkdir()
        self.check_that_it_is_broken(table, tmp_path)

    @pytest.mark.parametrize("name", ["../../secret", "/etc/hostname", "ab/../../secret", "secret", "ab/x.val"])
    def test_a_name_leads_nowhere_else(self, table: DiskTable, tmp_path: Path, name: str) -> None:
        secret = tmp_path / "secret"
        secret.write_bytes(b"s" * 10)
        plant(database(tmp_path), "kit:a", mode=2, value=None, filename=name, size=10)
        assert isinstance(table.get("kit:a"), Absent)
        plant(database(tmp_path), "kit:a", mode=2, value=None, filename=name, size=10)
        table.delete("kit:a")
        assert secret.read_bytes() == b"s" * 10

    def test_a_file_over_the_limit_is_not_read(self, tmp_path: Path, moved_clock: MovedClock) -> None:
        table = table_at(tmp_path, moved_clock.wall, max_value_bytes=FILE_SIZE)
        path = self.put_large(table, tmp_path)
        with path.open("ab") as file:
            file.truncate(2**40)
        run(database(tmp_path), "UPDATE Cache SET size = ? WHERE key = 'kit:a'", (2**40,))
        assert isinstance(table.get("kit:a"), Absent)
        assert table.stats()["broken"] == 1
