"""The bus over Redis and Valkey keeps the contract."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial

import pytest

from hexcache.adapters.outbound.redis.aio.client_link import AsyncClientLink
from hexcache.adapters.outbound.redis.bus.aio.bus import AsyncRedisBus
from hexcache.adapters.outbound.redis.bus.channels import Channels
from hexcache.testing.contracts.aio.bus import AsyncBusContract
from hexcache.testing.contracts.aio.primitives import fixture
from hexcache.testing.entropy import SeededEntropy
from tests.integration.redis.bus.aio.primitives import link_to, until
from tests.integration.redis.bus.clients import QUICK, connect_to
from tests.servers.single import Server


class TestRedisBus(AsyncBusContract):
    """Two nodes of one server."""

    @fixture
    async def link(self, any_redis: Server) -> AsyncIterator[AsyncClientLink]:
        async with link_to(any_redis.url) as link:
            yield link

    @pytest.fixture
    def buses(self, any_redis: Server, link: AsyncClientLink, redis_prefix: str) -> list[AsyncRedisBus]:
        return [
            AsyncRedisBus(link, connect_to(any_redis.url), entropy=SeededEntropy(seed), prefix=redis_prefix, rule=QUICK)
            for seed in range(2)
        ]

    @pytest.fixture
    def bus(self, buses: list[AsyncRedisBus]) -> AsyncRedisBus:
        return buses[0]

    @pytest.fixture
    def second_bus(self, buses: list[AsyncRedisBus]) -> AsyncRedisBus:
        return buses[1]

    @pytest.fixture(autouse=True)
    def seen(self, buses: list[AsyncRedisBus], any_redis: Server, redis_prefix: str) -> None:
        self._buses, self._server = buses, any_redis
        channels = Channels(redis_prefix, slots=False)
        self._channels = [channels.name(topic) for topic in (self.topic, self.topic + "2")]

    async def settle(self) -> None:
        """Send something that is no message, and wait until whoever listens has come to it."""
        for channel in self._channels:
            listening = self._server.ask("PUBLISH", channel, b"no message")
            await until(partial(self._ignored, listening))
            for bus in self._buses:
                bus._tally.ignored = 0

    def _ignored(self, times: object) -> bool:
        return sum(bus._tally.ignored for bus in self._buses) == times
