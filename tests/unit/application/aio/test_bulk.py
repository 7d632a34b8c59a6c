"""Many keys at once: matched by key, each with a flight of its own, one loader call for what nobody else is loading."""

from __future__ import annotations

import pytest

from hexcache.domain.errors import InvalidKey, LoadTimeout, UnsupportedValue, WrongWorld
from hexcache.domain.load import DoNotStore, Loaded, Missing, NotModified
from hexcache.domain.lookup import MISS
from tests.unit.application.aio.assembling import AsyncOrigin, AsyncRig
from tests.unit.application.aio.primitives import start, until


class OriginDown(Exception):
    """What the origin says when it is down."""


async def test_only_what_is_missing_is_loaded_and_everything_comes_in_the_order_asked() -> None:
    async with AsyncRig(1, 1) as rig:
        await rig.cache.set("b", 2)
        await rig.cache.set("d", None)
        origin = AsyncOrigin({"c": 3, "a": 1})
        answer = await rig.cache.get_or_set_many(["a", "b", "c", "d", "a"], origin)
        assert list(answer.items()) == [("a", 1), ("b", 2), ("c", 3), ("d", None)]
        assert origin.shown == [(["a", "c"],)]
        assert [rig.held(0, key) for key in "abcd"] == [1, 2, 3, None]
        assert await rig.cache.get_or_set_many(["c", "a"], AsyncOrigin(OriginDown())) == {"c": 3, "a": 1}


async def test_a_partial_batch_from_a_store_is_matched_by_key() -> None:
    async with AsyncRig(1, 2) as rig:
        await rig.cache.set_many({key: key.upper() for key in "abcdef"})
        rig.forget()
        await rig.inner[0].delete("app:b")
        await rig.inner[0].delete("app:e")
        await rig.inner[1].delete("app:e")
        answer = await rig.cache.get_many(["f", "e", "d", "c", "b", "a"])
        assert answer == {"f": "F", "d": "D", "c": "C", "b": "B", "a": "A"}
        origin = AsyncOrigin({"e": "E"})
        assert await rig.cache.get_or_set_many(["e", "b", "a"], origin) == {"e": "E", "b": "B", "a": "A"}
        assert rig.held(0, "b") == "B"


async def test_what_the_loader_leaves_out_is_missing_and_what_nobody_asked_for_is_ignored() -> None:
    async with AsyncRig(1, 1) as rig:
        origin = AsyncOrigin({"a": 1, "stranger": 9})
        assert await rig.cache.get_or_set_many(["a", "b"], origin, default="none") == {"a": 1, "b": "none"}
        assert await rig.cache.get("stranger", MISS) is MISS
        assert await rig.cache.get_or_set_many(["a", "b"], origin, default="none") == {"a": 1, "b": "none"}
        assert origin.calls == 1
        entry = await rig.cache.get_entry("b")
        assert entry is not None
        assert entry.missing


async def test_each_key_may_have_a_lifetime_a_fate_and_an_error_of_its_own() -> None:
    async with AsyncRig(1, 1, ttl=100) as rig:
        answers = {
            "plain": 1, "short": Loaded(2, ttl=5), "passing": DoNotStore(3), "gone": Missing("7s"),
            "down": OriginDown("down"), "odd": object(), "same": NotModified(),
        }  # fmt: skip
        with pytest.raises(ExceptionGroup) as caught:
            await rig.cache.get_or_set_many(list(answers), AsyncOrigin(answers))
        assert len(caught.value.exceptions) == 3
        assert {type(error).__name__ for error in caught.value.exceptions} == {
            "OriginDown", "UnsupportedValue", "Unsupported",
        }  # fmt: skip
        lives = {key: await rig.cache.ttl(key) for key in answers}
        assert lives == {
            "plain": 100, "short": 5, "passing": None, "gone": 7, "down": None, "odd": None, "same": None,
        }  # fmt: skip
        assert len(rig.core.flights) == 0


async def test_a_failing_loader_fails_the_missing_keys_once() -> None:
    async with AsyncRig(1, 1) as rig:
        await rig.cache.set("a", 1)
        origin = AsyncOrigin(OriginDown("down"))
        with pytest.raises(ExceptionGroup) as caught:
            await rig.cache.get_or_set_many(["a", "b", "c"], origin)
        assert [type(error) for error in caught.value.exceptions] == [OriginDown]
        assert origin.calls == 1
        assert rig.cache.stats()["load_failures"] == 1
        assert rig.witness.load_kinds() == ["failure"]


async def test_stale_values_are_loaded_anew_and_cover_a_failure() -> None:
    async with AsyncRig(1, 1, ttl=10, stale_ttl=100) as rig:
        await rig.cache.set_many({"a": "old", "b": "old"})
        rig.clock.advance(20)
        answers = {"a": "new", "b": OriginDown()}
        assert await rig.cache.get_or_set_many(["a", "b"], AsyncOrigin(answers)) == {"a": "new", "b": "old"}
        rig.clock.advance(20)
        rig.forget()
        assert await rig.cache.get_or_set_many(["a", "b"], AsyncOrigin(OriginDown())) == {"a": "new", "b": "old"}
        assert rig.cache.stats()["stale_hits"] == 3


async def test_never_takes_no_stale_value_for_a_failure() -> None:
    async with AsyncRig(1, 1, ttl=10, stale_ttl=100, stale="never") as rig:
        await rig.cache.set("a", "old")
        rig.clock.advance(20)
        with pytest.raises(ExceptionGroup):
            await rig.cache.get_or_set_many(["a"], AsyncOrigin(OriginDown()))


async def test_single_and_bulk_loads_share_flights() -> None:
    async with AsyncRig(1, 1) as rig:
        single, bulk = AsyncOrigin("single"), AsyncOrigin({"b": "bulk", "c": "bulk"})
        one, many = single.hold(), bulk.hold()
        first = start(rig.cache.get_or_set, "a", single)
        await one.entered()
        second = start(rig.cache.get_or_set_many, ["a", "b", "c"], bulk)
        await many.entered()
        third = start(rig.cache.get_or_set, "c", AsyncOrigin("unused"))
        fourth = start(rig.cache.get_or_set_many, ["b", "c"], AsyncOrigin({}))
        await until(lambda: rig.core.stats.joined == 4)
        one.release()
        many.release()
        assert await first.result() == "single"
        assert await second.result() == {"a": "single", "b": "bulk", "c": "bulk"}
        assert await third.result() == "bulk"
        assert await fourth.result() == {"b": "bulk", "c": "bulk"}
        assert bulk.shown == [(["b", "c"],)]


async def test_an_error_of_one_key_goes_to_those_who_joined_for_it() -> None:
    async with AsyncRig(1, 0) as rig:
        bulk = AsyncOrigin({"a": OriginDown("of a"), "b": 2})
        gate = bulk.hold()
        many = start(rig.cache.get_or_set_many, ["a", "b"], bulk)
        await gate.entered()
        one = start(rig.cache.get_or_set, "a", AsyncOrigin("unused"))
        two = start(rig.cache.get_or_set, "b", AsyncOrigin("unused"))
        await until(lambda: rig.core.stats.joined == 2)
        gate.release()
        assert isinstance(await many.error(), ExceptionGroup)
        assert isinstance(await one.error(), OriginDown)
        assert await two.result() == 2


async def test_a_hung_bulk_load_ends_at_its_deadline() -> None:
    async with AsyncRig(load_timeout=0.02) as rig:
        hung = AsyncOrigin({})
        gate = hung.hold()
        with pytest.raises(ExceptionGroup) as caught:
            await rig.cache.get_or_set_many(["a", "b"], hung)
        assert [type(error) for error in caught.value.exceptions] == [LoadTimeout]
        assert await rig.cache.get_or_set_many(["a"], AsyncOrigin({"a": 1})) == {"a": 1}
        gate.release()


@pytest.mark.parametrize("answer", [None, [1, 2], "text"])
async def test_an_answer_that_is_not_by_key_is_refused(answer: object) -> None:
    async with AsyncRig() as rig:
        with pytest.raises(ExceptionGroup) as caught:
            await rig.cache.get_or_set_many(["a"], AsyncOrigin(answer))
        assert "mapping" in str(caught.value.exceptions[0])
        assert await rig.cache.get("a", MISS) is MISS


async def test_a_key_written_during_the_load_keeps_what_was_written() -> None:
    async with AsyncRig(1, 1) as rig:
        origin = AsyncOrigin({"a": "loaded", "b": "loaded"})
        gate = origin.hold()
        caller = start(rig.cache.get_or_set_many, ["a", "b"], origin)
        await gate.entered()
        await rig.cache.set("a", "written")
        gate.release()
        assert await caller.result() == {"a": "loaded", "b": "loaded"}
        assert await rig.cache.get_many(["a", "b"]) == {"a": "written", "b": "loaded"}


async def test_a_stale_value_deleted_between_reading_and_loading_covers_nothing() -> None:
    async with AsyncRig(1, 1, ttl=10, stale_ttl=100) as rig:
        await rig.cache.set("a", "old")
        rig.clock.advance(20)
        rig.forget()
        gate = rig.stores[0].hold("get_many", after=True)
        caller = start(rig.cache.get_or_set_many, ["a"], AsyncOrigin(OriginDown()))
        await gate.entered()
        await rig.cache.delete("a")
        gate.release()
        assert isinstance(await caller.error(), ExceptionGroup)


async def test_max_age_of_the_policy_holds_for_bulk_reads_that_load() -> None:
    async with AsyncRig(1, 1, ttl=100, max_age=10) as rig:
        assert await rig.cache.get_or_set_many(["a"], AsyncOrigin({"a": 1})) == {"a": 1}
        rig.clock.advance(9)
        assert await rig.cache.get_or_set_many(["a"], AsyncOrigin({"a": 2})) == {"a": 1}
        rig.clock.advance(1)
        assert await rig.cache.get_or_set_many(["a"], AsyncOrigin({"a": 3})) == {"a": 3}


async def test_a_bulk_read_goes_on_past_a_tier_that_fails() -> None:
    async with AsyncRig(1, 2) as rig:
        await rig.cache.set_many({"a": 1, "b": 2})
        rig.forget()
        rig.stores[0].fail("get_many")
        assert await rig.cache.get_many(["a", "b"]) == {"a": 1, "b": 2}
        assert rig.stores[0].count("put_if") == 0
        assert await rig.cache.get_many(["a", "b"]) == {"a": 1, "b": 2}


async def test_a_bulk_read_does_not_ask_a_tier_for_what_it_owes() -> None:
    async with AsyncRig(0, 1) as rig:
        await rig.cache.set_many({"a": 1, "b": 2})
        rig.stores[0].fail("delete")
        await rig.cache.delete("a")
        assert await rig.cache.get_many(["a", "b"]) == {"b": 2}
        assert rig.stores[0].calls[-1].subjects == ("app:b",)
        assert await rig.cache.get_many(["a"]) == {}
        assert rig.stores[0].count("get_many") == 1


async def test_negative_results_are_counted_and_left_out_of_bulk_reads() -> None:
    async with AsyncRig(1, 1) as rig:
        await rig.cache.get_or_set("gone", AsyncOrigin(Missing()))
        rig.forget()
        assert await rig.cache.get_many(["gone"]) == {}
        assert await rig.cache.get_or_set_many(["gone"], AsyncOrigin(OriginDown()), default=0) == {"gone": 0}
        assert rig.cache.stats()["negative_hits"] == 2


async def test_a_value_that_cannot_be_stored_fails_its_key_alone() -> None:
    async with AsyncRig(1, 1) as rig:
        with pytest.raises(ExceptionGroup) as caught:
            await rig.cache.get_or_set_many(["a", "b"], AsyncOrigin({"a": object(), "b": 2}))
        assert [type(error) for error in caught.value.exceptions] == [UnsupportedValue]
        assert await rig.cache.get("b") == 2


async def test_one_text_is_not_a_collection_of_keys() -> None:
    async with AsyncRig() as rig:
        with pytest.raises(InvalidKey):
            await rig.cache.get_many("abc")
        with pytest.raises(InvalidKey):
            await rig.cache.get_or_set_many("abc", AsyncOrigin({}))
        with pytest.raises(InvalidKey):
            await rig.cache.delete_many("abc")
        with pytest.raises(InvalidKey, match="int"):
            await rig.cache.get_many(5)  # type: ignore[arg-type]  # the mistake under test
        assert await rig.cache.get_many(key for key in ("a", "b")) == {}


async def test_a_loader_that_is_not_callable_is_refused() -> None:
    async with AsyncRig() as rig:
        with pytest.raises(WrongWorld):
            await rig.cache.get_or_set_many(["a"], {"a": 1})  # type: ignore[arg-type]  # the mistake under test
        assert len(rig.core.flights) == 0
