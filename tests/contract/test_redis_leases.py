"""The leases on Redis keep the contract in both worlds on both servers, through two clients each."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
from redis import Redis

from hexcache.adapters.outbound.redis.aio.leases import AsyncRedisLeases
from hexcache.adapters.outbound.redis.sync.leases import RedisLeases
from hexcache.testing.clock import MovedClock
from hexcache.testing.contracts.aio.lease import AsyncLeaseContract
from hexcache.testing.contracts.sync.lease import LeaseContract
from tests.integration.redis_store.aio import primitives as awaited
from tests.integration.redis_store.cleaning import cleaned
from tests.integration.redis_store.sync import primitives as blocking
from tests.servers.single import Server


class OnServer:
    """Leases whose time is moved: the server's own clock cannot be, but what each of its keys has left can."""

    ttl = 20.0
    tick = 4.0  # a busy machine may let so much real time pass within a test

    @pytest.fixture(autouse=True)
    def on_server(self, any_redis: Server, redis_prefix: str) -> Iterator[None]:
        with cleaned(any_redis, redis_prefix):
            self.server, self.prefix = any_redis, redis_prefix
            yield

    def move(self, seconds: float) -> None:
        """Take time from what every key of this test has left."""
        with Redis.from_url(self.server.url) as client:
            for key in client.scan_iter(f"{self.prefix}*"):
                client.pexpire(key, client.pttl(key) - int(seconds * 1_000))


class TestRedisLeases(OnServer, LeaseContract):
    """For threads."""

    @pytest.fixture
    def keeper(self, on_server: None) -> Iterator[RedisLeases]:
        with blocking.client_at(self.server.url) as client:
            yield RedisLeases(blocking.link_over(client), prefix=self.prefix)

    @pytest.fixture
    def second_keeper(self, on_server: None) -> Iterator[RedisLeases]:
        with blocking.client_at(self.server.url) as client:
            yield RedisLeases(blocking.link_over(client), prefix=self.prefix)

    def pass_time(self, clock: MovedClock, seconds: float) -> None:
        self.move(seconds)


class TestAsyncRedisLeases(OnServer, AsyncLeaseContract):
    """For tasks."""

    @pytest.fixture
    async def keeper(self, on_server: None) -> AsyncIterator[AsyncRedisLeases]:
        async with awaited.client_at(self.server.url) as client:
            yield AsyncRedisLeases(awaited.link_over(client), prefix=self.prefix)

    @pytest.fixture
    async def second_keeper(self, on_server: None) -> AsyncIterator[AsyncRedisLeases]:
        async with awaited.client_at(self.server.url) as client:
            yield AsyncRedisLeases(awaited.link_over(client), prefix=self.prefix)

    async def pass_time(self, clock: MovedClock, seconds: float) -> None:
        self.move(seconds)
