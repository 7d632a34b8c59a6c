"""The leases on Redis keep the contract in both worlds, on both servers and on a cluster, through two links each."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from dataclasses import replace

import pytest

from hexcache.adapters.outbound.redis.aio.leases import AsyncRedisLeases
from hexcache.adapters.outbound.redis.aio.link import AsyncLink
from hexcache.adapters.outbound.redis.aio.opening import open_link as open_async_link
from hexcache.adapters.outbound.redis.settings import Address, RedisSettings
from hexcache.adapters.outbound.redis.sync.leases import RedisLeases
from hexcache.adapters.outbound.redis.sync.link import Link
from hexcache.adapters.outbound.redis.sync.opening import open_link
from hexcache.testing.clock import MovedClock
from hexcache.testing.contracts.aio.lease import AsyncLeaseContract
from hexcache.testing.contracts.sync.lease import LeaseContract
from tests.integration.redis.settings import settings_of
from tests.servers.cluster import Cluster

PLACES = ["valkey", "redis_server", "redis_cluster"]


@pytest.fixture(scope="session", params=PLACES)
def place(request: pytest.FixtureRequest) -> RedisSettings:
    """Where the leases are kept."""
    server = request.getfixturevalue(request.param)
    if isinstance(server, Cluster):
        nodes = tuple([Address(node.host, node.port) for node in server.running])
        return replace(settings_of(server.running[0]), addresses=nodes, mode="cluster")
    return settings_of(server)


class OnServer:
    """Leases whose time is moved: the server's own clock cannot be, but what each of its keys has left can."""

    ttl = 20.0
    tick = 4.0  # a busy machine may let so much real time pass within a test

    @pytest.fixture(autouse=True)
    def on_server(self, place: RedisSettings, redis_prefix: str) -> Iterator[None]:
        with closing(open_link(place)) as link:
            self.place, self.prefix, self.beside = place, redis_prefix, link
            yield
            for key in self.keys():
                link.call("DEL", key)

    def keys(self) -> list[bytes]:
        """The keys of this test."""
        return [key for page in self.beside.scan(f"{self.prefix}*".encode()) for key in page]

    def move(self, seconds: float) -> None:
        """Take time from what every key of this test has left."""
        for key in self.keys():
            self.beside.call("PEXPIRE", key, self.beside.call("PTTL", key) - int(seconds * 1_000))


class TestRedisLeases(OnServer, LeaseContract):
    """For threads."""

    @pytest.fixture
    def link(self, on_server: None) -> Iterator[Link]:
        with closing(open_link(self.place)) as link:
            yield link

    @pytest.fixture
    def keeper(self, link: Link) -> RedisLeases:
        return RedisLeases(link, prefix=self.prefix)

    @pytest.fixture
    def second_keeper(self, on_server: None) -> RedisLeases:
        return RedisLeases(self.beside, prefix=self.prefix)

    def pass_time(self, clock: MovedClock, seconds: float) -> None:
        self.move(seconds)


class TestAsyncRedisLeases(OnServer, AsyncLeaseContract):
    """For tasks."""

    @pytest.fixture
    async def links(self, on_server: None) -> AsyncIterator[list[AsyncLink]]:
        links = [open_async_link(self.place), open_async_link(self.place)]
        yield links
        for link in links:
            await link.aclose()

    @pytest.fixture
    def keeper(self, links: list[AsyncLink]) -> AsyncRedisLeases:
        return AsyncRedisLeases(links[0], prefix=self.prefix)

    @pytest.fixture
    def second_keeper(self, links: list[AsyncLink]) -> AsyncRedisLeases:
        return AsyncRedisLeases(links[1], prefix=self.prefix)

    async def pass_time(self, clock: MovedClock, seconds: float) -> None:
        self.move(seconds)
