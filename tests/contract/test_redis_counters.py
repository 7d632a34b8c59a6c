"""The counter on Valkey and on Redis keeps the contract in both worlds.

Two objects on one prefix draw their ids from the same seed, as two processes forked from one would.
"""

from collections.abc import AsyncIterator, Iterator

import pytest
from redis import Redis
from redis.asyncio import Redis as AsyncRedis

from hexcache.adapters.outbound.redis.aio.client_link import AsyncClientLink
from hexcache.adapters.outbound.redis.aio.counter import AsyncRedisCounter
from hexcache.adapters.outbound.redis.sync.client_link import ClientLink
from hexcache.adapters.outbound.redis.sync.counter import RedisCounter
from hexcache.testing.clock import MovedClock
from hexcache.testing.contracts.aio.counter import AsyncCounterContract
from hexcache.testing.contracts.sync.counter import CounterContract
from hexcache.testing.entropy import SeededEntropy
from tests.servers.single import Server


class TestRedisCounter(CounterContract):
    """Counters on a server, for threads; two objects on one prefix."""

    @pytest.fixture
    def link(self, any_redis: Server) -> Iterator[ClientLink]:
        with Redis.from_url(any_redis.url, socket_timeout=20.0) as client:
            yield ClientLink(client)

    @pytest.fixture
    def counter(self, clock: MovedClock, link: ClientLink, redis_prefix: str) -> RedisCounter:
        return RedisCounter(link, entropy=SeededEntropy(), prefix=redis_prefix, wall=clock.wall)

    @pytest.fixture
    def second_counter(self, clock: MovedClock, link: ClientLink, redis_prefix: str) -> RedisCounter:
        return RedisCounter(link, entropy=SeededEntropy(), prefix=redis_prefix, wall=clock.wall)


class TestAsyncRedisCounter(AsyncCounterContract):
    """Counters on a server, for tasks; two objects on one prefix."""

    @pytest.fixture
    async def link(self, any_redis: Server) -> AsyncIterator[AsyncClientLink]:
        async with AsyncRedis.from_url(any_redis.url, socket_timeout=20.0) as client:
            yield AsyncClientLink(client)

    @pytest.fixture
    def counter(self, clock: MovedClock, link: AsyncClientLink, redis_prefix: str) -> AsyncRedisCounter:
        return AsyncRedisCounter(link, entropy=SeededEntropy(), prefix=redis_prefix, wall=clock.wall)

    @pytest.fixture
    def second_counter(self, clock: MovedClock, link: AsyncClientLink, redis_prefix: str) -> AsyncRedisCounter:
        return AsyncRedisCounter(link, entropy=SeededEntropy(), prefix=redis_prefix, wall=clock.wall)
