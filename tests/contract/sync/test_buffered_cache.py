# Generated from tests/contract/aio/test_buffered_cache.py by tools/unasync.py. Do not edit.
"""The caches over write buffers keep the contract of the driving port, pending and flushed."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest

from hexcache.adapters.outbound.buffering.sync.store import BufferedStore
from hexcache.adapters.outbound.buffering.ledger import Ledger
from hexcache.adapters.outbound.memory.sync.store import MemoryStore
from hexcache.adapters.outbound.memory.blobs import BlobTable
from hexcache.domain.buffer_rule import BufferRule
from hexcache.ports.sync.store import Store
from hexcache.testing.sync.faults import FaultyStore
from hexcache.testing.clock import MovedClock
from tests.contract.sync.assemblies import Assembled

PATIENCE = 20.0
ONE_TRY: dict[str, Any] = {"retry": 1e5, "retry_max": 1e5}
"""What failed is brought again by who asks; closing does not wait to try again."""


class Buffered(Assembled):
    """Memory over a buffer over a store that goes wrong on command: what fails is a flush."""

    depth = 1
    deferred = True
    rule: ClassVar[dict[str, Any]] = {"flush_size": 10_000, "flush_age": 1e9, **ONE_TRY}

    @pytest.fixture(autouse=True)
    def ledgers(self) -> None:
        self.kept: dict[FaultyStore, Ledger] = {}

    def make_store(self, clock: MovedClock, place: int) -> MemoryStore:
        return MemoryStore(BlobTable(clock.wall))

    def before(self, store: FaultyStore, clock: MovedClock) -> Store:
        ledger = self.kept.setdefault(store, Ledger(BufferRule(**self.rule), clock.clocks))
        return BufferedStore(store, ledger, clocks=clock.clocks, deadline=PATIENCE)


class TestPending(Buffered):
    """Nothing is flushed but by who asks."""


class TestFlushed(Buffered):
    """Each write makes a flush due."""

    rule: ClassVar[dict[str, Any]] = {"flush_size": 1, **ONE_TRY}


class TestTwoBuffers(Buffered):
    """Two stores, each behind a buffer that is flushed at every other write."""

    depth = 2
    rule: ClassVar[dict[str, Any]] = {"flush_size": 2, "flush_age": 1e9, **ONE_TRY}


class TestFaultsBefore(Assembled):
    """Memory over a store that goes wrong on command, behind which is a buffer."""

    depth = 1

    def make_store(self, clock: MovedClock, place: int) -> Store:
        inner = MemoryStore(BlobTable(clock.wall))
        return BufferedStore.with_rule(inner, BufferRule(flush_size=3), clocks=clock.clocks, deadline=PATIENCE)
