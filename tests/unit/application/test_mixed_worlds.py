"""Threads and tasks over one core: one load for both, the same answers, and neither can hold the other up for ever."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from hexcache.adapters.outbound.memory.aio.leases import AsyncMemoryLeases
from hexcache.adapters.outbound.memory.lease_table import LeaseTable
from hexcache.adapters.outbound.memory.sync.leases import MemoryLeases
from hexcache.application.aio.assembly import AsyncAssembly
from hexcache.application.aio.cache import AsyncCache
from hexcache.application.sync.cache import Cache
from hexcache.domain.errors import LoadCycle
from hexcache.domain.lookup import MISS
from hexcache.testing.clock import MovedClock
from hexcache.testing.held import SAFETY_LIMIT
from tests.unit.application.aio.assembling import AsyncRig
from tests.unit.application.aio.stores import AsyncShelf
from tests.unit.application.sync.assembling import Origin, Rig
from tests.unit.application.sync.stores import Shelf


class BothWorlds:
    """A blocking and an awaited cache over one core and over the same shelves, with a loop in a thread of its own."""

    def __init__(self, memory: int = 1, stores: int = 1, *, leased: bool = False, **policy: Any) -> None:
        clock = MovedClock()
        table = LeaseTable(clock.monotonic)
        self.rig = Rig(memory, stores, clock=clock, keeper=MemoryLeases(table) if leased else None, **policy)
        shelves = [shelf.shelves for shelf in self.rig.inner if isinstance(shelf, Shelf)]
        codec = self.rig.assembly.tiers[0].codec if stores else None
        awaited = [(AsyncShelf(self.rig.clock.wall, shelves=one), codec) for one in shelves if codec is not None]
        self.core = self.rig.core
        self.blocking: Cache[Any] = self.rig.cache
        self.awaited: AsyncCache[Any] = AsyncCache(
            AsyncAssembly(self.core, awaited, leases=AsyncMemoryLeases(table) if leased else None)
        )
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()

    def run(self, coroutine: Any) -> Any:
        """Run a coroutine on the loop and wait for it."""
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(SAFETY_LIMIT)

    def close(self) -> None:
        self.run(self.awaited.aclose())
        self.rig.__exit__()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(SAFETY_LIMIT)
        self.loop.close()


@pytest.fixture(params=[False, True], ids=["plain", "leased"])
def both(request: pytest.FixtureRequest) -> Iterator[BothWorlds]:
    worlds = BothWorlds(leased=request.param, ttl=10, stale_ttl=100)
    yield worlds
    worlds.close()


@pytest.mark.parametrize("leader", ["thread", "task"])
def test_a_thousand_threads_and_a_thousand_tasks_share_one_load(both: BothWorlds, leader: str) -> None:
    calls: list[str] = []
    loading, ready = threading.Event(), threading.Event()

    def load() -> list[int]:
        calls.append("thread")
        loading.set()
        ready.wait(SAFETY_LIMIT)
        return [1]

    async def aload() -> list[int]:
        calls.append("task")
        loading.set()
        await asyncio.to_thread(ready.wait, SAFETY_LIMIT)
        return [1]

    async def tasks(number: int) -> list[Any]:
        return list(await asyncio.gather(*[both.awaited.get_or_set("k", aload) for _ in range(number)]))

    threading.stack_size(256 * 1024)
    results: list[Any] = []
    threads = [
        threading.Thread(target=lambda: results.append(both.blocking.get_or_set("k", load))) for _ in range(1_000)
    ]
    threading.stack_size(0)
    if leader == "thread":
        threads[0].start()
        loading.wait(SAFETY_LIMIT)
    awaited = asyncio.run_coroutine_threadsafe(tasks(1_000), both.loop)
    loading.wait(SAFETY_LIMIT)
    for thread in threads[leader == "thread" :]:
        thread.start()
    while both.core.stats.joined < 1_999:
        threading.Event().wait(0.005)
    ready.set()
    results += awaited.result(SAFETY_LIMIT)
    for thread in threads:
        thread.join(SAFETY_LIMIT)
    assert calls == [leader]
    assert results == [[1]] * 2_000
    assert len({id(result) for result in results}) == 2_000


def test_both_worlds_see_the_same_values_at_once(both: BothWorlds) -> None:
    both.blocking.set("k", [1])
    assert both.run(both.awaited.get("k")) == [1]
    assert both.awaited.get_nowait("k", MISS) == [1]
    both.run(both.awaited.set("k", [2]))
    assert both.blocking.get("k") == [2]
    both.blocking.delete("k")
    assert both.run(both.awaited.get("k")) is None
    both.run(both.awaited.set("t", 1, tags=["tag"]))
    both.blocking.invalidate_tags("tag")
    assert both.run(both.awaited.get("t")) is None


def test_a_change_in_one_world_wins_over_a_load_in_the_other(both: BothWorlds) -> None:
    origin = Origin("old")
    gate = origin.hold()
    with ThreadPoolExecutor(1) as threads:
        caller = threads.submit(both.blocking.get_or_set, "k", origin)
        gate.entered()
        both.run(both.awaited.set("k", "new"))
        gate.release()
        assert caller.result(SAFETY_LIMIT) == "old"
    assert both.blocking.get("k") == both.run(both.awaited.get("k")) == "new"


def test_a_blocking_caller_on_the_loop_that_runs_the_load_loads_for_itself(both: BothWorlds) -> None:
    async def scene() -> tuple[Any, Any]:
        started, release = asyncio.Event(), asyncio.Event()

        async def slow() -> str:
            started.set()
            await release.wait()
            return "awaited"

        task = asyncio.ensure_future(both.awaited.get_or_set("k", slow))
        await started.wait()
        mine = both.blocking.get_or_set("k", Origin("blocking"))
        release.set()
        return mine, await task

    assert both.run(scene()) == ("blocking", "awaited")
    assert both.blocking.get("k") == "blocking"


def test_a_load_of_such_a_caller_is_detached_by_a_change_as_any_other(both: BothWorlds) -> None:
    async def scene() -> None:
        started, release = asyncio.Event(), asyncio.Event()

        async def slow() -> str:
            started.set()
            await release.wait()
            return "old"

        def load() -> str:
            changer = threading.Thread(target=both.rig.cache.delete, args=("k",))
            changer.start()
            changer.join(SAFETY_LIMIT)
            return "old"

        task = asyncio.ensure_future(both.awaited.get_or_set("k", slow))
        await started.wait()
        assert both.blocking.get_or_set("k", load) == "old"
        assert both.blocking.get("k") is None
        release.set()
        assert await task == "old"

    both.run(scene())
    assert both.blocking.get("k") is None
    assert both.core.stats.detached == 2
    assert both.rig.held(0, "k") is MISS


def test_a_blocking_loader_on_the_loop_that_asks_for_its_own_key_is_told_so(both: BothWorlds) -> None:
    async def circular() -> Any:
        return both.blocking.get_or_set("k", Origin(1))

    with pytest.raises(LoadCycle):
        both.run(both.awaited.get_or_set("k", circular))


def test_a_joiner_of_the_other_world_gets_the_error_of_the_load(both: BothWorlds) -> None:
    origin = Origin(ZeroDivisionError("of the thread"))
    gate = origin.hold()
    with ThreadPoolExecutor(1) as threads:
        caller = threads.submit(both.blocking.get_or_set, "k", origin)
        gate.entered()

        async def unused() -> None:
            raise AssertionError("there is a load already")

        task = asyncio.run_coroutine_threadsafe(both.awaited.get_or_set("k", unused), both.loop)
        while both.core.stats.joined < 1:
            threading.Event().wait(0.001)
        gate.release()
        assert isinstance(task.exception(SAFETY_LIMIT), ZeroDivisionError)
        assert task.exception() is caller.exception(SAFETY_LIMIT)


def test_a_refresh_in_one_world_is_not_begun_in_the_other_too(both: BothWorlds) -> None:
    both.blocking.set("k", "old")
    both.rig.clock.advance(20)
    origin = Origin("new")
    gate = origin.hold()
    assert both.blocking.get_or_set("k", origin) == "old"
    gate.entered()

    async def unused() -> None:
        raise AssertionError("there is a refresh already")

    assert both.run(both.awaited.get_or_set("k", unused)) == "old"
    gate.release()
    both.rig.idle()
    assert both.run(both.awaited.get("k")) == "new"


def test_adding_is_decided_once_for_both_worlds(both: BothWorlds) -> None:
    with ThreadPoolExecutor(8) as threads:
        blocking = [threads.submit(both.blocking.add, "k", n) for n in range(20)]

        async def add() -> list[bool]:
            return list(await asyncio.gather(*[both.awaited.add("k", 100 + n) for n in range(20)]))

        added = both.run(add()) + [one.result(SAFETY_LIMIT) for one in blocking]
    assert sum(added) == 1


def test_two_loops_share_one_load() -> None:
    rig = AsyncRig(1, 0)
    started, release = threading.Event(), threading.Event()
    calls: list[int] = []

    async def load() -> str:
        calls.append(1)
        started.set()
        await asyncio.to_thread(release.wait, SAFETY_LIMIT)
        return "v"

    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(lambda: asyncio.run(rig.cache.get_or_set("k", load)))
        started.wait(SAFETY_LIMIT)
        second = threads.submit(lambda: asyncio.run(rig.cache.get_or_set("k", load)))
        while rig.core.stats.joined < 1:
            threading.Event().wait(0.001)
        release.set()
        assert (first.result(SAFETY_LIMIT), second.result(SAFETY_LIMIT)) == ("v", "v")
    assert calls == [1]
