"""The counters of memory and disk keep the contract in both worlds."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from hexcache.adapters.outbound.disk.aio_counter import AsyncDiskCounter
from hexcache.adapters.outbound.disk.counter import DiskCounter
from hexcache.adapters.outbound.disk.settings import DiskSettings
from hexcache.adapters.outbound.memory.aio.counter import AsyncMemoryCounter
from hexcache.adapters.outbound.memory.counts import CounterTable
from hexcache.adapters.outbound.memory.sync.counter import MemoryCounter
from hexcache.testing.clock import MovedClock
from hexcache.testing.contracts.aio.counter import AsyncCounterContract
from hexcache.testing.contracts.sync.counter import CounterContract


def settings(directory: Path) -> DiskSettings:
    """Settings whose deadline a busy machine meets."""
    return DiskSettings(directory, deadline=20.0)


class TestDiskCounter(CounterContract):
    """Counters on disk, for threads; two objects on one directory."""

    @pytest.fixture
    def counter(self, clock: MovedClock, tmp_path: Path) -> DiskCounter:
        return DiskCounter.from_settings(settings(tmp_path), wall=clock.wall)

    @pytest.fixture
    def second_counter(self, clock: MovedClock, tmp_path: Path) -> Iterator[DiskCounter]:
        counter = DiskCounter.from_settings(settings(tmp_path), wall=clock.wall)
        yield counter
        counter.close()


class TestAsyncDiskCounter(AsyncCounterContract):
    """Counters on disk, for tasks; two objects on one directory."""

    @pytest.fixture
    def counter(self, clock: MovedClock, tmp_path: Path) -> AsyncDiskCounter:
        return AsyncDiskCounter.from_settings(settings(tmp_path), wall=clock.wall)

    @pytest.fixture
    async def second_counter(self, clock: MovedClock, tmp_path: Path) -> AsyncIterator[AsyncDiskCounter]:
        counter = AsyncDiskCounter.from_settings(settings(tmp_path), wall=clock.wall)
        yield counter
        await counter.aclose()


class TestMemoryCounter(CounterContract):
    """Counters in memory, for threads; two objects on one table."""

    @pytest.fixture
    def table(self, clock: MovedClock) -> CounterTable:
        return CounterTable(clock.wall)

    @pytest.fixture
    def counter(self, table: CounterTable) -> MemoryCounter:
        return MemoryCounter(table)

    @pytest.fixture
    def second_counter(self, table: CounterTable) -> MemoryCounter:
        return MemoryCounter(table)


class TestAsyncMemoryCounter(AsyncCounterContract):
    """Counters in memory, for tasks; two objects on one table."""

    @pytest.fixture
    def table(self, clock: MovedClock) -> CounterTable:
        return CounterTable(clock.wall)

    @pytest.fixture
    def counter(self, table: CounterTable) -> AsyncMemoryCounter:
        return AsyncMemoryCounter(table)

    @pytest.fixture
    def second_counter(self, table: CounterTable) -> AsyncMemoryCounter:
        return AsyncMemoryCounter(table)
