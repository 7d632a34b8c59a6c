"""Eight processes on one counter, through timeouts and resets: the end is exact."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.integration.redis.counter.counting import Desk, desk
from tests.integration.redis.counter.sync.adding import RULE
from tests.servers.fault_proxy import FaultProxy
from tests.servers.single import Server

ROOT = Path(__file__).resolve().parents[4]
WAYS = [(world, link) for world in ("aio", "sync") for link in ("client", "ours")] * 2
LONG = 60.0
"""Seconds after which a program that does not end has failed."""
ROUNDS = 24


@contextmanager
def counting(proxy: FaultProxy, prefix: str) -> Iterator[list[subprocess.Popen[str]]]:
    """Programs that count through a proxy, ended with the context."""
    module = [sys.executable, "-m", "tests.integration.redis.counter.programs"]
    running = [
        subprocess.Popen(
            [*module, world, link, proxy.url, prefix],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for world, link in WAYS
    ]  # fmt: skip
    try:
        yield running
    finally:
        for process in running:
            process.kill()
            process.communicate()


def break_off(proxy: FaultProxy, chance: random.Random) -> None:
    """One fault, for a moment: answers lost with their connections, no answers at all, or everything cut."""
    kind = chance.choice(["answers", "silence", "cut"])
    if kind == "answers":
        proxy.faults.reset_after = chance.choice([0, 20, 200])
    elif kind == "silence":
        proxy.faults.black_hole = True
    else:
        proxy.reset_all()
    time.sleep(chance.uniform(0.02, 0.15))
    proxy.heal()


def teach(own: Desk) -> None:
    """Have the server know every script, so that none is sent twice for not being known."""
    counter = own.on_its_own_time
    counter.incr("kit:known")
    counter.spend("kit:known too", RULE)
    counter.add_members("kit:who", [])
    counter.members("kit:who")


def scripts_run(own: Desk) -> int:
    """How many scripts the server has run."""
    return int(own.client.info("commandstats").get("cmdstat_evalsha", {"calls": 0})["calls"])


def answers(running: list[subprocess.Popen[str]]) -> Counter[str]:
    """What all of them counted together."""
    total: Counter[str] = Counter()
    for process in running:
        assert process.stdin is not None
        process.stdin.close()
        process.stdin = None  # or communicate() flushes it
    for process in running:
        out, errors = process.communicate(timeout=LONG)
        assert errors == ""
        total.update(json.loads(out))
    return total


@pytest.mark.timeout(180)
def test_a_counter_hit_by_eight_processes_through_faults_ends_exact(
    valkey: Server, redis_proxy: FaultProxy, redis_prefix: str
) -> None:
    chance = random.Random(8)
    with desk(valkey, redis_prefix) as own, counting(redis_proxy, redis_prefix) as running:
        teach(own)
        before, until = scripts_run(own), time.monotonic() + LONG
        while len(own.on_its_own_time.members("kit:who")) < len(running):
            before += 1
            assert time.monotonic() < until, "not all have begun"
            time.sleep(0.05)
        for _ in range(ROUNDS):
            break_off(redis_proxy, chance)
            time.sleep(chance.uniform(0.02, 0.1))
        told = answers(running)
        ran = scripts_run(own) - before - 1
        read = own.on_its_own_time.read
        assert read("kit:one") == told["one"]
        assert [read("kit:left"), read("kit:right")] == [told["left"], -told["left"]]
        assert told["any"] <= (read("kit:any") or 0) <= told["any"] + told["any unknown"]
        spent = int(float(own.head("kit:spent").split()[3]))
        assert told["spent"] <= spent <= told["spent"] + told["spent unknown"]
        assert told["failures"] > 0, "some were lost twice, and repeated by their callers"
        assert ran > told["scripts"], "some were carried out more often than they were asked for"
