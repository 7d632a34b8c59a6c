"""The counter on Valkey, on Redis and on a cluster keeps the contract in both worlds, over a plain client and a link.

Two objects on one prefix draw their ids from the same seed, as two processes forked from one would.
"""

from collections.abc import AsyncIterator, Iterator

import pytest

from hexcache.adapters.outbound.redis.aio.counter import AsyncRedisCounter
from hexcache.adapters.outbound.redis.aio.link import AsyncLink
from hexcache.adapters.outbound.redis.sync.counter import RedisCounter
from hexcache.adapters.outbound.redis.sync.link import Link
from hexcache.testing.clock import MovedClock
from hexcache.testing.contracts.aio.counter import AsyncCounterContract
from hexcache.testing.contracts.sync.counter import CounterContract
from hexcache.testing.entropy import SeededEntropy
from tests.integration.redis.counter.aio.primitives import linked as async_linked
from tests.integration.redis.counter.sync.primitives import linked

SERVERS = ["valkey", "redis_server", "redis_cluster"]
"""A plain client speaks to the first two, a link of ours to all."""
WAYS = [(server, ours) for server in SERVERS for ours in (False, True) if ours or server != "redis_cluster"]
IDS = [f"{server}-{'link' if ours else 'client'}" for server, ours in WAYS]


class TestRedisCounter(CounterContract):
    """Counters on a server, for threads; two objects on one prefix."""

    @pytest.fixture(params=WAYS, ids=IDS)
    def link(self, request: pytest.FixtureRequest) -> Iterator[Link]:
        server, ours = request.param
        with linked(request.getfixturevalue(server), ours=ours) as link:
            yield link

    @pytest.fixture
    def counter(self, clock: MovedClock, link: Link, redis_prefix: str) -> RedisCounter:
        return RedisCounter(link, entropy=SeededEntropy(), prefix=redis_prefix, wall=clock.wall)

    @pytest.fixture
    def second_counter(self, clock: MovedClock, link: Link, redis_prefix: str) -> RedisCounter:
        return RedisCounter(link, entropy=SeededEntropy(), prefix=redis_prefix, wall=clock.wall)


class TestAsyncRedisCounter(AsyncCounterContract):
    """Counters on a server, for tasks; two objects on one prefix."""

    @pytest.fixture(params=WAYS, ids=IDS)
    async def link(self, request: pytest.FixtureRequest) -> AsyncIterator[AsyncLink]:
        server, ours = request.param
        async with async_linked(request.getfixturevalue(server), ours=ours) as link:
            yield link

    @pytest.fixture
    def counter(self, clock: MovedClock, link: AsyncLink, redis_prefix: str) -> AsyncRedisCounter:
        return AsyncRedisCounter(link, entropy=SeededEntropy(), prefix=redis_prefix, wall=clock.wall)

    @pytest.fixture
    def second_counter(self, clock: MovedClock, link: AsyncLink, redis_prefix: str) -> AsyncRedisCounter:
        return AsyncRedisCounter(link, entropy=SeededEntropy(), prefix=redis_prefix, wall=clock.wall)
