# Generated from tests/contract/aio/test_redis_cache.py by tools/unasync.py. Do not edit.
"""A cache over Redis keeps the contract of the driving port, with and without a memory tier before it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest

from hexcache.adapters.outbound.redis.sync.link import Link
from hexcache.adapters.outbound.redis.sync.opening import open_link
from hexcache.adapters.outbound.redis.sync.store import RedisStore
from hexcache.testing.clock import MovedClock
from hexcache.testing.entropy import SeededEntropy
from tests.contract.sync.assemblies import Assembled
from tests.integration.redis.settings import settings_of
from tests.integration.redis.store.cleaning import cleaned
from tests.servers.single import Server

SEEDS = count(2_000_000)
"""No two stores draw the same tokens."""


class OnRedis(Assembled):
    """Stores below a prefix of the test."""

    link: Link
    prefix: str

    @pytest.fixture(autouse=True)
    def on_server(self, valkey: Server, redis_prefix: str) -> Iterator[None]:
        with cleaned(valkey, redis_prefix):
            self.link, self.prefix = open_link(settings_of(valkey)), redis_prefix
            yield
            self.link.close()

    def make_store(self, clock: MovedClock, place: int) -> RedisStore:
        entropy, prefix = SeededEntropy(next(SEEDS)), f"{self.prefix}{place}:"
        return RedisStore(self.link, wall=clock.wall, entropy=entropy, tombstone_ttl=600.0, prefix=prefix)


class TestRedis(OnRedis):
    """A Redis tier alone."""

    memory = 0


class TestMemoryOverRedis(OnRedis):
    """A memory tier over a Redis tier."""
