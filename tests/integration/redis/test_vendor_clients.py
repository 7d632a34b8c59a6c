"""redis-py's own clients from our settings speak to what the settings mean."""

from __future__ import annotations

from typing import Any

import pytest
from redis import Redis, RedisCluster
from redis.exceptions import ConnectionError as Broken

from hexcache.adapters.outbound.redis.settings import Address, RedisSettings, SentinelSettings, TlsSettings
from hexcache.adapters.outbound.redis.vendor_clients import client_of
from tests.integration.redis.settings import PATIENT, settings_at, settings_of
from tests.integration.redis.timing import Within
from tests.servers.cluster import Cluster
from tests.servers.sentinel import Sentinels
from tests.servers.single import Server
from tests.servers.tls import TLSServer


def listens(client: Any) -> bool:
    """Whether a client hears what another one says."""
    pubsub: Any = client.pubsub()
    pubsub.subscribe("vendor-clients")
    assert pubsub.get_message(timeout=20)["type"] == "subscribe"
    client.publish("vendor-clients", "hello")
    heard = pubsub.get_message(timeout=20)
    pubsub.close()
    return bool(heard["data"] == b"hello")


def test_of_one_server(secured_redis: Server) -> None:
    client = client_of(settings_of(secured_redis, db=2))
    assert client.ping()
    assert listens(client)
    client.close()


def test_through_tls(tls_redis: TLSServer) -> None:
    client = client_of(settings_at(tls_redis.port, tls=TlsSettings(ca_file=tls_redis.certificates.authority)))
    assert client.ping()
    client.close()


def test_of_the_primary_that_sentinels_name(redis_sentinels: Sentinels) -> None:
    addresses = tuple(Address(host, port) for host, port in redis_sentinels.addresses)
    told = SentinelSettings(redis_sentinels.service, password=redis_sentinels.sentinel_password)
    settings = RedisSettings(
        mode="sentinel", addresses=addresses, sentinel=told, password=redis_sentinels.password, **PATIENT
    )
    client = client_of(settings)
    assert isinstance(client, Redis)
    assert client.info("replication")["role"] == "master"
    assert listens(client)
    client.close()


def test_of_a_cluster(redis_cluster: Cluster) -> None:
    node = redis_cluster.nodes[0]
    settings = RedisSettings(
        mode="cluster", addresses=(Address(node.host, node.port),), password=node.password, **PATIENT
    )
    client = client_of(settings)
    assert isinstance(client, RedisCluster)
    assert client.get("absent") is None
    client.close()


def test_it_tries_once(own_redis: Server) -> None:
    client = client_of(settings_of(own_redis))
    own_redis.process.kill()
    with Within(0.5), pytest.raises(Broken):
        client.ping()
    client.close()
