"""Leases: one process loads a key and the others wait for what it brings; whatever goes wrong, they load themselves."""

from __future__ import annotations

import pytest

from hexcache.domain.load import DoNotStore, Missing
from hexcache.domain.lookup import MISS
from hexcache.domain.tiering import TierRule
from tests.unit.application.aio.assembling import AsyncOrigin
from tests.unit.application.aio.fleet import AsyncFleet
from tests.unit.application.aio.primitives import start, until


class OriginDown(Exception):
    """What the origin says when it is down."""


async def test_a_cold_key_of_many_processes_is_loaded_once() -> None:
    async with AsyncFleet(8) as fleet:
        origin = AsyncOrigin([1, 2])
        gate = origin.hold()
        callers = [start(rig.cache.get_or_set, "k", origin) for rig in fleet.rigs for _ in range(2)]
        await until(lambda: sum(fleet.count("lease_waits")) == 7)
        gate.release()
        assert [await caller.result() for caller in callers] == [[1, 2]] * 16
        assert origin.calls == 1
        assert sum(fleet.count("loads")) == 1
        assert sum(fleet.count("lease_hits")) == 7
        assert fleet.free("k")
        assert [rig.cache.get_nowait("k", MISS) for rig in fleet.rigs] == [[1, 2]] * 8


async def test_who_is_granted_a_lease_looks_once_more_before_loading() -> None:
    async with AsyncFleet(2) as fleet:
        origin = AsyncOrigin("unused")
        gate = fleet.keepers[1].hold("acquire")
        late = start(fleet.rigs[1].cache.get_or_set, "k", origin)
        await gate.entered()
        assert await fleet.rigs[0].cache.get_or_set("k", AsyncOrigin("v")) == "v"
        gate.release()
        assert await late.result() == "v"
        assert origin.calls == 0
        assert fleet.count("lease_hits") == [0, 1]
        assert fleet.free("k")


async def test_a_lease_is_renewed_while_its_load_runs_and_no_longer() -> None:
    async with AsyncFleet(2, lease_ttl=0.03) as fleet:
        origin = AsyncOrigin("v")
        gate = origin.hold()
        caller = start(fleet.rigs[0].cache.get_or_set, "k", origin)
        for _ in range(3):
            fleet.clock.advance(0.02)
            await fleet.renewed(0)
        assert not fleet.free("k")
        gate.release()
        assert await caller.result() == "v"
        assert fleet.free("k")
        assert fleet.count("leases_lost") == [0, 0]
        await until(lambda: not len(fleet.rigs[0].assembly.keeping))


async def test_a_renewal_that_fails_is_tried_again() -> None:
    async with AsyncFleet(1, lease_ttl=0.03) as fleet:
        origin = AsyncOrigin("v")
        gate = origin.hold()
        caller = start(fleet.rigs[0].cache.get_or_set, "k", origin)
        await gate.entered()
        fleet.keepers[0].error = OSError("gone")
        await until(lambda: fleet.rigs[0].core.stats.lease_errors > 1)
        fleet.keepers[0].error = None
        await fleet.renewed(0)
        assert not fleet.free("k")
        gate.release()
        assert await caller.result() == "v"
        assert fleet.free("k")


async def test_a_lost_lease_is_counted_and_its_load_goes_on() -> None:
    async with AsyncFleet(2, lease_ttl=0.03) as fleet:
        origin = AsyncOrigin("v")
        gate = origin.hold()
        renewal = fleet.keepers[0].hold("renew")
        caller = start(fleet.rigs[0].cache.get_or_set, "k", origin)
        await renewal.entered()
        fleet.clock.advance(1)
        renewal.release()
        await until(lambda: fleet.rigs[0].core.stats.leases_lost)
        await until(lambda: not len(fleet.rigs[0].assembly.keeping))
        gate.release()
        assert await caller.result() == "v"
        assert fleet.rigs[1].held(0, "k") == "v"
        assert fleet.rigs[0].witness.load_kinds() == ["lease_lost"]
        assert "release" not in fleet.keepers[0].asked


async def test_when_a_holder_dies_one_of_the_others_takes_over_after_the_ttl() -> None:
    async with AsyncFleet(4) as fleet:
        fleet.take("k")
        origin = AsyncOrigin("v")
        gate = origin.hold()
        callers = [start(rig.cache.get_or_set, "k", origin) for rig in fleet.rigs]
        for number in range(4):
            await fleet.waiting(number)
        fleet.clock.advance(9.9)
        asked = [len(keeper.asked) for keeper in fleet.keepers]
        await until(
            lambda: all(len(keeper.asked) > before for keeper, before in zip(fleet.keepers, asked, strict=True))
        )
        assert origin.calls == 0
        fleet.clock.advance(0.1)
        await gate.entered()
        gate.release()
        assert [await caller.result() for caller in callers] == ["v"] * 4
        assert origin.calls == 1


async def test_a_wait_ends_at_its_limit_with_a_load_of_ones_own() -> None:
    async with AsyncFleet(1, lease_wait=60, load_timeout=100) as fleet:
        fleet.take("k", ttl=1_000)
        origin = AsyncOrigin("v")
        caller = start(fleet.rigs[0].cache.get_or_set, "k", origin)
        await fleet.waiting(0)
        fleet.clock.advance(59)
        asked = len(fleet.keepers[0].asked)
        await until(lambda: len(fleet.keepers[0].asked) > asked + 1)
        assert origin.calls == 0
        fleet.clock.advance(1)
        assert await caller.result() == "v"
        assert fleet.count("lease_timeouts") == [1]
        assert fleet.count("leases") == [0]
        assert fleet.rigs[0].witness.load_kinds() == ["lease_timeout"]
        assert "release" not in fleet.keepers[0].asked


async def test_nobody_waits_for_longer_than_a_load_may_take() -> None:
    async with AsyncFleet(1, load_timeout=30) as fleet:
        fleet.take("k", ttl=1_000)
        caller = start(fleet.rigs[0].cache.get_or_set, "k", AsyncOrigin("v"))
        await fleet.waiting(0)
        fleet.clock.advance(30)
        assert await caller.result() == "v"


@pytest.mark.parametrize("answer", [OriginDown("down"), DoNotStore("v")])
async def test_after_a_load_that_left_nothing_the_others_load_at_once_and_not_one_after_another(answer: object) -> None:
    async with AsyncFleet(4) as fleet:
        first = AsyncOrigin(answer)
        gate = first.hold()
        leader = start(fleet.rigs[0].cache.get_or_set, "k", first)
        await gate.entered()
        origin = AsyncOrigin("own")
        others = origin.hold()
        callers = [start(rig.cache.get_or_set, "k", origin) for rig in fleet.rigs[1:]]
        for number in range(1, 4):
            await fleet.waiting(number)
        gate.release()
        if isinstance(answer, OriginDown):
            assert isinstance(await leader.error(), OriginDown)
        else:
            assert await leader.result() == "v"
        await others.entered(3)
        others.release()
        assert [await caller.result() for caller in callers] == ["own"] * 3
        assert not fleet.free("k")
        fleet.clock.advance(10)
        assert fleet.free("k")


async def test_after_a_value_that_the_stores_do_not_take_the_others_load_at_once() -> None:
    async with AsyncFleet(2, rules=[TierRule(max_value_bytes=8)]) as fleet:
        origin = AsyncOrigin("too large for the store")
        assert await fleet.rigs[0].cache.get_or_set("k", origin) == "too large for the store"
        assert not fleet.free("k")
        assert await fleet.rigs[1].cache.get_or_set("k", origin) == "too large for the store"
        assert fleet.count("lease_waits") == [0, 0]
        assert origin.calls == 2


async def test_a_negative_result_is_shared_like_a_value() -> None:
    async with AsyncFleet(2) as fleet:
        origin = AsyncOrigin(Missing())
        gate = origin.hold()
        callers = [start(rig.cache.get_or_set, "k", origin, default="none") for rig in fleet.rigs]
        await until(lambda: sum(fleet.count("lease_waits")) == 1)
        gate.release()
        assert [await caller.result() for caller in callers] == ["none", "none"]
        assert origin.calls == 1


async def test_a_stale_value_is_served_while_another_process_loads() -> None:
    async with AsyncFleet(2, ttl=10, stale_ttl=1_000) as fleet:
        await fleet.rigs[0].cache.set("k", "old")
        assert await fleet.rigs[1].cache.get("k") == "old"
        fleet.clock.advance(20)
        origin = AsyncOrigin("new")
        gate = origin.hold()
        assert await fleet.rigs[0].cache.get_or_set("k", origin) == "old"
        await gate.entered()
        assert await fleet.rigs[1].cache.get_or_set("k", origin) == "old"
        await fleet.waiting(1)
        assert await fleet.rigs[1].cache.get_or_set("k", origin) == "old"
        gate.release()
        for rig in fleet.rigs:
            await rig.idle()
        assert [rig.cache.get_nowait("k", MISS) for rig in fleet.rigs] == ["new", "new"]
        assert origin.calls == 1


async def test_where_stale_values_only_cover_failures_a_caller_waits_for_the_other_process() -> None:
    async with AsyncFleet(2, ttl=10, stale_ttl=1_000, stale="if_error") as fleet:
        await fleet.rigs[0].cache.set("k", "old")
        fleet.clock.advance(20)
        origin = AsyncOrigin(OriginDown(), "new")
        gate = origin.hold()
        callers = [start(rig.cache.get_or_set, "k", origin) for rig in fleet.rigs]
        await until(lambda: sum(fleet.count("lease_waits")) == 1)
        gate.release()
        assert sorted([str(await caller.result()) for caller in callers]) == ["new", "old"]
        assert origin.calls == 2


async def test_what_other_tiers_brought_meanwhile_ends_the_wait() -> None:
    async with AsyncFleet(1) as fleet:
        fleet.take("k")
        origin = AsyncOrigin("unused")
        caller = start(fleet.rigs[0].cache.get_or_set, "k", origin)
        await fleet.waiting(0)
        await fleet.rigs[0].cache.set("k", "set meanwhile")
        assert await caller.result() == "set meanwhile"
        assert origin.calls == 0


async def test_who_accepts_nothing_that_is_stored_asks_for_no_lease() -> None:
    async with AsyncFleet(1) as fleet:
        fleet.take("k")
        assert await fleet.rigs[0].cache.get_or_set("k", AsyncOrigin("v"), max_age=0) == "v"
        assert fleet.keepers[0].asked == []


async def test_a_namespace_may_do_without_leases() -> None:
    async with AsyncFleet(1) as fleet:
        view = fleet.rigs[0].cache.namespace("n", lease_wait=0)
        assert await view.get_or_set("k", AsyncOrigin("v")) == "v"
        assert fleet.keepers[0].asked == []


async def test_several_keys_at_once_are_loaded_without_leases() -> None:
    async with AsyncFleet(1) as fleet:
        fleet.take("a")
        assert await fleet.rigs[0].cache.get_or_set_many(["a"], AsyncOrigin({"a": 1})) == {"a": 1}
        assert fleet.keepers[0].asked == []


async def test_a_refused_origin_is_not_asked_for_a_lease() -> None:
    async with AsyncFleet(1, ttl=10, stale_ttl=1_000, stale="if_error") as fleet:
        rig = fleet.rigs[0]
        await rig.cache.set("k", "old")
        fleet.clock.advance(20)
        assert await rig.cache.get_or_set("k", AsyncOrigin(OriginDown())) == "old"
        asked = list(fleet.keepers[0].asked)
        assert await rig.cache.get_or_set("k", AsyncOrigin("unused")) == "old"
        assert fleet.keepers[0].asked == asked


async def test_a_value_whose_tag_was_invalidated_does_not_end_a_wait() -> None:
    async with AsyncFleet(2, tag_max_age=0) as fleet:
        await fleet.rigs[0].cache.set("k", "old", tags=["t"])
        await fleet.rigs[0].cache.invalidate_tags("t")
        fleet.take("k")
        origin = AsyncOrigin("new")
        caller = start(fleet.rigs[1].cache.get_or_set, "k", origin, tags=["t"])
        await fleet.waiting(1)
        asked = len(fleet.keepers[1].asked)
        await until(lambda: len(fleet.keepers[1].asked) > asked + 2)
        fleet.clock.advance(10)
        assert await caller.result() == "new"
        assert await fleet.rigs[0].cache.get("k", MISS) == "new"
