"""Tags: what was stored with one is never served again once it was invalidated, whatever was in flight meanwhile."""

from __future__ import annotations

from functools import partial

import pytest

from hexcache.application import tag_states
from hexcache.domain.errors import IncompleteWrite, StoreError
from hexcache.domain.load import Loaded, NotModified
from hexcache.domain.lookup import MISS
from hexcache.domain.report import Effect
from hexcache.ports.capabilities import Capabilities
from hexcache.ports.invalidation import Invalidation
from hexcache.testing.clock import MovedClock
from hexcache.testing.entropy import ScriptedEntropy
from tests.unit.application.aio.assembling import AsyncOrigin, AsyncRig
from tests.unit.application.aio.primitives import start, until
from tests.unit.application.aio.stores import AsyncShelf

MIXES = [(1, 0), (0, 1), (1, 1), (2, 2)]


class OriginDown(Exception):
    """What the origin says when it is down."""


@pytest.mark.parametrize(("memory", "stores"), MIXES)
async def test_an_invalidated_tag_ends_all_that_was_stored_with_it_and_nothing_else(memory: int, stores: int) -> None:
    async with AsyncRig(memory, stores) as rig:
        await rig.cache.set("both", 1, tags=["red", "blue"])
        await rig.cache.set("red", 2, tags=["red"])
        await rig.cache.set("blue", 3, tags=["blue"])
        await rig.cache.set("plain", 4)
        report = await rig.cache.invalidate_tags("red")
        assert report.complete
        for _ in range(2):
            assert await rig.cache.get_many(["both", "red", "blue", "plain"]) == {"blue": 3, "plain": 4}
            assert await rig.cache.get("both") is None
            assert await rig.cache.get_entry("red") is None
            assert rig.cache.get_nowait("red", MISS) is MISS
            assert not await rig.cache.has("red")
            if stores:
                rig.forget()
        await rig.cache.set("red", 5, tags=["red"])
        assert await rig.cache.get("red") == 5


@pytest.mark.parametrize(("memory", "stores"), MIXES)
async def test_an_expired_tag_makes_values_stale(memory: int, stores: int) -> None:
    async with AsyncRig(memory, stores, stale="if_error") as rig:
        await rig.cache.set("k", "old", ttl=100, tags=["t"])
        await rig.cache.expire_tags("t")
        assert await rig.cache.get("k", MISS) is MISS
        entry = await rig.cache.get_entry("k")
        assert entry is not None
        assert (entry.value, entry.stale, entry.ttl) == ("old", True, 0)
        assert await rig.cache.get_or_set("k", AsyncOrigin(OriginDown())) == "old"
        rig.clock.advance(5)
        assert await rig.cache.get_or_set("k", AsyncOrigin("new"), tags=["t"]) == "new"
        assert await rig.cache.get("k") == "new"
        await rig.cache.expire_tags("t")
        rig.clock.advance(300)
        assert await rig.cache.get_entry("k") is None


@pytest.mark.parametrize(("memory", "stores"), MIXES)
@pytest.mark.parametrize("named_by", ["call", "loader"])
@pytest.mark.parametrize("soft", [False, True])
async def test_a_tag_changed_during_a_load_invalidates_its_result(
    memory: int, stores: int, named_by: str, soft: bool
) -> None:
    async with AsyncRig(memory, stores) as rig:
        called, loaded = (["t"], "old") if named_by == "call" else ([], Loaded("old", tags=["t"]))
        origin = AsyncOrigin(loaded)
        gate = origin.hold()
        caller = start(rig.cache.get_or_set, "k", origin, tags=called)
        await gate.entered()
        await (rig.cache.expire_tags("t") if soft else rig.cache.invalidate_tags("t"))
        gate.release()
        assert await caller.result() == "old"
        assert await rig.cache.get("k", MISS) is MISS
        assert await rig.cache.get_or_set("k", AsyncOrigin("new")) == "new"


@pytest.mark.parametrize("named_by", ["call", "loader"])
async def test_a_tag_invalidated_during_a_refresh_invalidates_its_result(named_by: str) -> None:
    async with AsyncRig(1, 1, ttl=10, stale_ttl=100) as rig:
        called, loaded = (["t"], "new") if named_by == "call" else ([], Loaded("new", tags=["t"]))
        await rig.cache.set("k", "old", tags=["t"])
        rig.clock.advance(20)
        origin = AsyncOrigin(loaded)
        gate = origin.hold()
        assert await rig.cache.get_or_set("k", origin, tags=called) == "old"
        await gate.entered()
        await rig.cache.invalidate_tags("t")
        gate.release()
        await until(lambda: not len(rig.assembly.crew))
        assert await rig.cache.get_entry("k") is None


async def test_a_tag_invalidated_during_an_early_refresh_invalidates_its_result() -> None:
    async with AsyncRig(1, 1, ttl=100, beta=1.0) as rig:
        rig.core.entropy = ScriptedEntropy([0.001])
        origin = AsyncOrigin(Loaded("old", tags=["t"]), Loaded("new", tags=["t"]))
        origin.meanwhile = partial(rig.clock.advance, 2)
        await rig.cache.get_or_set("k", origin)
        rig.clock.advance(95)
        gate = origin.hold()
        assert await rig.cache.get_or_set("k", origin) == "old"
        await gate.entered()
        await rig.cache.invalidate_tags("t")
        gate.release()
        await until(lambda: not len(rig.assembly.crew))
        assert origin.calls == 2
        assert await rig.cache.get_entry("k") is None


async def test_a_tag_invalidated_while_its_late_state_is_read_invalidates_the_result() -> None:
    async with AsyncRig(1, 1) as rig:
        gate = rig.stores[0].hold("put_if", after=True)
        caller = start(rig.cache.get_or_set, "k", AsyncOrigin(Loaded("old", tags=["t"])))
        await gate.entered()
        change = start(rig.cache.invalidate_tags, "t")
        await until(lambda: rig.core.stats.invalidations == 1)
        gate.release()
        assert await caller.result() == "old"
        await change.result()
        assert await rig.cache.get("k", MISS) is MISS


async def test_a_tag_whose_state_is_read_late_between_two_changes_of_one_call_invalidates_the_result() -> None:
    async with AsyncRig(1, 1) as rig:
        await rig.cache.set("other", 1, tags=["t", "u"])
        origin = AsyncOrigin(Loaded("old", tags=["t"]))
        load = origin.hold()
        caller = start(rig.cache.get_or_set, "k", origin)
        await load.entered()
        first = rig.stores[0].hold("get")
        change = start(rig.cache.invalidate_tags, "t", "u")
        await first.entered()
        second = rig.stores[0].hold("get")
        first.release()
        await second.entered()
        load.release()
        assert await caller.result() == "old"
        second.release()
        await change.result()
        assert await rig.cache.get("k", MISS) is MISS


async def test_whoever_comes_after_an_invalidation_begins_a_new_flight() -> None:
    async with AsyncRig(1, 1) as rig:
        origin = AsyncOrigin("old", "new")
        gate = origin.hold()
        early = start(rig.cache.get_or_set, "k", origin, tags=["t"])
        await gate.entered()
        await rig.cache.invalidate_tags("t")
        late = start(rig.cache.get_or_set, "k", origin, tags=["t"])
        await gate.entered(2)
        gate.release()
        assert (await early.result(), await late.result()) == ("old", "new")
        assert await rig.cache.get("k") == "new"


async def test_loads_of_other_namespaces_are_not_touched_by_an_invalidation() -> None:
    async with AsyncRig(1, 1) as rig:
        mine, theirs = rig.cache.namespace("mine"), rig.cache.namespace("theirs")
        origin = AsyncOrigin("v")
        gate = origin.hold()
        caller = start(theirs.get_or_set, "k", origin, tags=["t"])
        await gate.entered()
        await mine.invalidate_tags("t")
        gate.release()
        assert await caller.result() == "v"
        assert await theirs.get("k") == "v"


async def test_tags_of_two_namespaces_are_two_tags() -> None:
    async with AsyncRig(1, 1) as rig:
        one, other = rig.cache.namespace("one"), rig.cache.namespace("other")
        await one.set("k", 1, tags=["t"])
        await other.set("k", 2, tags=["t"])
        await rig.cache.set("k", 3, tags=["t"])
        await one.invalidate_tags("t")
        assert (await one.get("k"), await other.get("k"), await rig.cache.get("k")) == (None, 2, 3)
        await rig.cache.invalidate_tags("t")
        assert (await other.get("k"), await rig.cache.get("k")) == (2, None)


@pytest.mark.parametrize(("memory", "stores"), MIXES)
async def test_tags_that_the_loader_names_are_stored(memory: int, stores: int) -> None:
    async with AsyncRig(memory, stores) as rig:
        await rig.cache.get_or_set("k", AsyncOrigin(Loaded(1, tags=["late"])), tags=["early"])
        assert await rig.cache.get("k") == 1
        entry = await rig.cache.get_entry("k")
        assert entry is not None
        assert set(entry.tags) == {"late", "early"}
        await rig.cache.invalidate_tags("late")
        assert await rig.cache.get("k") is None


async def test_a_bulk_load_keeps_the_tags_of_the_call_and_of_each_answer() -> None:
    async with AsyncRig(1, 1) as rig:
        answers = {"a": 1, "b": Loaded(2, tags=["own"])}
        await rig.cache.get_or_set_many(["a", "b"], AsyncOrigin(answers), tags=["ours"])
        await rig.cache.invalidate_tags("own")
        assert await rig.cache.get_many(["a", "b"]) == {"a": 1}
        await rig.cache.invalidate_tags("ours")
        assert await rig.cache.get_many(["a", "b"]) == {}


async def test_an_unknown_state_is_a_miss() -> None:
    async with AsyncRig(1, 1) as rig:
        await rig.cache.set("k", 1, tags=["t"])
        rig.clock.advance(2)
        rig.stores[0].fail("get")
        assert await rig.cache.get("k", MISS) is MISS
        assert rig.cache.get_nowait("k", MISS) is MISS
        with pytest.raises(OriginDown):
            await rig.cache.get_or_set("k", AsyncOrigin(OriginDown()))
        rig.stores[0].heal()
        assert await rig.cache.get("k") == 1


async def test_a_state_that_was_read_before_a_change_is_not_believed_after_it() -> None:
    async with AsyncRig(1, 1, tag_max_age=10) as rig:
        await rig.cache.set("k", 1, tags=["t"])
        rig.clock.advance(20)
        gate = rig.stores[0].hold("get", after=True)
        reader = start(rig.cache.get, "k")
        await gate.entered()
        await rig.cache.invalidate_tags("t")
        gate.release()
        await reader.result()
        assert await rig.cache.get("k") is None


async def test_a_state_that_is_lost_invalidates() -> None:
    async with AsyncRig(1, 1) as rig:
        await rig.cache.set("k", 1, tags=["t"])
        await rig.inner[0].delete("app#tag/:t")
        assert await rig.cache.get("k") == 1
        rig.clock.advance(2)
        assert await rig.cache.get("k") is None


@pytest.mark.parametrize("blob", [b"", b"garbage"])
async def test_a_broken_state_invalidates_and_is_replaced(blob: bytes) -> None:
    async with AsyncRig(1, 1) as rig:
        await rig.cache.set("k", 1, tags=["t"])
        await rig.inner[0].put("app#tag/:t", blob, dead_at=float("inf"))
        rig.clock.advance(2)
        assert await rig.cache.get("k") is None
        await rig.cache.set("k", 2, tags=["t"])
        rig.clock.advance(2)
        assert await rig.cache.get("k") == 2
        await rig.inner[0].put("app#tag/:t", blob, dead_at=float("inf"))
        assert (await rig.cache.invalidate_tags("t")).complete
        assert await rig.cache.get("k") is None


async def test_a_value_is_not_stored_under_a_state_that_cannot_be_read() -> None:
    async with AsyncRig(1, 1) as rig:
        rig.stores[0].fail("get")
        assert await rig.cache.get_or_set("k", AsyncOrigin(1), tags=["t"]) == 1
        assert await rig.cache.get_or_set("l", AsyncOrigin(Loaded(1, tags=["t"]))) == 1
        with pytest.raises(StoreError):
            await rig.cache.set("m", 1, tags=["t"])
        rig.stores[0].heal()
        assert await rig.cache.get_many(["k", "l", "m"]) == {}


async def test_a_purged_value_never_covers_a_failure() -> None:
    async with AsyncRig(1, 1, ttl=10, stale_ttl=1_000, stale="if_error") as rig:
        await rig.cache.set("k", "purged", tags=["t"])
        rig.clock.advance(20)
        await rig.cache.invalidate_tags("t")
        with pytest.raises(OriginDown):
            await rig.cache.get_or_set("k", AsyncOrigin(OriginDown()))
        rig.forget()
        with pytest.raises(OriginDown):
            await rig.cache.get_or_set("k", AsyncOrigin(OriginDown()))


@pytest.mark.parametrize("by", ["tag", "other process", "delete"])
async def test_a_value_that_is_purged_while_the_load_fails_does_not_cover_the_failure(by: str) -> None:
    async with (
        AsyncRig(1, 1, ttl=10, stale_ttl=1_000, stale="if_error") as rig,
        AsyncRig(1, rig.inner, clock=rig.clock, seed=1) as other,
    ):
        await rig.cache.set("k", "purged", tags=["t"])
        rig.clock.advance(20)
        origin = AsyncOrigin(OriginDown())
        gate = origin.hold()
        caller = start(rig.cache.get_or_set, "k", origin)
        await gate.entered()
        if by == "delete":
            await rig.cache.delete("k")
        else:
            await (rig if by == "tag" else other).cache.invalidate_tags("t")
        rig.clock.advance(2)
        gate.release()
        assert isinstance(await caller.error(), OriginDown)


async def test_not_modified_keeps_tags_as_they_were_before_the_load() -> None:
    async with (
        AsyncRig(1, 1, ttl=10, stale_ttl=1_000, stale="if_error") as rig,
        AsyncRig(1, rig.inner, clock=rig.clock, seed=1) as other,
    ):
        await rig.cache.set("k", "v", tags=["t"])
        rig.clock.advance(20)
        origin = AsyncOrigin(NotModified())
        gate = origin.hold()
        caller = start(rig.cache.get_or_set, "k", origin)
        await gate.entered()
        await other.cache.invalidate_tags("t")
        rig.clock.advance(2)
        gate.release()
        assert await caller.result() == "v"
        rig.clock.advance(2)
        assert await rig.cache.get_entry("k") is None


async def test_not_modified_makes_a_softly_expired_value_fresh_again() -> None:
    async with AsyncRig(1, 1, ttl=10, stale_ttl=1_000, stale="if_error") as rig:
        await rig.cache.set("k", "v", tags=["t"])
        await rig.cache.expire_tags("t")
        assert await rig.cache.get_or_set("k", AsyncOrigin(NotModified())) == "v"
        assert await rig.cache.get("k") == "v"


async def test_another_process_sees_an_invalidation_when_its_belief_ends() -> None:
    async with AsyncRig(1, 1) as rig, AsyncRig(1, rig.inner, clock=rig.clock, seed=1, tag_max_age=1) as other:
        await rig.cache.set("k", 1, tags=["t"])
        assert await other.cache.get("k") == 1
        await rig.cache.invalidate_tags("t")
        assert await other.cache.get("k") == 1
        rig.clock.advance(1.5)
        assert await other.cache.get("k") is None


async def test_two_processes_that_meet_a_new_tag_agree_on_its_state() -> None:
    async with AsyncRig(1, 1) as rig, AsyncRig(1, rig.inner, clock=rig.clock, seed=1) as other:
        gate = rig.stores[0].hold("put_if")
        one = start(rig.cache.set, "k", 1, tags=["t"])
        await gate.entered()
        await other.cache.set("l", 2, tags=["t"])
        gate.release()
        await one.result()
        rig.clock.advance(2)
        assert await rig.cache.get_many(["k", "l"]) == {"k": 1, "l": 2}
        assert await other.cache.get_many(["k", "l"]) == {"k": 1, "l": 2}


async def test_a_change_that_meets_another_one_is_made_all_the_same() -> None:
    async with AsyncRig(1, 1) as rig, AsyncRig(1, rig.inner, clock=rig.clock, seed=1) as other:
        await rig.cache.set("k", 1, tags=["t"])
        gate = rig.stores[0].hold("put_if")
        change = start(rig.cache.expire_tags, "t")
        await gate.entered()
        await other.cache.invalidate_tags("t")
        gate.release()
        assert (await change.result()).complete
        assert await rig.cache.get_entry("k") is None


async def test_a_tag_that_others_change_all_the_time_is_owed() -> None:
    async with AsyncRig(1, 1) as rig:
        await rig.cache.set("k", 1, tags=["t"])
        rig.stores[0].stale_tokens("get")
        await rig.inner[0].put("app#tag/:t", b"", dead_at=float("inf"))
        await rig.stores[0].get("app#tag/:t")
        await rig.inner[0].put("app#tag/:t", b"", dead_at=float("inf"))
        report = await rig.cache.invalidate_tags("t")
        assert [outcome.effect for outcome in report.outcomes] == [Effect.QUEUED]
        rig.stores[0].heal()
        assert await rig.cache.flush() == 0
        assert await rig.cache.get("k") is None


@pytest.mark.parametrize("soft", [False, True])
async def test_a_tag_whose_change_fails_is_owed_and_serves_nothing_meanwhile(soft: bool) -> None:
    async with AsyncRig(1, 1) as rig:
        await rig.cache.set("k", 1, tags=["t"])
        rig.stores[0].fail("put_if")
        report = await (rig.cache.expire_tags("t") if soft else rig.cache.invalidate_tags("t"))
        assert [outcome.effect for outcome in report.outcomes] == [Effect.QUEUED]
        assert await rig.cache.get("k") is None
        assert await rig.cache.get_or_set("new", AsyncOrigin(1), tags=["t"]) == 1
        assert await rig.cache.get("new") is None
        again = await rig.cache.invalidate_tags("t")
        assert again.degraded
        rig.stores[0].heal()
        assert await rig.cache.flush() == 0
        assert await rig.cache.get("k") is None
        assert (await rig.cache.invalidate_tags("t")).complete
        await rig.cache.set("k", 2, tags=["t"])
        assert await rig.cache.get("k") == 2


async def test_strict_mode_raises_when_a_tag_could_not_be_changed() -> None:
    async with AsyncRig(1, 1, strict=True) as rig:
        rig.stores[0].fail("put_if")
        with pytest.raises(IncompleteWrite):
            await rig.cache.invalidate_tags("t")


async def test_without_a_store_that_can_keep_them_states_live_in_the_process() -> None:
    clock = MovedClock()
    shelf = AsyncShelf(clock.wall, capabilities=Capabilities(conditional_write=False))
    async with AsyncRig(1, [shelf], clock=clock) as rig:
        await rig.cache.set("k", 1, tags=["t"])
        rig.clock.advance(10)
        assert await rig.cache.get("k") == 1
        rig.forget()
        assert await rig.cache.get("k") == 1
        report = await rig.cache.invalidate_tags("t")
        assert [(outcome.tier, outcome.effect) for outcome in report.outcomes] == [("memory", Effect.DONE)]
        assert await rig.cache.get("k") is None


@pytest.mark.parametrize("stores", [0, 1])
async def test_the_number_of_states_kept_is_bounded_and_a_forgotten_one_invalidates(
    stores: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tag_states, "MAX_BELIEVED", 3)
    async with AsyncRig(1, stores, tag_max_age=1_000) as rig:
        for n in range(5):
            await rig.cache.set(f"k{n}", n, tags=[f"t{n}"])
        found = [await rig.cache.get(f"k{n}") for n in range(5)]
        assert found == ([0, 1, 2, 3, 4] if stores else [None, None, 2, 3, 4])
        await rig.cache.set("k2", 2, tags=["t2"])
        await rig.cache.set("k5", 5, tags=["t5"])
        assert await rig.cache.get("k2") == 2


async def test_invalidating_no_tag_changes_nothing() -> None:
    async with AsyncRig(1, 1) as rig:
        assert (await rig.cache.invalidate_tags()).outcomes == ()
        assert not rig.stores[0].calls


async def test_hearing_of_a_changed_tag_makes_this_process_read_its_state() -> None:
    async with AsyncRig(1, 1, tag_max_age=1_000) as rig, AsyncRig(1, rig.inner, clock=rig.clock, seed=1) as other:
        await rig.cache.set("k", 1, tags=["t"])
        await other.cache.invalidate_tags("t")
        assert await rig.cache.get("k") == 1
        rig.core.on_invalidation(Invalidation(b"another", 1, "tag", "t"))
        assert await rig.cache.get("k") is None


async def test_a_state_that_can_be_neither_made_nor_read_stays_unknown() -> None:
    async with AsyncRig(1, 1) as rig:
        await rig.stores[0].get("app#tag/:t")
        await rig.inner[0].delete("app#tag/:t")
        rig.stores[0].stale_tokens("get")
        with pytest.raises(StoreError, match="tag"):
            await rig.cache.set("k", 1, tags=["t"])


async def test_hearing_of_ones_own_change_changes_nothing() -> None:
    async with AsyncRig(1, 1) as rig:
        await rig.cache.set("k", 1)
        rig.core.on_invalidation(Invalidation(rig.core.node, 1, "key", "k"))
        assert rig.cache.get_nowait("k", MISS) == 1
