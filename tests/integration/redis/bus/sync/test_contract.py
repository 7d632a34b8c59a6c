# Generated from tests/integration/redis/bus/aio/test_contract.py by tools/unasync.py. Do not edit.
"""The bus over Redis and Valkey keeps the contract."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest

from hexcache.adapters.outbound.redis.sync.client_link import ClientLink
from hexcache.adapters.outbound.redis.bus.sync.bus import RedisBus
from hexcache.adapters.outbound.redis.bus.channels import Channels
from hexcache.testing.contracts.sync.bus import BusContract
from hexcache.testing.contracts.sync.primitives import fixture
from hexcache.testing.entropy import SeededEntropy
from tests.integration.redis.bus.sync.primitives import link_to, until
from tests.integration.redis.bus.clients import QUICK, connect_to
from tests.servers.single import Server


class TestRedisBus(BusContract):
    """Two nodes of one server."""

    @fixture
    def link(self, any_redis: Server) -> Iterator[ClientLink]:
        with link_to(any_redis.url) as link:
            yield link

    @pytest.fixture
    def buses(self, any_redis: Server, link: ClientLink, redis_prefix: str) -> list[RedisBus]:
        return [
            RedisBus(link, connect_to(any_redis.url), entropy=SeededEntropy(seed), prefix=redis_prefix, rule=QUICK)
            for seed in range(2)
        ]

    @pytest.fixture
    def bus(self, buses: list[RedisBus]) -> RedisBus:
        return buses[0]

    @pytest.fixture
    def second_bus(self, buses: list[RedisBus]) -> RedisBus:
        return buses[1]

    @pytest.fixture(autouse=True)
    def seen(self, buses: list[RedisBus], any_redis: Server, redis_prefix: str) -> None:
        self._buses, self._server = buses, any_redis
        channels = Channels(redis_prefix, slots=False)
        self._channels = [channels.name(topic) for topic in (self.topic, self.topic + "2")]

    def settle(self) -> None:
        """Send something that is no message, and wait until whoever listens has come to it."""
        for channel in self._channels:
            listening = self._server.ask("PUBLISH", channel, b"no message")
            until(partial(self._ignored, listening))
            for bus in self._buses:
                bus._tally.ignored = 0

    def _ignored(self, times: object) -> bool:
        return sum(bus._tally.ignored for bus in self._buses) == times
