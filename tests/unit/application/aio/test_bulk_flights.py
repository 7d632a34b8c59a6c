"""Bulk loads in the air: each key is boarded before a tier is read for it, so that no load is run twice."""

from __future__ import annotations

import pytest

from hexcache.domain.errors import StoreError
from hexcache.domain.lookup import MISS
from tests.unit.application.aio.assembling import AsyncOrigin, AsyncRig
from tests.unit.application.aio.primitives import gather, start, until


class OriginDown(Exception):
    """What the origin says when it is down."""


async def test_whoever_comes_while_a_bulk_call_reads_the_tiers_joins_it() -> None:
    async with AsyncRig(1, 1) as rig:
        gate = rig.stores[0].hold("get_many", after=True)
        bulk, unused = AsyncOrigin({"a": "bulk", "b": "bulk"}), AsyncOrigin(OriginDown())
        many = start(rig.cache.get_or_set_many, ["a", "b"], bulk)
        await gate.entered()
        one = start(rig.cache.get_or_set, "a", unused)
        others = start(rig.cache.get_or_set_many, ["b", "a"], unused)
        await until(lambda: rig.core.stats.joined == 3)
        gate.release()
        assert await many.result() == {"a": "bulk", "b": "bulk"}
        assert await one.result() == "bulk"
        assert await others.result() == {"b": "bulk", "a": "bulk"}
        assert (bulk.shown, unused.calls) == ([(["a", "b"],)], 0)


async def test_a_bulk_call_that_comes_while_a_load_reads_the_tiers_joins_it() -> None:
    async with AsyncRig(1, 1) as rig:
        gate = rig.stores[0].hold("get", after=True)
        single, bulk = AsyncOrigin("single"), AsyncOrigin({"b": "bulk"})
        one = start(rig.cache.get_or_set, "a", single)
        await gate.entered()
        many = start(rig.cache.get_or_set_many, ["a", "b"], bulk)
        await until(lambda: rig.core.stats.joined == 1)
        gate.release()
        assert await many.result() == {"a": "single", "b": "bulk"}
        assert await one.result() == "single"
        assert bulk.shown == [(["b"],)]


async def test_bulk_calls_that_overlap_in_a_ring_all_end_and_load_each_key_once() -> None:
    async with AsyncRig(1, 1) as rig:
        origin = AsyncOrigin({"a": "A", "b": "B", "c": "C"})
        gate = origin.hold()
        calls = [start(rig.cache.get_or_set_many, keys, origin) for keys in (["a", "b"], ["b", "c"], ["c", "a"])]
        await until(lambda: rig.core.stats.joined == 3)
        gate.release()
        assert await gather([call.result for call in calls]) == [
            {"a": "A", "b": "B"}, {"b": "B", "c": "C"}, {"c": "C", "a": "A"},
        ]  # fmt: skip
        assert sorted(letter for letter in repr(origin.shown) if letter.isalpha()) == ["a", "b", "c"]
        assert len(rig.core.flights) == 0


async def test_what_some_tier_has_is_brought_to_all_before_the_rest_is_loaded() -> None:
    async with AsyncRig(1, 2) as rig:
        await rig.cache.set("a", [1])
        rig.forget()
        origin = AsyncOrigin({"b": 2})
        gate = origin.hold()
        many = start(rig.cache.get_or_set_many, ["a", "b"], origin)
        await gate.entered()
        assert await rig.cache.get_or_set("a", AsyncOrigin(OriginDown())) == [1]
        assert not many.done
        gate.release()
        assert await many.result() == {"a": [1], "b": 2}
        assert origin.shown == [(["b"],)]


async def test_what_was_found_is_not_installed_after_a_delete() -> None:
    async with AsyncRig(1, 1) as rig:
        await rig.cache.set("a", "old")
        rig.forget()
        gate = rig.stores[0].hold("get_many", after=True)
        many = start(rig.cache.get_or_set_many, ["a"], AsyncOrigin(OriginDown()))
        await gate.entered()
        await rig.cache.delete("a")
        assert await rig.cache.get_or_set("a", AsyncOrigin("new")) == "new"
        gate.release()
        assert await many.result() == {"a": "old"}
        assert await rig.cache.get("a") == "new"
        assert rig.held(0, "a") == "new"


async def test_a_stale_value_that_a_joined_flight_brings_is_loaded_anew() -> None:
    async with AsyncRig(0, 1, ttl=10, stale_ttl=100) as rig:
        await rig.cache.set("a", "old")
        rig.clock.advance(20)
        gate = rig.stores[0].hold("get", after=True)
        origin, bulk = AsyncOrigin("new"), AsyncOrigin({"a": "new"})
        one = start(rig.cache.get_or_set, "a", origin)
        await gate.entered()
        many = start(rig.cache.get_or_set_many, ["a"], bulk)
        await until(lambda: rig.core.stats.joined == 1)
        gate.release()
        assert await one.result() == "old"
        assert await many.result() == {"a": "new"}
        await rig.idle()
        assert origin.calls + bulk.calls == 1


async def test_a_refresh_that_others_began_is_waited_for_only_by_those_who_have_nothing() -> None:
    async with AsyncRig(0, 1) as rig:
        await rig.cache.set("a", 1)
        refreshes = [rig.core.flights.begin_quietly(key, None) for key in "ab"]
        many = start(rig.cache.get_or_set_many, ["a"], AsyncOrigin(OriginDown()))
        assert await many.result() == {"a": 1}
        more = start(rig.cache.get_or_set_many, ["a", "b"], AsyncOrigin(OriginDown()))
        await until(lambda: rig.stores[0].count("get_many") == 2)
        for refresh in refreshes:
            assert refresh is not None
            rig.assembly.filler.crash(refresh, OriginDown("refresh"))
        error = await more.error()
        assert isinstance(error, ExceptionGroup)
        assert [str(one) for one in error.exceptions] == ["refresh"]


async def test_misses_are_those_of_the_keys_that_were_loaded() -> None:
    async with AsyncRig(1, 1) as rig:
        await rig.cache.set("a", 1)
        await rig.cache.get_or_set_many(["a", "b", "c"], AsyncOrigin({"b": 2}))
        rig.forget()
        await rig.cache.get_or_set_many(["a", "b", "c"], AsyncOrigin(OriginDown()))
        stats = rig.cache.stats()
        assert (stats["misses"], stats["hits"], stats["negative_hits"], stats["loads"]) == (2, 4, 1, 1)


async def test_a_strict_call_raises_the_tiers_error_to_its_caller_and_in_a_group_to_those_who_joined() -> None:
    async with AsyncRig(1, 1, strict=True) as rig:
        gate = rig.stores[0].hold("get_many", after=True)
        rig.stores[0].fail("get_many", after=True)
        first = start(rig.cache.get_or_set_many, ["a"], AsyncOrigin({}))
        await gate.entered()
        second = start(rig.cache.get_or_set_many, ["a"], AsyncOrigin({}))
        await until(lambda: rig.core.stats.joined == 1)
        gate.release()
        assert isinstance(await first.error(), StoreError)
        error = await second.error()
        assert isinstance(error, ExceptionGroup)
        assert isinstance(error.exceptions[0], StoreError)
        assert len(rig.core.flights) == 0


async def test_a_bulk_call_whose_work_cannot_begin_leaves_no_flight(monkeypatch: pytest.MonkeyPatch) -> None:
    async with AsyncRig(1, 1) as rig:

        def refuse(*_: object) -> None:
            raise RuntimeError("no thread left")

        with monkeypatch.context() as patch:
            patch.setattr(rig.assembly.crew, "launch", refuse)
            with pytest.raises(RuntimeError, match="thread"):
                await rig.cache.get_or_set_many(["a", "b"], AsyncOrigin({}))
        assert len(rig.core.flights) == 0
        assert await rig.cache.get("a", MISS) is MISS
