"""The leases of memory and disk keep the contract in both worlds."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from hexcache.adapters.outbound.disk.aio_leases import AsyncDiskLeases
from hexcache.adapters.outbound.disk.leases import DiskLeases
from hexcache.adapters.outbound.disk.settings import DiskSettings
from hexcache.adapters.outbound.memory.aio.leases import AsyncMemoryLeases
from hexcache.adapters.outbound.memory.lease_table import LeaseTable
from hexcache.adapters.outbound.memory.sync.leases import MemoryLeases
from hexcache.testing.clock import MovedClock
from hexcache.testing.contracts.aio.lease import AsyncLeaseContract
from hexcache.testing.contracts.sync.lease import LeaseContract


def settings(directory: Path) -> DiskSettings:
    """Settings whose deadline a busy machine meets."""
    return DiskSettings(directory, deadline=20.0)


class TestDiskLeases(LeaseContract):
    """Leases on disk, for threads; two objects on one directory."""

    @pytest.fixture
    def keeper(self, clock: MovedClock, tmp_path: Path) -> DiskLeases:
        return DiskLeases.from_settings(settings(tmp_path), wall=clock.wall)

    @pytest.fixture
    def second_keeper(self, clock: MovedClock, tmp_path: Path) -> Iterator[DiskLeases]:
        keeper = DiskLeases.from_settings(settings(tmp_path), wall=clock.wall)
        yield keeper
        keeper.close()


class TestAsyncDiskLeases(AsyncLeaseContract):
    """Leases on disk, for tasks; two objects on one directory."""

    @pytest.fixture
    def keeper(self, clock: MovedClock, tmp_path: Path) -> AsyncDiskLeases:
        return AsyncDiskLeases.from_settings(settings(tmp_path), wall=clock.wall)

    @pytest.fixture
    async def second_keeper(self, clock: MovedClock, tmp_path: Path) -> AsyncIterator[AsyncDiskLeases]:
        keeper = AsyncDiskLeases.from_settings(settings(tmp_path), wall=clock.wall)
        yield keeper
        await keeper.aclose()


class TestMemoryLeases(LeaseContract):
    """Leases in memory, for threads; two objects on one table."""

    @pytest.fixture
    def table(self, clock: MovedClock) -> LeaseTable:
        return LeaseTable(clock.monotonic)

    @pytest.fixture
    def keeper(self, table: LeaseTable) -> MemoryLeases:
        return MemoryLeases(table)

    @pytest.fixture
    def second_keeper(self, table: LeaseTable) -> MemoryLeases:
        return MemoryLeases(table)


class TestAsyncMemoryLeases(AsyncLeaseContract):
    """Leases in memory, for tasks; two objects on one table."""

    @pytest.fixture
    def table(self, clock: MovedClock) -> LeaseTable:
        return LeaseTable(clock.monotonic)

    @pytest.fixture
    def keeper(self, table: LeaseTable) -> AsyncMemoryLeases:
        return AsyncMemoryLeases(table)

    @pytest.fixture
    def second_keeper(self, table: LeaseTable) -> AsyncMemoryLeases:
        return AsyncMemoryLeases(table)
