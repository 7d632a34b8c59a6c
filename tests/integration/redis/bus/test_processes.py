"""Real processes, each with memory over a store that they share: nobody serves an older value than is promised."""

from __future__ import annotations

import signal
import time
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from tests.integration.redis.bus.processes import Remote, remote
from tests.servers.fault_proxy import FaultProxy
from tests.servers.single import Server

BOUND = 10.0
"""Seconds within which a message arrives on a machine however busy; it takes less than a thousandth of that."""


def change(one: Remote, other: Remote, key: str, value: object) -> float:
    """Let one process change what another holds; how long that one served the older value afterwards.

    A negative number says that it was told before the change had returned.
    """
    old = other.ask("hold", key)
    other.begin("until_not", key, old)
    changed = one.ask("delete", key) if value is None else one.ask("set", key, value)
    found, seen = other.answer()
    assert found == value
    return float(seen) - float(changed)


@pytest.mark.parametrize("data", ["redis", "disk"])
def test_what_one_process_set_or_deleted_no_other_serves_once_it_was_told(
    any_redis: Server, redis_prefix: str, tmp_path: Path, data: str, request: pytest.FixtureRequest
) -> None:
    folder = str(tmp_path / "data") if data == "disk" else None
    with (
        remote(any_redis.url, redis_prefix, data=folder) as one,
        remote(any_redis.url, redis_prefix, data=folder) as two,
    ):
        one.ask("set", "k", 0)
        delays = []
        for number in range(1, 11):
            delays.append(change(one, two, "k", number))
            delays.append(change(two, one, "k", -number))
            delays.append(change(one, two, "k", None))
            two.ask("set", "k", number)
        told = f"median {median(delays) * 1000:.2f} ms, longest {max(delays) * 1000:.2f} ms"
        request.node.add_report_section("call", "delay of the bus", told)  # pytest -rP shows it
        assert max(delays) < BOUND
        for process in (one, two):
            state = process.ask("bus")
            assert (state["gaps"], state["silences"], state["errors"], state["reconnects"]) == (0, 0, 0, 0)


def test_a_reader_never_goes_back_while_another_process_writes(valkey: Server, redis_prefix: str) -> None:
    with remote(valkey.url, redis_prefix) as one, remote(valkey.url, redis_prefix) as two:
        two.begin("watch", "k", 150)
        for number in range(1, 151):
            one.ask("set", "k", number)
        seen = two.answer()
        assert seen[-1] == 150
        assert seen == sorted(seen)


def test_a_process_whose_bus_is_cut_serves_nothing_older_for_longer_than_the_grace(
    valkey: Server, redis_proxy: FaultProxy, redis_prefix: str, tmp_path: Path
) -> None:
    folder, grace = str(tmp_path / "data"), 2.0
    with (
        remote(valkey.url, redis_prefix, data=folder) as one,
        remote(redis_proxy.url, redis_prefix, data=folder, grace=grace, heartbeat=0.1, missed=5) as cut,
    ):
        one.ask("set", "k", "old")
        assert cut.ask("get", "k") == "old"
        redis_proxy.refuse()
        redis_proxy.reset_all()
        assert cut.ask("until_hears", False)
        one.ask("set", "k", "new")
        began = time.monotonic()
        assert cut.ask("until_not", "k", "old")[0] == "new"
        one.ask("set", "k", "newer")
        assert cut.ask("until_not", "k", "new")[0] == "newer"
        assert time.monotonic() - began < 2 * grace + BOUND
        assert not cut.ask("bus")["connected"]
        redis_proxy.listen()
        assert cut.ask("until_hears", True)
        assert change(one, cut, "k", "newest") < BOUND


def test_a_server_that_stands_still_costs_no_more_than_the_grace(
    own_redis: Server, redis_prefix: str, tmp_path: Path
) -> None:
    folder, grace = str(tmp_path / "data"), 2.0
    plan: dict[str, Any] = {"data": folder, "grace": grace, "heartbeat": 0.1, "missed": 5}
    with remote(own_redis.url, redis_prefix, **plan) as one, remote(own_redis.url, redis_prefix, **plan) as two:
        one.ask("set", "k", "old")
        assert two.ask("get", "k") == "old"
        own_redis.process.pause()
        one.ask("set", "k", "new")
        began = time.monotonic()
        assert two.ask("until_not", "k", "old")[0] == "new"
        assert time.monotonic() - began < grace + BOUND
        own_redis.process.resume()
        assert two.ask("until_hears", True)
        assert one.ask("until_hears", True)
        assert change(one, two, "k", "newest") < BOUND


def test_after_kill_9_and_a_restart_of_the_server_no_older_value_is_served(
    own_redis: Server, redis_prefix: str, tmp_path: Path
) -> None:
    folder = str(tmp_path / "data")
    with (
        remote(own_redis.url, redis_prefix, data=folder) as one,
        remote(own_redis.url, redis_prefix, data=folder) as two,
    ):
        one.ask("set", "k", "old")
        one.ask("set", "gone", "old")
        assert two.ask("get", "k") == two.ask("get", "gone") == "old"
        own_redis.process.kill()
        one.ask("set", "k", "new")
        one.ask("delete", "gone")
        own_redis.process.start()
        assert two.ask("until_hears", True)
        assert (two.ask("get", "k"), two.ask("get", "gone")) == ("new", None)
        assert two.ask("bus")["reconnects"] >= 1
        assert one.ask("until_hears", True)
        assert change(one, two, "k", "newest") < BOUND


def test_a_process_that_is_stopped_is_missed_and_what_it_did_not_hear_is_not_served(
    valkey: Server, redis_prefix: str, tmp_path: Path
) -> None:
    plan: dict[str, Any] = {"data": str(tmp_path / "data"), "heartbeat": 0.1, "missed": 5}
    with remote(valkey.url, redis_prefix, **plan) as one, remote(valkey.url, redis_prefix, **plan) as two:
        one.ask("set", "k", "old")
        assert two.ask("get", "k") == "old"
        two.process.send_signal(signal.SIGSTOP)
        try:
            assert one.ask("until_hears", False)
            assert one.ask("bus")["silences"] >= 1
            one.ask("set", "k", "new")
        finally:
            two.process.send_signal(signal.SIGCONT)
        assert two.ask("until_not", "k", "old")[0] == "new"
        assert one.ask("until_hears", True)


def test_a_process_that_is_killed_is_missed(valkey: Server, redis_prefix: str) -> None:
    plan: dict[str, Any] = {"heartbeat": 0.1, "missed": 5}
    with remote(valkey.url, redis_prefix, **plan) as one, remote(valkey.url, redis_prefix, **plan) as two:
        two.ask("set", "k", 1)
        two.process.kill()
        assert one.ask("until_hears", False)


def test_a_process_that_ends_is_not_missed_also_if_it_closes_nothing(valkey: Server, redis_prefix: str) -> None:
    with remote(valkey.url, redis_prefix) as one:
        for program in ("serve", "leave_open"):
            with remote(valkey.url, redis_prefix, program):
                assert one.ask("until_hears", True)
            assert one.ask("until_alone")
        state = one.ask("bus")
        assert (state["silences"], state["hears"]) == (0, True)


def test_a_forked_child_is_a_node_of_its_own(valkey: Server, redis_prefix: str) -> None:
    with remote(valkey.url, redis_prefix) as one, remote(valkey.url, redis_prefix) as two:
        one.ask("set", "k", "old")
        assert two.ask("get", "k") == "old"
        forked = one.ask("fork", "k")
        assert forked == {"status": 0, "child": ["old", True], "parent": "new"}
        assert two.ask("until_not", "k", "old")[0] == "new"
        assert change(one, two, "k", "newest") < BOUND
