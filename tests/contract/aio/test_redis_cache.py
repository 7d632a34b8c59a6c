"""A cache over Redis keeps the contract of the driving port, with and without a memory tier before it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import count

import pytest

from hexcache.adapters.outbound.redis.aio.link import AsyncLink
from hexcache.adapters.outbound.redis.aio.opening import open_link
from hexcache.adapters.outbound.redis.aio.store import AsyncRedisStore
from hexcache.testing.clock import MovedClock
from hexcache.testing.entropy import SeededEntropy
from tests.contract.aio.assemblies import AsyncAssembled
from tests.integration.redis.settings import settings_of
from tests.integration.redis.store.cleaning import cleaned
from tests.servers.single import Server

SEEDS = count(2_000_000)
"""No two stores draw the same tokens."""


class OnRedis(AsyncAssembled):
    """Stores below a prefix of the test."""

    link: AsyncLink
    prefix: str

    @pytest.fixture(autouse=True)
    async def on_server(self, valkey: Server, redis_prefix: str) -> AsyncIterator[None]:
        with cleaned(valkey, redis_prefix):
            self.link, self.prefix = open_link(settings_of(valkey)), redis_prefix
            yield
            await self.link.aclose()

    def make_store(self, clock: MovedClock, place: int) -> AsyncRedisStore:
        entropy, prefix = SeededEntropy(next(SEEDS)), f"{self.prefix}{place}:"
        return AsyncRedisStore(self.link, wall=clock.wall, entropy=entropy, tombstone_ttl=600.0, prefix=prefix)


class TestRedis(OnRedis):
    """A Redis tier alone."""

    memory = 0


class TestMemoryOverRedis(OnRedis):
    """A memory tier over a Redis tier."""
