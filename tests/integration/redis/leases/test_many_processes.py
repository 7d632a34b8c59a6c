"""Thirty-two real processes miss one key at one moment: it is loaded once, also when the one that loads is killed."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from redis import Redis

from tests.integration.redis.leases.many import CALM, KILLED, LIVES
from tests.integration.redis.store.cleaning import cleaned
from tests.servers.single import Server

ROOT = Path(__file__).resolve().parents[4]
MANY = 32
LIMIT = 100.0
"""Seconds after which the processes have failed."""


@pytest.mark.parametrize("world", ["blocking", "awaited"])
def test_a_key_of_many_processes_is_loaded_once_and_once_more_when_the_one_that_loads_is_killed(
    world: str, valkey: Server, redis_prefix: str
) -> None:
    command = [sys.executable, "-m", "tests.integration.redis.leases.many", world, valkey.url, redis_prefix, str(MANY)]
    with cleaned(valkey, redis_prefix), Redis.from_url(valkey.url) as client:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=LIMIT, check=False)
        loads = {key: int(client.get(f"{redis_prefix}loads:{key}") or 0) for key in LIVES}
    assert done.returncode == 0, done.stderr
    *told, last = [json.loads(line) for line in done.stdout.splitlines()]
    assert sorted(last["statuses"]) == [-signal.SIGKILL] + [0] * (MANY - 1)
    assert loads == {CALM: 1, KILLED: 2}
    assert [one[CALM]["number"] for one in told] == [1] * (MANY - 1)
    assert [one[KILLED]["number"] for one in told] == [2] * (MANY - 1)
    assert {(one[CALM]["pid"], one[KILLED]["pid"]) for one in told} == {(told[0][CALM]["pid"], told[0][KILLED]["pid"])}
    assert sum(one["lease_errors"] + one["lease_timeouts"] + one["leases_lost"] for one in told) == 0
