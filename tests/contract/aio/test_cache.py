"""The caches of every kind of assembly keep the contract of the driving port."""

from pathlib import Path

import pytest

from hexcache.adapters.outbound.memory.aio.store import AsyncMemoryStore
from hexcache.adapters.outbound.memory.blobs import BlobTable
from hexcache.ports.aio.store import AsyncStore
from hexcache.testing.clock import MovedClock
from tests.contract.aio.assemblies import AsyncAssembled
from tests.contract.aio.primitives import disk_store


class TestMemory(AsyncAssembled):
    """One memory tier."""

    depth = 0


class TestThreeMemories(AsyncAssembled):
    """Three memory tiers, one behind the other."""

    depth = 0
    memory = 3


class TestMemoryOverStores(AsyncAssembled):
    """A memory tier over two stores, both kept in memory."""

    depth = 2

    def make_store(self, clock: MovedClock, place: int) -> AsyncMemoryStore:
        return AsyncMemoryStore(BlobTable(clock.wall))


class TestLeasedMemoryOverStores(TestMemoryOverStores):
    """The same, whose loads run under leases."""

    leased = True


class OnDisk(AsyncAssembled):
    """A disk tier in a folder of the test."""

    folder: Path

    @pytest.fixture(autouse=True)
    def in_folder(self, tmp_path: Path) -> None:
        self.folder = tmp_path

    def make_store(self, clock: MovedClock, place: int) -> AsyncStore:
        return disk_store(self.folder / str(place), clock.wall)


class TestDisk(OnDisk):
    """A disk tier alone."""

    memory = 0


class TestMemoryOverDisk(OnDisk):
    """A memory tier over a disk tier."""
