"""The object stores of both worlds keep the contract over S3 on a real server, and follow the model whatever is called.

That the other server answers alike is shown by the laws of a bucket.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import count
from typing import Any

import pytest

from hexcache.adapters.outbound.objects.aio.store import AsyncObjectStore
from hexcache.adapters.outbound.objects.offloaded import AsyncOffloadedBucket
from hexcache.adapters.outbound.objects.s3.bucket import S3Bucket
from hexcache.adapters.outbound.objects.settings import ObjectStoreSettings
from hexcache.adapters.outbound.objects.sync.store import ObjectStore
from hexcache.ports.capabilities import Capabilities
from hexcache.ports.clock import Clocks
from hexcache.ports.sync.store import Store
from hexcache.testing.clock import MovedClock
from hexcache.testing.contracts.aio.store import AsyncStoreContract
from hexcache.testing.contracts.aio.unreachable_store import AsyncUnreachableStoreContract
from hexcache.testing.contracts.sync.cache_ground import CALM
from hexcache.testing.contracts.sync.store import StoreContract
from hexcache.testing.contracts.sync.unreachable_store import UnreachableStoreContract
from hexcache.testing.entropy import SeededEntropy
from hexcache.testing.machine import async_store_machine, store_machine
from hexcache.testing.stack_machine import async_cache_machine, cache_machine
from tests.contract.aio.assemblies import AsyncAssembled
from tests.contract.sync.assemblies import Assembled
from tests.integration.objects.s3.making import settings_for
from tests.servers.s3 import Identity, S3Server

TOMBSTONE_TTL = 600.0
CAPABILITIES = Capabilities(physical_expiry=False, durable=True, shared=True)
WORKERS = 8
SEEDS = count(1)
"""No two stores draw the same write ids."""


def how(prefix: str) -> ObjectStoreSettings:
    """With a deadline for a machine that does much else."""
    return ObjectStoreSettings(prefix=prefix.rstrip("/"), tombstone_ttl=TOMBSTONE_TTL, deadline=60.0)


def store_over(bucket: S3Bucket, clock: MovedClock, settings: ObjectStoreSettings) -> ObjectStore:
    return ObjectStore(bucket, settings, clocks=clocks(clock), entropy=SeededEntropy(next(SEEDS)))


def async_store_over(bucket: S3Bucket, clock: MovedClock, settings: ObjectStoreSettings) -> AsyncObjectStore:
    offloaded = AsyncOffloadedBucket(bucket, WORKERS)
    return AsyncObjectStore(offloaded, settings, clocks=clocks(clock), entropy=SeededEntropy(next(SEEDS)))


def clocks(clock: MovedClock) -> Clocks:
    return Clocks(monotonic=clock.monotonic, wall=clock.wall)


class TestS3Store(StoreContract):
    """The blocking store; two objects on one server."""

    capabilities = CAPABILITIES
    tombstone_ttl = TOMBSTONE_TTL
    bulk = 100

    @pytest.fixture
    def store(self, clock: MovedClock, s3_bucket: S3Bucket, s3_prefix: str) -> Iterator[ObjectStore]:
        with closing(store_over(s3_bucket, clock, how(s3_prefix))) as store:
            yield store

    @pytest.fixture
    def second_store(self, clock: MovedClock, s3_bucket: S3Bucket, s3_prefix: str) -> Iterator[ObjectStore]:
        with closing(store_over(s3_bucket, clock, how(s3_prefix))) as store:
            yield store

    def gone(self, store: Store, address: str, late: bytes) -> None:
        """Nothing is found late, though its space comes back late."""
        del late
        assert self.blob_at(store, address) is None


class TestAsyncS3Store(AsyncStoreContract):
    """The awaited store; two objects on one server."""

    capabilities = CAPABILITIES
    tombstone_ttl = TOMBSTONE_TTL
    bulk = 100

    @pytest.fixture
    def store(self, clock: MovedClock, s3_bucket: S3Bucket, s3_prefix: str) -> AsyncObjectStore:
        return async_store_over(s3_bucket, clock, how(s3_prefix))

    @pytest.fixture
    def second_store(self, clock: MovedClock, s3_bucket: S3Bucket, s3_prefix: str) -> AsyncObjectStore:
        return async_store_over(s3_bucket, clock, how(s3_prefix))


class TestUnreachableS3Store(UnreachableStoreContract):
    """Nothing listens."""

    @pytest.fixture
    def store(self, moved_clock: MovedClock) -> Iterator[ObjectStore]:
        with closing(store_over(nowhere(), moved_clock, how(""))) as store:
            yield store


class TestUnreachableAsyncS3Store(AsyncUnreachableStoreContract):
    """The same for tasks."""

    @pytest.fixture
    def store(self, moved_clock: MovedClock) -> AsyncObjectStore:
        return async_store_over(nowhere(), moved_clock, how(""))


def nowhere() -> S3Bucket:
    """A bucket that cannot be reached."""
    return S3Bucket(settings_for(S3Server("http://127.0.0.1:1", Identity("nobody", "nothing"))))


def prefixes(prefix: str) -> Callable[[], str]:
    """A prefix of its own for each run of a machine."""
    runs = count()
    return lambda: f"{prefix}{next(runs)}"


def test_any_calls_agree_with_the_model(s3_bucket: S3Bucket, s3_prefix: str) -> None:
    fresh = prefixes(s3_prefix)
    store_machine(
        lambda clock: store_over(s3_bucket, clock, how(fresh())), tombstone_ttl=TOMBSTONE_TTL, max_examples=2
    ).run()


def test_any_awaited_calls_agree_with_the_model(s3_bucket: S3Bucket, s3_prefix: str) -> None:
    fresh = prefixes(s3_prefix)
    async_store_machine(
        lambda clock: async_store_over(s3_bucket, clock, how(fresh())), tombstone_ttl=TOMBSTONE_TTL, max_examples=2
    ).run()


def test_a_memory_tier_over_s3_follows_the_model(s3_bucket: S3Bucket, s3_prefix: str) -> None:
    fresh = prefixes(s3_prefix)

    def opened(clock: MovedClock, stores: Any) -> Any:
        return Assembled().make(clock, stores, bus=None, deadline=20.0, **CALM)

    cache_machine(opened, lambda clock: [store_over(s3_bucket, clock, how(fresh()))], max_examples=2).run()


def test_an_awaited_memory_tier_over_s3_follows_the_model(s3_bucket: S3Bucket, s3_prefix: str) -> None:
    fresh = prefixes(s3_prefix)

    def opened(clock: MovedClock, stores: Any) -> Any:
        return AsyncAssembled().make(clock, stores, bus=None, deadline=20.0, **CALM)

    async_cache_machine(opened, lambda clock: [async_store_over(s3_bucket, clock, how(fresh()))], max_examples=2).run()
