"""The disk tier keeps every law of the store port, in both worlds."""

from __future__ import annotations

from pathlib import Path

import pytest

from hexcache.adapters.outbound.disk.aio_store import AsyncDiskStore
from hexcache.adapters.outbound.disk.settings import MIB, DiskSettings
from hexcache.adapters.outbound.disk.store import DiskStore
from hexcache.ports.capabilities import Capabilities
from hexcache.testing.clock import MovedClock
from hexcache.testing.contracts.aio.store import AsyncStoreContract
from hexcache.testing.contracts.sync.store import StoreContract

VALUE_LIMIT = 16 * MIB
DISK = Capabilities(bounded_calls=True, durable=True, shared=True, max_value_bytes=VALUE_LIMIT)


def settings_at(folder: Path) -> DiskSettings:
    """Settings with which a busy machine does not fail a test: the deadline is tested elsewhere."""
    return DiskSettings(folder / "cache", max_value_bytes=VALUE_LIMIT, deadline=20.0)


class TestDiskStore(StoreContract):
    """The laws for threads."""

    capabilities = DISK
    tombstone_ttl = 600.0

    @pytest.fixture
    def store(self, clock: MovedClock, tmp_path: Path) -> DiskStore:
        return DiskStore.from_settings(settings_at(tmp_path), wall=clock.wall)

    @pytest.fixture
    def second_store(self, store: DiskStore, clock: MovedClock, tmp_path: Path) -> DiskStore:
        return DiskStore.from_settings(settings_at(tmp_path), wall=clock.wall)


class TestAsyncDiskStore(AsyncStoreContract):
    """The laws for tasks."""

    capabilities = DISK
    tombstone_ttl = 600.0

    @pytest.fixture
    def store(self, clock: MovedClock, tmp_path: Path) -> AsyncDiskStore:
        return AsyncDiskStore.from_settings(settings_at(tmp_path), wall=clock.wall)

    @pytest.fixture
    def second_store(self, store: AsyncDiskStore, clock: MovedClock, tmp_path: Path) -> AsyncDiskStore:
        return AsyncDiskStore.from_settings(settings_at(tmp_path), wall=clock.wall)
