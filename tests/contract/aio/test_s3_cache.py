"""A cache of three tiers, memory over Redis over S3, keeps the contract of the driving port."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import count

import pytest

from hexcache.adapters.outbound.objects.aio.store import AsyncObjectStore
from hexcache.adapters.outbound.objects.s3.bucket import S3Bucket
from hexcache.adapters.outbound.objects.settings import ObjectStoreSettings
from hexcache.adapters.outbound.redis.aio.link import AsyncLink
from hexcache.adapters.outbound.redis.aio.opening import open_link
from hexcache.adapters.outbound.redis.aio.store import AsyncRedisStore
from hexcache.ports.aio.store import AsyncStore
from hexcache.testing.clock import MovedClock
from hexcache.testing.entropy import SeededEntropy
from tests.contract.aio.assemblies import AsyncAssembled
from tests.integration.objects.s3.aio.primitives import bucket_over
from tests.integration.redis.settings import settings_of
from tests.integration.redis.store.cleaning import cleaned
from tests.servers.single import Server

SEEDS = count(3_000_000)
"""No two stores draw the same tokens."""


class TestMemoryOverRedisOverS3(AsyncAssembled):
    """Stores below a prefix of the test."""

    depth = 2
    bulk = 50
    link: AsyncLink
    bucket: S3Bucket
    prefix: str

    @pytest.fixture(autouse=True)
    async def on_servers(self, valkey: Server, redis_prefix: str, s3_bucket: S3Bucket) -> AsyncIterator[None]:
        with cleaned(valkey, redis_prefix):
            self.link, self.bucket, self.prefix = open_link(settings_of(valkey)), s3_bucket, redis_prefix
            yield
            await self.link.aclose()

    def make_store(self, clock: MovedClock, place: int) -> AsyncStore:
        entropy = SeededEntropy(next(SEEDS))
        if place == 0:
            prefix = f"{self.prefix}{place}:"
            return AsyncRedisStore(self.link, wall=clock.wall, entropy=entropy, tombstone_ttl=600.0, prefix=prefix)
        how = ObjectStoreSettings(prefix=self.prefix.rstrip(":"), deadline=60.0)
        return AsyncObjectStore(bucket_over(self.bucket), how, clocks=clock.clocks, entropy=entropy)
