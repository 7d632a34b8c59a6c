"""The parts of a Redis tier keep their contracts over their own links: one server, a cluster, Sentinels."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from itertools import count
from typing import Any

import pytest

from hexcache.adapters.outbound.redis.aio.tier import AsyncSharedLink, AsyncTierCounter, AsyncTierLeases, AsyncTierStore
from hexcache.adapters.outbound.redis.settings import Address, RedisSettings, SentinelSettings
from hexcache.adapters.outbound.redis.sync.opening import open_link
from hexcache.adapters.outbound.redis.sync.tier import SharedLink, TierCounter, TierStore
from hexcache.ports.capabilities import Capabilities
from hexcache.testing.clock import MovedClock
from hexcache.testing.contracts.aio.counter import AsyncCounterContract
from hexcache.testing.contracts.aio.store import AsyncStoreContract
from hexcache.testing.contracts.aio.unreachable_store import AsyncUnreachableStoreContract
from hexcache.testing.contracts.sync.counter import CounterContract
from hexcache.testing.contracts.sync.store import StoreContract
from hexcache.testing.contracts.sync.unreachable_store import UnreachableStoreContract
from hexcache.testing.entropy import SeededEntropy
from tests.integration.redis.settings import PATIENT
from tests.servers.cluster import Cluster
from tests.servers.sentinel import Sentinels
from tests.servers.single import Server

TOMBSTONE_TTL = 600.0
CAPABILITIES = Capabilities(bounded_calls=True, durable=True, shared=True)
NOWHERE = RedisSettings(addresses=(Address("127.0.0.1", 1),))
SEEDS = count(10_000)
"""No two stores draw the same tokens."""


def of_server(server: Server) -> RedisSettings:
    address = Address(server.host, server.port)
    return RedisSettings(addresses=(address,), username=server.username, password=server.password, **PATIENT)


def of_cluster(cluster: Cluster) -> RedisSettings:
    node = cluster.nodes[0]
    address = Address(node.host, node.port)
    return RedisSettings(mode="cluster", addresses=(address,), password=node.password, **PATIENT)


def of_sentinels(watched: Sentinels) -> RedisSettings:
    told = SentinelSettings(watched.service, password=watched.sentinel_password)
    addresses = tuple(Address(host, port) for host, port in watched.addresses)
    return RedisSettings(mode="sentinel", addresses=addresses, sentinel=told, password=watched.password, **PATIENT)


@pytest.fixture(params=["valkey", "redis_cluster"])
def settings(request: pytest.FixtureRequest) -> RedisSettings:
    """Of each topology that has a link of its own."""
    made: dict[str, Any] = {"valkey": of_server, "redis_cluster": of_cluster}
    ready: RedisSettings = made[request.param](request.getfixturevalue(request.param))
    return ready


@pytest.fixture
def clean_prefix(settings: RedisSettings, redis_prefix: str) -> Iterator[str]:
    """A prefix below which nothing is left for the listings of later tests to walk over."""
    yield redis_prefix
    link = open_link(settings)
    for page in link.scan(f"{redis_prefix}*".encode()):
        link.call_all([("UNLINK", key) for key in page])
    link.close()


def stored(clock: MovedClock, prefix: str) -> dict[str, Any]:
    """What a store is made with."""
    entropy = SeededEntropy(next(SEEDS))
    return {"wall": clock.wall, "entropy": entropy, "tombstone_ttl": TOMBSTONE_TTL, "prefix": prefix}


class TestTierStore(StoreContract):
    """The store, for threads."""

    capabilities = CAPABILITIES
    tombstone_ttl = TOMBSTONE_TTL

    @pytest.fixture
    def store(self, clock: MovedClock, settings: RedisSettings, clean_prefix: str) -> Iterator[TierStore]:
        store = TierStore(SharedLink(settings), **stored(clock, clean_prefix))
        yield store
        store.close()

    @pytest.fixture
    def second_store(self, clock: MovedClock, settings: RedisSettings, clean_prefix: str) -> Iterator[TierStore]:
        store = TierStore(SharedLink(settings), **stored(clock, clean_prefix))
        yield store
        store.close()


class TestAsyncTierStore(AsyncStoreContract):
    """The store, for tasks."""

    capabilities = CAPABILITIES
    tombstone_ttl = TOMBSTONE_TTL

    @pytest.fixture
    async def store(
        self, clock: MovedClock, settings: RedisSettings, clean_prefix: str
    ) -> AsyncIterator[AsyncTierStore]:
        store = AsyncTierStore(AsyncSharedLink(settings), **stored(clock, clean_prefix))
        yield store
        await store.aclose()

    @pytest.fixture
    async def second_store(
        self, clock: MovedClock, settings: RedisSettings, clean_prefix: str
    ) -> AsyncIterator[AsyncTierStore]:
        store = AsyncTierStore(AsyncSharedLink(settings), **stored(clock, clean_prefix))
        yield store
        await store.aclose()


class TestUnreachableTierStore(UnreachableStoreContract):
    """Nothing listens."""

    @pytest.fixture
    def store(self, moved_clock: MovedClock) -> Iterator[TierStore]:
        store = TierStore(SharedLink(NOWHERE), **stored(moved_clock, ""))
        yield store
        store.close()


class TestUnreachableAsyncTierStore(AsyncUnreachableStoreContract):
    """The same for tasks."""

    @pytest.fixture
    async def store(self, moved_clock: MovedClock) -> AsyncIterator[AsyncTierStore]:
        store = AsyncTierStore(AsyncSharedLink(NOWHERE), **stored(moved_clock, ""))
        yield store
        await store.aclose()


class TestTierCounter(CounterContract):
    """The counter, for threads: by the server's own clock is another kit's matter."""

    @pytest.fixture
    def counter(self, clock: MovedClock, settings: RedisSettings, clean_prefix: str) -> Iterator[TierCounter]:
        counter = TierCounter(SharedLink(settings), entropy=SeededEntropy(), prefix=clean_prefix, wall=clock.wall)
        yield counter
        counter.close()

    @pytest.fixture
    def second_counter(self, clock: MovedClock, settings: RedisSettings, clean_prefix: str) -> Iterator[TierCounter]:
        counter = TierCounter(SharedLink(settings), entropy=SeededEntropy(), prefix=clean_prefix, wall=clock.wall)
        yield counter
        counter.close()


class TestAsyncTierCounter(AsyncCounterContract):
    """The counter, for tasks."""

    @pytest.fixture
    async def counter(
        self, clock: MovedClock, settings: RedisSettings, clean_prefix: str
    ) -> AsyncIterator[AsyncTierCounter]:
        counter = AsyncTierCounter(
            AsyncSharedLink(settings), entropy=SeededEntropy(), prefix=clean_prefix, wall=clock.wall
        )
        yield counter
        await counter.aclose()

    @pytest.fixture
    async def second_counter(
        self, clock: MovedClock, settings: RedisSettings, clean_prefix: str
    ) -> AsyncIterator[AsyncTierCounter]:
        counter = AsyncTierCounter(
            AsyncSharedLink(settings), entropy=SeededEntropy(), prefix=clean_prefix, wall=clock.wall
        )
        yield counter
        await counter.aclose()


async def test_the_parts_of_a_tier_share_a_link_which_the_last_one_closes(
    moved_clock: MovedClock, redis_sentinels: Sentinels, redis_prefix: str
) -> None:
    shared = AsyncSharedLink(of_sentinels(redis_sentinels))
    store = AsyncTierStore(shared, **stored(moved_clock, redis_prefix))
    counter = AsyncTierCounter(shared, entropy=SeededEntropy(), prefix=redis_prefix)
    leases = AsyncTierLeases(shared, prefix=redis_prefix)
    assert await counter.incr("kit:n", ttl=60) == 1
    await store.aclose()
    await store.aclose()
    assert await counter.incr("kit:n") == 2
    answer = await leases.acquire("kit:a", b"me", ttl=20)
    assert await leases.renew("kit:a", b"me", ttl=20)
    assert await leases.release("kit:a", b"me")
    assert answer.remaining == pytest.approx(20, abs=19)
    await counter.aclose()
    await leases.aclose()
    again = AsyncTierStore(shared, **stored(moved_clock, redis_prefix))
    await again.ping()
    await again.aclose()
