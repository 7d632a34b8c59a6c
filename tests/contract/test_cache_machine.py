"""Stacks of tiers follow the model whatever is called, while their stores fail and heal and caches begin anew."""

from typing import Any

import pytest

from hexcache.adapters.outbound.memory.aio.store import AsyncMemoryStore
from hexcache.adapters.outbound.memory.blobs import BlobTable
from hexcache.adapters.outbound.memory.sync.store import MemoryStore
from hexcache.testing.clock import MovedClock
from hexcache.testing.contracts.sync.cache_ground import CALM
from hexcache.testing.stack_machine import async_cache_machine, cache_machine
from tests.contract.aio.assemblies import AsyncAssembled
from tests.contract.sync.assemblies import Assembled
from tests.contract.sync.primitives import disk_store


def opener(contract: type[Assembled] | type[AsyncAssembled], memory: int) -> Any:
    """Opens caches with so many memory tiers."""

    def opened(clock: MovedClock, stores: Any) -> Any:
        assembled: Any = contract()
        assembled.memory = memory
        return assembled.make(clock, stores, bus=None, deadline=20.0, **CALM)

    return opened


def shelves(clock: MovedClock) -> list[MemoryStore]:
    """Two stores, both kept in memory."""
    return [MemoryStore(BlobTable(clock.wall)) for _ in range(2)]


def async_shelves(clock: MovedClock) -> list[AsyncMemoryStore]:
    """The same for the awaited world."""
    return [AsyncMemoryStore(BlobTable(clock.wall)) for _ in range(2)]


TestMemory = cache_machine(opener(Assembled, 1)).TestCase
TestThreeMemories = cache_machine(opener(Assembled, 3), max_examples=20).TestCase
TestStores = cache_machine(opener(Assembled, 0), shelves, max_examples=40).TestCase
TestMemoryOverStores = cache_machine(opener(Assembled, 1), shelves, max_examples=60).TestCase
TestAsyncMemoryOverStores = async_cache_machine(opener(AsyncAssembled, 1), async_shelves, max_examples=25).TestCase


def test_memory_over_disk(tmp_path_factory: pytest.TempPathFactory) -> None:
    def on_disk(clock: MovedClock) -> list[Any]:
        return [disk_store(tmp_path_factory.mktemp("disk"), clock.wall)]

    cache_machine(opener(Assembled, 1), on_disk, max_examples=10).run()
