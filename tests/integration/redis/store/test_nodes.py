"""A cluster without one of its nodes, and a failover: nothing wrong is told, and what can be said is said."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from typing import Any

import pytest

from hexcache.adapters.outbound.redis.settings import RedisSettings
from hexcache.adapters.outbound.redis.sync.link import Link
from hexcache.adapters.outbound.redis.sync.opening import open_link
from hexcache.adapters.outbound.redis.sync.store import RedisStore
from hexcache.domain.errors import StoreError
from hexcache.ports.finding import Absent, Found
from hexcache.testing.entropy import SeededEntropy
from tests.integration.redis.store.topologies import linked, settings_for
from tests.servers.cluster import Cluster
from tests.servers.sentinel import Sentinels
from tests.servers.single import Server, wait_until_heard

NEVER = float("inf")
SEEDS = count(5_000_000)
LIMIT = 60.0
IMPATIENT: dict[str, Any] = {"deadline": 2.0, "connect_deadline": 2.0, "operation_deadline": 1.0, "pool_wait": 1.0}
"""Seconds; a paused node does not answer at all, the others do so also on a busy machine."""


def store_over(link: Link, prefix: str) -> RedisStore:
    entropy = SeededEntropy(next(SEEDS))
    return RedisStore(link, wall=time.time, entropy=entropy, tombstone_ttl=600.0, prefix=prefix)


class Half:
    """A store on a cluster, and addresses of one of its nodes and of the others."""

    def __init__(self, cluster: Cluster, settings: RedisSettings, prefix: str) -> None:
        self.prefix = prefix
        self.link = open_link(replace(settings, **IMPATIENT))
        self.store = store_over(self.link, prefix)
        self.node = cluster.master_of(f"{prefix}kit:0")
        places = {f"kit:{number}": cluster.master_of(f"{prefix}kit:{number}") for number in range(24)}
        self.silent = [address for address, node in places.items() if node is self.node]
        self.speaking = [address for address, node in places.items() if node is not self.node]


@pytest.fixture
def half(redis_cluster: Cluster, request: pytest.FixtureRequest, redis_prefix: str) -> Iterator[Half]:
    if not redis_cluster.ours:
        pytest.skip("the cluster is not ours to pause")
    settings = settings_for(request, "cluster")
    with linked(settings, redis_prefix):
        half = Half(redis_cluster, settings, redis_prefix)
        yield half
        redis_cluster.recover()
        half.link.close()


def test_a_bulk_read_tells_what_the_nodes_that_answer_hold(half: Half) -> None:
    everything = half.silent + half.speaking
    there = everything[::2]
    half.store.put_many({address: (address.encode(), NEVER) for address in there})
    half.node.process.pause()
    findings = half.store.get_many(everything)
    assert set(findings) == set(half.speaking)
    for address, found in findings.items():
        assert isinstance(found, Found) is (address in there)
    with pytest.raises(StoreError):
        half.store.get_many(half.silent)
    half.node.process.resume()
    findings = eventually_all(half, everything)
    assert {address for address, found in findings.items() if isinstance(found, Found)} == set(there)


def eventually_all(half: Half, addresses: list[str]) -> dict[str, Found | Absent]:
    """A bulk read that is complete; the node needs a moment to be believed again."""
    end = time.monotonic() + LIMIT
    while True:
        try:
            findings = half.store.get_many(addresses)
        except StoreError:
            findings = {}
        if len(findings) == len(addresses) or time.monotonic() > end:
            return findings
        time.sleep(0.05)


def test_changes_that_a_silent_node_did_not_confirm_are_errors(half: Half) -> None:
    half.store.put_many(dict.fromkeys(half.silent + half.speaking, (b"older", NEVER)))
    tokens = {address: found.token for address, found in half.store.get_many(half.silent[:1]).items()}
    half.node.process.pause()
    with pytest.raises(StoreError):
        half.store.put_many(dict.fromkeys(half.silent[:1] + half.speaking, (b"newer", NEVER)))
    with pytest.raises(StoreError):
        half.store.delete_many(half.silent[:1] + half.speaking)
    with pytest.raises(StoreError):
        list(half.store.scan("kit"))
    with pytest.raises(StoreError):
        half.store.clear("kit")
    for address, token in tokens.items():
        with pytest.raises(StoreError):
            half.store.put_if(address, b"newer", dead_at=NEVER, token=token)


def test_tokens_outlive_a_failover(
    redis_sentinels: Sentinels, request: pytest.FixtureRequest, redis_prefix: str
) -> None:
    with linked(settings_for(request, "sentinels"), redis_prefix) as link:
        store = store_over(link, redis_prefix)
        good, spent = store.get("kit:good").token, store.get("kit:spent").token
        store.delete("kit:spent")
        store.put("kit:there", b"blob", dead_at=NEVER)
        old: Server = redis_sentinels.master
        wait_until_heard(old)
        old.process.kill()
        try:
            assert recovered(store).blob == b"blob"
            assert store.put_if("kit:good", b"loaded", dead_at=NEVER, token=good) is True
            assert store.put_if("kit:spent", b"older", dead_at=NEVER, token=spent) is False
        finally:
            redis_sentinels.recover()


def recovered(store: RedisStore) -> Found:
    """What the store finds once a replica has taken over."""
    end = time.monotonic() + LIMIT
    while time.monotonic() < end:
        try:
            found = store.get("kit:there")
        except StoreError:
            time.sleep(0.1)
            continue
        assert isinstance(found, Found)
        return found
    pytest.fail("nobody took over")
