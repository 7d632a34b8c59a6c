# Generated from tests/unit/memory/aio/test_store_contract.py by tools/unasync.py. Do not edit.
"""The memory store keeps the store contract, alone and as two views of one table."""

from __future__ import annotations

import pytest

from hexcache.adapters.outbound.memory.sync.store import MemoryStore
from hexcache.adapters.outbound.memory.blobs import BlobTable
from hexcache.domain.errors import StoreError
from hexcache.domain.eviction.policy import policy_names
from hexcache.ports.sync.store import Store
from hexcache.ports.capabilities import Capabilities
from hexcache.ports.finding import Found
from hexcache.testing.clock import MovedClock
from hexcache.testing.contracts.sync.store import StoreContract

LIMIT = 8 * 1024 * 1024


class TestOneView(StoreContract):
    """One store on a table of its own, with the default bounds."""

    capabilities = Capabilities(bounded_calls=True, max_value_bytes=LIMIT)

    @pytest.fixture
    def store(self, clock: MovedClock) -> MemoryStore:
        return MemoryStore(BlobTable(clock.wall))


class TestTwoViews(StoreContract):
    """Two stores on one table are one store."""

    capabilities = Capabilities(bounded_calls=True, max_value_bytes=LIMIT)

    @pytest.fixture
    def table(self, clock: MovedClock) -> BlobTable:
        return BlobTable(clock.wall)

    @pytest.fixture
    def store(self, table: BlobTable) -> MemoryStore:
        return MemoryStore(table)

    @pytest.fixture
    def second_store(self, table: BlobTable) -> MemoryStore:
        return MemoryStore(table)

    @pytest.mark.parametrize("turn", range(3))
    def test_what_one_view_wrote_outlives_it(
        self, store: Store, second_store: Store, turn: int
    ) -> None:
        store.put("kit:a", b"%d" % turn, dead_at=float("inf"))
        store.close()
        self.closed = True
        found = second_store.get("kit:a")
        assert isinstance(found, Found)
        assert found.blob == b"%d" % turn

    def test_what_was_acknowledged_survives_closing(
        self, store: Store, second_store: Store
    ) -> None:  # the kit's law is about durable and shared stores; these views share within a process
        self.test_what_one_view_wrote_outlives_it(store, second_store, 9)


@pytest.mark.parametrize("policy", policy_names())
def test_a_store_is_bounded_in_blobs_and_in_bytes(policy: str, moved_clock: MovedClock) -> None:
    table = BlobTable(moved_clock.wall, max_items=10, max_bytes=100, max_value_bytes=60, policy=policy)
    store = MemoryStore(table)
    for number in range(40):
        store.put(f"a{number}", b"x" * (number % 30), dead_at=float("inf"))
        assert isinstance(store.get(f"a{number}"), Found)
        listed = [address for address in store.scan("")]
        blobs = [found.blob for found in (store.get_many(listed)).values() if isinstance(found, Found)]
        assert len(blobs) == len(listed) <= 10
        assert sum(map(len, blobs)) <= 100


def test_scan_after_closing_raises(moved_clock: MovedClock) -> None:
    store = MemoryStore(BlobTable(moved_clock.wall))
    store.close()
    with pytest.raises(StoreError, match="was closed"):
        _ = [address for address in store.scan("")]
    with pytest.raises(StoreError, match="was closed"):
        store.clear("")


def test_a_store_in_a_forked_child_answers_though_the_parent_was_writing(moved_clock: MovedClock) -> None:
    table = BlobTable(moved_clock.wall)
    store = MemoryStore(table)
    store.put("b", b"perhaps half written", dead_at=float("inf"))
    token = (store.get("a")).token
    table._lock.acquire()  # the thread that would release it does not exist in the child
    store.reset_after_fork()
    assert not isinstance(store.get("b"), Found)
    assert store.put_if("a", b"late", dead_at=float("inf"), token=token) is False
    assert store.put_if("a", b"new", dead_at=float("inf"), token=(store.get("a")).token) is True


def test_a_store_in_a_forked_child_keeps_what_nobody_was_changing(moved_clock: MovedClock) -> None:
    store = MemoryStore(BlobTable(moved_clock.wall))
    store.put("a", b"blob", dead_at=float("inf"))
    store.reset_after_fork()
    assert isinstance(store.get("a"), Found)
