"""Objects of both worlds over one ledger are one buffer: neither brings back what the other removed."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from functools import partial

import pytest

from hexcache.adapters.outbound.buffering.aio.store import AsyncBufferedStore
from hexcache.adapters.outbound.memory.aio.store import AsyncMemoryStore
from hexcache.ports.finding import Found
from hexcache.testing.contracts.aio.primitives import start
from hexcache.testing.held import SAFETY_LIMIT
from tests.unit.buffering.sync.bench import NEVER, Bench


class Both:
    """A blocking bench, and an awaited store over its table and its ledger."""

    def __init__(self) -> None:
        self.blocking = Bench(flush_size=100)
        inner = AsyncMemoryStore(self.blocking.table)
        self.awaited = AsyncBufferedStore(
            inner, self.blocking.ledger, clocks=self.blocking.clock.clocks, deadline=SAFETY_LIMIT
        )


@pytest.fixture
async def both() -> AsyncIterator[Both]:
    one = Both()
    yield one
    one.blocking.below.heal()
    await one.awaited.aclose()
    await asyncio.to_thread(one.blocking.store.close)


async def test_what_one_world_has_pending_the_other_sees(both: Both) -> None:
    both.blocking.put("a")
    found = await both.awaited.get("a")
    assert isinstance(found, Found)
    assert await both.awaited.put_if("a", b"second", dead_at=NEVER, token=found.token)
    assert both.blocking.seen("a") == b"second"
    assert not both.blocking.store.put_if("a", b"late", dead_at=NEVER, token=found.token)


async def test_what_one_world_removes_the_other_does_not_bring(both: Both) -> None:
    both.blocking.put("a", "b")
    assert await both.awaited.delete("a") is True
    assert await asyncio.to_thread(both.blocking.store.flush) == 0
    assert (both.blocking.stored("a"), both.blocking.stored("b")) == (None, b"b")


async def test_a_removal_waits_for_the_other_worlds_flush(both: Both) -> None:
    gate = both.blocking.below.hold("put_many", after=True)
    both.blocking.put("a")
    flushing = asyncio.ensure_future(asyncio.to_thread(both.blocking.store.flush))
    await asyncio.to_thread(gate.entered)
    removing = start(partial(both.awaited.delete, "a"))
    while not both.blocking.ledger._buffer.held("a"):  # noqa: ASYNC110 - what is waited for has no event
        await asyncio.sleep(0)
    assert both.blocking.stored("a") == b"a"
    gate.release()
    assert await removing.result() is True
    assert await flushing == 0
    assert both.blocking.stored("a") is None


async def test_closing_one_world_leaves_the_other_at_work(both: Both) -> None:
    both.blocking.put("a")
    await asyncio.to_thread(both.blocking.store.close)
    assert both.blocking.stored("a") == b"a"
    await both.awaited.put("b", b"b", dead_at=NEVER)
    assert await both.awaited.flush() == 0
    assert both.blocking.stored("b") == b"b"


def test_both_worlds_write_at_once_and_every_address_ends_with_its_last_write() -> None:
    both = Both()
    rounds = 300

    def blocking() -> None:
        for number in range(rounds):
            both.blocking.put(f"b{number % 7}", blob=b"%d" % number)

    async def awaited() -> None:
        for number in range(rounds):
            await both.awaited.put(f"a{number % 7}", b"%d" % number, dead_at=NEVER)
            await asyncio.sleep(0)
        await both.awaited.aclose()

    thread = threading.Thread(target=blocking)
    thread.start()
    asyncio.run(awaited())
    thread.join(SAFETY_LIMIT)
    both.blocking.store.close()
    for last in range(rounds - 7, rounds):
        assert both.blocking.stored(f"a{last % 7}") == both.blocking.stored(f"b{last % 7}") == b"%d" % last
