"""Several processes on one directory; processes that are killed; processes that fork."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pytest

from hexcache.domain.errors import StoreTimeout
from hexcache.ports.finding import Absent, Found
from hexcache.testing.clock import MovedClock
from tests.integration.disk.making import NEVER, counters_at, database, run, table_at
from tests.integration.disk.saying import blob_of

ROOT = Path(__file__).resolve().parents[3]
LONG = 60.0
"""Seconds after which a program that does not end has failed."""


@contextmanager
def started(*arguments: object) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.integration.disk.programs", *map(str, arguments)]
    process = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def lines(stream: IO[str] | None, count: int) -> list[Any]:
    assert stream is not None
    return [json.loads(stream.readline()) for _ in range(count)]


def rest_of(stream: IO[str] | None) -> list[Any]:
    """What a killed process has said; its last line may be cut."""
    assert stream is not None
    return [json.loads(line) for line in stream.read().splitlines() if line.endswith("}")]


def test_conditional_writes_and_counters_of_many_processes_are_exact(tmp_path: Path, moved_clock: MovedClock) -> None:
    """No increment is lost and none counts twice, whoever wins."""
    processes, times = 4, 40
    commands = [started("add_up", tmp_path, times) for _ in range(processes)]
    running = [command.__enter__() for command in commands]
    answers = [process.communicate(timeout=LONG) for process in running]
    for command in commands:
        command.__exit__(None, None, None)
    assert [error for _, error in answers] == [""] * processes
    found = table_at(tmp_path, moved_clock.wall).get("kit:sum")
    assert isinstance(found, Found)
    assert int(found.blob) == processes * times
    counters = counters_at(tmp_path, moved_clock.wall)
    assert counters.read("kit:n") == processes * times
    assert counters.members("kit:who") == {"everybody", *(str(process.pid) for process in running)}


def test_each_lease_is_granted_to_one_of_many_processes(tmp_path: Path) -> None:
    processes, times = 4, 60
    commands = [started("lease", tmp_path, times) for _ in range(processes)]
    running = [command.__enter__() for command in commands]
    answers = [process.communicate(timeout=LONG) for process in running]
    for command in commands:
        command.__exit__(None, None, None)
    assert [error for _, error in answers] == [""] * processes
    granted = [json.loads(line)["granted"] for out, _ in answers for line in out.splitlines()]
    assert sorted(granted) == list(range(times))


def test_a_killed_writer_loses_only_the_write_in_hand(tmp_path: Path, moved_clock: MovedClock) -> None:
    """Whatever was acknowledged is there, whole; deleted is deleted; the database is sound; others go on."""
    table = table_at(tmp_path, moved_clock.wall)
    put: set[int] = set()
    deleted: set[int] = set()
    for wave in range(5):
        with started("write_forever", tmp_path, wave * 1_000) as writer:
            facts = lines(writer.stdout, 12 + 7 * wave)
            writer.send_signal(signal.SIGKILL)
            facts += rest_of(writer.stdout)
        put |= {fact["put"] for fact in facts if "put" in fact}
        deleted |= {fact["deleted"] for fact in facts if "deleted" in fact}
        in_hand = max(put)
        table.put(f"other:{wave}", b"after the kill", NEVER)
        for number in put:
            found = table.get(f"kit:{number}")
            if number in deleted:
                assert isinstance(found, Absent), "a deletion was lost"
            elif number % 5 or number != in_hand:
                assert isinstance(found, Found), "an acknowledged blob was lost"
                assert found.blob == blob_of(number)
        last = table.get("kit:last")
        assert isinstance(last, Found)
        assert last.blob in {blob_of(in_hand), blob_of(in_hand - 1), blob_of(in_hand + 1)}
    assert run(database(tmp_path), "PRAGMA integrity_check") == [("ok",)]
    assert table.stats()["broken"] == table.stats()["foreign"] == 0


def test_files_that_a_killed_writer_leaves_are_found_by_the_sweep(tmp_path: Path, moved_clock: MovedClock) -> None:
    """Every file is either a row's, or goes once it is old."""
    table = table_at(tmp_path, moved_clock.wall)
    for wave in range(4):
        with started("write_forever", tmp_path, wave * 1_000) as writer:
            lines(writer.stdout, 9)
            writer.send_signal(signal.SIGKILL)
            writer.communicate(timeout=LONG)
    table.ping()
    files = list((tmp_path / "cache").rglob("*.val"))
    for path in files:
        os.utime(path, (1.0, 1.0))
    table.sweep()
    known = {str(name) for (name,) in run(database(tmp_path), "SELECT filename FROM Cache WHERE filename IS NOT NULL")}
    assert {path.relative_to(tmp_path / "cache").as_posix() for path in (tmp_path / "cache").rglob("*.val")} == known


def test_who_waits_for_a_writer_gets_an_answer_at_the_deadline(tmp_path: Path, moved_clock: MovedClock) -> None:
    """Writes time out, reads go on, and all is well when the other is done."""
    table_at(tmp_path, moved_clock.wall).put("kit:a", b"before", NEVER)
    with started("hold", tmp_path) as holder:
        assert lines(holder.stdout, 1) == ["held"]
        began = time.monotonic()
        with pytest.raises(StoreTimeout):
            table_at(tmp_path, moved_clock.wall, deadline=0.1).put("kit:a", b"new", NEVER)
        assert time.monotonic() - began < LONG / 2, "diskcache alone would try for a minute"
        table = table_at(tmp_path, moved_clock.wall)
        holder.communicate("", timeout=LONG)
    table.put("kit:a", b"after", NEVER)
    assert table.get("kit:a") == Found(b"after", table.get("kit:a").token)


def test_reads_do_not_wait_for_a_writer(tmp_path: Path, moved_clock: MovedClock) -> None:
    """An open store reads, and marks nothing, while another process holds the right to write."""
    table = table_at(tmp_path, moved_clock.wall, deadline=0.1, policy="least-recently-used")
    for attempt in range(20):  # opening writes; a busy machine may not do it in time
        try:
            table.put("kit:a", b"before", NEVER)
            break
        except StoreTimeout:
            assert attempt < 19
    with started("hold", tmp_path) as holder:
        assert lines(holder.stdout, 1) == ["held"]
        for _ in range(600):
            assert isinstance(table.get("kit:a"), Found)
        assert table.get_many(["kit:a", "kit:b"]).keys() == {"kit:a", "kit:b"}
        assert table.page("", None) == (["kit:a"], None)
        with pytest.raises(StoreTimeout, match="deadline"):
            table.put("kit:a", b"new", NEVER)
        with pytest.raises(StoreTimeout, match="deadline"):
            table.put_many({"kit:a": (b"new" * 4_000, NEVER)})
        with pytest.raises(StoreTimeout, match="deadline"):
            table.delete("kit:a")
        with pytest.raises(StoreTimeout, match="deadline"):
            table.begin_clear("")
    assert list((tmp_path / "cache").rglob("*.val")) == [], "a write that failed left its file"


def test_a_child_process_has_connections_of_its_own(tmp_path: Path) -> None:
    """Forks in the middle of the calls of other threads harm neither side."""
    times = 8
    with started("fork", tmp_path, times) as process:
        out, errors = process.communicate(timeout=LONG)
    assert errors == "" or "multi-threaded" in errors
    *children, parent = (json.loads(line) for line in out.splitlines())
    assert children == [[False, "before", "None"]] * times
    assert parent == {"statuses": [0] * times, "found": ["child"] * times, "put": "None"}
    assert run(database(tmp_path), "PRAGMA integrity_check") == [("ok",)]


def test_a_fork_in_a_call_that_does_not_end_leaves_the_child_without_the_tier(tmp_path: Path) -> None:
    """SQLite cannot be used in a child that inherits a connection: it is unavailable there, and only there."""
    with started("fork_in_a_call", tmp_path) as process:
        out, errors = process.communicate(timeout=LONG)
    assert errors == "" or "multi-threaded" in errors
    assert [json.loads(line) for line in out.splitlines()] == [
        "StoreUnavailable",
        {"status": 0, "parent": "before"},
    ]
