"""Tasks that are cancelled and event loops that end: what was pending stays pending, and the next loop brings it."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

import pytest

from hexcache.adapters.outbound.buffering.aio.store import AsyncBufferedStore
from hexcache.adapters.outbound.buffering.ledger import Ledger
from hexcache.adapters.outbound.memory.aio.store import AsyncMemoryStore
from hexcache.adapters.outbound.memory.blobs import BlobTable
from hexcache.domain.buffer_rule import BufferRule
from hexcache.ports.finding import Found
from hexcache.testing.clock import MovedClock
from hexcache.testing.contracts.aio.primitives import start
from tests.unit.buffering.aio.bench import CALM, NEVER, AsyncBench


class Stalling(AsyncMemoryStore):
    """A store whose ``put_many`` never answers the first time, in whatever loop."""

    stalled = 0

    async def put_many(self, blobs: Any, /) -> dict[str, str]:
        self.stalled += 1
        if self.stalled == 1:
            await asyncio.get_running_loop().create_future()
        return await super().put_many(blobs)


def stalling(**rule: Any) -> tuple[Stalling, AsyncBufferedStore]:
    clock = MovedClock()
    store = Stalling(BlobTable(clock.wall))
    ledger = Ledger(BufferRule(**{**CALM, "retry": 0.001, "retry_max": 0.001, **rule}), clock.clocks)
    return store, AsyncBufferedStore(store, ledger, clocks=clock.clocks, deadline=20.0)


async def test_a_cancelled_caller_of_flush_cancels_no_flush() -> None:
    async with AsyncBench() as bench:
        gate = bench.below.hold("put_many")
        await bench.put("a")
        flushing = start(bench.store.flush)
        await gate.entered()
        await flushing.abandon()
        gate.release()
        await bench.until(lambda: bench.stored("a"))
        assert len(bench.batches()) == 1


@pytest.mark.parametrize("how", ["delete", "clear"])
async def test_a_removal_that_is_cancelled_is_brought_by_a_flush(how: str) -> None:
    async with AsyncBench() as bench:
        await bench.put("k")
        assert await bench.store.flush() == 0
        await bench.put("k", blob=b"newer")
        gate = bench.below.hold("delete", "delete_many", "clear")
        removing = start(partial(getattr(bench.store, how), "k"))
        await gate.entered()
        await removing.abandon()
        gate.release()
        assert not bench.ledger._buffer._holds
        assert await bench.store.flush() == 0
        assert bench.stored("k") is None


async def test_a_writer_that_is_cancelled_while_it_waits_for_room_leaves_no_trace() -> None:
    async with AsyncBench(max_items=1, flush_size=1) as bench:
        gate = bench.below.hold("put_many")
        await bench.put("a")
        await gate.entered()
        writing = start(partial(bench.put, "b"))
        await bench.until(lambda: bench.store.backlog()["overflows"])
        await writing.abandon()
        gate.release()
        assert await bench.store.flush() == 0
        assert (bench.stored("a"), bench.stored("b")) == (b"a", None)


async def test_a_flush_that_takes_too_long_is_given_up_and_brought_again() -> None:
    async with AsyncBench(deadline=0.02, retry=0.001, retry_max=0.001) as bench:
        gate = bench.below.hold("put_many")
        await bench.put("a")
        assert await bench.store.flush(20.0) == 1
        assert bench.ears.told == [("failed", "TimeoutError", True)]
        assert await bench.store.flush(20.0) == 0
        assert bench.stored("a") == b"a"
        gate.release()


async def test_closing_that_is_cancelled_ends_the_worker_and_the_store() -> None:
    bench = AsyncBench()
    gate = bench.below.hang("put_many")
    await bench.put("a")
    closing = start(bench.store.aclose)
    await gate.entered()
    await closing.abandon()
    assert bench.below.count("close") == 1
    assert not [task for task in asyncio.all_tasks() if "Worker" in repr(task)]


def test_what_a_loop_leaves_the_next_one_brings() -> None:
    """``asyncio.run`` cancels the worker while it flushes; nothing is lost by that."""
    store, buffered = stalling(flush_size=2)

    async def first() -> None:
        await buffered.put_many({"a": (b"a", NEVER), "b": (b"b", NEVER)})
        while not store.stalled:  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0)

    async def second() -> None:
        found = await buffered.get("a")
        assert isinstance(found, Found)
        await buffered.aclose()

    asyncio.run(first())
    assert buffered.backlog()["entries"] == 2
    asyncio.run(second())
    assert store._table.read("b") != store._table.read("nothing")
    assert store.stalled == 2


def test_a_loop_that_was_closed_in_mid_flight_does_not_hold_the_batch_for_ever() -> None:
    store, buffered = stalling(flush_size=1)

    async def begin() -> None:
        await buffered.put("a", b"a", dead_at=NEVER)
        while not store.stalled:  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0)

    loop = asyncio.new_event_loop()
    loop.run_until_complete(begin())
    tasks = asyncio.all_tasks(loop)
    loop.close()  # the worker's task hangs in it, and is neither run nor cancelled any more

    async def removed_and_written() -> None:
        assert await buffered.delete("a")
        await buffered.put("b", b"b", dead_at=NEVER)
        assert await buffered.flush() == 0
        await buffered.aclose()

    asyncio.run(removed_and_written())
    assert not isinstance(store._table.read("a"), Found)
    assert isinstance(store._table.read("b"), Found)
    for task in tasks:  # or the interpreter tells that they were lost
        task._log_destroy_pending = False  # type: ignore[attr-defined]


def test_a_loop_that_stands_still_leaves_the_work_to_one_that_runs() -> None:
    store, buffered = stalling()
    store.stalled = 1

    async def write(address: str) -> None:
        await buffered.put(address, b"x", dead_at=NEVER)

    with asyncio.Runner() as standing, asyncio.Runner() as running:
        standing.run(write("a"))
        running.run(write("b"))
        assert running.run(buffered.flush()) == 0
        running.run(buffered.aclose())
