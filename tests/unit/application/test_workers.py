"""Threads that do what cannot be bounded: as many as there is work, few of them idle, none of them kept for ever."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest

from hexcache.application import forking
from hexcache.application.sync import primitives
from hexcache.application.tag_states import TagStates
from hexcache.domain.errors import LoadAbandoned
from hexcache.domain.tag import TagState
from hexcache.testing.held import SAFETY_LIMIT
from tests.unit.application.aio.assembling import AsyncRig
from tests.unit.application.aio.primitives import start as begin
from tests.unit.application.aio.primitives import until as joined
from tests.unit.application.sync.assembling import Origin, Rig
from tests.unit.application.sync.primitives import start, until


def workers() -> list[threading.Thread]:
    """The worker threads that are alive."""
    return [thread for thread in threading.enumerate() if thread.name == "hexcache-worker"]


def test_work_is_done_side_by_side_and_few_threads_stay() -> None:
    pool = primitives._Workers()
    together = threading.Barrier(20, timeout=SAFETY_LIMIT)
    futures = [pool.submit(together.wait, (), {}) for _ in range(20)]
    assert len({future.result(SAFETY_LIMIT) for future in futures}) == 20
    until(lambda: len(pool._idle) == primitives.MAX_IDLE)
    one = pool.submit(threading.get_ident, (), {}).result(SAFETY_LIMIT)
    until(lambda: len(pool._idle) == primitives.MAX_IDLE)
    assert pool.submit(threading.get_ident, (), {}).result(SAFETY_LIMIT) == one


def test_an_idle_thread_ends_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(primitives, "IDLE_SECONDS", 0.01)
    pool = primitives._Workers()
    ident = pool.submit(threading.get_ident, (), {}).result(SAFETY_LIMIT)
    until(lambda: ident not in {thread.ident for thread in threading.enumerate()})
    assert not pool._idle


def test_a_thread_with_work_on_its_way_does_not_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(primitives, "IDLE_SECONDS", 0.01)
    pool = primitives._Workers()
    worker = primitives._Worker(pool)
    worker.start()
    until(worker.is_alive)
    done = threading.Event()
    threading.Event().wait(0.03)
    assert not pool.retire(worker)
    worker.give(done.set)
    assert done.wait(SAFETY_LIMIT)


def test_what_a_worker_raises_belongs_to_whoever_waits() -> None:
    with pytest.raises(SystemExit):
        primitives.within(SAFETY_LIMIT, False, exit_now)


def exit_now() -> None:
    raise SystemExit(1)


@pytest.mark.parametrize("bulk", [False, True])
def test_a_leader_that_is_interrupted_gives_those_who_joined_an_error(bulk: bool) -> None:
    with Rig(1, 0) as rig:
        answer: Any = KeyboardInterrupt()
        origin = Origin(answer)
        gate = origin.hold()
        call = (rig.cache.get_or_set_many, ["k"]) if bulk else (rig.cache.get_or_set, "k")
        leader = start(call[0], call[1], origin)
        gate.entered()
        joiner = start(rig.cache.get_or_set, "k", Origin("unused"))
        until(lambda: rig.core.stats.joined == 1)
        gate.release()
        assert isinstance(leader.error(), KeyboardInterrupt)
        assert isinstance(joiner.error(), LoadAbandoned)
        assert rig.cache.get_or_set("k", Origin("new")) == "new"


def test_a_flight_that_lands_after_a_waiters_loop_was_closed_troubles_nobody() -> None:
    rig = AsyncRig(1, 0)
    flight, _ = rig.core.flights.board("k", None)

    async def wait_in_vain() -> object:
        caller = begin(rig.cache.get_or_set, "k", one)
        await joined(lambda: rig.core.stats.joined)
        return caller

    asyncio.run(wait_in_vain())
    rig.core.flights.remove(flight)
    flight.crash(OSError("late"))
    assert asyncio.run(rig.cache.get_or_set("k", one)) == 1


async def one() -> int:
    return 1


def test_what_a_core_does_in_a_forked_child() -> None:
    with Rig(2, 1) as rig, Rig(0, 1) as bare:
        rig.cache.set("k", 1)
        node, token = rig.core.node, rig.core.token(8)
        rig.stores[0].fail("delete")
        rig.cache.delete("gone")
        for core in (rig.core, bare.core):
            core.reset_after_fork()
        assert rig.cache.stats()["tiers"]["store0"]["owed"] == 0
        assert rig.cache.get("k") == 1
        assert rig.core.node != node
        assert rig.core.token(8) != token
        assert not rig.assembly.publisher.silent


def test_every_core_is_told_of_a_fork_and_a_memory_tier_need_not_care(monkeypatch: pytest.MonkeyPatch) -> None:
    with Rig(1, 0) as rig:
        told: list[str] = []
        monkeypatch.setattr(type(rig.core.memory[0].tier), "reset_after_fork", None)
        monkeypatch.setattr(rig.core, "reset_after_fork", lambda: told.append("core"))
        forking.reset_all()
        assert told == ["core"]
    with Rig(1, 0) as other:
        other.core.reset_after_fork()
        other.cache.set("k", 1)
        assert other.cache.get("k") == 1


async def test_what_an_awaited_cache_does_in_a_forked_child() -> None:
    async with AsyncRig(1, 1) as rig:
        await rig.cache.set("k", 1)
        rig.core.reset_after_fork()
        assert await rig.cache.get("k") == 1
        assert (await rig.cache.set("k", 2)).complete


def test_the_state_of_a_tag_that_lives_here_is_made_once() -> None:
    states = TagStates(lambda: 0.0, 1.0, durable=False)
    first, second = TagState(b"a" * 8, b"b" * 8), TagState(b"c" * 8, b"d" * 8)
    states.create("t", first)
    states.create("t", second)
    assert states.believed("t") == first
    states.reset()
    assert states.believed("t") == first


def test_a_life_is_prolonged_only_where_nothing_changed_since() -> None:
    with Rig(2, 0) as rig:
        rig.cache.set("k", 1)
        fences = rig.core.observe("k")
        entry = rig.core.memory[0].tier.peek("k")
        assert entry is not None
        assert rig.core.prolong(entry.copy(), entry.version, fences)
        assert not rig.core.prolong(entry.copy(), b"another", fences)
        rig.core.memory[1].tier.invalidate("k")
        rig.core.memory[0].tier.invalidate("k")
        assert not rig.core.prolong(entry.copy(), entry.version, rig.core.observe("k"))
        rig.core.memory[0].tier.install(entry.copy())
        assert not rig.core.prolong(entry.copy(), entry.version, fences)
