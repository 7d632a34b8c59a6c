# Generated from tests/contract/aio/test_s3_cache.py by tools/unasync.py. Do not edit.
"""A cache of three tiers, memory over Redis over S3, keeps the contract of the driving port."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest

from hexcache.adapters.outbound.objects.sync.store import ObjectStore
from hexcache.adapters.outbound.objects.s3.bucket import S3Bucket
from hexcache.adapters.outbound.objects.settings import ObjectStoreSettings
from hexcache.adapters.outbound.redis.sync.link import Link
from hexcache.adapters.outbound.redis.sync.opening import open_link
from hexcache.adapters.outbound.redis.sync.store import RedisStore
from hexcache.ports.sync.store import Store
from hexcache.testing.clock import MovedClock
from hexcache.testing.entropy import SeededEntropy
from tests.contract.sync.assemblies import Assembled
from tests.integration.objects.s3.sync.primitives import bucket_over
from tests.integration.redis.settings import settings_of
from tests.integration.redis.store.cleaning import cleaned
from tests.servers.single import Server

SEEDS = count(3_000_000)
"""No two stores draw the same tokens."""


class TestMemoryOverRedisOverS3(Assembled):
    """Stores below a prefix of the test."""

    depth = 2
    bulk = 50
    link: Link
    bucket: S3Bucket
    prefix: str

    @pytest.fixture(autouse=True)
    def on_servers(self, valkey: Server, redis_prefix: str, s3_bucket: S3Bucket) -> Iterator[None]:
        with cleaned(valkey, redis_prefix):
            self.link, self.bucket, self.prefix = open_link(settings_of(valkey)), s3_bucket, redis_prefix
            yield
            self.link.close()

    def make_store(self, clock: MovedClock, place: int) -> Store:
        entropy = SeededEntropy(next(SEEDS))
        if place == 0:
            prefix = f"{self.prefix}{place}:"
            return RedisStore(self.link, wall=clock.wall, entropy=entropy, tombstone_ttl=600.0, prefix=prefix)
        how = ObjectStoreSettings(prefix=self.prefix.rstrip(":"), deadline=60.0)
        return ObjectStore(bucket_over(self.bucket), how, clocks=clock.clocks, entropy=entropy)
