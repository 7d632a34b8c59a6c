"""A link to a real cluster of three masters with a replica each."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from hexcache.adapters.outbound.redis.aio.link import AsyncLink
from hexcache.adapters.outbound.redis.aio.opening import open_link
from hexcache.adapters.outbound.redis.aio.probe import test_connection
from hexcache.adapters.outbound.redis.commands import Script
from hexcache.adapters.outbound.redis.settings import Address, RedisSettings
from hexcache.domain.errors import StoreError, StoreRejected, StoreTimeout, StoreUnavailable
from tests.integration.redis.aio.primitives import pause, together
from tests.integration.redis.moving import moving
from tests.integration.redis.settings import PATIENT
from tests.integration.redis.timing import Within
from tests.servers.cluster import Cluster
from tests.servers.waiting import wait_until

QUICK: dict[str, Any] = {"deadline": 0.75, "connect_deadline": 0.5, "operation_deadline": 0.25, "pool_wait": 0.25}
TWO = Script("return {KEYS[1], ARGV[1]}")


def settings_of(cluster: Cluster, **options: Any) -> RedisSettings:
    """For the cluster, known by one of its nodes."""
    first = cluster.nodes[0]
    said = {"addresses": (Address(first.host, first.port),), "password": first.password, **options}
    return RedisSettings(mode="cluster", **{**PATIENT, **said})


@pytest.fixture
async def link(redis_cluster: Cluster) -> AsyncIterator[AsyncLink]:
    link = open_link(settings_of(redis_cluster))
    yield link
    await link.aclose()


def keys_of(prefix: str, count: int = 60) -> list[bytes]:
    """Keys of many slots, and some of one."""
    return [f"{prefix}{number}".encode() for number in range(count)] + [
        f"{{{prefix}}}{number}".encode() for number in range(5)
    ]


async def test_values_of_every_slot_come_back(link: AsyncLink, redis_prefix: str) -> None:
    keys = keys_of(redis_prefix)
    assert await link.call_all([("SET", key, key, "PX", 60_000) for key in keys]) == [b"OK"] * len(keys)
    assert await link.get_many([*keys, b"absent"]) == [*keys, None]
    assert [await link.get(key) for key in keys] == keys
    assert await together([(link.get, (key,)) for key in keys]) == keys
    assert await link.call("STRLEN", keys[0]) == len(keys[0])
    assert await link.get_many([]) == []
    assert await link.call_all([]) == []


async def test_each_command_is_answered_by_itself(link: AsyncLink, redis_prefix: str) -> None:
    keys = keys_of(redis_prefix, 9)
    commands = [("SET", key, b"x", "PX", 60_000) if place % 3 else ("NOSUCH", key) for place, key in enumerate(keys)]
    replies = await link.call_all(commands)
    for place, reply in enumerate(replies):
        assert reply == b"OK" if place % 3 else isinstance(reply, StoreRejected)


async def test_scripts_run_where_their_keys_are(link: AsyncLink, redis_prefix: str) -> None:
    keys = keys_of(redis_prefix)
    await link.call_everywhere("SCRIPT FLUSH")
    expected = [[key, str(place).encode()] for place, key in enumerate(keys)]
    assert await link.run_all(TWO, [([key], [place]) for place, key in enumerate(keys)]) == expected
    await link.call_everywhere("SCRIPT FLUSH")
    assert await link.run(TWO, [keys[3]], [3]) == expected[3]


async def test_a_scan_walks_over_every_node(link: AsyncLink, redis_prefix: str) -> None:
    keys = keys_of(redis_prefix)
    await link.call_all([("SET", key, b"", "PX", 60_000) for key in keys])
    found = [key async for page in link.scan(f"{redis_prefix}*".encode()) for key in page]
    assert set(found) == {key for key in keys if key.startswith(redis_prefix.encode())}


async def test_commands_without_keys_reach_every_primary(link: AsyncLink, redis_cluster: Cluster) -> None:
    await link.ping()
    assert link.sharded
    told = await link.call_everywhere("INFO", "replication")
    assert [b"role:master" in one for one in told] == [True] * 3
    report = await test_connection(settings_of(redis_cluster))
    assert (report.status, report.mode) == ("ok", "cluster")
    assert await link.call("PING") == b"PONG"


async def test_a_server_that_is_no_cluster_is_said_to_be_none(valkey: Any) -> None:
    address = (Address(valkey.host, valkey.port),)
    link = open_link(RedisSettings(mode="cluster", addresses=address, password=valkey.password, **PATIENT))
    with pytest.raises(StoreRejected):
        await link.get(b"k")
    await link.aclose()


async def test_any_node_that_answers_tells_of_the_others(redis_cluster: Cluster, redis_prefix: str) -> None:
    nobody = Address("127.0.0.1", 1)
    known = tuple(Address(node.host, node.port) for node in redis_cluster.nodes)
    link = open_link(settings_of(redis_cluster, addresses=(nobody, known[-1])))
    assert await link.call("SET", redis_prefix.encode(), b"v", "PX", 60_000) == b"OK"
    await link.aclose()
    link = open_link(settings_of(redis_cluster, addresses=(nobody,), **QUICK))
    with Within(0.75), pytest.raises(StoreUnavailable):
        await link.get(b"k")
    await link.aclose()


async def test_keys_on_their_way_to_another_node_are_found(
    link: AsyncLink, redis_cluster: Cluster, redis_prefix: str
) -> None:
    tag = f"{{{redis_prefix}m}}"
    stays, goes, new = (f"{tag}{name}".encode() for name in ("stays", "goes", "new"))
    await link.call_all([("SET", key, key) for key in (stays, goes)])
    with moving(redis_cluster, goes) as move:
        move.carry(goes)
        assert await link.get(goes) == goes
        assert await link.get(stays) == stays
        assert await link.get_many([stays, goes, b"elsewhere", new]) == [stays, goes, None, None]
        assert await link.call("SET", new, new) == b"OK"
        assert await link.call_all([("GET", stays), ("GET", goes), ("GET", new)]) == [stays, goes, new]
        assert await link.run(TWO, [new], [1]) == [new, b"1"]
        assert move.target.ask("CLUSTER", "COUNTKEYSINSLOT", move.slot) == 2


async def test_a_slot_that_moved_is_followed(link: AsyncLink, redis_cluster: Cluster, redis_prefix: str) -> None:
    key = f"{{{redis_prefix}n}}k".encode()
    await link.call("SET", key, b"v")
    with moving(redis_cluster, key) as move:
        move.carry(key)
        move.finish()
        for _ in range(3):
            assert await link.get(key) == b"v"
        assert await link.get_many([key, b"elsewhere"]) == [b"v", None]
        assert await link.call("SET", key, b"w") == b"OK"
        assert await link.call("UNLINK", key) == 1


async def test_a_node_that_is_silent_fails_its_own_keys_alone(redis_cluster: Cluster, redis_prefix: str) -> None:
    link = open_link(settings_of(redis_cluster, **QUICK))
    keys = keys_of(redis_prefix)
    await link.call_all([("SET", key, key, "PX", 60_000) for key in keys])
    silent = redis_cluster.master_of(keys[0])
    lost = {key for key in keys if redis_cluster.master_of(key) is silent}
    assert 0 < len(lost) < len(keys)
    silent.process.pause()
    try:
        with Within(0.75):
            found = await link.get_many(keys)
        for key, value in zip(keys, found, strict=True):
            assert isinstance(value, (StoreTimeout, StoreUnavailable)) if key in lost else value == key
        with Within(0.1):
            found = await link.get_many(keys)  # left alone for a moment: nobody waits for it
        assert {key for key, value in zip(keys, found, strict=True) if isinstance(value, StoreError)} == lost
        with Within(0.75):
            replies = await link.call_all([("SET", key, key, "PX", 60_000) for key in keys])
        assert [reply == b"OK" for reply in replies] == [key not in lost for key in keys]
        with Within(0.75), pytest.raises(StoreError):
            await link.get_many(sorted(lost))
        with pytest.raises(StoreError):
            await link.ping()
    finally:
        silent.process.resume()
        redis_cluster.recover()
    await link.aclose()


async def test_a_master_that_is_killed_is_replaced(redis_cluster: Cluster, redis_prefix: str) -> None:
    link = open_link(settings_of(redis_cluster, **QUICK))
    keys = keys_of(redis_prefix)
    await link.call_all([("SET", key, key, "PX", 600_000) for key in keys])
    redis_cluster.master_of(keys[0]).process.kill()
    try:
        answered = False
        for _ in range(600):
            with Within(0.75):
                answered = await _all_answered(link, keys)
            if answered:
                break
            await pause(0.05)
        assert answered
        assert await link.call("SET", keys[0], b"new", "PX", 60_000) == b"OK"
        await link.ping()
    finally:
        redis_cluster.recover()
    await link.aclose()


async def _all_answered(link: AsyncLink, keys: list[bytes]) -> bool:
    try:
        found = await link.get_many(keys)
    except StoreError:
        return False
    return not any(isinstance(value, StoreError) for value in found)


async def test_replicas_may_answer_reads(redis_cluster: Cluster, redis_prefix: str) -> None:
    link = open_link(settings_of(redis_cluster, replica_reads=True))
    key = f"{redis_prefix}r".encode()
    await link.call("SET", key, b"v", "PX", 60_000)
    (replica,) = redis_cluster.replicas_of(key)
    wait_until(lambda: replica.ask("DBSIZE") == redis_cluster.master_of(key).ask("DBSIZE"), "the replica has the key")
    before = replica.info("commandstats").get("cmdstat_get", "")
    assert await link.get(key) == b"v"
    assert await link.get_many([key]) == [b"v"]
    assert (
        replica.info("commandstats").get("cmdstat_get", "") + replica.info("commandstats").get("cmdstat_mget", "")
        != before
    )
    replica.process.kill()
    try:
        assert await link.get(key) == b"v"
    finally:
        redis_cluster.recover()
    await link.aclose()
