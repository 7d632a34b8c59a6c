"""Cancelling one task cancels nobody else, and leaves no tier with what was half changed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from hexcache.domain.errors import LoadAbandoned
from hexcache.domain.lookup import MISS
from hexcache.testing.aio.primitives import AsyncGate
from tests.unit.application.aio.assembling import AsyncOrigin, AsyncRig
from tests.unit.application.aio.fleet import AsyncFleet
from tests.unit.application.aio.primitives import start, until


async def cancel(task: asyncio.Future[Any]) -> None:
    """Cancel a task and see that it ends as cancelled."""
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


@pytest.mark.parametrize("who", ["leader", "joiner", "all"])
async def test_a_cancelled_caller_leaves_the_load_to_the_others(who: str) -> None:
    async with AsyncRig(1, 1) as rig:
        origin = AsyncOrigin("v")
        gate = origin.hold()
        callers = [start(rig.cache.get_or_set, "k", origin) for _ in range(3)]
        await until(lambda: rig.core.stats.joined == 2)
        leaving = {"leader": callers[:1], "joiner": callers[1:2], "all": callers}[who]
        for caller in leaving:
            await cancel(caller.task)
        gate.release()
        for caller in callers:
            if caller not in leaving:
                assert await caller.result() == "v"
        await rig.idle()
        assert await rig.cache.get("k") == "v"
        assert rig.held(0, "k") == "v"
        assert origin.calls == 1


async def test_a_cancelled_caller_of_a_bulk_load_leaves_it_to_the_others() -> None:
    async with AsyncRig(1, 1) as rig:
        origin = AsyncOrigin({"a": 1, "b": 2})
        gate = origin.hold()
        first = start(rig.cache.get_or_set_many, ["a", "b"], origin)
        await gate.entered()
        second = start(rig.cache.get_or_set, "b", AsyncOrigin("unused"))
        await until(lambda: rig.core.stats.joined == 1)
        await cancel(first.task)
        gate.release()
        assert await second.result() == 2
        assert await rig.cache.get("a") == 1


async def test_a_loader_that_cancels_itself_gives_its_callers_an_error() -> None:
    async with AsyncRig() as rig:
        with pytest.raises(LoadAbandoned):
            await rig.cache.get_or_set("k", AsyncOrigin(asyncio.CancelledError()))
        with pytest.raises(ExceptionGroup) as caught:
            await rig.cache.get_or_set_many(["k", "l"], AsyncOrigin(asyncio.CancelledError()))
        assert {type(error) for error in caught.value.exceptions} == {LoadAbandoned}
        assert await rig.cache.get_or_set("k", AsyncOrigin(1)) == 1


async def test_a_loader_that_resists_cancellation_is_left_behind_at_the_deadline() -> None:
    async with AsyncRig(load_timeout=0.02) as rig:
        gate = AsyncGate()

        async def stubborn() -> str:
            for _ in range(3):
                try:
                    await gate.passage()
                except asyncio.CancelledError:
                    continue
            return "late"

        with pytest.raises(TimeoutError):
            await rig.cache.get_or_set("k", stubborn)
        assert await rig.cache.get_or_set("k", AsyncOrigin("new")) == "new"
        gate.release()
        await asyncio.sleep(0)
        assert await rig.cache.get("k") == "new"


async def test_work_that_is_cancelled_before_its_first_step_leaves_no_flight() -> None:
    async with AsyncRig() as rig:
        caller = start(rig.cache.get_or_set, "k", AsyncOrigin(1))
        await asyncio.sleep(0)
        for task in list(rig.assembly.crew._tasks):
            task.cancel()
        assert isinstance(await caller.error(), LoadAbandoned)
        assert len(rig.core.flights) == 0
        assert await rig.cache.get_or_set("k", AsyncOrigin(2)) == 2


async def test_a_cancelled_refresh_does_not_keep_the_key_from_being_refreshed() -> None:
    async with AsyncRig(1, 0, ttl=10, stale_ttl=1_000) as rig:
        await rig.cache.set("k", "old")
        rig.clock.advance(20)
        origin = AsyncOrigin("new")
        gate = origin.hold()
        assert await rig.cache.get_or_set("k", origin) == "old"
        await gate.entered()
        for task in list(rig.assembly.crew._tasks):
            task.cancel()
        await rig.idle()
        gate.release()
        assert await rig.cache.get_or_set("k", origin) == "old"
        await rig.idle()
        assert await rig.cache.get("k") == "new"


async def test_callers_of_a_load_that_is_given_up_on_closing_are_told() -> None:
    async with AsyncRig(1, 1, close_timeout=0.02) as rig:
        origin = AsyncOrigin("late")
        gate = origin.hold()
        caller = start(rig.cache.get_or_set, "k", origin)
        await gate.entered()
        await rig.cache.aclose()
        assert isinstance(await caller.error(), LoadAbandoned)
        gate.release()


def test_a_loop_that_ends_with_a_load_in_the_air_leaves_no_flight() -> None:
    rigs: list[AsyncRig] = []

    async def leave() -> None:
        rigs.append(AsyncRig(1, 0))
        origin = AsyncOrigin(1)
        gate = origin.hold()
        start(rigs[0].cache.get_or_set, "k", origin)
        await gate.entered()

    async def come_again() -> object:
        return await rigs[0].cache.get_or_set("k", AsyncOrigin(2))

    asyncio.run(leave())
    assert asyncio.run(come_again()) == 2


CHANGES: list[tuple[str, Callable[[AsyncRig], Coroutine[Any, Any, object]]]] = [
    ("put", lambda rig: rig.cache.set("k", "new")),
    ("delete", lambda rig: rig.cache.delete("k")),
    ("clear", lambda rig: rig.cache.clear()),
    ("put_many", lambda rig: rig.cache.set_many({"k": "new", "l": "new"})),
    ("delete_many", lambda rig: rig.cache.delete_many(["k", "l"])),
]


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize(("operation", "change"), CHANGES)
async def test_a_cancelled_change_leaves_the_tiers_of_one_mind(
    operation: Any, change: Callable[[AsyncRig], Coroutine[Any, Any, object]], place: int, after: bool
) -> None:
    async with AsyncRig(1, 2) as rig:
        await rig.cache.set_many({"k": "old", "l": "old"})
        gate = rig.stores[place].hold(operation, after=after)
        changing = asyncio.ensure_future(change(rig))
        await gate.entered()
        await cancel(changing)
        gate.release()
        seen = {await rig.cache.get("k", MISS) for _ in range(3)}
        assert len(seen) == 1
        assert await rig.cache.flush() == 0
        held = {rig.held(number, "k") for number in range(2)}
        assert held in ({MISS}, {"new"}, {MISS, "new"})
        rig.forget()
        assert await rig.cache.get("k") != "old"


async def test_a_cancelled_writer_in_the_queue_lets_nobody_overtake_the_first() -> None:
    async with AsyncRig(1, 1) as rig:
        gate = rig.stores[0].hold("put")
        first = start(rig.cache.set, "k", "first")
        await gate.entered()
        waiting = [start(rig.cache.set, "k", f"never {n}") for n in range(200)]
        await until(lambda: rig.core.stats.sets == 201)
        last = start(rig.cache.set, "k", "last")
        await until(lambda: rig.core.stats.sets == 202)
        for one in waiting:
            await cancel(one.task)
        await asyncio.sleep(0)
        assert not last.done
        gate.release()
        await first.result()
        await last.result()
        assert await rig.cache.get("k") == rig.held(0, "k") == "last"
        assert len(rig.core.turns) == 0


async def test_a_cancelled_reader_leaves_no_trace() -> None:
    async with AsyncRig(1, 1) as rig:
        await rig.cache.set("k", 1)
        rig.forget()
        gate = rig.stores[0].hold("get")
        reader = start(rig.cache.get, "k")
        await gate.entered()
        await cancel(reader.task)
        gate.release()
        assert await rig.cache.get("k") == 1


async def test_a_cancelled_close_can_be_made_again() -> None:
    async with AsyncRig(1, 1, close_timeout=20) as rig:
        gate = rig.stores[0].hold("close")
        closing = start(rig.cache.aclose)
        await gate.entered()
        await cancel(closing.task)
        gate.release()
        await rig.cache.aclose()
        assert rig.inner[0].closed  # type: ignore[attr-defined]  # a shelf of the tests


async def test_a_loader_that_closes_its_own_cache_is_given_up_in_bounded_time() -> None:
    async with AsyncRig(1, 0, close_timeout=0.02) as rig:

        async def close() -> None:
            await rig.cache.aclose()

        caller = start(rig.cache.get_or_set, "k", close)
        assert isinstance(await caller.error(), LoadAbandoned)


async def test_a_load_that_is_given_up_while_it_asks_for_its_lease_keeps_none(monkeypatch: pytest.MonkeyPatch) -> None:
    async with AsyncFleet(1) as fleet:
        rig, keeper = fleet.rigs[0], fleet.keepers[0]
        granted = AsyncGate()
        inner = keeper.inner.acquire

        async def lost(*args: Any, **options: Any) -> Any:
            await inner(*args, **options)
            await granted.passage()

        monkeypatch.setattr(keeper, "acquire", lost)
        caller = start(rig.cache.get_or_set, "k", AsyncOrigin("unused"))
        await granted.entered()
        assert not fleet.free("k")
        for task in list(rig.assembly.crew._tasks):
            task.cancel()
        assert isinstance(await caller.error(), LoadAbandoned)
        await until(lambda: fleet.free("k"))
        granted.release()


async def test_a_load_that_is_given_up_gives_its_lease_back_for_others_at_once() -> None:
    async with AsyncFleet(1) as fleet:
        rig = fleet.rigs[0]
        origin = AsyncOrigin("v")
        gate = origin.hold()
        caller = start(rig.cache.get_or_set, "k", origin)
        await gate.entered()
        for task in list(rig.assembly.crew._tasks):
            task.cancel()
        assert isinstance(await caller.error(), LoadAbandoned)
        await until(lambda: fleet.free("k"))
        gate.release()
