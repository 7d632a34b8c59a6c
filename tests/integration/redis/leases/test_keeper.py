"""What is special about leases on a server: its own clock, its keys, and what others may have put there."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from redis import Redis

from hexcache.adapters.outbound.redis.sync.client_link import ClientLink
from hexcache.adapters.outbound.redis.sync.leases import RedisLeases
from hexcache.domain.errors import StoreRejected, StoreUnavailable
from hexcache.domain.lease import LeaseAnswer, LeaseState
from hexcache.testing.contracts.sync.primitives import eventually
from tests.integration.redis.store.cleaning import cleaned
from tests.integration.redis.store.sync.primitives import client_at
from tests.servers.single import Server


@pytest.fixture
def client(any_redis: Server, redis_prefix: str) -> Iterator[Redis]:
    with cleaned(any_redis, redis_prefix), client_at(any_redis.url) as client:
        yield client


@pytest.fixture
def leases(client: Redis, redis_prefix: str) -> RedisLeases:
    return RedisLeases(ClientLink(client), prefix=redis_prefix)


def lease_key(prefix: str, address: str) -> bytes:
    return f"{prefix}\x1flease:{address}".encode()


def test_the_server_lets_a_lease_end(leases: RedisLeases) -> None:
    """In real time, and for the shortest life that it can tell."""
    leases.acquire("kit:a", b"dead", ttl=0.001)
    eventually(lambda: leases.acquire("kit:a", b"one", ttl=60.0).state, LeaseState.GRANTED)
    assert leases.renew("kit:a", b"one", ttl=0.03)
    assert leases.acquire("kit:b", b"one", ttl=0.0001).remaining == 0.001
    eventually(lambda: leases.renew("kit:a", b"one", ttl=0.001), False)


def test_a_lease_is_one_key_beside_the_blobs_and_goes_when_it_is_released(
    client: Redis, leases: RedisLeases, redis_prefix: str
) -> None:
    leases.acquire("kit:\u00e9", b"one", ttl=10.0)
    key = lease_key(redis_prefix, "kit:\u00e9")
    assert list(client.scan_iter(f"{redis_prefix}*")) == [key]
    assert client.get(key) == b"one"
    assert 9_000 < client.pttl(key) <= 10_000
    leases.release("kit:\u00e9", b"one", rest=5.0)
    assert client.get(key) == b""
    assert 4_000 < client.pttl(key) <= 5_000
    leases.acquire("kit:b", b"one", ttl=10.0)
    leases.release("kit:b", b"one")
    assert client.exists(lease_key(redis_prefix, "kit:b")) == 0


def test_prefixes_keep_leases_apart(client: Redis, leases: RedisLeases, redis_prefix: str) -> None:
    other = RedisLeases(ClientLink(client), prefix=f"{redis_prefix}other:")
    leases.acquire("kit:a", b"one", ttl=10.0)
    assert other.acquire("kit:a", b"other", ttl=10.0).state is LeaseState.GRANTED
    assert leases.acquire("kit:a", b"other", ttl=10.0).state is LeaseState.HELD


def test_a_key_without_an_end_counts_as_held_for_the_ttl(client: Redis, leases: RedisLeases, redis_prefix: str) -> None:
    client.set(lease_key(redis_prefix, "kit:a"), b"planted")
    assert leases.acquire("kit:a", b"one", ttl=10.0) == LeaseAnswer(LeaseState.HELD, 10.0)


@pytest.mark.parametrize("call", ["acquire", "renew", "release"])
def test_a_key_of_another_kind_is_refused_and_left_alone(
    client: Redis, leases: RedisLeases, redis_prefix: str, call: str
) -> None:
    key = lease_key(redis_prefix, "kit:a")
    client.rpush(key, b"planted")
    calls: dict[str, Callable[[], object]] = {
        "acquire": lambda: leases.acquire("kit:a", b"one", ttl=10.0),
        "renew": lambda: leases.renew("kit:a", b"one", ttl=10.0),
        "release": lambda: leases.release("kit:a", b"one"),
    }
    with pytest.raises(StoreRejected):
        calls[call]()
    assert client.lrange(key, 0, -1) == [b"planted"]


def test_a_server_that_forgot_the_scripts_is_told_them_again(client: Redis, leases: RedisLeases) -> None:
    leases.acquire("kit:a", b"one", ttl=10.0)
    client.script_flush()
    assert leases.renew("kit:a", b"one", ttl=10.0)
    client.script_flush()
    assert leases.release("kit:a", b"one")


def test_a_server_that_cannot_be_reached_is_told_as_such() -> None:
    with client_at("redis://127.0.0.1:1/0") as client, pytest.raises(StoreUnavailable):
        RedisLeases(ClientLink(client)).acquire("kit:a", b"one", ttl=10.0)
