"""The object stores of both worlds keep the contract, and follow the model whatever is called.

Over a bucket in memory that is as unhelpful as the vendors' may be; over each vendor's real server the same kit runs in
a module of that vendor.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import rule

from hexcache.adapters.outbound.objects.aio.store import AsyncObjectStore
from hexcache.adapters.outbound.objects.naming import Naming
from hexcache.adapters.outbound.objects.offloaded import AsyncOffloadedBucket
from hexcache.adapters.outbound.objects.settings import ObjectStoreSettings
from hexcache.adapters.outbound.objects.sync.store import ObjectStore
from hexcache.ports.capabilities import Capabilities
from hexcache.ports.clock import Clocks
from hexcache.ports.finding import StoreFinding
from hexcache.ports.sync.store import Store
from hexcache.testing.clock import MovedClock
from hexcache.testing.contracts.aio.store import AsyncStoreContract
from hexcache.testing.contracts.sync.store import StoreContract
from hexcache.testing.entropy import SeededEntropy
from hexcache.testing.machine import ADDRESSES, StoreMachine, async_store_machine, expect, store_machine
from tests.unit.objects.aio.dict_bucket import AsyncDictBucket
from tests.unit.objects.contents import Contents
from tests.unit.objects.sync.dict_bucket import DictBucket

TOMBSTONE_TTL = 600.0
CAPABILITIES = Capabilities(physical_expiry=False, durable=True, shared=True)
CALM = settings(
    stateful_step_count=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
SEEDS = count(1)
"""No two stores draw the same write ids."""
PLAIN = ObjectStoreSettings(prefix="some/where", tombstone_ttl=TOMBSTONE_TTL)
NAMES = Naming(PLAIN.prefix)
UNCONDITIONAL = ObjectStoreSettings(conditional=False, tombstone_ttl=TOMBSTONE_TTL)


def store_over(contents: Contents, clock: MovedClock, how: ObjectStoreSettings = PLAIN) -> ObjectStore:
    bucket = DictBucket(contents, wall=clock.wall, page_size=7, page_names=5)
    return ObjectStore(bucket, how, clocks=clocks(clock), entropy=SeededEntropy(next(SEEDS)))


def async_store_over(contents: Contents, clock: MovedClock, how: ObjectStoreSettings = PLAIN) -> AsyncObjectStore:
    bucket = AsyncDictBucket(contents, wall=clock.wall, page_size=7, page_names=5)
    return AsyncObjectStore(bucket, how, clocks=clocks(clock), entropy=SeededEntropy(next(SEEDS)))


def clocks(clock: MovedClock) -> Clocks:
    return Clocks(monotonic=clock.monotonic, wall=clock.wall)


@pytest.fixture
def contents() -> Contents:
    return Contents()


class TestObjectStore(StoreContract):
    """The blocking store; two objects on one bucket."""

    capabilities = CAPABILITIES
    tombstone_ttl = TOMBSTONE_TTL
    how = PLAIN

    @pytest.fixture
    def store(self, clock: MovedClock, contents: Contents) -> Iterator[ObjectStore]:
        store = store_over(contents, clock, self.how)
        yield store
        store.close()

    @pytest.fixture
    def second_store(self, clock: MovedClock, contents: Contents) -> Iterator[ObjectStore]:
        store = store_over(contents, clock, self.how)
        yield store
        store.close()

    def gone(self, store: Store, address: str, late: bytes) -> None:
        """Nothing is found late, though its space comes back late."""
        del late
        assert self.blob_at(store, address) is None


class TestUnconditionalObjectStore(TestObjectStore):
    """On a server without conditions."""

    capabilities = Capabilities(conditional_write=False, physical_expiry=False, durable=True, shared=True)
    how = UNCONDITIONAL


class TestAsyncObjectStore(AsyncStoreContract):
    """The awaited store; two objects on one bucket."""

    capabilities = CAPABILITIES
    tombstone_ttl = TOMBSTONE_TTL

    @pytest.fixture
    def store(self, clock: MovedClock, contents: Contents) -> AsyncObjectStore:
        return async_store_over(contents, clock)

    @pytest.fixture
    def second_store(self, clock: MovedClock, contents: Contents) -> AsyncObjectStore:
        return async_store_over(contents, clock)


class TestOffloadedObjectStore(AsyncStoreContract):
    """The awaited store over a blocking bucket in threads."""

    capabilities = CAPABILITIES
    tombstone_ttl = TOMBSTONE_TTL

    def open(self, contents: Contents, clock: MovedClock) -> AsyncObjectStore:
        bucket = AsyncOffloadedBucket(DictBucket(contents, wall=clock.wall, page_size=7, page_names=5), 4)
        return AsyncObjectStore(bucket, PLAIN, clocks=clocks(clock), entropy=SeededEntropy(next(SEEDS)))

    @pytest.fixture
    def store(self, clock: MovedClock, contents: Contents) -> AsyncObjectStore:
        return self.open(contents, clock)

    @pytest.fixture
    def second_store(self, clock: MovedClock, contents: Contents) -> AsyncObjectStore:
        return self.open(contents, clock)


class Punctual(StoreMachine):
    """A machine whose store never finds what is dead."""

    def check(self, address: str, finding: StoreFinding) -> None:
        super().check(address, finding)
        found = getattr(finding, "blob", None)
        expect(found == self.model.live(address, self.clock.wall()), f"{address!r} holds {found!r}")


def test_any_calls_agree_with_the_model() -> None:
    class Machine(Punctual, store_machine(lambda clock: store_over(Contents(), clock), tombstone_ttl=TOMBSTONE_TTL)):  # type: ignore[misc]  # a class made for this run
        pass

    Machine.TestCase.settings = settings(CALM, max_examples=40)
    Machine.run()


def test_any_awaited_calls_agree_with_the_model() -> None:
    async_store_machine(
        lambda clock: async_store_over(Contents(), clock), tombstone_ttl=TOMBSTONE_TTL, max_examples=15
    ).run()


def test_any_calls_without_conditions_agree_with_the_model() -> None:
    store_machine(lambda clock: store_over(Contents(), clock, UNCONDITIONAL), max_examples=15).run()


def test_whatever_sweeps_the_bucket_makes_loads_lose_and_nothing_older_win() -> None:
    current = Contents()

    def make(clock: MovedClock) -> Store:
        nonlocal current
        current = Contents()
        return store_over(current, clock)

    class Swept(store_machine(make, tombstone_ttl=TOMBSTONE_TTL)):  # type: ignore[misc]  # a class made for this run
        """To the model the removal of an object by somebody else is a delete: what was read before has changed."""

        @rule(address=st.sampled_from(ADDRESSES))
        def sweep(self, address: str) -> None:
            current.remove(NAMES.name(address))
            self.model.remove(address)

    Swept.TestCase.settings = settings(CALM, max_examples=15)
    Swept.run()
