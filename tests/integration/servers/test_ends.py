"""No server outlives the process that started it, however that process ends."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.servers.binaries import find_any
from tests.servers.ports import BUS, free_ports
from tests.servers.process import ServerProcess
from tests.servers.single import Server
from tests.servers.waiting import wait_until

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = ("-m", "tests.integration.servers.programs")
SESSION = """
import json, os, time
import pytest
from tests.servers import wards

def test_one(valkey, own_redis):
    started = [valkey.process, own_redis.process]
    folders = [str(process._folder) for process in started]
    [warden] = wards._wardens.values()
    servers = [process.pid for process in started]
    print()
    print(json.dumps({"servers": servers, "warden": warden.pid, "folders": folders}), flush=True)
    time.sleep(float(os.environ["AGES"]))
"""


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    stat = Path(f"/proc/{pid}/stat")  # the dead whom nobody has waited for count as gone
    return stat.exists() and stat.read_text("utf-8").rpartition(")")[2].split()[0] == "Z"


@contextmanager
def started(*arguments: str, ages: int = 600) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """A Python process with servers, and what it says of them."""
    process = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith("HEXCACHE_TEST_")},
            "AGES": str(ages),
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")]),
        },
    )
    assert process.stdout is not None
    try:
        yield process, json.loads(next(line for line in process.stdout if line.startswith("{")))
    finally:
        process.kill()
        process.communicate()


def check_that_all_ended(told: dict[str, Any], *, folders: bool = True) -> None:
    for pid in [*told["servers"], told["warden"]]:
        wait_until(partial(is_gone, pid), f"process {pid} is gone")
    if folders:
        wait_until(lambda: not any(map(os.path.exists, told["folders"])), "the folders are gone")


@pytest.mark.parametrize("ages", [600, 0], ids=["killed", "ended in order"])
def test_servers_end_with_their_session(tmp_path: Path, ages: int) -> None:
    (tmp_path / "test_session.py").write_text(SESSION, "utf-8")
    plain = ("-m", "pytest", "-s", "-q", "-p", "no:cacheprovider", "-p", "tests.servers.fixtures")
    with started(*plain, "-c", str(ROOT / "pyproject.toml"), str(tmp_path), ages=ages) as (process, told):
        if ages:
            process.kill()
        check_that_all_ended(told)
        assert process.wait() == (-signal.SIGKILL if ages else 0)


@pytest.mark.parametrize("end", [[], ["end"]], ids=["killed", "ended in order"])
def test_servers_end_while_a_forked_child_holds_on_to_what_its_parent_had_open(end: list[str]) -> None:
    with started(*PROGRAM, "fork", *end) as (process, told):
        if not end:
            process.kill()
        try:
            check_that_all_ended(told)
            assert process.wait() == (0 if end else -signal.SIGKILL)
            assert not is_gone(told["child"])
        finally:
            os.kill(told["child"], signal.SIGKILL)


def test_servers_end_with_a_process_that_is_told_to() -> None:
    with started(*PROGRAM) as (process, told):
        process.terminate()
        check_that_all_ended(told)


if sys.platform == "linux":  # elsewhere nothing tells a process of its parent's end

    def test_servers_end_with_the_warden() -> None:
        with started(*PROGRAM) as (_, told):
            os.kill(told["warden"], signal.SIGKILL)
            check_that_all_ended(told, folders=False)
            for folder in told["folders"]:
                shutil.rmtree(folder)


def test_a_server_outlives_the_thread_that_started_it(own_redis: Server) -> None:
    thread = threading.Thread(target=own_redis.process.restart)
    thread.start()
    thread.join()
    assert own_redis.ask("PING") == b"PONG"
    assert own_redis.process.running


def test_a_server_does_not_take_anothers_answer_on_its_port_for_its_own(own_redis: Server) -> None:
    process = ServerProcess(find_any(), own_redis.port, {})
    with pytest.raises(RuntimeError, match="ended at once"):
        process.start()
    process.close()
    assert own_redis.process.running


def test_ports_are_handed_out_once() -> None:
    ports = free_ports(100)
    assert len({*ports, *(port + BUS for port in ports)}) == 200


def test_a_server_that_cannot_start_says_why() -> None:
    [port] = free_ports(1)
    process = ServerProcess(find_any(), port, {"no-such-setting": 1})
    with pytest.raises(RuntimeError, match="no-such-setting"):
        process.start()
    process.close()
