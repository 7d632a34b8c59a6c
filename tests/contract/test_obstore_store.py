"""The object stores of both worlds keep the contract over the three vendors' buckets through obstore.

Each vendor has the whole contract in one world and the machine in the other; the laws of buckets hold in both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import count
from typing import TypeAlias

import pytest

from hexcache.adapters.outbound.objects.aio.store import AsyncObjectStore
from hexcache.adapters.outbound.objects.obstore.aio.bucket import AsyncObstoreBucket
from hexcache.adapters.outbound.objects.obstore.dialect import Dialect
from hexcache.adapters.outbound.objects.obstore.sync.bucket import ObstoreBucket
from hexcache.adapters.outbound.objects.settings import ObjectStoreSettings
from hexcache.adapters.outbound.objects.sync.store import ObjectStore
from hexcache.ports.aio.store import AsyncStore
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
from tests.integration.objects.obstore.dialects import on_azure, on_gcs, on_s3
from tests.servers.azurite import Azurite
from tests.servers.fake_gcs import FakeGcs
from tests.servers.s3 import Identity, S3Server

TOMBSTONE_TTL = 600.0
CAPABILITIES = Capabilities(physical_expiry=False, durable=True, shared=True)
BLOCKING = ["s3"]
AWAITED = ["gcs", "azure"]
SEEDS = count(1)
"""No two stores draw the same write ids."""
MANY = 120
"""Addresses of a bulk; Google's removals have a limit of 100."""
NEVER = float("inf")
STEPS = 15
"""Calls in a run of a machine: each is a request or two."""
Place: TypeAlias = tuple[Dialect, str]
"""A vendor's bucket, and a prefix of the test's own."""


@pytest.fixture
def place(request: pytest.FixtureRequest) -> Place:
    """The vendor's that the test names; a server starts when its turn comes."""
    vendor = request.param
    if vendor == "s3":
        server: S3Server = request.getfixturevalue("seaweed")
        return on_s3(server), request.getfixturevalue("s3_prefix").rstrip("/")
    if vendor == "gcs":
        emulator: FakeGcs = request.getfixturevalue("gcs")
        bucket = request.getfixturevalue("gcs_bucket")
        return on_gcs(emulator.url, bucket), request.getfixturevalue("gcs_prefix").rstrip("/")
    account: Azurite = request.getfixturevalue("azure_account")
    container = request.getfixturevalue("azure_container")
    return on_azure(account, container), request.getfixturevalue("azure_prefix").rstrip("/")


def how(prefix: str) -> ObjectStoreSettings:
    """With a deadline for a machine that does much else."""
    return ObjectStoreSettings(prefix=prefix, tombstone_ttl=TOMBSTONE_TTL, deadline=120.0)


def store_over(place: Place, clock: MovedClock) -> ObjectStore:
    dialect, prefix = place
    return ObjectStore(ObstoreBucket(dialect), how(prefix), clocks=clocks(clock), entropy=SeededEntropy(next(SEEDS)))


def async_store_over(place: Place, clock: MovedClock) -> AsyncObjectStore:
    dialect, prefix = place
    return AsyncObjectStore(
        AsyncObstoreBucket(dialect), how(prefix), clocks=clocks(clock), entropy=SeededEntropy(next(SEEDS))
    )


def clocks(clock: MovedClock) -> Clocks:
    return Clocks(monotonic=clock.monotonic, wall=clock.wall)


@pytest.mark.parametrize("place", BLOCKING, indirect=True)
class TestObstoreStore(StoreContract):
    """The blocking store; two objects on one bucket."""

    capabilities = CAPABILITIES
    tombstone_ttl = TOMBSTONE_TTL

    @pytest.fixture
    def store(self, clock: MovedClock, place: Place) -> Iterator[ObjectStore]:
        with closing(store_over(place, clock)) as store:
            yield store

    @pytest.fixture
    def second_store(self, clock: MovedClock, place: Place) -> Iterator[ObjectStore]:
        with closing(store_over(place, clock)) as store:
            yield store

    def gone(self, store: Store, address: str, late: bytes) -> None:
        """Nothing is found late, though its space comes back late."""
        del late
        assert self.blob_at(store, address) is None

    def test_large_bulks_are_answered_in_full(self, store: Store) -> None:
        """With few addresses, as each is a request or two."""
        addresses = [self.at(f"n{number}") for number in range(MANY)]
        assert store.put_many(dict.fromkeys(addresses, (b"blob", NEVER))) == {}
        assert len(store.get_many(addresses)) == MANY
        assert store.delete_many(addresses) == MANY


@pytest.mark.parametrize("place", AWAITED, indirect=True)
class TestAsyncObstoreStore(AsyncStoreContract):
    """The awaited store; two objects on one bucket."""

    capabilities = CAPABILITIES
    tombstone_ttl = TOMBSTONE_TTL

    @pytest.fixture
    def store(self, clock: MovedClock, place: Place) -> AsyncObjectStore:
        return async_store_over(place, clock)

    @pytest.fixture
    def second_store(self, clock: MovedClock, place: Place) -> AsyncObjectStore:
        return async_store_over(place, clock)

    async def test_large_bulks_are_answered_in_full(self, store: AsyncStore) -> None:
        """With few addresses, as each is a request or two."""
        addresses = [self.at(f"n{number}") for number in range(MANY)]
        assert await store.put_many(dict.fromkeys(addresses, (b"blob", NEVER))) == {}
        assert len(await store.get_many(addresses)) == MANY
        assert await store.delete_many(addresses) == MANY


def nowhere() -> Place:
    """A bucket that cannot be reached."""
    return on_s3(S3Server("http://127.0.0.1:1", Identity("nobody", "nothing"))), ""


class TestUnreachableObstoreStore(UnreachableStoreContract):
    """Nothing listens."""

    @pytest.fixture
    def store(self, moved_clock: MovedClock) -> Iterator[ObjectStore]:
        with closing(store_over(nowhere(), moved_clock)) as store:
            yield store


class TestUnreachableAsyncObstoreStore(AsyncUnreachableStoreContract):
    """The same for tasks."""

    @pytest.fixture
    def store(self, moved_clock: MovedClock) -> AsyncObjectStore:
        return async_store_over(nowhere(), moved_clock)


def anew(place: Place) -> Callable[[], Place]:
    """A prefix of its own for each run of a machine."""
    runs = count()
    return lambda: (place[0], f"{place[1]}/{next(runs)}")


@pytest.mark.parametrize("place", AWAITED, indirect=True)
def test_any_calls_agree_with_the_model(place: Place) -> None:
    fresh = anew(place)
    store_machine(
        lambda clock: store_over(fresh(), clock), tombstone_ttl=TOMBSTONE_TTL, max_examples=2, steps=STEPS
    ).run()


@pytest.mark.parametrize("place", BLOCKING, indirect=True)
def test_any_awaited_calls_agree_with_the_model(place: Place) -> None:
    fresh = anew(place)
    async_store_machine(
        lambda clock: async_store_over(fresh(), clock), tombstone_ttl=TOMBSTONE_TTL, max_examples=2, steps=STEPS
    ).run()
