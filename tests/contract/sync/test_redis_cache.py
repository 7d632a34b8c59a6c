# Generated from tests/contract/aio/test_redis_cache.py by tools/unasync.py. Do not edit.
"""A cache over Redis keeps the contract of the driving port, with and without a memory tier before it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest

from hexcache.adapters.outbound.redis.sync.store import RedisStore
from hexcache.testing.clock import MovedClock
from hexcache.testing.entropy import SeededEntropy
from tests.contract.sync.assemblies import Assembled
from tests.integration.redis_store.sync.primitives import Client, client_at, link_over
from tests.integration.redis_store.cleaning import cleaned
from tests.servers.single import Server

SEEDS = count(2_000_000)
"""No two stores draw the same tokens."""


class OnRedis(Assembled):
    """Stores below a prefix of the test."""

    client: Client
    prefix: str

    @pytest.fixture(autouse=True)
    def on_server(self, valkey: Server, redis_prefix: str) -> Iterator[None]:
        with cleaned(valkey, redis_prefix):
            with client_at(valkey.url) as client:
                self.client, self.prefix = client, redis_prefix
                yield

    def make_store(self, clock: MovedClock, place: int) -> RedisStore:
        link, entropy, prefix = link_over(self.client), SeededEntropy(next(SEEDS)), f"{self.prefix}{place}:"
        return RedisStore(link, wall=clock.wall, entropy=entropy, tombstone_ttl=600.0, prefix=prefix)


class TestRedis(OnRedis):
    """A Redis tier alone."""

    memory = 0


class TestMemoryOverRedis(OnRedis):
    """A memory tier over a Redis tier."""
