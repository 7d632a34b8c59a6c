"""The object stores of both worlds keep the contract over Google Cloud Storage, and follow the model.

On the emulator, which is asked without an identity.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import count
from typing import Any

import pytest
from google.auth.credentials import AnonymousCredentials
from google.cloud import storage
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import rule

from hexcache.adapters.outbound.objects.aio.store import AsyncObjectStore
from hexcache.adapters.outbound.objects.gcs.bucket import GcsBucket
from hexcache.adapters.outbound.objects.gcs.settings import GcsBucketSettings
from hexcache.adapters.outbound.objects.naming import Naming
from hexcache.adapters.outbound.objects.offloaded import AsyncOffloadedBucket
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
from hexcache.testing.machine import ADDRESSES, async_store_machine, store_machine
from tests.servers.fake_gcs import FakeGcs

TOMBSTONE_TTL = 600.0
CAPABILITIES = Capabilities(physical_expiry=False, durable=True, shared=True)
WORKERS = 8
NOWHERE = "http://127.0.0.1:1"
SEEDS = count(1)
"""No two stores draw the same write ids."""


def bucket_at(url: str, name: str, client: Any = None) -> GcsBucket:
    """A bucket with waits that a machine which does much else meets."""
    patient = ConnectionSettings(20.0, 30.0, 2 * WORKERS)
    return GcsBucket(GcsBucketSettings(bucket=name, anonymous=True, api_endpoint=url, connection=patient), client)


def how(prefix: str) -> ObjectStoreSettings:
    """With a deadline for such a machine."""
    return ObjectStoreSettings(prefix=prefix.rstrip("/"), tombstone_ttl=TOMBSTONE_TTL, deadline=60.0)


def store_over(bucket: GcsBucket, clock: MovedClock, settings: ObjectStoreSettings) -> ObjectStore:
    return ObjectStore(bucket, settings, clocks=clocks(clock), entropy=SeededEntropy(next(SEEDS)))


def async_store_over(bucket: GcsBucket, clock: MovedClock, settings: ObjectStoreSettings) -> AsyncObjectStore:
    offloaded = AsyncOffloadedBucket(bucket, WORKERS)
    return AsyncObjectStore(offloaded, settings, clocks=clocks(clock), entropy=SeededEntropy(next(SEEDS)))


def clocks(clock: MovedClock) -> Clocks:
    return Clocks(monotonic=clock.monotonic, wall=clock.wall)


@pytest.fixture(scope="module")
def shared_client(gcs: FakeGcs) -> Iterator[Any]:
    """Handed in, and so left open by the stores that use it one after the other."""
    endpoint = {"api_endpoint": gcs.url}
    with storage.Client(project="p", credentials=AnonymousCredentials(), client_options=endpoint) as client:
        client._bucket_metadata_cache = None  # pyright: ignore[reportAttributeAccessIssue]  # asks by itself
        yield client


@pytest.fixture
def bucket(gcs: FakeGcs, gcs_bucket: str, shared_client: Any) -> GcsBucket:
    return bucket_at(gcs.url, gcs_bucket, shared_client)


class TestGcsStore(StoreContract):
    """The blocking store; two objects on one server."""

    capabilities = CAPABILITIES
    tombstone_ttl = TOMBSTONE_TTL
    bulk = 101  # more than Google removes at once

    @pytest.fixture
    def store(self, clock: MovedClock, bucket: GcsBucket, gcs_prefix: str) -> Iterator[ObjectStore]:
        with closing(store_over(bucket, clock, how(gcs_prefix))) as store:
            yield store

    @pytest.fixture
    def second_store(self, clock: MovedClock, bucket: GcsBucket, gcs_prefix: str) -> Iterator[ObjectStore]:
        with closing(store_over(bucket, clock, how(gcs_prefix))) as store:
            yield store

    def gone(self, store: Store, address: str, late: bytes) -> None:
        """Nothing is found late, though its space comes back late."""
        del late
        assert self.blob_at(store, address) is None


class TestAsyncGcsStore(AsyncStoreContract):
    """The awaited store; two objects on one server."""

    capabilities = CAPABILITIES
    tombstone_ttl = TOMBSTONE_TTL
    bulk = 101

    @pytest.fixture
    def store(self, clock: MovedClock, bucket: GcsBucket, gcs_prefix: str) -> AsyncObjectStore:
        return async_store_over(bucket, clock, how(gcs_prefix))

    @pytest.fixture
    def second_store(self, clock: MovedClock, bucket: GcsBucket, gcs_prefix: str) -> AsyncObjectStore:
        return async_store_over(bucket, clock, how(gcs_prefix))


class TestUnreachableGcsStore(UnreachableStoreContract):
    """Nothing listens."""

    @pytest.fixture
    def store(self, moved_clock: MovedClock) -> Iterator[ObjectStore]:
        with closing(store_over(bucket_at(NOWHERE, "bucket"), moved_clock, how(""))) as store:
            yield store


class TestUnreachableAsyncGcsStore(AsyncUnreachableStoreContract):
    """The same for tasks."""

    @pytest.fixture
    def store(self, moved_clock: MovedClock) -> AsyncObjectStore:
        return async_store_over(bucket_at(NOWHERE, "bucket"), moved_clock, how(""))


def prefixes(prefix: str) -> Callable[[], str]:
    """A prefix of its own for each run of a machine."""
    runs = count()
    return lambda: f"{prefix}{next(runs)}"


def test_any_awaited_calls_agree_with_the_model(bucket: GcsBucket, gcs_prefix: str) -> None:
    fresh = prefixes(gcs_prefix)
    async_store_machine(
        lambda clock: async_store_over(bucket, clock, how(fresh())), tombstone_ttl=TOMBSTONE_TTL, max_examples=2
    ).run()


def test_any_calls_agree_with_the_model_while_a_life_cycle_rule_deletes(
    bucket: GcsBucket, shared_client: Any, gcs_bucket: str, gcs_prefix: str
) -> None:
    fresh = prefixes(gcs_prefix)
    current = ""

    def make(clock: MovedClock) -> Store:
        nonlocal current
        current = fresh()
        return store_over(bucket, clock, how(current))

    class Ruled(store_machine(make, tombstone_ttl=TOMBSTONE_TTL)):  # type: ignore[misc]  # a class made for this run
        """To the model the removal of an object by somebody else is a delete: what was read before has changed."""

        @rule(address=st.sampled_from(ADDRESSES))
        def delete_by_rule(self, address: str) -> None:
            blob = shared_client.bucket(gcs_bucket).blob(Naming(current).name(address))
            if blob.exists():
                blob.delete()
            self.model.remove(address)

    Ruled.TestCase.settings = settings(max_examples=3, stateful_step_count=25, deadline=None)
    Ruled.run()
