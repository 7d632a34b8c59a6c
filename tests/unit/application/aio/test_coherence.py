"""A read that begins after a change returned never gives what was there before, and in the end no tier holds it."""

from __future__ import annotations

import pytest

from hexcache.domain.lookup import MISS
from hexcache.domain.report import Effect
from hexcache.domain.tiering import TierRule
from hexcache.ports.capabilities import Capabilities
from hexcache.testing.clock import MovedClock
from tests.unit.application.aio.assembling import AsyncOrigin, AsyncRig
from tests.unit.application.aio.primitives import start, until
from tests.unit.application.aio.stores import AsyncShelf

MIXES = [(1, 0), (0, 1), (1, 1), (2, 0), (3, 0), (1, 2), (2, 2), (0, 2)]


async def check_nothing_old(rig: AsyncRig, key: str, old: object) -> None:
    """No tier holds an old value that it may give back, now and after all repairs."""
    assert await rig.cache.get(key) != old
    assert await rig.cache.flush() == 0
    for place in range(len(rig.inner)):
        assert rig.held(place, key) != old
    for slot in rig.core.memory:
        entry = slot.tier.peek(key)
        assert entry is None or rig.core.sealer.open(entry) != old
    assert await rig.cache.get(key) != old


@pytest.mark.parametrize(("memory", "stores"), MIXES)
@pytest.mark.parametrize("change", ["delete", "delete_many", "set", "set_many", "clear", "add"])
async def test_a_change_wins_over_a_load_in_flight(memory: int, stores: int, change: str) -> None:
    async with AsyncRig(memory, stores) as rig:
        origin = AsyncOrigin("old")
        gate = origin.hold()
        caller = start(rig.cache.get_or_set, "k", origin)
        await gate.entered()
        await make(rig, change)
        gate.release()
        assert await caller.result() == "old"
        expected = "new" if change in {"set", "set_many", "add"} else None
        assert await rig.cache.get("k") == expected
        rig.forget()
        assert await rig.cache.get("k") == (expected if stores else None)
        await check_nothing_old(rig, "k", "old")
        assert rig.cache.stats()["detached"] == 1


async def make(rig: AsyncRig, change: str) -> None:
    """Change the key in one of the ways that there are."""
    if change == "delete":
        await rig.cache.delete("k")
    elif change == "delete_many":
        await rig.cache.delete_many(["k", "other"])
    elif change == "set":
        await rig.cache.set("k", "new")
    elif change == "set_many":
        await rig.cache.set_many({"k": "new", "other": 1})
    elif change == "add":
        assert await rig.cache.add("k", "new")
    else:
        await rig.cache.clear()


@pytest.mark.parametrize(("memory", "stores"), MIXES)
async def test_a_bulk_load_in_flight_is_not_stored_after_a_delete_of_one_of_its_keys(memory: int, stores: int) -> None:
    async with AsyncRig(memory, stores) as rig:
        origin = AsyncOrigin({"k": "old", "l": "kept"})
        gate = origin.hold()
        caller = start(rig.cache.get_or_set_many, ["k", "l"], origin)
        await gate.entered()
        await rig.cache.delete("k")
        gate.release()
        assert await caller.result() == {"k": "old", "l": "kept"}
        await check_nothing_old(rig, "k", "old")
        assert await rig.cache.get("l") == "kept"


@pytest.mark.parametrize("change", ["delete", "set"])
async def test_whoever_comes_after_a_change_begins_a_new_flight(change: str) -> None:
    async with AsyncRig(1, 1) as rig:
        origin = AsyncOrigin("old", "new")
        gate = origin.hold()
        early = start(rig.cache.get_or_set, "k", origin)
        await gate.entered()
        await make(rig, "delete")
        late = start(rig.cache.get_or_set, "k", origin)
        await gate.entered(2)
        gate.release()
        assert await early.result() == "old"
        assert await late.result() == "new"
        await check_nothing_old(rig, "k", "old")


@pytest.mark.parametrize(("memory", "stores"), [(1, 1), (1, 2), (2, 1)])
async def test_a_reader_in_the_middle_of_a_delete_brings_nothing_back(memory: int, stores: int) -> None:
    async with AsyncRig(memory, stores) as rig:
        await rig.cache.set("k", "old")
        gate = rig.stores[-1].hold("delete")
        deletion = start(rig.cache.delete, "k")
        await gate.entered()
        assert await rig.cache.get("k") == "old"
        rig.forget()
        assert await rig.cache.get_or_set("k", AsyncOrigin("unused")) == "old"
        gate.release()
        await deletion.result()
        await check_nothing_old(rig, "k", "old")
        assert await rig.cache.get("k", MISS) is MISS


@pytest.mark.parametrize("conditional", [True, False])
@pytest.mark.parametrize("memory", [0, 1])
@pytest.mark.parametrize("bulk", [True, False])
async def test_a_reader_that_saw_a_deep_tier_before_a_delete_fills_nothing_after_it(
    conditional: bool, memory: int, bulk: bool
) -> None:
    clock = MovedClock()
    capabilities = Capabilities(conditional_write=conditional)
    shelves = [AsyncShelf(clock.wall, capabilities=capabilities) for _ in range(2)]
    async with AsyncRig(memory, shelves, clock=clock) as rig:
        await rig.cache.set("k", "old")
        rig.forget()
        await rig.inner[0].delete("app:k")
        gate = rig.stores[1].hold("get_many" if bulk else "get", after=True)
        reader = start(rig.cache.get_many, ["k"]) if bulk else start(rig.cache.get, "k")
        await gate.entered()
        await rig.cache.delete("k")
        gate.release()
        assert await reader.result() == ({"k": "old"} if bulk else "old")
        await check_nothing_old(rig, "k", "old")


@pytest.mark.parametrize("change", ["delete", "set", "set_many", "clear", "delete_many"])
@pytest.mark.parametrize("bulk", [True, False])
async def test_a_reader_that_saw_the_store_before_a_change_fills_nothing_into_memory_after_it(
    change: str, bulk: bool
) -> None:
    async with AsyncRig(2, 1) as rig:
        await rig.cache.set("k", "old")
        rig.forget()
        gate = rig.stores[0].hold("get_many" if bulk else "get", after=True)
        reader = start(rig.cache.get_many, ["k"]) if bulk else start(rig.cache.get_or_set, "k", AsyncOrigin("unused"))
        await gate.entered()
        await make(rig, change)
        gate.release()
        assert await reader.result() == ({"k": "old"} if bulk else "old")
        await check_nothing_old(rig, "k", "old")
        assert await rig.cache.get("k") == ("new" if change.startswith("set") else None)


@pytest.mark.parametrize("memory", [0, 1])
async def test_a_fill_of_a_store_without_conditions_does_not_land_after_a_delete(memory: int) -> None:
    clock = MovedClock()
    near = AsyncShelf(clock.wall, capabilities=Capabilities(conditional_write=False))
    async with AsyncRig(memory, [near, AsyncShelf(clock.wall)], clock=clock) as rig:
        await rig.cache.set("k", "old")
        rig.forget()
        await near.delete("app:k")
        gate = rig.stores[0].hold("put")
        reader = start(rig.cache.get, "k")
        await gate.entered()
        deletion = start(rig.cache.delete, "k")
        await until(lambda: len(rig.core.turns))
        gate.release()
        assert await reader.result() == "old"
        await deletion.result()
        await check_nothing_old(rig, "k", "old")


async def test_a_store_without_conditions_is_filled_when_nothing_changed() -> None:
    clock = MovedClock()
    shelf = AsyncShelf(clock.wall, capabilities=Capabilities(conditional_write=False))
    async with AsyncRig(1, [shelf], clock=clock) as rig:
        assert await rig.cache.get_or_set("k", AsyncOrigin("v")) == "v"
        assert rig.held(0, "k") == "v"


async def test_a_store_that_is_written_and_never_read_keeps_loads_and_no_old_value() -> None:
    async with AsyncRig(1, 1, rules=[TierRule(read=False)]) as rig:
        assert await rig.cache.get_or_set("k", AsyncOrigin("old")) == "old"
        assert rig.held(0, "k") == "old"
        assert rig.stores[0].count("get") == 0
        await rig.cache.delete("k")
        assert rig.held(0, "k") is MISS


@pytest.mark.parametrize("place", [0, 1])
async def test_a_failed_delete_never_resurrects(place: int) -> None:
    async with AsyncRig(1, 2) as rig:
        await rig.cache.set("k", "old")
        rig.stores[place].fail("delete")
        report = await rig.cache.delete("k")
        assert not report.complete
        assert report.degraded
        assert [o.tier for o in report.outcomes if o.effect is Effect.QUEUED] == [f"store{place}"]
        assert rig.held(place, "k") == "old"
        for _ in range(2):
            assert await rig.cache.get("k", MISS) is MISS
            assert await rig.cache.get_many(["k"]) == {}
            assert await rig.cache.get_entry("k") is None
            rig.forget()
        assert rig.cache.stats()["tiers"][f"store{place}"]["owed"] == 1
        assert (await rig.cache.explain("k"))["tiers"][f"store{place}"] == {"state": "distrusted until repaired"}
        assert await rig.cache.flush() == 1
        rig.stores[place].heal()
        assert await rig.cache.flush() == 0
        assert rig.held(place, "k") is MISS
        await check_nothing_old(rig, "k", "old")
        assert rig.witness.tier_kinds(f"store{place}")[-1] == "repaired"


@pytest.mark.parametrize("place", [0, 1])
async def test_what_is_loaded_while_a_delete_is_owed_does_not_bring_the_old_value_back(place: int) -> None:
    async with AsyncRig(1, 2) as rig:
        await rig.cache.set("k", "old")
        rig.stores[place].fail("delete")
        await rig.cache.delete("k")
        assert await rig.cache.get_or_set("k", AsyncOrigin("new")) == "new"
        rig.forget()
        assert await rig.cache.get("k") == "new"
        rig.stores[place].heal()
        await check_nothing_old(rig, "k", "old")
        rig.forget()
        assert await rig.cache.get("k") in {"new", None}


async def test_a_delete_whose_answer_is_lost_is_owed_and_harms_nothing() -> None:
    async with AsyncRig(1, 1) as rig:
        await rig.cache.set("k", "old")
        rig.stores[0].fail("delete", after=True, times=1)
        assert not (await rig.cache.delete("k")).complete
        await rig.cache.set("k", "new")
        assert await rig.cache.flush() == 0
        rig.forget()
        assert await rig.cache.get("k") == "new"


@pytest.mark.parametrize("place", [0, 1])
async def test_a_failed_set_is_brought_later_and_the_old_value_is_not_read_meanwhile(place: int) -> None:
    async with AsyncRig(1, 2) as rig:
        await rig.cache.set("k", "old")
        rig.stores[place].fail("put")
        report = await rig.cache.set("k", "new")
        assert report.degraded
        assert rig.held(place, "k") == "old"
        assert await rig.cache.get("k") == "new"
        rig.forget()
        assert await rig.cache.get("k", MISS) == "new"
        rig.stores[place].heal()
        await check_nothing_old(rig, "k", "old")
        assert rig.held(place, "k") == "new"


async def test_a_value_that_no_store_took_lives_in_memory_for_a_short_while() -> None:
    async with AsyncRig(1, 1, ttl=1_000, degraded_ttl=30) as rig:
        rig.stores[0].fail("put")
        await rig.cache.set("k", "v")
        assert await rig.cache.ttl("k") == 30
        rig.clock.advance(30)
        assert await rig.cache.get("k") is None
        rig.stores[0].heal()
        assert await rig.cache.flush() == 0
        assert await rig.cache.ttl("k") == 970


async def test_the_last_intent_wins_when_several_are_owed() -> None:
    async with AsyncRig(1, 1) as rig:
        rig.stores[0].fail("put", "delete")
        await rig.cache.set("k", "one")
        await rig.cache.delete("k")
        await rig.cache.set("k", "two")
        await rig.cache.set("l", "gone")
        await rig.cache.delete("l")
        rig.stores[0].heal()
        assert await rig.cache.flush() == 0
        assert rig.held(0, "k") == "two"
        assert rig.held(0, "l") is MISS


async def test_a_later_success_settles_what_was_owed() -> None:
    async with AsyncRig(1, 1) as rig:
        rig.stores[0].fail("put", times=1)
        await rig.cache.set("k", "one")
        await rig.cache.set("k", "two")
        assert rig.cache.stats()["tiers"]["store0"]["owed"] == 0
        assert await rig.cache.flush() == 0
        assert rig.held(0, "k") == "two"


async def test_two_sets_of_one_key_leave_all_tiers_with_the_same_value() -> None:
    async with AsyncRig(2, 2) as rig:
        gate = rig.stores[0].hold("put")
        first = start(rig.cache.set, "k", "first")
        await gate.entered()
        second = start(rig.cache.set, "k", "second")
        await until(lambda: rig.core.stats.sets == 2)
        gate.release()
        await first.result()
        await second.result()
        assert [rig.held(place, "k") for place in range(2)] == ["second", "second"]
        for slot in rig.core.memory:
            entry = slot.tier.peek("k")
            assert entry is not None
            assert entry.value == "second"


async def test_writers_of_several_keys_do_not_wait_for_each_other_for_ever() -> None:
    async with AsyncRig(1, 1) as rig:
        writers = [start(rig.cache.set_many, {"a": n, "b": n} if n % 2 else {"b": n, "a": n}) for n in range(20)]
        for writer in writers:
            assert (await writer.result()).complete
        assert await rig.cache.get("a") == await rig.cache.get("b")
        assert len(rig.core.turns) == 0


async def test_a_write_that_waited_too_long_goes_ahead_and_leaves_nothing_in_memory() -> None:
    async with AsyncRig(1, 1, turn_timeout=0.01) as rig:
        gate = rig.stores[0].hold("put")
        slow = start(rig.cache.set, "k", "slow")
        await gate.entered()
        assert (await rig.cache.set("k", "hasty")).complete
        assert rig.core.memory[0].tier.peek("k") is None
        gate.release()
        await slow.result()
        assert await rig.cache.get("k") == rig.held(0, "k") == "slow"


async def test_a_write_behind_one_that_lost_patience_still_waits_for_the_first() -> None:
    async with AsyncRig(1, 1, turn_timeout=0.05) as rig:
        gate = rig.stores[0].hold("put")
        slow = start(rig.cache.set, "k", "slow")
        await gate.entered()
        hasty = start(rig.cache.set, "k", "hasty")
        await hasty.result()
        third = start(rig.cache.delete, "k")
        await third.result()
        assert rig.core.memory[0].tier.peek("k") is None
        gate.release()
        await slow.result()
        assert await rig.cache.get("k") == "slow"


@pytest.mark.parametrize("change", ["set", "delete", "clear"])
@pytest.mark.parametrize(("memory", "stores"), [(0, 1), (1, 1), (1, 2), (2, 2)])
async def test_touch_does_not_bring_back_what_was_changed_meanwhile(memory: int, stores: int, change: str) -> None:
    async with AsyncRig(memory, stores) as rig:
        await rig.cache.set("k", "old", ttl=10)
        gate = rig.stores[-1].hold("get", after=True)
        touching = start(rig.cache.touch, "k", 100)
        await gate.entered()
        await make(rig, change)
        gate.release()
        assert await touching.result() is (change == "set")
        await check_nothing_old(rig, "k", "old")
        assert await rig.cache.get("k") == ("new" if change == "set" else None)
        assert await rig.cache.ttl("k") == (100 if change == "set" else None)


async def test_a_refused_value_does_not_leave_its_predecessor_in_the_store() -> None:
    async with AsyncRig(1, 1, rules=[TierRule(max_value_bytes=100)], ttl=10, stale_ttl=1_000) as rig:
        await rig.cache.set("k", "old")
        report = await rig.cache.set("k", "x" * 1_000)
        assert report.complete
        assert report.outcomes[0].effect is Effect.REFUSED
        assert rig.held(0, "k") is MISS
        await rig.cache.set("k", "old")
        rig.clock.advance(20)
        assert await rig.cache.get_or_set("k", AsyncOrigin("y" * 1_000)) == "old"
        await rig.idle()
        assert rig.held(0, "k") is MISS


async def test_a_store_that_did_not_take_a_refresh_does_not_give_the_older_value_back() -> None:
    async with AsyncRig(1, 1, ttl=10, stale_ttl=1_000) as rig:
        await rig.cache.set("k", "old")
        rig.clock.advance(20)
        rig.stores[0].fail("put_if")
        assert await rig.cache.get_or_set("k", AsyncOrigin("new")) == "old"
        await rig.idle()
        assert await rig.cache.get("k") == "new"
        rig.forget()
        assert await rig.cache.get_entry("k") is None
        rig.stores[0].heal()
        await check_nothing_old(rig, "k", "old")


async def test_another_process_that_wrote_first_is_not_overwritten_by_a_load() -> None:
    async with AsyncRig(1, 1) as one, AsyncRig(1, one.inner, clock=one.clock, seed=1) as other:
        origin = AsyncOrigin("loaded from before")
        gate = origin.hold()
        caller = start(one.cache.get_or_set, "k", origin)
        await gate.entered()
        await other.cache.set("k", "written")
        gate.release()
        assert await caller.result() == "loaded from before"
        assert one.held(0, "k") == "written"
        assert await one.cache.get("k") == "written"
        assert one.cache.stats()["tiers"]["store0"]["conflicts"] == 1


async def test_another_process_that_deleted_is_not_undone_by_a_load() -> None:
    async with AsyncRig(1, 1) as one, AsyncRig(1, one.inner, clock=one.clock, seed=1) as other:
        origin = AsyncOrigin("old")
        gate = origin.hold()
        caller = start(one.cache.get_or_set, "k", origin)
        await gate.entered()
        assert not (await other.cache.delete("k")).found
        gate.release()
        assert await caller.result() == "old"
        assert one.held(0, "k") is MISS
        assert await one.cache.get("k") is None
