"""Buffered stores over memory and over disk keep the contract in both worlds, pending and flushed, in any order."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from hexcache.adapters.outbound.buffering.aio.store import AsyncBufferedStore
from hexcache.adapters.outbound.buffering.sync.store import BufferedStore
from hexcache.adapters.outbound.memory.aio.store import AsyncMemoryStore
from hexcache.adapters.outbound.memory.blobs import BlobTable
from hexcache.adapters.outbound.memory.sync.store import MemoryStore
from hexcache.domain.buffer_rule import BufferRule
from hexcache.ports.capabilities import Capabilities
from hexcache.testing.clock import MovedClock
from hexcache.testing.contracts.aio.store import AsyncStoreContract
from hexcache.testing.contracts.aio.unreachable_store import AsyncUnreachableStoreContract
from hexcache.testing.contracts.sync.store import StoreContract
from hexcache.testing.contracts.sync.unreachable_store import UnreachableStoreContract
from hexcache.testing.machine import async_store_machine, store_machine
from tests.contract.aio.primitives import disk_store as async_disk_store
from tests.contract.sync.primitives import disk_store

LIMIT = 9 * 1024 * 1024
OVER_MEMORY = Capabilities(bounded_calls=True, deferred=True, max_value_bytes=LIMIT)
PATIENCE = 20.0


def rule(flush_size: int, **changed: object) -> BufferRule:
    """A rule by which nothing is flushed for its age."""
    return replace(BufferRule(flush_size=flush_size, flush_bytes=LIMIT * 2, flush_age=1e6), **changed)  # type: ignore[arg-type]


NO_ROOM = BufferRule(max_bytes=1, flush_bytes=1)
"""Every write goes to the store."""


class OverMemory(StoreContract):
    """Two objects with a ledger each over one table."""

    capabilities = OVER_MEMORY
    rule = rule(10_000)

    @pytest.fixture
    def table(self, clock: MovedClock) -> BlobTable:
        return BlobTable(clock.wall, max_value_bytes=LIMIT)

    def make(self, table: BlobTable, clock: MovedClock) -> BufferedStore:
        return BufferedStore.with_rule(MemoryStore(table), self.rule, clocks=clock.clocks, deadline=PATIENCE)

    @pytest.fixture
    def store(self, table: BlobTable, clock: MovedClock) -> BufferedStore:
        return self.make(table, clock)

    @pytest.fixture
    def second_store(self, table: BlobTable, clock: MovedClock) -> Iterator[BufferedStore]:
        store = self.make(table, clock)
        yield store
        store.close()


class AsyncOverMemory(AsyncStoreContract):
    """The same for tasks."""

    capabilities = OVER_MEMORY
    rule = rule(10_000)

    @pytest.fixture
    def table(self, clock: MovedClock) -> BlobTable:
        return BlobTable(clock.wall, max_value_bytes=LIMIT)

    def make(self, table: BlobTable, clock: MovedClock) -> AsyncBufferedStore:
        return AsyncBufferedStore.with_rule(AsyncMemoryStore(table), self.rule, clocks=clock.clocks, deadline=PATIENCE)

    @pytest.fixture
    def store(self, table: BlobTable, clock: MovedClock) -> AsyncBufferedStore:
        return self.make(table, clock)

    @pytest.fixture
    async def second_store(self, table: BlobTable, clock: MovedClock) -> AsyncIterator[AsyncBufferedStore]:
        store = self.make(table, clock)
        yield store
        await store.aclose()


class TestNothingFlushed(OverMemory):
    """What is not removed stays pending."""


class TestAsyncNothingFlushed(AsyncOverMemory):
    """The same for tasks."""


class TestEverythingFlushed(OverMemory):
    """Each write makes a flush due."""

    rule = rule(1)


class TestAsyncEverythingFlushed(AsyncOverMemory):
    """The same for tasks."""

    rule = rule(1)


class TestEveryOtherFlushed(OverMemory):
    """A write in two makes a flush due."""

    rule = rule(2)


class TestAsyncEveryOtherFlushed(AsyncOverMemory):
    """The same for tasks."""

    rule = rule(2)


TINY = {"max_items": 2, "max_bytes": 2 * LIMIT, "flush_bytes": LIMIT}
"""Room for two entries."""


class TestFullAndBlocking(OverMemory):
    """Writers wait for room."""

    rule = rule(2, **TINY)


class TestAsyncFullAndBlocking(AsyncOverMemory):
    """The same for tasks."""

    rule = rule(2, **TINY)


class TestFullAndWritingThrough(OverMemory):
    """What has no room goes to the store."""

    rule = rule(2, overflow="write_through", **TINY)


class TestAsyncFullAndWritingThrough(AsyncOverMemory):
    """The same for tasks."""

    rule = rule(2, overflow="write_through", **TINY)


class TestOverDisk(StoreContract):
    """Two objects with a ledger each over one directory; pending and flushed in turn."""

    capabilities = Capabilities(bounded_calls=True, deferred=True, shared=True)
    tombstone_ttl = 600.0
    rule = rule(3)

    def make(self, folder: Path, clock: MovedClock) -> BufferedStore:
        inner = disk_store(folder, clock.wall)
        return BufferedStore.with_rule(inner, self.rule, clocks=clock.clocks, deadline=PATIENCE)

    @pytest.fixture
    def store(self, tmp_path: Path, clock: MovedClock) -> BufferedStore:
        self.capabilities = replace(disk_store(tmp_path, clock.wall).capabilities, deferred=True, durable=False)
        return self.make(tmp_path, clock)

    @pytest.fixture
    def second_store(self, tmp_path: Path, clock: MovedClock) -> Iterator[BufferedStore]:
        store = self.make(tmp_path, clock)
        yield store
        store.close()


class TestAsyncOverDisk(AsyncStoreContract):
    """The same for tasks."""

    capabilities = Capabilities(bounded_calls=True, deferred=True, shared=True)
    tombstone_ttl = 600.0
    rule = rule(3)

    def make(self, folder: Path, clock: MovedClock) -> AsyncBufferedStore:
        inner = async_disk_store(folder, clock.wall)
        return AsyncBufferedStore.with_rule(inner, self.rule, clocks=clock.clocks, deadline=PATIENCE)

    @pytest.fixture
    def store(self, tmp_path: Path, clock: MovedClock) -> AsyncBufferedStore:
        self.capabilities = replace(async_disk_store(tmp_path, clock.wall).capabilities, deferred=True, durable=False)
        return self.make(tmp_path, clock)

    @pytest.fixture
    async def second_store(self, tmp_path: Path, clock: MovedClock) -> AsyncIterator[AsyncBufferedStore]:
        store = self.make(tmp_path, clock)
        yield store
        await store.aclose()


class TestUnreachable(UnreachableStoreContract):
    """Over a directory that cannot be one. Nothing is accepted here (each blob is larger than the buffer)."""

    translates = False

    @pytest.fixture
    def store(self, tmp_path: Path, clock: MovedClock) -> BufferedStore:
        (tmp_path / "file").write_text("not a directory")
        inner = disk_store(tmp_path / "file", clock.wall)
        return BufferedStore.with_rule(inner, NO_ROOM, clocks=clock.clocks)

    @pytest.fixture
    def clock(self) -> MovedClock:
        return MovedClock()


class TestAsyncUnreachable(AsyncUnreachableStoreContract):
    """The same for tasks."""

    translates = False

    @pytest.fixture
    def store(self, tmp_path: Path, clock: MovedClock) -> AsyncBufferedStore:
        (tmp_path / "file").write_text("not a directory")
        inner = async_disk_store(tmp_path / "file", clock.wall)
        return AsyncBufferedStore.with_rule(inner, NO_ROOM, clocks=clock.clocks)

    @pytest.fixture
    def clock(self) -> MovedClock:
        return MovedClock()


RULES = [rule(10_000), rule(1), rule(2), rule(3, max_items=3), rule(2, max_items=2, overflow="write_through")]


@pytest.mark.parametrize("rule", RULES, ids=["never", "each", "every other", "full", "full and through"])
def test_any_calls_agree_with_the_model(rule: BufferRule) -> None:
    def fresh(clock: MovedClock) -> BufferedStore:
        return BufferedStore.with_rule(MemoryStore(BlobTable(clock.wall)), rule, clocks=clock.clocks, deadline=PATIENCE)

    store_machine(fresh, max_examples=40).run()


@pytest.mark.parametrize("rule", RULES, ids=["never", "each", "every other", "full", "full and through"])
def test_any_awaited_calls_agree_with_the_model(rule: BufferRule) -> None:
    def fresh(clock: MovedClock) -> AsyncBufferedStore:
        inner = AsyncMemoryStore(BlobTable(clock.wall))
        return AsyncBufferedStore.with_rule(inner, rule, clocks=clock.clocks, deadline=PATIENCE)

    async_store_machine(fresh, max_examples=30).run()


def test_any_calls_over_disk_agree_with_the_model(tmp_path_factory: pytest.TempPathFactory) -> None:
    def fresh(clock: MovedClock) -> BufferedStore:
        inner = disk_store(tmp_path_factory.mktemp("disk"), clock.wall)
        return BufferedStore.with_rule(inner, rule(3), clocks=clock.clocks, deadline=PATIENCE)

    store_machine(fresh, tombstone_ttl=600.0, max_examples=10).run()


def test_any_awaited_calls_over_disk_agree_with_the_model(tmp_path_factory: pytest.TempPathFactory) -> None:
    def fresh(clock: MovedClock) -> AsyncBufferedStore:
        inner = async_disk_store(tmp_path_factory.mktemp("disk"), clock.wall)
        return AsyncBufferedStore.with_rule(inner, rule(3), clocks=clock.clocks, deadline=PATIENCE)

    async_store_machine(fresh, tombstone_ttl=600.0, max_examples=6).run()
