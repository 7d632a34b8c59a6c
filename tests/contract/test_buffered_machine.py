"""Stacks with write buffers follow the model whatever is called, while what lies below fails and heals."""

from __future__ import annotations

from typing import Any

import pytest

from hexcache.adapters.outbound.memory.aio.store import AsyncMemoryStore
from hexcache.adapters.outbound.memory.blobs import BlobTable
from hexcache.adapters.outbound.memory.sync.store import MemoryStore
from hexcache.testing.clock import MovedClock
from hexcache.testing.contracts.sync.cache_ground import CALM
from hexcache.testing.stack_machine import async_cache_machine, cache_machine
from tests.contract.aio.test_buffered_cache import AsyncBuffered
from tests.contract.sync.test_buffered_cache import Buffered

RULES: dict[str, dict[str, Any]] = {
    "pending": {"flush_size": 10_000},
    "flushed": {"flush_size": 1},
    "in turn": {"flush_size": 3},
    "full": {"flush_size": 2, "max_items": 2, "overflow": "write_through"},
}
SLOW = {"flush_age": 1e9, "retry": 1e5, "retry_max": 1e5}


def opener(contract: type[Buffered] | type[AsyncBuffered], memory: int, rule: dict[str, Any]) -> Any:
    """Opens caches with so many memory tiers; all of one world's share what is pending."""
    assembled: Any = contract()
    assembled.memory, assembled.rule, assembled.kept = memory, {**SLOW, **rule}, {}

    def opened(clock: MovedClock, stores: Any) -> Any:
        return assembled.make(clock, stores, bus=None, deadline=20.0, **CALM)

    return opened


def shelves(clock: MovedClock) -> list[MemoryStore]:
    """Two stores, both kept in memory."""
    return [MemoryStore(BlobTable(clock.wall)) for _ in range(2)]


def async_shelves(clock: MovedClock) -> list[AsyncMemoryStore]:
    """The same for the awaited world."""
    return [AsyncMemoryStore(BlobTable(clock.wall)) for _ in range(2)]


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("memory", [0, 1])
def test_stacks_follow_the_model(memory: int, rule: str) -> None:
    cache_machine(opener(Buffered, memory, RULES[rule]), shelves, max_examples=15).run()


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("memory", [0, 1])
def test_awaited_stacks_follow_the_model(memory: int, rule: str) -> None:
    async_cache_machine(opener(AsyncBuffered, memory, RULES[rule]), async_shelves, max_examples=10).run()
