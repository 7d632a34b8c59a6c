"""The caches over write buffers keep the contract of the driving port, pending and flushed."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest

from hexcache.adapters.outbound.buffering.aio.store import AsyncBufferedStore
from hexcache.adapters.outbound.buffering.ledger import Ledger
from hexcache.adapters.outbound.memory.aio.store import AsyncMemoryStore
from hexcache.adapters.outbound.memory.blobs import BlobTable
from hexcache.domain.buffer_rule import BufferRule
from hexcache.ports.aio.store import AsyncStore
from hexcache.testing.aio.faults import AsyncFaultyStore
from hexcache.testing.clock import MovedClock
from tests.contract.aio.assemblies import AsyncAssembled

PATIENCE = 20.0
ONE_TRY: dict[str, Any] = {"retry": 1e5, "retry_max": 1e5}
"""What failed is brought again by who asks; closing does not wait to try again."""


class AsyncBuffered(AsyncAssembled):
    """Memory over a buffer over a store that goes wrong on command: what fails is a flush."""

    depth = 1
    deferred = True
    rule: ClassVar[dict[str, Any]] = {"flush_size": 10_000, "flush_age": 1e9, **ONE_TRY}

    @pytest.fixture(autouse=True)
    def ledgers(self) -> None:
        self.kept: dict[AsyncFaultyStore, Ledger] = {}

    def make_store(self, clock: MovedClock, place: int) -> AsyncMemoryStore:
        return AsyncMemoryStore(BlobTable(clock.wall))

    def before(self, store: AsyncFaultyStore, clock: MovedClock) -> AsyncStore:
        ledger = self.kept.setdefault(store, Ledger(BufferRule(**self.rule), clock.clocks))
        return AsyncBufferedStore(store, ledger, clocks=clock.clocks, deadline=PATIENCE)


class TestPending(AsyncBuffered):
    """Nothing is flushed but by who asks."""


class TestFlushed(AsyncBuffered):
    """Each write makes a flush due."""

    rule: ClassVar[dict[str, Any]] = {"flush_size": 1, **ONE_TRY}


class TestTwoBuffers(AsyncBuffered):
    """Two stores, each behind a buffer that is flushed at every other write."""

    depth = 2
    rule: ClassVar[dict[str, Any]] = {"flush_size": 2, "flush_age": 1e9, **ONE_TRY}


class TestFaultsBefore(AsyncAssembled):
    """Memory over a store that goes wrong on command, behind which is a buffer."""

    depth = 1

    def make_store(self, clock: MovedClock, place: int) -> AsyncStore:
        inner = AsyncMemoryStore(BlobTable(clock.wall))
        return AsyncBufferedStore.with_rule(inner, BufferRule(flush_size=3), clocks=clock.clocks, deadline=PATIENCE)
