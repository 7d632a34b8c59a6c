"""The memory store keeps the store contract, alone and as two views of one table."""

from __future__ import annotations

import pytest

from hexcache.adapters.outbound.memory.aio.store import AsyncMemoryStore
from hexcache.adapters.outbound.memory.blobs import BlobTable
from hexcache.domain.errors import StoreError
from hexcache.domain.eviction.policy import policy_names
from hexcache.ports.aio.store import AsyncStore
from hexcache.ports.capabilities import Capabilities
from hexcache.ports.finding import Found
from hexcache.testing.clock import MovedClock
from hexcache.testing.contracts.aio.store import AsyncStoreContract

LIMIT = 8 * 1024 * 1024


class TestOneView(AsyncStoreContract):
    """One store on a table of its own, with the default bounds."""

    capabilities = Capabilities(bounded_calls=True, max_value_bytes=LIMIT)

    @pytest.fixture
    def store(self, clock: MovedClock) -> AsyncMemoryStore:
        return AsyncMemoryStore(BlobTable(clock.wall))


class TestTwoViews(AsyncStoreContract):
    """Two stores on one table are one store."""

    capabilities = Capabilities(bounded_calls=True, max_value_bytes=LIMIT)

    @pytest.fixture
    def table(self, clock: MovedClock) -> BlobTable:
        return BlobTable(clock.wall)

    @pytest.fixture
    def store(self, table: BlobTable) -> AsyncMemoryStore:
        return AsyncMemoryStore(table)

    @pytest.fixture
    def second_store(self, table: BlobTable) -> AsyncMemoryStore:
        return AsyncMemoryStore(table)

    @pytest.mark.parametrize("turn", range(3))
    async def test_what_one_view_wrote_outlives_it(
        self, store: AsyncStore, second_store: AsyncStore, turn: int
    ) -> None:
        await store.put("kit:a", b"%d" % turn, dead_at=float("inf"))
        await store.aclose()
        self.closed = True
        found = await second_store.get("kit:a")
        assert isinstance(found, Found)
        assert found.blob == b"%d" % turn

    async def test_what_was_acknowledged_survives_closing(
        self, store: AsyncStore, second_store: AsyncStore
    ) -> None:  # the kit's law is about durable and shared stores; these views share within a process
        await self.test_what_one_view_wrote_outlives_it(store, second_store, 9)


@pytest.mark.parametrize("policy", policy_names())
async def test_a_store_is_bounded_in_blobs_and_in_bytes(policy: str, moved_clock: MovedClock) -> None:
    table = BlobTable(moved_clock.wall, max_items=10, max_bytes=100, max_value_bytes=60, policy=policy)
    store = AsyncMemoryStore(table)
    for number in range(40):
        await store.put(f"a{number}", b"x" * (number % 30), dead_at=float("inf"))
        assert isinstance(await store.get(f"a{number}"), Found)
        listed = [address async for address in store.scan("")]
        blobs = [found.blob for found in (await store.get_many(listed)).values() if isinstance(found, Found)]
        assert len(blobs) == len(listed) <= 10
        assert sum(map(len, blobs)) <= 100


async def test_scan_after_closing_raises(moved_clock: MovedClock) -> None:
    store = AsyncMemoryStore(BlobTable(moved_clock.wall))
    await store.aclose()
    with pytest.raises(StoreError, match="was closed"):
        _ = [address async for address in store.scan("")]
    with pytest.raises(StoreError, match="was closed"):
        await store.clear("")


async def test_a_store_in_a_forked_child_answers_though_the_parent_was_writing(moved_clock: MovedClock) -> None:
    table = BlobTable(moved_clock.wall)
    store = AsyncMemoryStore(table)
    await store.put("b", b"perhaps half written", dead_at=float("inf"))
    token = (await store.get("a")).token
    table._lock.acquire()  # the thread that would release it does not exist in the child
    store.reset_after_fork()
    assert not isinstance(await store.get("b"), Found)
    assert await store.put_if("a", b"late", dead_at=float("inf"), token=token) is False
    assert await store.put_if("a", b"new", dead_at=float("inf"), token=(await store.get("a")).token) is True


async def test_a_store_in_a_forked_child_keeps_what_nobody_was_changing(moved_clock: MovedClock) -> None:
    store = AsyncMemoryStore(BlobTable(moved_clock.wall))
    await store.put("a", b"blob", dead_at=float("inf"))
    store.reset_after_fork()
    assert isinstance(await store.get("a"), Found)
