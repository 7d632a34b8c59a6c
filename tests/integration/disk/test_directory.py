"""The directory is private, is ours, and is not touched before it is used."""

from __future__ import annotations

import asyncio
import math
import os
import shutil
import stat
from pathlib import Path

import pytest

from hexcache.adapters.outbound.disk.aio_counter import AsyncDiskCounter
from hexcache.adapters.outbound.disk.aio_store import AsyncDiskStore
from hexcache.adapters.outbound.disk.counter import DiskCounter
from hexcache.adapters.outbound.disk.settings import DiskSettings
from hexcache.adapters.outbound.disk.store import DiskStore
from hexcache.domain.errors import InvalidSetting, StoreError, StoreUnavailable
from hexcache.ports.finding import Absent, Found
from hexcache.testing.clock import MovedClock
from tests.integration.disk.making import FILE_SIZE, NEVER, counters_at, database, run, settings_at, table_at

AS_ROOT = os.geteuid() == 0
NOBODY = 65_534


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def everything(folder: Path) -> list[Path]:
    return [folder, *folder.rglob("*")]


class TestPrivacy:
    """Who may look inside."""

    def test_everything_is_private(self, tmp_path: Path, moved_clock: MovedClock) -> None:
        table = table_at(tmp_path, moved_clock.wall)
        before = os.umask(0)
        try:
            table.put("kit:a", b"x" * FILE_SIZE, NEVER)
            counters_at(tmp_path, moved_clock.wall).incr("kit:n", 1, None, False, None, None)
        finally:
            os.umask(before)
        found = everything(tmp_path / "cache")
        assert any(path.suffix == ".val" for path in found)
        assert any(path.name == "cache.db-wal" for path in found)
        assert any(path.name == "counters" for path in found)
        assert {path.name: oct(mode(path)) for path in found if mode(path) & 0o077} == {}

    def test_an_open_directory_of_ours_is_closed(self, tmp_path: Path, moved_clock: MovedClock) -> None:
        (tmp_path / "cache").mkdir()
        (tmp_path / "cache").chmod(0o777)
        table_at(tmp_path, moved_clock.wall).ping()
        assert mode(tmp_path / "cache") == 0o700

    def test_parents_are_made_and_left_as_the_user_makes_them(self, tmp_path: Path, moved_clock: MovedClock) -> None:
        table_at(tmp_path / "some" / "where", moved_clock.wall).ping()
        assert mode(tmp_path / "some" / "where" / "cache") == 0o700
        assert mode(tmp_path / "some") == mode(tmp_path / "some" / "where") != 0o700

    def test_a_link_of_our_own_is_followed(self, tmp_path: Path, moved_clock: MovedClock) -> None:
        (tmp_path / "real").mkdir(mode=0o755)
        (tmp_path / "cache").symlink_to(tmp_path / "real")
        table_at(tmp_path, moved_clock.wall).put("kit:a", b"blob", NEVER)
        assert (tmp_path / "real" / "cache.db").exists()
        assert mode(tmp_path / "real") == 0o700

    @pytest.mark.skipif(not AS_ROOT, reason="only root can give a link away")
    def test_a_link_of_another_user_is_refused(self, tmp_path: Path, moved_clock: MovedClock) -> None:
        (tmp_path / "real").mkdir(mode=0o755)
        (tmp_path / "cache").symlink_to(tmp_path / "real")
        os.chown(tmp_path / "cache", NOBODY, NOBODY, follow_symlinks=False)
        with pytest.raises(StoreUnavailable, match="link"):
            table_at(tmp_path, moved_clock.wall).get("kit:a")
        assert list((tmp_path / "real").iterdir()) == []

    @pytest.mark.skipif(not AS_ROOT, reason="only root can give a directory away")
    def test_a_directory_of_another_user_is_refused(self, tmp_path: Path, moved_clock: MovedClock) -> None:
        (tmp_path / "cache").mkdir()
        os.chown(tmp_path / "cache", NOBODY, NOBODY)
        with pytest.raises(StoreUnavailable, match="belongs to"):
            table_at(tmp_path, moved_clock.wall).put("kit:a", b"", NEVER)
        assert list((tmp_path / "cache").iterdir()) == []

    @pytest.mark.skipif(AS_ROOT, reason="root owns the root directory")
    def test_a_directory_of_root_that_others_may_write_is_refused(self, moved_clock: MovedClock) -> None:
        store = DiskStore.from_settings(DiskSettings(Path("/tmp")), wall=moved_clock.wall)  # noqa: S108  (never written)
        with pytest.raises(StoreUnavailable, match="others may write"):
            store.get("kit:a")

    def test_a_file_in_its_place_is_refused(self, tmp_path: Path, moved_clock: MovedClock) -> None:
        (tmp_path / "cache").write_text("a file")
        with pytest.raises(StoreUnavailable, match="not a directory"):
            table_at(tmp_path, moved_clock.wall).get("kit:a")

    def test_a_parent_that_is_a_file_is_a_store_error(self, tmp_path: Path, moved_clock: MovedClock) -> None:
        (tmp_path / "parent").write_text("a file")
        with pytest.raises(StoreError, match="disk: opening"):
            table_at(tmp_path / "parent", moved_clock.wall).get("kit:a")

    @pytest.mark.parametrize("name", ["with space", "50%", "what?x=1&y", "ha#sh", "$HOME", "~", "ü"])
    def test_a_name_means_itself(self, tmp_path: Path, moved_clock: MovedClock, name: str) -> None:
        table = table_at(tmp_path / name, moved_clock.wall)
        table.put("kit:a", b"x" * FILE_SIZE, NEVER)
        assert isinstance(table.get("kit:a"), Found)
        assert [path.name for path in tmp_path.iterdir()] == [name]


class TestFirstUse:
    """Nothing happens before the first call, and what happens to the directory later is survived."""

    def test_constructors_and_closing_touch_nothing(self, tmp_path: Path) -> None:
        settings = settings_at(tmp_path)
        for blocking in (DiskStore.from_settings(settings), DiskCounter.from_settings(settings)):
            blocking.close()
            blocking.close()
        asyncio.run(self.make_and_close(settings))
        assert list(tmp_path.iterdir()) == []

    async def make_and_close(self, settings: DiskSettings) -> None:
        for awaited in (AsyncDiskStore.from_settings(settings), AsyncDiskCounter.from_settings(settings)):
            await awaited.aclose()
            await awaited.aclose()

    def test_a_directory_that_was_removed_is_made_anew_by_the_next_write(
        self, tmp_path: Path, moved_clock: MovedClock
    ) -> None:
        table = table_at(tmp_path, moved_clock.wall)
        table.put("kit:a", b"old", NEVER)
        token = table.get("kit:a").token
        shutil.rmtree(tmp_path / "cache")
        table.put("kit:b", b"x" * FILE_SIZE, NEVER)
        assert isinstance(table.get("kit:a"), Absent)
        assert isinstance(table.get("kit:b"), Found)
        assert isinstance(table_at(tmp_path, moved_clock.wall).get("kit:b"), Found)
        assert table.put_if("kit:a", b"late", NEVER, token) is False

    def test_tokens_of_a_removed_directory_are_void(self, tmp_path: Path, moved_clock: MovedClock) -> None:
        table = table_at(tmp_path, moved_clock.wall)
        absent, found = table.get("kit:a").token, None
        table.put("kit:b", b"old", NEVER)
        found = table.get("kit:b").token
        table.close()
        shutil.rmtree(tmp_path / "cache")
        anew = table_at(tmp_path, moved_clock.wall)
        assert anew.put_if("kit:a", b"late", NEVER, absent) is False
        assert anew.put_if("kit:b", b"late", NEVER, found) is False

    def test_settings_of_a_directory_may_change(self, tmp_path: Path, moved_clock: MovedClock) -> None:
        table_at(tmp_path, moved_clock.wall).put("kit:a", b"blob", NEVER)
        table = table_at(tmp_path, moved_clock.wall, policy="least-frequently-used", size_limit=2**21)
        assert isinstance(table.get("kit:a"), Found)
        table.put("kit:b", b"blob", NEVER)
        settings = {str(key): value for key, value in run(database(tmp_path), "SELECT key, value FROM Settings")}
        assert settings["eviction_policy"] == "least-frequently-used"
        assert settings["size_limit"] == 2**21


BAD: list[tuple[str, object]] = [
    ("directory", ""), ("directory", 7), ("directory", "nul\0"),
    ("size_limit", 0), ("size_limit", 2**20 - 1), ("size_limit", 1e9), ("size_limit", True),
    ("eviction_policy", "newest"), ("max_value_bytes", 0), ("max_value_bytes", 2**41),
    ("min_file_size", 0), ("workers", 0), ("workers", 65),
    ("deadline", 0), ("deadline", math.inf), ("deadline", math.nan), ("deadline", True), ("deadline", "1s"),
    ("tombstone_ttl", 300), ("tombstone_ttl", math.nan),
]  # fmt: skip


class TestSettings:
    """What may be configured."""

    @pytest.mark.parametrize(("name", "value"), BAD)
    def test_a_bad_setting_is_named_with_what_is_accepted(self, tmp_path: Path, name: str, value: object) -> None:
        options: dict[str, object] = {"directory": tmp_path, name: value}
        with pytest.raises(InvalidSetting, match=f"{name} is .*accepted"):
            DiskSettings(**options)  # type: ignore[arg-type]  # wrong ones are what is tested

    def test_a_directory_may_be_text(self, tmp_path: Path) -> None:
        directory: object = str(tmp_path)
        assert DiskSettings(directory).directory == tmp_path  # type: ignore[arg-type]  # accepted beside a Path

    @pytest.mark.parametrize(
        ("limit", "asked", "applies"),
        [(2**30, None, 2**26), (2**25, None, 2**24), (2**20, None, 2**20), (2**30, 5, 5), (2**20, 2**20, 2**20)],
    )
    def test_the_largest_blob(self, tmp_path: Path, limit: int, asked: int | None, applies: int) -> None:
        assert DiskSettings(tmp_path, size_limit=limit, max_value_bytes=asked).value_limit == applies
