"""Leases on disk: other processes, other makers' rows, clocks that are set back, directories that cannot be written."""

from __future__ import annotations

from pathlib import Path

import pytest

from hexcache.adapters.outbound.disk.aio_leases import AsyncDiskLeases
from hexcache.adapters.outbound.disk.lease_table import LeaseTable
from hexcache.adapters.outbound.disk.leases import DiskLeases
from hexcache.domain.errors import StoreTimeout
from hexcache.domain.lease import LeaseAnswer, LeaseState
from hexcache.testing.clock import MovedClock
from tests.integration.disk.making import database, leases_at, run

WHERE = "cache/leases"


@pytest.fixture
def table(tmp_path: Path, moved_clock: MovedClock) -> LeaseTable:
    return leases_at(tmp_path, moved_clock.wall)


def test_leases_live_in_a_directory_of_their_own(table: LeaseTable, tmp_path: Path) -> None:
    assert not table.is_open
    table.acquire("kit:a", b"one", 10.0)
    assert table.is_open
    assert run(database(tmp_path, WHERE), "SELECT address, holder FROM HexcacheLease") == [("kit:a", b"one")]
    assert (tmp_path / WHERE).stat().st_mode & 0o777 == 0o700


def test_leases_that_have_ended_are_reaped_as_others_are_granted(
    table: LeaseTable, tmp_path: Path, moved_clock: MovedClock
) -> None:
    for number in range(15):
        table.acquire(f"kit:{number}", b"one", 10.0)
    moved_clock.advance(10)
    table.acquire("kit:x", b"one", 10.0)
    table.acquire("kit:y", b"one", 10.0)
    assert run(database(tmp_path, WHERE), "SELECT count(*) FROM HexcacheLease") == [(2,)]


def test_a_clock_that_was_set_back_does_not_make_leases_last(table: LeaseTable, moved_clock: MovedClock) -> None:
    table.acquire("kit:a", b"dead", 10.0)
    moved_clock.wall_jump(-9)
    assert table.acquire("kit:a", b"one", 10.0) == LeaseAnswer(LeaseState.HELD, 19.0)
    moved_clock.wall_jump(-2)
    assert table.acquire("kit:a", b"one", 10.0).state is LeaseState.GRANTED


@pytest.mark.parametrize(
    "row",
    [
        ("one", 0.0, 1e12),
        (b"other", "since", 1e12),
        (b"other", 0.0, "until"),
        (b"other", None, None),
        (7, 0.0, 1e12),
        (b"other", float("inf"), float("inf")),
    ],
)
def test_a_row_of_another_maker_is_no_lease(table: LeaseTable, tmp_path: Path, row: tuple[object, ...]) -> None:
    table.acquire("kit:x", b"one", 10.0)
    run(database(tmp_path, WHERE), "INSERT INTO HexcacheLease VALUES ('kit:a', ?, ?, ?)", row)
    assert table.acquire("kit:a", b"one", 10.0).state is LeaseState.GRANTED
    assert table.acquire("kit:a", b"other", 10.0).state is LeaseState.HELD


def test_whoever_finds_a_lease_in_other_hands_writes_nothing(
    table: LeaseTable, tmp_path: Path, moved_clock: MovedClock
) -> None:
    table.acquire("kit:a", b"one", 10.0)
    impatient = leases_at(tmp_path, moved_clock.wall, deadline=0.1)
    for attempt in range(20):  # opening writes; a busy machine may not do it in time
        try:
            impatient.acquire("kit:a", b"other", 10.0)
            break
        except StoreTimeout:
            assert attempt < 19
    with table._database.transaction():
        assert impatient.acquire("kit:a", b"other", 10.0).state is LeaseState.HELD


async def test_tables_that_are_handed_in_are_closed_by_their_maker(table: LeaseTable) -> None:
    blocking, awaited = DiskLeases(table), AsyncDiskLeases(table)
    blocking.acquire("kit:a", b"one", ttl=10.0)
    blocking.close()
    await awaited.aclose()
    assert table.is_open
