"""The Redis stores keep the contract over the fast link: to one server, through Sentinels, and on a cluster."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from itertools import count

import pytest

from hexcache.adapters.outbound.redis.aio.opening import open_link as open_async_link
from hexcache.adapters.outbound.redis.aio.store import AsyncRedisStore
from hexcache.adapters.outbound.redis.settings import RedisSettings
from hexcache.adapters.outbound.redis.sync.link import Link
from hexcache.adapters.outbound.redis.sync.store import RedisStore
from hexcache.ports.capabilities import Capabilities
from hexcache.ports.clock import Clock
from hexcache.testing.clock import MovedClock
from hexcache.testing.contracts.aio.store import AsyncStoreContract
from hexcache.testing.contracts.sync.store import StoreContract
from hexcache.testing.entropy import SeededEntropy
from hexcache.testing.machine import store_machine
from tests.integration.redis.store.topologies import linked, settings_for

TOMBSTONE_TTL = 600.0
CAPABILITIES = Capabilities(bounded_calls=True, durable=True, shared=True)
SEEDS = count(4_000_000)
"""No two stores draw the same tokens."""


@pytest.fixture(params=["valkey", "sentinels", "cluster"])
def there(request: pytest.FixtureRequest) -> RedisSettings:
    """Settings for the servers of each topology."""
    return settings_for(request, request.param)


@pytest.fixture
def link(there: RedisSettings, redis_prefix: str) -> Iterator[Link]:
    with linked(there, redis_prefix) as link:
        yield link


def store_over(link: Link, wall: Clock, prefix: str) -> RedisStore:
    entropy = SeededEntropy(next(SEEDS))
    return RedisStore(link, wall=wall, entropy=entropy, tombstone_ttl=TOMBSTONE_TTL, prefix=prefix)


class TestRedisStore(StoreContract):
    """The blocking store; two objects, each with a link of its own."""

    capabilities = CAPABILITIES
    tombstone_ttl = TOMBSTONE_TTL

    @pytest.fixture
    def store(self, clock: MovedClock, link: Link, redis_prefix: str) -> RedisStore:
        return store_over(link, clock.wall, redis_prefix)

    @pytest.fixture
    def second_store(self, clock: MovedClock, there: RedisSettings, redis_prefix: str) -> Iterator[RedisStore]:
        with linked(there, redis_prefix) as link:
            yield store_over(link, clock.wall, redis_prefix)


class TestAsyncRedisStore(AsyncStoreContract):
    """The awaited store; two objects, each with a link of its own."""

    capabilities = CAPABILITIES
    tombstone_ttl = TOMBSTONE_TTL

    @pytest.fixture
    async def opened(
        self, clock: MovedClock, there: RedisSettings, link: Link, redis_prefix: str
    ) -> AsyncIterator[list[AsyncRedisStore]]:
        links = [open_async_link(there), open_async_link(there)]
        yield [
            AsyncRedisStore(
                own,
                wall=clock.wall,
                entropy=SeededEntropy(next(SEEDS)),
                tombstone_ttl=TOMBSTONE_TTL,
                prefix=redis_prefix,
            )
            for own in links
        ]
        for own in links:
            await own.aclose()

    @pytest.fixture
    def store(self, opened: list[AsyncRedisStore]) -> AsyncRedisStore:
        return opened[0]

    @pytest.fixture
    def second_store(self, opened: list[AsyncRedisStore]) -> AsyncRedisStore:
        return opened[1]


def test_any_calls_agree_with_the_model(link: Link, redis_prefix: str) -> None:
    runs = count()
    store_machine(
        lambda clock: store_over(link, clock.wall, f"{redis_prefix}{next(runs)}:"),
        tombstone_ttl=TOMBSTONE_TTL,
        max_examples=8,
    ).run()
