"""The disk stores of both worlds keep the contract, and follow the model whatever is called."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from hexcache.adapters.outbound.disk.aio_store import AsyncDiskStore
from hexcache.adapters.outbound.disk.settings import DiskSettings
from hexcache.adapters.outbound.disk.store import DiskStore
from hexcache.ports.capabilities import Capabilities
from hexcache.testing.clock import MovedClock
from hexcache.testing.contracts.aio.store import AsyncStoreContract
from hexcache.testing.contracts.aio.unreachable_store import AsyncUnreachableStoreContract
from hexcache.testing.contracts.sync.store import StoreContract
from hexcache.testing.contracts.sync.unreachable_store import UnreachableStoreContract
from hexcache.testing.machine import async_store_machine, store_machine

MIB = 1024 * 1024
TOMBSTONE_TTL = 600.0
LIMIT = 9 * MIB
CAPABILITIES = Capabilities(bounded_calls=True, durable=True, shared=True, max_value_bytes=LIMIT)


def settings(directory: Path) -> DiskSettings:
    """Settings whose deadline a busy machine meets."""
    return DiskSettings(directory, max_value_bytes=LIMIT, deadline=20.0, tombstone_ttl=TOMBSTONE_TTL)


class TestDiskStore(StoreContract):
    """The blocking store; two objects on one directory."""

    capabilities = CAPABILITIES
    tombstone_ttl = TOMBSTONE_TTL

    @pytest.fixture
    def store(self, clock: MovedClock, tmp_path: Path) -> DiskStore:
        return DiskStore.from_settings(settings(tmp_path), wall=clock.wall)

    @pytest.fixture
    def second_store(self, clock: MovedClock, tmp_path: Path) -> Iterator[DiskStore]:
        store = DiskStore.from_settings(settings(tmp_path), wall=clock.wall)
        yield store
        store.close()


class TestAsyncDiskStore(AsyncStoreContract):
    """The awaited store; two objects on one directory."""

    capabilities = CAPABILITIES
    tombstone_ttl = TOMBSTONE_TTL

    @pytest.fixture
    def store(self, clock: MovedClock, tmp_path: Path) -> AsyncDiskStore:
        return AsyncDiskStore.from_settings(settings(tmp_path), wall=clock.wall)

    @pytest.fixture
    async def second_store(self, clock: MovedClock, tmp_path: Path) -> AsyncIterator[AsyncDiskStore]:
        store = AsyncDiskStore.from_settings(settings(tmp_path), wall=clock.wall)
        yield store
        await store.aclose()


def test_any_calls_agree_with_the_model(tmp_path_factory: pytest.TempPathFactory) -> None:
    def fresh(clock: MovedClock) -> DiskStore:
        return DiskStore.from_settings(settings(tmp_path_factory.mktemp("disk")), wall=clock.wall)

    store_machine(fresh, tombstone_ttl=TOMBSTONE_TTL, max_examples=15).run()


def test_any_awaited_calls_agree_with_the_model(tmp_path_factory: pytest.TempPathFactory) -> None:
    def fresh(clock: MovedClock) -> AsyncDiskStore:
        return AsyncDiskStore.from_settings(settings(tmp_path_factory.mktemp("disk")), wall=clock.wall)

    async_store_machine(fresh, tombstone_ttl=TOMBSTONE_TTL, max_examples=8).run()


class TestUnreachableDiskStore(UnreachableStoreContract):
    """A directory that cannot be one, because a file is in its place."""

    translates = False  # the store sees by itself that the path is no directory

    @pytest.fixture
    def store(self, tmp_path: Path) -> DiskStore:
        (tmp_path / "file").write_text("not a directory")
        return DiskStore.from_settings(settings(tmp_path / "file"))


class TestUnreachableAsyncDiskStore(AsyncUnreachableStoreContract):
    """The same for tasks."""

    translates = False

    @pytest.fixture
    def store(self, tmp_path: Path) -> AsyncDiskStore:
        (tmp_path / "file").write_text("not a directory")
        return AsyncDiskStore.from_settings(settings(tmp_path / "file"))
