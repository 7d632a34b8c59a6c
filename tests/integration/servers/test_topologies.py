"""Clusters and Sentinels answer, and fail over when a master is killed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from redis.cluster import RedisCluster
from redis.exceptions import AuthenticationError
from redis.sentinel import Sentinel as UntypedSentinel

from tests.integration.servers.sync.primitives import client_at
from tests.servers.binaries import find_any
from tests.servers.cluster import Cluster, cluster
from tests.servers.sentinel import Sentinels, sentinels
from tests.servers.waiting import wait_until


@contextmanager
def client_of(watched: Sentinels) -> Iterator[Any]:
    """A client of the master that the Sentinels name."""
    known: Any = UntypedSentinel
    watching = known(
        watched.addresses, sentinel_kwargs={"password": watched.sentinel_password}, password=watched.password
    )
    with watching.master_for(watched.service) as client:
        yield client
    for sentinel in watching.sentinels:
        sentinel.close()


def test_a_cluster_serves_all_slots_and_survives_the_loss_of_a_master(
    redis_cluster: Cluster, redis_prefix: str
) -> None:
    if not redis_cluster.ours:
        pytest.skip("the cluster is not ours to break")
    keys = [f"{redis_prefix}{number}" for number in range(30)]
    with RedisCluster.from_url(redis_cluster.url) as client:
        for key in keys:
            client.set(key, key)
    before = redis_cluster.master_of(keys[0])
    [replica] = redis_cluster.replicas_of(keys[0])
    wait_until(lambda: replica.ask("CLUSTER", "COUNTKEYSINSLOT", redis_cluster.slot_of(keys[0])) == 1, "it is copied")
    before.process.kill()
    try:
        wait_until(lambda: redis_cluster.master_of(keys[0]) is replica, "the replica is promoted")
    finally:
        redis_cluster.recover()
    with RedisCluster.from_url(redis_cluster.url) as client:
        assert [client.get(key) for key in keys] == [key.encode() for key in keys]
    assert redis_cluster.replicas_of(keys[0]) == [before]


def test_masters_alone_form_a_cluster_that_asks_for_a_password() -> None:
    with (
        cluster(find_any(), replicas=0, password="s3cret") as formed,
        RedisCluster.from_url(formed.url) as client,
    ):
        client.set("a", "1")
        assert formed.master_of("a").ask("GET", "a") == b"1"
        assert len(formed.nodes) == 3


def test_sentinels_promote_the_replica_when_the_master_is_killed(redis_sentinels: Sentinels, redis_prefix: str) -> None:
    before = redis_sentinels.master
    [replica] = redis_sentinels.replicas
    before.process.kill()
    try:
        wait_until(lambda: redis_sentinels.master is replica, "the replica is promoted")
    finally:
        redis_sentinels.recover()
    with client_of(redis_sentinels) as client:
        client.set(redis_prefix + "a", "1")
    assert replica.ask("GET", redis_prefix + "a") == b"1"
    assert redis_sentinels.replicas == [before]


def test_sentinels_and_servers_ask_for_their_passwords() -> None:
    with sentinels(find_any(), count=1, replicas=0, password="s3cret", sentinel_password="w4tch") as watched:
        with client_of(watched) as client:
            assert client.ping()
        for port in (watched.master.port, watched.addresses[0][1]):
            with client_at(port) as nobody, pytest.raises(AuthenticationError):
                nobody.ping()
