"""The size limit holds, by the policy that was asked for, and nothing is removed that need not be."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hexcache.adapters.outbound.disk import eviction
from hexcache.adapters.outbound.disk.table import DiskTable
from hexcache.domain.errors import StoreRejected
from hexcache.ports.finding import Absent, Found
from hexcache.testing.clock import MovedClock
from tests.integration.disk.making import FILE_SIZE, NEVER, database, run, table_at

LIMIT = 2**20
FILL = b"f" * 3_900
LARGE = b"l" * 50_000


def disk_usage(folder: Path) -> int:
    """Bytes of the database and of all blobs' files."""
    files = sum(path.stat().st_size for path in (folder / "cache").rglob("*.val"))
    return files + int(str(run(database(folder), "PRAGMA page_count")[0][0])) * 4096


def fill(table: DiskTable, blobs: int, blob: bytes = FILL) -> None:
    for number in range(blobs):
        table.put(f"fill:{number}", blob, NEVER)


def live(table: DiskTable, *keys: str) -> list[str]:
    listed: list[str] = []
    found, after = table.page("", None)
    while after is not None:
        listed += found
        found, after = table.page("", after)
    return [key for key in keys if key in {*listed, *found}]


class TestLimit:
    """Rows and files together."""

    @pytest.mark.parametrize("blob", [FILL, LARGE, b"tiny"], ids=["rows", "files", "tiny"])
    def test_it_holds_however_much_is_written(self, tmp_path: Path, moved_clock: MovedClock, blob: bytes) -> None:
        table = table_at(tmp_path, moved_clock.wall, size_limit=LIMIT)
        for start in range(0, 12_000 if blob == b"tiny" else 600, 100):
            table.put_many({f"fill:{start + number}": (blob, NEVER) for number in range(100)})
            assert disk_usage(tmp_path) <= LIMIT + 8 * 4096
        assert table.stats()["evicted"] > 0

    def test_a_full_tier_holds_as_much_as_fits(self, tmp_path: Path, moved_clock: MovedClock) -> None:
        table = table_at(tmp_path, moved_clock.wall, size_limit=LIMIT)
        fill(table, 600)
        assert len(live(table, *(f"fill:{number}" for number in range(600)))) > 0.85 * LIMIT / 4096

    def test_one_large_blob_takes_the_place_of_many_small_ones(self, tmp_path: Path, moved_clock: MovedClock) -> None:
        table = table_at(tmp_path, moved_clock.wall, size_limit=LIMIT)
        fill(table, 600)
        table.put("large", bytes(LIMIT // 2), NEVER)
        assert live(table, "large", "fill:599") == ["large", "fill:599"]
        assert disk_usage(tmp_path) <= LIMIT + 8 * 4096

    def test_files_go_with_their_rows(self, tmp_path: Path, moved_clock: MovedClock) -> None:
        table = table_at(tmp_path, moved_clock.wall, size_limit=LIMIT)
        fill(table, 100, LARGE)
        table.put("fill:99", b"small now", NEVER)
        table.delete("fill:98")
        rows = run(database(tmp_path), "SELECT filename FROM Cache WHERE filename IS NOT NULL")
        files = {path.relative_to(tmp_path / "cache").as_posix() for path in (tmp_path / "cache").rglob("*.val")}
        assert files == {str(name) for (name,) in rows}
        assert 0 < len(files) < 98

    def test_nothing_is_evicted_while_there_is_room(self, tmp_path: Path, moved_clock: MovedClock) -> None:
        table = table_at(tmp_path, moved_clock.wall, size_limit=LIMIT)
        for _ in range(20):
            fill(table, 20)
        assert table.stats()["evicted"] == 0
        assert len(live(table, *(f"fill:{number}" for number in range(20)))) == 20


class TestPolicies:
    """Which rows go first."""

    def test_least_recently_stored(self, tmp_path: Path, moved_clock: MovedClock) -> None:
        table = table_at(tmp_path, moved_clock.wall, size_limit=LIMIT)
        for key in ("a", "b", "c"):
            table.put(key, LARGE, NEVER)
            moved_clock.advance(1)
        table.put("a", LARGE, NEVER)
        self.write_until_gone(table, moved_clock, "b")
        assert live(table, "a", "b", "c") == ["a", "c"]

    def test_least_recently_used(self, tmp_path: Path, moved_clock: MovedClock) -> None:
        table = table_at(tmp_path, moved_clock.wall, size_limit=LIMIT, policy="least-recently-used")
        for key in ("a", "b", "c"):
            table.put(key, LARGE, NEVER)
            moved_clock.advance(1)
        assert isinstance(table.get("a"), Found)
        self.write_until_gone(table, moved_clock, "b")
        assert live(table, "a", "b", "c") == ["a", "c"]

    def test_least_frequently_used(self, tmp_path: Path, moved_clock: MovedClock) -> None:
        table = table_at(tmp_path, moved_clock.wall, size_limit=LIMIT, policy="least-frequently-used")
        table.put_many(dict.fromkeys(("a", "b", "c"), (FILL, NEVER)))
        for key in ("a", "a", "a", "c"):
            assert isinstance(table.get_many([key])[key], Found)
        self.write_until_gone(table, moved_clock, "b")
        assert live(table, "a", "b", "c") == ["a", "c"]

    def write_until_gone(self, table: DiskTable, clock: MovedClock, key: str) -> None:
        for number in range(500):
            if not live(table, key):
                return
            clock.advance(1)
            table.put(f"more:{number}", FILL, NEVER)
        pytest.fail("nothing was evicted")

    def test_reads_alone_reach_the_policy_in_time(self, tmp_path: Path, moved_clock: MovedClock) -> None:
        reader = table_at(tmp_path, moved_clock.wall, size_limit=LIMIT, policy="least-frequently-used")
        reader.put("a", b"blob", NEVER)
        for _ in range(256):
            reader.get("a")
        assert run(database(tmp_path), "SELECT access_count FROM Cache WHERE key = 'a'") == [(256,)]

    def test_none_refuses_what_does_not_fit(self, tmp_path: Path, moved_clock: MovedClock) -> None:
        table = table_at(tmp_path, moved_clock.wall, size_limit=LIMIT, policy="none")
        table.put("first", b"blob", NEVER)
        with pytest.raises(StoreRejected, match="size limit"):
            fill(table, 600)
        table.put_many({f"fill:{number}": (b"", NEVER) for number in range(100)})
        assert isinstance(table.get("first"), Found)
        assert table.stats()["evicted"] == 0

    def test_none_lets_go_of_what_it_refused_and_can_delete(self, tmp_path: Path, moved_clock: MovedClock) -> None:
        table = table_at(tmp_path, moved_clock.wall, size_limit=LIMIT, policy="none")
        table.put("a", b"older", NEVER)
        with pytest.raises(StoreRejected):
            fill(table, 600)
        refused = {f"more:{number}": (FILL, NEVER) for number in range(50)} | {"a": (b"newer", NEVER)}
        assert set(table.put_many(refused)) == set(refused)
        assert isinstance(table.get("a"), Absent)
        assert table.delete("fill:0") is True
        assert table.stats()["refused"] == 52


class TestReaping:
    """What is past its deadline goes as others are written."""

    def test_dead_blobs_go_before_live_ones(self, tmp_path: Path, moved_clock: MovedClock) -> None:
        table = table_at(tmp_path, moved_clock.wall, size_limit=LIMIT)
        table.put("old but alive", FILL, NEVER)
        moved_clock.advance(1)
        table.put_many({f"dead:{number}": (FILL, moved_clock.wall() + 5) for number in range(200)})
        moved_clock.advance(6)
        fill(table, 200)
        assert live(table, "old but alive") == ["old but alive"]
        assert table.stats()["evicted"] == 0
        assert table.stats()["expired"] == 200

    def test_one_look_reaps_only_so_much(self, tmp_path: Path, moved_clock: MovedClock) -> None:
        table = table_at(tmp_path, moved_clock.wall)
        table.put_many({f"dead:{number}": (b"", moved_clock.wall() + 5) for number in range(1_000)})
        moved_clock.advance(6)
        for number in range(eviction.PAUSE):
            table.put(f"alive:{number}", b"", NEVER)
        assert 0 < table.stats()["expired"] <= eviction.REAPED_AT_ONCE + 2 * eviction.PAUSE


class TestLeftovers:
    """Files that no row knows."""

    def test_old_ones_are_swept_and_young_or_used_ones_stay(self, tmp_path: Path, moved_clock: MovedClock) -> None:
        table = table_at(tmp_path, moved_clock.wall)
        table.put("a", b"x" * FILE_SIZE, NEVER)
        used = next((tmp_path / "cache").rglob("*.val"))
        folder = used.parent
        old, young = folder / f"{'1' * 30}.val", folder / f"{'2' * 30}.val"
        stranger = folder / "not one of ours.txt"
        for path in (old, young, stranger):
            path.write_bytes(b"left over")
        for path in (used, old, stranger):
            self.age(path)
        assert table.sweep() >= 1
        assert sorted(folder.iterdir()) == sorted([used, young, stranger])
        assert isinstance(table.get("a"), Found)

    def test_they_are_swept_as_files_are_written(self, tmp_path: Path, moved_clock: MovedClock) -> None:
        first = table_at(tmp_path, moved_clock.wall)
        first.ping()
        for number in range(256):
            folder = tmp_path / "cache" / f"{number:02x}"
            folder.mkdir(mode=0o700)
            left = folder / f"{'0' * 30}.val"
            left.write_bytes(b"left over")
            self.age(left)
        table_at(tmp_path, moved_clock.wall).put("a", b"x" * FILE_SIZE, NEVER)
        assert len(list((tmp_path / "cache").rglob(f"{'0' * 30}.val"))) == 255

    def age(self, path: Path) -> None:
        before = path.stat().st_mtime - 7_200
        os.utime(path, (before, before))
