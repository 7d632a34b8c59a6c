"""The Redis stores of both worlds keep the contract on both servers, and follow the model whatever is called."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from itertools import count

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import rule
from redis import Redis
from redis.asyncio import Redis as AwaitedRedis

from hexcache.adapters.outbound.redis.aio.store import AsyncRedisStore
from hexcache.adapters.outbound.redis.sync.store import RedisStore
from hexcache.ports.capabilities import Capabilities
from hexcache.ports.clock import Clock
from hexcache.ports.sync.store import Store
from hexcache.testing.clock import MovedClock
from hexcache.testing.contracts.aio.store import AsyncStoreContract
from hexcache.testing.contracts.aio.unreachable_store import AsyncUnreachableStoreContract
from hexcache.testing.contracts.sync.store import StoreContract
from hexcache.testing.contracts.sync.unreachable_store import UnreachableStoreContract
from hexcache.testing.entropy import SeededEntropy
from hexcache.testing.machine import ADDRESSES, async_store_machine, store_machine
from tests.integration.redis.store.aio import primitives as awaited
from tests.integration.redis.store.cleaning import cleaned
from tests.integration.redis.store.sync import primitives as blocking
from tests.servers.single import Server

TOMBSTONE_TTL = 600.0
CAPABILITIES = Capabilities(bounded_calls=True, durable=True, shared=True)
NOWHERE = "redis://127.0.0.1:1/0"
SEEDS = count(1)
"""No two stores draw the same tokens."""


def store_over(client: Redis, wall: Clock, prefix: str) -> RedisStore:
    link = blocking.link_over(client)
    return RedisStore(link, wall=wall, entropy=SeededEntropy(next(SEEDS)), tombstone_ttl=TOMBSTONE_TTL, prefix=prefix)


def async_store_over(client: AwaitedRedis, wall: Clock, prefix: str) -> AsyncRedisStore:
    entropy = SeededEntropy(next(SEEDS))
    link = awaited.link_over(client)
    return AsyncRedisStore(link, wall=wall, entropy=entropy, tombstone_ttl=TOMBSTONE_TTL, prefix=prefix)


@pytest.fixture
def clean_prefix(any_redis: Server, redis_prefix: str) -> Iterator[str]:
    """A prefix below which nothing is left for the listings of later tests to walk over."""
    with cleaned(any_redis, redis_prefix):
        yield redis_prefix


class TestRedisStore(StoreContract):
    """The blocking store; two objects on one server."""

    capabilities = CAPABILITIES
    tombstone_ttl = TOMBSTONE_TTL

    @pytest.fixture
    def store(self, clock: MovedClock, any_redis: Server, clean_prefix: str) -> Iterator[RedisStore]:
        with blocking.client_at(any_redis.url) as client:
            yield store_over(client, clock.wall, clean_prefix)

    @pytest.fixture
    def second_store(self, clock: MovedClock, any_redis: Server, clean_prefix: str) -> Iterator[RedisStore]:
        with blocking.client_at(any_redis.url) as client:
            yield store_over(client, clock.wall, clean_prefix)


class TestAsyncRedisStore(AsyncStoreContract):
    """The awaited store; two objects on one server."""

    capabilities = CAPABILITIES
    tombstone_ttl = TOMBSTONE_TTL

    @pytest.fixture
    async def store(self, clock: MovedClock, any_redis: Server, clean_prefix: str) -> AsyncIterator[AsyncRedisStore]:
        async with awaited.client_at(any_redis.url) as client:
            yield async_store_over(client, clock.wall, clean_prefix)

    @pytest.fixture
    async def second_store(
        self, clock: MovedClock, any_redis: Server, clean_prefix: str
    ) -> AsyncIterator[AsyncRedisStore]:
        async with awaited.client_at(any_redis.url) as client:
            yield async_store_over(client, clock.wall, clean_prefix)


def prefixes(prefix: str) -> Callable[[], str]:
    """A prefix of its own for each run of a machine."""
    runs = count()
    return lambda: f"{prefix}{next(runs)}:"


def test_any_calls_agree_with_the_model(any_redis: Server, clean_prefix: str) -> None:
    fresh = prefixes(clean_prefix)
    with blocking.client_at(any_redis.url) as client:
        machine = store_machine(
            lambda clock: store_over(client, clock.wall, fresh()), tombstone_ttl=TOMBSTONE_TTL, max_examples=15
        )
        machine.run()


class OwnClientStore(AsyncRedisStore):
    """Closes its client as well, on the private loop that both were used on."""

    client: AwaitedRedis

    async def aclose(self) -> None:
        await super().aclose()
        await self.client.aclose()


def test_any_awaited_calls_agree_with_the_model(any_redis: Server, clean_prefix: str) -> None:
    fresh = prefixes(clean_prefix)

    def make(clock: MovedClock) -> OwnClientStore:
        client = awaited.client_at(any_redis.url)
        link, entropy = awaited.link_over(client), SeededEntropy(next(SEEDS))
        store = OwnClientStore(link, wall=clock.wall, entropy=entropy, tombstone_ttl=TOMBSTONE_TTL, prefix=fresh())
        store.client = client
        return store

    async_store_machine(make, tombstone_ttl=TOMBSTONE_TTL, max_examples=8).run()


def test_a_server_that_evicts_makes_loads_lose_and_nothing_older_win(any_redis: Server, clean_prefix: str) -> None:
    fresh = prefixes(clean_prefix)
    current = ""

    def make(clock: MovedClock) -> Store:
        nonlocal current
        current = fresh()
        return store_over(client, clock.wall, current)

    class Evicting(store_machine(make, tombstone_ttl=TOMBSTONE_TTL)):  # type: ignore[misc]  # a class made for this run
        """To the model an eviction is a delete: what was read before has changed."""

        @rule(address=st.sampled_from(ADDRESSES))
        def evict(self, address: str) -> None:
            client.delete(f"{current}{address}")
            self.model.remove(address)

    Evicting.TestCase.settings = settings(max_examples=15, stateful_step_count=30, deadline=None)
    with blocking.client_at(any_redis.url) as client:
        Evicting.run()


class TestUnreachableRedisStore(UnreachableStoreContract):
    """Nothing listens."""

    @pytest.fixture
    def store(self, moved_clock: MovedClock) -> Iterator[RedisStore]:
        with blocking.client_at(NOWHERE) as client:
            yield store_over(client, moved_clock.wall, "")


class TestUnreachableAsyncRedisStore(AsyncUnreachableStoreContract):
    """The same for tasks."""

    @pytest.fixture
    async def store(self, moved_clock: MovedClock) -> AsyncIterator[AsyncRedisStore]:
        async with awaited.client_at(NOWHERE) as client:
            yield async_store_over(client, moved_clock.wall, "")
