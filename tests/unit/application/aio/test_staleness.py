"""Stale values: when they are served, what is refreshed behind, and what a failed refresh costs."""

from __future__ import annotations

from typing import Any

import pytest

from hexcache.domain.load import Loaded, Missing, NotModified
from hexcache.domain.lookup import MISS
from hexcache.testing.entropy import ScriptedEntropy
from tests.unit.application.aio.assembling import AsyncOrigin, AsyncRig
from tests.unit.application.aio.primitives import start, until


class OriginDown(Exception):
    """What the origin says when it is down."""


async def test_stale_life_is_added_after_the_ttl() -> None:
    async with AsyncRig(1, 1, stale="if_error") as rig:
        await rig.cache.set("k", 1, ttl=10, stale_ttl=20)
        rig.clock.advance(29)
        down = AsyncOrigin(OriginDown())
        assert await rig.cache.get("k") is None
        assert await rig.cache.get_or_set("k", down) == 1
        rig.clock.advance(1)
        with pytest.raises(OriginDown):
            await rig.cache.get_or_set("k", down)


@pytest.mark.parametrize(("memory", "stores"), [(1, 0), (0, 1), (1, 1), (2, 2)])
async def test_revalidating_serves_the_stale_value_and_refreshes_behind(memory: int, stores: int) -> None:
    async with AsyncRig(memory, stores, ttl=10, stale_ttl=100) as rig:
        await rig.cache.set("k", "old")
        rig.clock.advance(20)
        origin = AsyncOrigin("new")
        gate = origin.hold()
        assert await rig.cache.get_or_set("k", origin) == "old"
        await gate.entered()
        assert await rig.cache.get_or_set("k", origin) == "old"
        gate.release()
        await rig.idle()
        assert await rig.cache.get("k") == "new"
        assert origin.calls == 1
        stats = rig.cache.stats()
        assert (stats["stale_hits"], stats["refreshes"], stats["loads"]) == (2, 1, 1)


async def test_a_stale_value_from_a_store_is_served_while_it_is_refreshed() -> None:
    async with AsyncRig(1, 2, ttl=10, stale_ttl=100) as rig:
        await rig.cache.set("k", ["old"])
        rig.clock.advance(20)
        rig.forget()
        origin = AsyncOrigin(["new"])
        assert await rig.cache.get_or_set("k", origin) == ["old"]
        await until(lambda: rig.core.stats.loads == 1)
        await rig.idle()
        assert await rig.cache.get("k") == ["new"]
        assert [rig.held(place, "k") for place in range(2)] == [["new"], ["new"]]


async def test_if_error_waits_for_the_load_and_serves_stale_only_when_it_fails() -> None:
    async with AsyncRig(1, 1, ttl=10, stale_ttl=100, stale="if_error") as rig:
        await rig.cache.set("k", "old")
        rig.clock.advance(20)
        assert await rig.cache.get_or_set("k", AsyncOrigin("new")) == "new"
        rig.clock.advance(20)
        assert await rig.cache.get_or_set("k", AsyncOrigin(OriginDown())) == "new"
        assert rig.witness.load_kinds() == ["failure", "stale_served"]


async def test_a_hung_load_is_covered_by_a_stale_value() -> None:
    async with AsyncRig(1, 0, ttl=10, stale_ttl=100, stale="if_error", load_timeout=0.02) as rig:
        await rig.cache.set("k", "old")
        rig.clock.advance(20)
        hung = AsyncOrigin("late")
        gate = hung.hold()
        assert await rig.cache.get_or_set("k", hung) == "old"
        assert rig.witness.load_kinds() == ["timeout", "stale_served"]
        gate.release()


async def test_never_serves_no_stale_value() -> None:
    async with AsyncRig(1, 1, ttl=10, stale_ttl=100, stale="never") as rig:
        await rig.cache.set("k", "old")
        rig.clock.advance(20)
        with pytest.raises(OriginDown):
            await rig.cache.get_or_set("k", AsyncOrigin(OriginDown()))
        assert await rig.cache.get_or_set("k", AsyncOrigin("new")) == "new"


async def test_get_gives_no_stale_value_and_get_entry_does() -> None:
    async with AsyncRig(1, 1, ttl=10, stale_ttl=100) as rig:
        await rig.cache.set("k", "old")
        rig.clock.advance(20)
        assert await rig.cache.get("k", MISS) is MISS
        assert rig.cache.get_nowait("k", MISS) is MISS
        assert await rig.cache.get_many(["k"]) == {}
        assert not await rig.cache.has("k")
        entry = await rig.cache.get_entry("k")
        assert entry is not None
        assert (entry.value, entry.stale) == ("old", True)
        assert await rig.cache.ttl("k") == 0


async def test_of_two_stale_values_the_younger_one_is_given_whole() -> None:
    async with AsyncRig(0, 2, ttl=10, stale_ttl=100) as rig:
        await rig.cache.set("k", ["older"])
        rig.clock.advance(5)
        rig.stores[1].lose("put")
        await rig.cache.set("k", ["younger"])
        rig.stores[1].heal()
        rig.clock.advance(20)
        assert (rig.held(0, "k"), rig.held(1, "k")) == (["younger"], ["older"])
        entry = await rig.cache.get_entry("k")
        assert entry is not None
        assert (entry.value, entry.tier, entry.age) == (["younger"], "store0", 20)
        down = AsyncOrigin(OriginDown())
        assert await rig.cache.get_or_set("k", down) == ["younger"]


async def test_of_two_stale_values_the_younger_one_is_filled_into_nearer_tiers() -> None:
    async with AsyncRig(1, 3, ttl=10, stale_ttl=100) as rig:
        await rig.cache.set("k", ["older"])
        rig.clock.advance(5)
        rig.stores[2].lose("put")
        await rig.cache.set("k", ["younger"])
        rig.stores[2].heal()
        rig.forget()
        await rig.inner[0].delete("app:k")
        rig.clock.advance(20)
        origin = AsyncOrigin(OriginDown())
        assert await rig.cache.get_or_set("k", origin) == ["younger"]
        await rig.idle()
        assert rig.held(0, "k") == ["younger"]
        entry = await rig.cache.get_entry("k")
        assert entry is not None
        assert (entry.value, entry.tier) == (["younger"], "memory0")


async def test_a_failed_refresh_backs_off_and_doubles() -> None:
    async with AsyncRig(1, 0, ttl=10, stale_ttl=None, refresh_backoff=1, refresh_backoff_max=4) as rig:
        await rig.cache.set("k", "old")
        rig.clock.advance(20)
        down = AsyncOrigin(OriginDown())
        for pause, calls in [(0.0, 1), (0.5, 1), (0.5, 2), (1.0, 2), (1.0, 3), (4.0, 4), (4.0, 5)]:
            rig.clock.advance(pause)
            assert await rig.cache.get_or_set("k", down) == "old"
            await rig.idle()
            assert down.calls == calls
        assert rig.witness.load_kinds().count("refresh_failure") == 5
        assert rig.cache.stats()["refreshes_skipped"] == 2
        rig.clock.advance(4)
        assert await rig.cache.get_or_set("k", AsyncOrigin("new")) == "old"
        await rig.idle()
        assert await rig.cache.get("k") == "new"


async def test_an_origin_that_failed_just_now_is_not_asked_again_while_a_stale_value_covers_it() -> None:
    async with AsyncRig(1, 0, ttl=10, stale_ttl=100, stale="if_error") as rig:
        await rig.cache.set("k", "old")
        rig.clock.advance(20)
        down = AsyncOrigin(OriginDown())
        for _ in range(5):
            assert await rig.cache.get_or_set("k", down) == "old"
        assert down.calls == 1
        rig.clock.advance(1)
        assert await rig.cache.get_or_set("k", down) == "old"
        assert down.calls == 2


async def test_a_refresh_whose_answer_cannot_be_stored_backs_off_too() -> None:
    async with AsyncRig(1, 0, ttl=10, stale_ttl=100) as rig:
        await rig.cache.set("k", "old")
        rig.clock.advance(20)
        origin = AsyncOrigin(object())
        for _ in range(5):
            assert await rig.cache.get_or_set("k", origin) == "old"
            await rig.idle()
        assert origin.calls == 1
        assert rig.witness.load_kinds() == ["refresh_failure"]


async def test_a_refresh_that_cannot_begin_leaves_no_flight(monkeypatch: pytest.MonkeyPatch) -> None:
    async with AsyncRig(1, 0, ttl=10, stale_ttl=100) as rig:
        await rig.cache.set("k", "old")
        rig.clock.advance(20)

        def refuse(*_: object) -> None:
            raise RuntimeError("no thread left")

        with monkeypatch.context() as patch:
            patch.setattr(rig.assembly.crew, "spawn", refuse)
            assert await rig.cache.get_or_set("k", AsyncOrigin("new")) == "old"
        assert len(rig.core.flights) == 0
        rig.clock.advance(60)
        assert await rig.cache.get_or_set("k", AsyncOrigin("new")) == "old"
        await rig.idle()
        assert await rig.cache.get("k") == "new"


async def test_a_refresh_that_raises_at_once_leaves_no_flight() -> None:
    async with AsyncRig(1, 0, ttl=10, stale_ttl=100) as rig:
        await rig.cache.set("k", "old")
        rig.clock.advance(20)

        def broken() -> Any:
            raise OriginDown

        assert await rig.cache.get_or_set("k", broken) == "old"
        await rig.idle()
        rig.clock.advance(1)
        assert await rig.cache.get_or_set("k", AsyncOrigin("new")) == "old"
        await rig.idle()
        assert await rig.cache.get("k") == "new"


async def test_refreshes_are_bounded_in_number() -> None:
    async with AsyncRig(1, 0, ttl=10, stale_ttl=100, max_refreshes=2) as rig:
        for key in "abc":
            await rig.cache.set(key, "old")
        rig.clock.advance(20)
        origin = AsyncOrigin("new")
        gate = origin.hold()
        for key in "abc":
            assert await rig.cache.get_or_set(key, origin) == "old"
        await gate.entered(2)
        assert rig.cache.stats()["refreshes_skipped"] == 1
        gate.release()
        await rig.idle()
        assert await rig.cache.get_or_set("c", origin) == "old"
        await rig.idle()
        assert await rig.cache.get("c") == "new"


async def test_loads_that_callers_wait_for_do_not_count_as_refreshes() -> None:
    async with AsyncRig(1, 0, ttl=10, stale_ttl=100, max_refreshes=1) as rig:
        await rig.cache.set("k", "old")
        rig.clock.advance(20)
        slow = AsyncOrigin(1)
        gate = slow.hold()
        waiting = [start(rig.cache.get_or_set, f"cold{n}", slow) for n in range(3)]
        await gate.entered(3)
        assert await rig.cache.get_or_set("k", AsyncOrigin("new")) == "old"
        await until(lambda: rig.core.stats.loads == 4)
        gate.release()
        for one in waiting:
            assert await one.result() == 1
        await rig.idle()
        assert await rig.cache.get("k") == "new"


async def test_a_joiner_that_takes_no_stale_value_loads_for_itself() -> None:
    async with AsyncRig(0, 1, ttl=10, stale_ttl=100) as rig:
        easy, strict = rig.cache.namespace("n"), rig.cache.namespace("n", stale="never")
        await easy.set("k", "old")
        rig.clock.advance(20)
        gate = rig.stores[0].hold("get")
        first = start(easy.get_or_set, "k", AsyncOrigin(OriginDown()))
        await gate.entered()
        second = start(strict.get_or_set, "k", AsyncOrigin("new"))
        await until(lambda: rig.core.stats.joined == 1)
        gate.release()
        assert await first.result() == "old"
        assert await second.result() == "new"
        await rig.idle()


async def test_early_refresh_happens_behind_a_fresh_hit() -> None:
    async with AsyncRig(1, 1, beta=1.0, ttl=100) as rig:
        rig.core.entropy = ScriptedEntropy([0.5])
        origin = AsyncOrigin("old", "new")
        origin.meanwhile = lambda: rig.clock.advance(2)
        assert await rig.cache.get_or_set("k", origin) == "old"
        rig.clock.advance(70)
        assert rig.cache.get_nowait("k", MISS) == "old"
        rig.clock.advance(28)
        assert await rig.cache.get_or_set("k", origin) == "old"
        await rig.idle()
        assert origin.calls == 1
        rig.core.entropy = ScriptedEntropy([0.001])
        assert await rig.cache.get_or_set("k", origin) == "old"
        await rig.idle()
        assert origin.calls == 2
        assert await rig.cache.get("k") == "new"
        rig.forget()
        assert await rig.cache.get("k") == "new"


async def test_a_refresh_is_not_answered_by_the_entry_that_it_refreshes() -> None:
    async with AsyncRig(1, 1, beta=1.0, ttl=100) as rig:
        origin = AsyncOrigin("old", "new")
        origin.meanwhile = lambda: rig.clock.advance(2)
        await rig.cache.get_or_set("k", origin)
        rig.clock.advance(95)
        rig.clock.wall_jump(-3)
        rig.core.entropy = ScriptedEntropy([0.001])
        assert await rig.cache.get_or_set("k", origin) == "old"
        await rig.idle()
        assert origin.calls == 2


async def test_a_refresh_is_answered_by_what_another_process_loaded_meanwhile() -> None:
    async with AsyncRig(1, 1, ttl=10, stale_ttl=100) as one, AsyncRig(1, one.inner, clock=one.clock, seed=1) as other:
        await one.cache.set("k", "old")
        one.clock.advance(20)
        await other.cache.set("k", "newer")
        origin = AsyncOrigin("unused")
        assert await one.cache.get_or_set("k", origin) == "old"
        await one.idle()
        assert await one.cache.get("k") == "newer"
        assert origin.calls == 0


async def test_a_refresh_may_find_that_nothing_changed_or_that_the_thing_is_gone() -> None:
    async with AsyncRig(1, 1, ttl=10, stale_ttl=100) as rig:
        await rig.cache.set("k", "v")
        rig.clock.advance(20)
        assert await rig.cache.get_or_set("k", AsyncOrigin(NotModified())) == "v"
        await rig.idle()
        assert await rig.cache.ttl("k") == 10
        rig.clock.advance(20)
        assert await rig.cache.get_or_set("k", AsyncOrigin(Missing())) == "v"
        await rig.idle()
        assert await rig.cache.get_or_set("k", AsyncOrigin("unused"), default="gone") == "gone"


async def test_a_refresh_keeps_what_the_loader_says_of_lifetime() -> None:
    async with AsyncRig(1, 1, ttl=10, stale_ttl=100) as rig:
        await rig.cache.set("k", "old")
        rig.clock.advance(20)
        assert await rig.cache.get_or_set("k", AsyncOrigin(Loaded("new", ttl=77))) == "old"
        await rig.idle()
        assert await rig.cache.ttl("k") == 77


async def test_a_refresh_of_a_value_that_dies_meanwhile_stores_the_new_one() -> None:
    async with AsyncRig(1, 1, ttl=10, stale_ttl=10) as rig:
        await rig.cache.set("k", "old")
        rig.clock.advance(15)
        origin = AsyncOrigin("new")
        origin.meanwhile = lambda: rig.clock.advance(100)
        assert await rig.cache.get_or_set("k", origin) == "old"
        await rig.idle()
        assert await rig.cache.get("k") == "new"


async def test_a_value_that_dies_while_its_refresh_fails_covers_nothing_more() -> None:
    async with AsyncRig(1, 1, ttl=10, stale_ttl=10, stale="if_error") as rig:
        await rig.cache.set("k", "old")
        rig.clock.advance(15)
        origin = AsyncOrigin(OriginDown())
        origin.meanwhile = lambda: rig.clock.advance(100)
        with pytest.raises(OriginDown):
            await rig.cache.get_or_set("k", origin)


async def test_a_value_deleted_while_it_was_read_does_not_keep_the_origin_from_being_asked() -> None:
    async with AsyncRig(0, 1, ttl=10, stale_ttl=100, stale="if_error") as rig:
        await rig.cache.set("k", "old")
        rig.clock.advance(20)
        assert await rig.cache.get_or_set("k", AsyncOrigin(OriginDown())) == "old"
        gate = rig.stores[0].hold("get", after=True)
        caller = start(rig.cache.get_or_set, "k", AsyncOrigin("new"))
        await gate.entered()
        await rig.cache.delete("k")
        gate.release()
        assert await caller.result() == "new"
        assert await rig.cache.get("k") is None


async def test_a_missing_thing_that_was_expired_may_still_be_missing() -> None:
    async with AsyncRig(1, 1, stale="if_error") as rig:
        await rig.cache.get_or_set("k", AsyncOrigin(Missing()), tags=["t"])
        await rig.cache.expire_tags("t")
        rig.clock.advance(1)
        assert await rig.cache.get_or_set("k", AsyncOrigin(NotModified()), default="none") == "none"
        assert await rig.cache.ttl("k") == 30
        assert await rig.cache.get_or_set("k", AsyncOrigin("unused"), default="none") == "none"


async def test_a_negative_result_of_a_store_gives_the_default() -> None:
    async with AsyncRig(1, 1) as rig:
        await rig.cache.get_or_set("k", AsyncOrigin(Missing()))
        rig.forget()
        assert await rig.cache.get("k", "default") == "default"
        assert rig.cache.stats()["negative_hits"] == 1
