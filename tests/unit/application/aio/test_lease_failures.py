"""Leases that cannot be had, invalidations in the midst of waits and loads, the end of a cache: no harm is done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from hexcache.application.aio.primitives import Crew, loop_thread
from hexcache.domain.breaker import BreakerRule
from hexcache.domain.errors import LoadAbandoned, StoreRejected, StoreUnavailable
from hexcache.domain.lookup import MISS
from tests.unit.application.aio.assembling import ROOT, AsyncOrigin
from tests.unit.application.aio.fleet import AsyncFleet
from tests.unit.application.aio.primitives import start, until


@pytest.mark.parametrize("error", [StoreUnavailable("down"), StoreRejected("no"), OSError("not even typed")])
@pytest.mark.parametrize("strict", [False, True])
async def test_a_keeper_that_fails_costs_the_lease_and_nothing_else(error: Exception, strict: bool) -> None:
    async with AsyncFleet(1, strict=strict) as fleet:
        fleet.keepers[0].error = error
        assert await fleet.rigs[0].cache.get_or_set("k", AsyncOrigin("v")) == "v"
        assert fleet.rigs[0].held(0, "k") == "v"
        assert fleet.keepers[0].asked == ["acquire", "release"]
        assert fleet.count("lease_errors") == [2]
        assert fleet.rigs[0].cache.stats()["tiers"]["store0"]["failures"] == 0


async def test_a_keeper_that_hangs_is_left_at_the_deadline() -> None:
    async with AsyncFleet(1, deadline=0.05) as fleet:
        fleet.keepers[0].hold("acquire")
        fleet.keepers[0].hold("release")
        assert await fleet.rigs[0].cache.get_or_set("k", AsyncOrigin("v")) == "v"
        assert fleet.rigs[0].cache.stats()["lease_keeper"]["timeouts"] == 2


async def test_a_lease_whose_answer_was_lost_is_released(monkeypatch: pytest.MonkeyPatch) -> None:
    async with AsyncFleet(1) as fleet:
        rig = fleet.rigs[0]
        inner = fleet.keepers[0].inner

        async def lost(*args: Any, **options: Any) -> Any:
            await inner.acquire(*args, **options)
            raise StoreUnavailable("the answer did not come")

        monkeypatch.setattr(fleet.keepers[0], "acquire", lost)
        origin = AsyncOrigin("v")
        gate = origin.hold()
        caller = start(rig.cache.get_or_set, "k", origin)
        await gate.entered()
        assert not fleet.free("k")
        gate.release()
        assert await caller.result() == "v"
        assert fleet.free("k")


async def test_a_keeper_that_keeps_failing_is_left_alone() -> None:
    async with AsyncFleet(1, breaker=BreakerRule(failures=2)) as fleet:
        fleet.keepers[0].error = OSError("gone")
        for number in range(4):
            await fleet.rigs[0].cache.get_or_set(f"k{number}", AsyncOrigin(number))
        assert fleet.keepers[0].asked == ["acquire", "release"]
        told = fleet.rigs[0].cache.stats()["lease_keeper"]
        assert (told["breaker"], told["failures"], told["short_circuits"]) == ("open", 2, 6)
        assert fleet.count("lease_errors") == [8]
        assert "breaker_opened" in fleet.rigs[0].witness.tier_kinds("leases0")


async def test_a_keeper_that_fails_in_the_middle_of_a_wait_ends_it() -> None:
    async with AsyncFleet(1) as fleet:
        fleet.take("k")
        origin = AsyncOrigin("v")
        caller = start(fleet.rigs[0].cache.get_or_set, "k", origin)
        await fleet.waiting(0)
        fleet.keepers[0].error = OSError("gone")
        assert await caller.result() == "v"
        assert origin.calls == 1


async def test_what_was_stored_when_the_keeper_failed_is_served() -> None:
    async with AsyncFleet(2) as fleet:
        fleet.take("k")
        origin = AsyncOrigin("unused")
        gate = fleet.keepers[1].hold("acquire")
        gate.release()
        caller = start(fleet.rigs[1].cache.get_or_set, "k", origin)
        await fleet.waiting(1)
        gate = fleet.keepers[1].hold("acquire")
        await gate.entered()
        await fleet.rigs[0].cache.set("k", "v")
        fleet.keepers[1].error = OSError("gone")
        gate.release()
        assert await caller.result() == "v"
        assert origin.calls == 0


async def test_where_the_tier_is_left_alone_nobody_asks_for_leases() -> None:
    async with AsyncFleet(1, breaker=BreakerRule(failures=1)) as fleet:
        rig = fleet.rigs[0]
        rig.core.states[0].failed("get", "down")
        assert await rig.cache.get_or_set("k", AsyncOrigin("v")) == "v"
        assert fleet.keepers[0].asked == []


async def test_without_a_thread_for_renewals_the_load_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    async with AsyncFleet(1) as fleet:
        rig = fleet.rigs[0]

        def refuse(*_: object) -> None:
            raise RuntimeError("can't start new thread")

        monkeypatch.setattr(rig.assembly.keeping, "spawn", refuse)
        assert await rig.cache.get_or_set("k", AsyncOrigin("v")) == "v"
        assert fleet.free("k")


async def test_a_load_that_nobody_will_store_gives_its_lease_back_at_once() -> None:
    async with AsyncFleet(2) as fleet:
        old, new = AsyncOrigin("old"), AsyncOrigin("new")
        gate = old.hold()
        first = start(fleet.rigs[0].cache.get_or_set, "k", old)
        await gate.entered()
        await fleet.rigs[0].cache.delete("k")
        assert await fleet.rigs[1].cache.get_or_set("k", new) == "new"
        gate.release()
        assert await first.result() == "old"
        assert fleet.free("k")
        assert [await rig.cache.get("k") for rig in fleet.rigs] == ["new", "new"]
        assert new.calls == 1


async def test_later_callers_of_the_same_process_need_not_wait_for_a_detached_load() -> None:
    async with AsyncFleet(1) as fleet:
        rig = fleet.rigs[0]
        old = AsyncOrigin("old")
        gate = old.hold()
        first = start(rig.cache.get_or_set, "k", old)
        await gate.entered()
        await rig.cache.clear()
        assert await rig.cache.get_or_set("k", AsyncOrigin("new")) == "new"
        gate.release()
        assert await first.result() == "old"
        assert await rig.cache.get("k") == "new"


@pytest.mark.parametrize("change", [lambda c: c.delete("k"), lambda c: c.clear(), lambda c: c.invalidate_tags("t")])
async def test_a_flight_that_is_detached_while_it_waits_stores_what_it_loads_then(
    change: Callable[[Any], Any],
) -> None:
    async with AsyncFleet(1) as fleet:
        rig = fleet.rigs[0]
        fleet.take("k")
        origin = AsyncOrigin("v")
        caller = start(rig.cache.get_or_set, "k", origin, tags=["t"])
        await fleet.waiting(0)
        await change(rig.cache)
        asked = fleet.requests()[0]
        await until(lambda: fleet.requests()[0] > asked + 1)
        joiner = start(rig.cache.get_or_set, "k", AsyncOrigin("unused"), tags=["t"])
        await until(lambda: rig.core.stats.joined == 1)
        fleet.clock.advance(10)
        assert await caller.result() == await joiner.result() == "v"
        assert rig.held(0, "k") == "v"
        assert await rig.cache.get("k") == "v"
        assert origin.calls == 1
        assert len(rig.core.flights) == 0


async def test_a_flight_whose_place_was_taken_while_it_waited_shares_one_load_with_the_other() -> None:
    async with AsyncFleet(1) as fleet:
        rig = fleet.rigs[0]
        fleet.take("k")
        origin = AsyncOrigin("v")
        held = fleet.keepers[0].hold("acquire")
        held.release()
        caller = start(rig.cache.get_or_set, "k", origin)
        await fleet.waiting(0)
        held = fleet.keepers[0].hold("acquire")
        await held.entered()
        await rig.cache.delete("k")
        newer = AsyncOrigin("v")
        other = start(rig.cache.get_or_set, "k", newer)
        await held.entered(2)
        fleet.clock.advance(10)
        held.release()
        assert await caller.result() == await other.result() == "v"
        assert origin.calls + newer.calls == 1


async def test_what_a_look_saw_before_a_delete_reaches_only_those_who_waited_before_it() -> None:
    async with AsyncFleet(2) as fleet:
        one, two = fleet.rigs
        fleet.take("k")
        origin = AsyncOrigin("new")
        caller = start(two.cache.get_or_set, "k", origin)
        await fleet.waiting(1)
        gate = two.stores[0].hold("get", after=True)
        await one.cache.set("k", "old")
        await gate.entered()
        await two.cache.delete("k")
        late = start(two.cache.get_or_set, "k", origin)
        gate.release()
        assert await caller.result() == "old"
        fleet.clock.advance(10)
        assert await late.result() == "new"
        assert await two.cache.get("k") == "new"


async def test_closing_ends_waits_and_tells_the_callers() -> None:
    async with AsyncFleet(1) as fleet:
        fleet.take("k")
        origin = AsyncOrigin("unused")
        caller = start(fleet.rigs[0].cache.get_or_set, "k", origin)
        await fleet.waiting(0)
        await fleet.rigs[0].cache.aclose()
        assert isinstance(await caller.error(), LoadAbandoned)
        assert origin.calls == 0
        assert fleet.keepers[0].asked[-1] == "close"


async def test_closing_gives_leases_back() -> None:
    async with AsyncFleet(1, close_timeout=0.05) as fleet:
        origin = AsyncOrigin("late")
        gate = origin.hold()
        caller = start(fleet.rigs[0].cache.get_or_set, "k", origin)
        await gate.entered()
        await fleet.rigs[0].cache.aclose()
        assert fleet.free("k")
        assert fleet.keepers[0].asked[-2:] == ["release", "close"]
        gate.release()
        await caller.error()


@pytest.mark.parametrize("lost", [False, True])
async def test_a_lease_that_could_not_be_given_back_holds_up_nobody_here(lost: bool) -> None:
    """It was granted, with or without an answer, and then the keeper was gone for a while."""
    async with AsyncFleet(1) as fleet:
        cache, keeper = fleet.rigs[0].cache, fleet.keepers[0]
        origin = AsyncOrigin("old")
        origin.meanwhile = lambda: setattr(keeper, "error", OSError("gone"))
        keeper.lost = lost
        assert await cache.get_or_set("k", origin) == "old"
        keeper.error, keeper.lost = None, False
        assert not fleet.free("k")
        await cache.delete("k")
        assert await cache.get_or_set("k", AsyncOrigin("new")) == "new"
        assert fleet.count("lease_waits") == [0]
        assert fleet.free("k")


async def test_no_more_than_some_leases_are_remembered_as_not_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hexcache.application.aio.leasing.MOST_LEFT", 2)
    async with AsyncFleet(1) as fleet:
        fleet.keepers[0].error = OSError("gone")
        leasing = fleet.rigs[0].assembly.leasing
        assert leasing is not None
        for number in range(5):
            await fleet.rigs[0].cache.get_or_set(f"k{number}", AsyncOrigin(number))
            assert 1 <= len(leasing._left) <= 2


async def test_a_keeper_that_cannot_be_closed_keeps_nothing_else_open() -> None:
    async with AsyncFleet(1) as fleet:
        await fleet.rigs[0].cache.get_or_set("k", AsyncOrigin("v"))
        fleet.keepers[0].error = OSError("stuck")
        await fleet.rigs[0].cache.aclose()
        assert fleet.rigs[0].stores[0].count("close") == 1
        assert [event.tier for event in fleet.rigs[0].witness.tiers] == ["leases"]


async def test_a_forked_child_gives_no_lease_of_its_parent_back() -> None:
    async with AsyncFleet(1) as fleet:
        rig = fleet.rigs[0]
        origin = AsyncOrigin("v")
        gate = origin.hold()
        caller = start(rig.cache.get_or_set, "k", origin)
        await gate.entered()
        leasing = rig.assembly.leasing
        assert leasing is not None
        leasing.reset_after_fork()
        leasing.end()
        assert not fleet.free("k")
        gate.release()
        assert await caller.result() == "v"


async def test_those_who_join_grant_the_wait_beside_the_load() -> None:
    async with AsyncFleet(1, deadline=2.0, load_timeout=30, lease_wait=7) as fleet:
        leasing = fleet.rigs[0].assembly.leasing
        assert leasing is not None
        assert leasing.patience(fleet.rigs[0].core.policy) == 7 + 3 * 2.0 + 4 * 2.0


async def test_a_crew_that_was_drained_does_not_pause() -> None:
    crew = Crew()
    assert await crew.pause(0.001) is True
    await crew.drain(0)
    assert await crew.pause(60) is False


async def test_the_lease_of_a_key_is_that_of_its_address() -> None:
    async with AsyncFleet(1) as fleet:
        origin = AsyncOrigin("v")
        gate = origin.hold()
        caller = start(fleet.rigs[0].cache.namespace("n").get_or_set, "k", origin)
        await gate.entered()
        assert fleet.table.acquire(f"{ROOT}/n:k", b"test", 1.0).state.value == "held"
        gate.release()
        assert await caller.result() == "v"
        assert await fleet.rigs[0].cache.get("k", MISS) is MISS


async def test_a_flight_that_was_given_up_keeps_no_lease() -> None:
    async with AsyncFleet(1) as fleet:
        rig = fleet.rigs[0]
        asking = fleet.keepers[0].hold("acquire")
        origin = AsyncOrigin("late")
        gate = origin.hold()
        caller = start(rig.cache.get_or_set, "k", origin)
        await asking.entered()
        rig.core.flights.abandon(rig.core.flights.board("k", loop_thread())[0])
        asking.release()
        await gate.entered()
        await until(lambda: fleet.free("k"))
        gate.release()
        assert await caller.result() == "late"
        assert await rig.cache.get("k", MISS) is MISS


async def test_closing_ends_a_wait_also_in_the_middle_of_a_request() -> None:
    async with AsyncFleet(1, close_timeout=0.05) as fleet:
        fleet.take("k")
        origin = AsyncOrigin("unused")
        fleet.keepers[0].hold("acquire").release()
        caller = start(fleet.rigs[0].cache.get_or_set, "k", origin)
        await fleet.waiting(0)
        asking = fleet.keepers[0].hold("acquire")
        await asking.entered()
        await fleet.rigs[0].cache.aclose()
        asking.release()
        assert isinstance(await caller.error(), LoadAbandoned)
        assert origin.calls == 0


async def test_a_flight_that_is_detached_once_it_has_begun_to_read_anew_stores_nothing() -> None:
    async with AsyncFleet(1) as fleet:
        rig = fleet.rigs[0]
        fleet.take("k")
        fleet.keepers[0].hold("acquire").release()
        old, new = AsyncOrigin("old"), AsyncOrigin("new")
        caller = start(rig.cache.get_or_set, "k", old)
        await fleet.waiting(0)
        asking = fleet.keepers[0].hold("acquire")
        await asking.entered()
        reading = rig.stores[0].hold("get", after=True)
        loading = old.hold()
        fleet.clock.advance(10)
        asking.release()
        await reading.entered()
        await rig.cache.delete("k")
        reading.release()
        await loading.entered()
        assert await rig.cache.get_or_set("k", new) == "new"
        loading.release()
        assert await caller.result() == "old"
        assert await rig.cache.get("k") == rig.held(0, "k") == "new"
