"""The memory stores of both worlds keep the contract, and follow the model whatever is called."""

import pytest

from hexcache.adapters.outbound.memory.aio.store import AsyncMemoryStore
from hexcache.adapters.outbound.memory.blobs import BlobTable
from hexcache.adapters.outbound.memory.sync.store import MemoryStore
from hexcache.ports.capabilities import Capabilities
from hexcache.testing.clock import MovedClock
from hexcache.testing.contracts.aio.store import AsyncStoreContract
from hexcache.testing.contracts.sync.store import StoreContract
from hexcache.testing.machine import async_store_machine, store_machine

LIMIT = 9 * 1024 * 1024
CAPABILITIES = Capabilities(bounded_calls=True, max_value_bytes=LIMIT)


class TestMemoryStore(StoreContract):
    """The blocking store; two objects on one table."""

    capabilities = CAPABILITIES

    @pytest.fixture
    def table(self, clock: MovedClock) -> BlobTable:
        return BlobTable(clock.wall, max_value_bytes=LIMIT)

    @pytest.fixture
    def store(self, table: BlobTable) -> MemoryStore:
        return MemoryStore(table)

    @pytest.fixture
    def second_store(self, table: BlobTable) -> MemoryStore:
        return MemoryStore(table)


class TestAsyncMemoryStore(AsyncStoreContract):
    """The awaited store; two objects on one table."""

    capabilities = CAPABILITIES

    @pytest.fixture
    def table(self, clock: MovedClock) -> BlobTable:
        return BlobTable(clock.wall, max_value_bytes=LIMIT)

    @pytest.fixture
    def store(self, table: BlobTable) -> AsyncMemoryStore:
        return AsyncMemoryStore(table)

    @pytest.fixture
    def second_store(self, table: BlobTable) -> AsyncMemoryStore:
        return AsyncMemoryStore(table)


TestAnyCalls = store_machine(lambda clock: MemoryStore(BlobTable(clock.wall))).TestCase
TestAnyAwaitedCalls = async_store_machine(lambda clock: AsyncMemoryStore(BlobTable(clock.wall))).TestCase
