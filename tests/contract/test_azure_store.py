"""The object stores of both worlds keep the contract over Azure Blob Storage, and follow the model."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing
from itertools import count

import pytest

from hexcache.adapters.outbound.objects.aio.store import AsyncObjectStore
from hexcache.adapters.outbound.objects.azure.aio.bucket import AsyncAzureBucket
from hexcache.adapters.outbound.objects.azure.settings import AzureBucketSettings
from hexcache.adapters.outbound.objects.azure.sync.bucket import AzureBucket
from hexcache.adapters.outbound.objects.settings import ObjectStoreSettings
from hexcache.adapters.outbound.objects.sync.store import ObjectStore
from hexcache.ports.aio.store import AsyncStore
from hexcache.ports.capabilities import Capabilities
from hexcache.ports.sync.store import Store
from hexcache.testing.clock import MovedClock
from hexcache.testing.contracts.aio.store import AsyncStoreContract
from hexcache.testing.contracts.aio.unreachable_store import AsyncUnreachableStoreContract
from hexcache.testing.contracts.sync.store import StoreContract
from hexcache.testing.contracts.sync.unreachable_store import UnreachableStoreContract
from hexcache.testing.entropy import SeededEntropy
from hexcache.testing.machine import async_store_machine, store_machine
from tests.integration.objects.azure.asking import settings
from tests.servers.azurite import Azurite

TOMBSTONE_TTL = 600.0
CAPABILITIES = Capabilities(physical_expiry=False, durable=True, shared=True)
SEEDS = count(1)
"""No two stores draw the same write ids."""
NOWHERE = AzureBucketSettings(container="nothing", account_url="http://127.0.0.1:1/nobody", account_key="bm9ib2R5")


def how(prefix: str) -> ObjectStoreSettings:
    """With a deadline for a machine that does much else."""
    return ObjectStoreSettings(prefix=prefix, tombstone_ttl=TOMBSTONE_TTL, deadline=60.0)


def store_over(own: AzureBucketSettings, clock: MovedClock, prefix: str) -> ObjectStore:
    entropy = SeededEntropy(next(SEEDS))
    return ObjectStore(AzureBucket(own), how(prefix), clocks=clock.clocks, entropy=entropy)


def async_store_over(own: AzureBucketSettings, clock: MovedClock, prefix: str) -> AsyncObjectStore:
    entropy = SeededEntropy(next(SEEDS))
    return AsyncObjectStore(AsyncAzureBucket(own), how(prefix), clocks=clock.clocks, entropy=entropy)


@pytest.fixture
def own(azure_account: Azurite, azure_container: str) -> AzureBucketSettings:
    """The container of the session."""
    return settings(azure_account, azure_container)


class TestAzureStore(StoreContract):
    """The blocking store; two objects on one container."""

    capabilities = CAPABILITIES
    tombstone_ttl = TOMBSTONE_TTL
    bulk = 257  # more than Azure removes at once

    @pytest.fixture
    def store(self, clock: MovedClock, own: AzureBucketSettings, azure_prefix: str) -> Iterator[ObjectStore]:
        with closing(store_over(own, clock, azure_prefix)) as store:
            yield store

    @pytest.fixture
    def second_store(self, clock: MovedClock, own: AzureBucketSettings, azure_prefix: str) -> Iterator[ObjectStore]:
        with closing(store_over(own, clock, azure_prefix)) as store:
            yield store

    def gone(self, store: Store, address: str, late: bytes) -> None:
        """Nothing is found late, though its space comes back late."""
        del late
        assert self.blob_at(store, address) is None


class TestAsyncAzureStore(AsyncStoreContract):
    """The awaited store; two objects on one container."""

    capabilities = CAPABILITIES
    tombstone_ttl = TOMBSTONE_TTL
    bulk = 257

    @pytest.fixture
    async def store(
        self, clock: MovedClock, own: AzureBucketSettings, azure_prefix: str
    ) -> AsyncIterator[AsyncObjectStore]:
        store = async_store_over(own, clock, azure_prefix)
        yield store
        await store.aclose()

    @pytest.fixture
    async def second_store(
        self, clock: MovedClock, own: AzureBucketSettings, azure_prefix: str
    ) -> AsyncIterator[AsyncObjectStore]:
        store = async_store_over(own, clock, azure_prefix)
        yield store
        await store.aclose()

    async def gone(self, store: AsyncStore, address: str, late: bytes) -> None:
        """Nothing is found late, though its space comes back late."""
        del late
        assert await self.blob_at(store, address) is None


class TestUnreachableAzureStore(UnreachableStoreContract):
    """Nothing listens."""

    @pytest.fixture
    def store(self, moved_clock: MovedClock) -> Iterator[ObjectStore]:
        with closing(store_over(NOWHERE, moved_clock, "")) as store:
            yield store


class TestUnreachableAsyncAzureStore(AsyncUnreachableStoreContract):
    """The same for tasks."""

    @pytest.fixture
    async def store(self, moved_clock: MovedClock) -> AsyncIterator[AsyncObjectStore]:
        store = async_store_over(NOWHERE, moved_clock, "")
        yield store
        await store.aclose()


def prefixes(prefix: str) -> Callable[[], str]:
    """A prefix of its own for each run of a machine."""
    runs = count()
    return lambda: f"{prefix}/{next(runs)}"


def test_any_calls_agree_with_the_model(own: AzureBucketSettings, azure_prefix: str) -> None:
    fresh = prefixes(azure_prefix)
    store_machine(lambda clock: store_over(own, clock, fresh()), tombstone_ttl=TOMBSTONE_TTL, max_examples=3).run()


def test_any_awaited_calls_agree_with_the_model(own: AzureBucketSettings, azure_prefix: str) -> None:
    fresh = prefixes(azure_prefix)
    async_store_machine(
        lambda clock: async_store_over(own, clock, fresh()), tombstone_ttl=TOMBSTONE_TTL, max_examples=3
    ).run()
