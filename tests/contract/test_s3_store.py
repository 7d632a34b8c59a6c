"""The object stores of both worlds keep the contract over S3 on a real server, and follow the model whatever is called.

That the other server answers alike is shown by the laws of a bucket.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import count

import pytest

from hexcache.adapters.outbound.objects.aio.store import AsyncObjectStore
from hexcache.adapters.outbound.objects.offloaded import AsyncOffloadedBucket
from hexcache.adapters.outbound.objects.s3.bucket import S3Bucket
from hexcache.adapters.outbound.objects.s3.client import make_client
from hexcache.adapters.outbound.objects.settings import ConnectionSettings, ObjectStoreSettings
from hexcache.adapters.outbound.objects.sync.store import ObjectStore
from hexcache.ports.capabilities import Capabilities
from hexcache.ports.clock import Clocks
from hexcache.ports.sync.store import Store
from hexcache.testing.clock import MovedClock
from hexcache.testing.contracts.aio.store import AsyncStoreContract
from hexcache.testing.contracts.aio.unreachable_store import AsyncUnreachableStoreContract
from hexcache.testing.contracts.sync.store import StoreContract
from hexcache.testing.contracts.sync.unreachable_store import UnreachableStoreContract
from hexcache.testing.entropy import SeededEntropy
from hexcache.testing.machine import async_store_machine, store_machine
from tests.integration.objects.s3.making import settings_for
from tests.servers.s3 import Identity, S3Server

TOMBSTONE_TTL = 600.0
CAPABILITIES = Capabilities(physical_expiry=False, durable=True, shared=True)
WORKERS = 8
SEEDS = count(1)
"""No two stores draw the same write ids."""


@pytest.fixture(scope="module")
def bucket(seaweed: S3Server) -> Iterator[S3Bucket]:
    """A bucket whose client all stores share."""
    settings = settings_for(seaweed, connection=ConnectionSettings(20.0, 30.0, 2 * WORKERS))
    with closing(make_client(settings)) as client:
        yield S3Bucket(settings, client=client)


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
    def store(self, clock: MovedClock, bucket: S3Bucket, s3_prefix: str) -> Iterator[ObjectStore]:
        with closing(store_over(bucket, clock, how(s3_prefix))) as store:
            yield store

    @pytest.fixture
    def second_store(self, clock: MovedClock, bucket: S3Bucket, s3_prefix: str) -> Iterator[ObjectStore]:
        with closing(store_over(bucket, clock, how(s3_prefix))) as store:
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
    def store(self, clock: MovedClock, bucket: S3Bucket, s3_prefix: str) -> AsyncObjectStore:
        return async_store_over(bucket, clock, how(s3_prefix))

    @pytest.fixture
    def second_store(self, clock: MovedClock, bucket: S3Bucket, s3_prefix: str) -> AsyncObjectStore:
        return async_store_over(bucket, clock, how(s3_prefix))


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


def test_any_calls_agree_with_the_model(bucket: S3Bucket, s3_prefix: str) -> None:
    fresh = prefixes(s3_prefix)
    store_machine(
        lambda clock: store_over(bucket, clock, how(fresh())), tombstone_ttl=TOMBSTONE_TTL, max_examples=2
    ).run()


def test_any_awaited_calls_agree_with_the_model(bucket: S3Bucket, s3_prefix: str) -> None:
    fresh = prefixes(s3_prefix)
    async_store_machine(
        lambda clock: async_store_over(bucket, clock, how(fresh())), tombstone_ttl=TOMBSTONE_TTL, max_examples=2
    ).run()
