# Generated from tests/unit/application/aio/test_bulk.py by tools/unasync.py. Do not edit.
"""Many keys at once: matched by key, each with a flight of its own, one loader call for what nobody else is loading."""

from __future__ import annotations

import pytest

from hexcache.domain.errors import InvalidKey, LoadTimeout, UnsupportedValue, WrongWorld
from hexcache.domain.load import DoNotStore, Loaded, Missing, NotModified
from hexcache.domain.lookup import MISS
from tests.unit.application.sync.assembling import Origin, Rig
from tests.unit.application.sync.primitives import start, until


class OriginDown(Exception):
    """What the origin says when it is down."""


def test_only_what_is_missing_is_loaded_and_everything_comes_in_the_order_asked() -> None:
    with Rig(1, 1) as rig:
        rig.cache.set("b", 2)
        rig.cache.set("d", None)
        origin = Origin({"c": 3, "a": 1})
        answer = rig.cache.get_or_set_many(["a", "b", "c", "d", "a"], origin)
        assert list(answer.items()) == [("a", 1), ("b", 2), ("c", 3), ("d", None)]
        assert origin.shown == [(["a", "c"],)]
        assert [rig.held(0, key) for key in "abcd"] == [1, 2, 3, None]
        assert rig.cache.get_or_set_many(["c", "a"], Origin(OriginDown())) == {"c": 3, "a": 1}


def test_a_partial_batch_from_a_store_is_matched_by_key() -> None:
    with Rig(1, 2) as rig:
        rig.cache.set_many({key: key.upper() for key in "abcdef"})
        rig.forget()
        rig.inner[0].delete("app:b")
        rig.inner[0].delete("app:e")
        rig.inner[1].delete("app:e")
        answer = rig.cache.get_many(["f", "e", "d", "c", "b", "a"])
        assert answer == {"f": "F", "d": "D", "c": "C", "b": "B", "a": "A"}
        origin = Origin({"e": "E"})
        assert rig.cache.get_or_set_many(["e", "b", "a"], origin) == {"e": "E", "b": "B", "a": "A"}
        assert rig.held(0, "b") == "B"


def test_what_the_loader_leaves_out_is_missing_and_what_nobody_asked_for_is_ignored() -> None:
    with Rig(1, 1) as rig:
        origin = Origin({"a": 1, "stranger": 9})
        assert rig.cache.get_or_set_many(["a", "b"], origin, default="none") == {"a": 1, "b": "none"}
        assert rig.cache.get("stranger", MISS) is MISS
        assert rig.cache.get_or_set_many(["a", "b"], origin, default="none") == {"a": 1, "b": "none"}
        assert origin.calls == 1
        entry = rig.cache.get_entry("b")
        assert entry is not None
        assert entry.missing


def test_each_key_may_have_a_lifetime_a_fate_and_an_error_of_its_own() -> None:
    with Rig(1, 1, ttl=100) as rig:
        answers = {
            "plain": 1, "short": Loaded(2, ttl=5), "passing": DoNotStore(3), "gone": Missing("7s"),
            "down": OriginDown("down"), "odd": object(), "same": NotModified(),
        }  # fmt: skip
        with pytest.raises(ExceptionGroup) as caught:
            rig.cache.get_or_set_many(list(answers), Origin(answers))
        assert len(caught.value.exceptions) == 3
        assert {type(error).__name__ for error in caught.value.exceptions} == {
            "OriginDown", "UnsupportedValue", "Unsupported",
        }  # fmt: skip
        lives = {key: rig.cache.ttl(key) for key in answers}
        assert lives == {
            "plain": 100, "short": 5, "passing": None, "gone": 7, "down": None, "odd": None, "same": None,
        }  # fmt: skip
        assert len(rig.core.flights) == 0


def test_a_failing_loader_fails_the_missing_keys_once() -> None:
    with Rig(1, 1) as rig:
        rig.cache.set("a", 1)
        origin = Origin(OriginDown("down"))
        with pytest.raises(ExceptionGroup) as caught:
            rig.cache.get_or_set_many(["a", "b", "c"], origin)
        assert [type(error) for error in caught.value.exceptions] == [OriginDown]
        assert origin.calls == 1
        assert rig.cache.stats()["load_failures"] == 1
        assert rig.witness.load_kinds() == ["failure"]


def test_stale_values_are_loaded_anew_and_cover_a_failure() -> None:
    with Rig(1, 1, ttl=10, stale_ttl=100) as rig:
        rig.cache.set_many({"a": "old", "b": "old"})
        rig.clock.advance(20)
        answers = {"a": "new", "b": OriginDown()}
        assert rig.cache.get_or_set_many(["a", "b"], Origin(answers)) == {"a": "new", "b": "old"}
        rig.clock.advance(20)
        rig.forget()
        assert rig.cache.get_or_set_many(["a", "b"], Origin(OriginDown())) == {"a": "new", "b": "old"}
        assert rig.cache.stats()["stale_hits"] == 3


def test_never_takes_no_stale_value_for_a_failure() -> None:
    with Rig(1, 1, ttl=10, stale_ttl=100, stale="never") as rig:
        rig.cache.set("a", "old")
        rig.clock.advance(20)
        with pytest.raises(ExceptionGroup):
            rig.cache.get_or_set_many(["a"], Origin(OriginDown()))


def test_single_and_bulk_loads_share_flights() -> None:
    with Rig(1, 1) as rig:
        single, bulk = Origin("single"), Origin({"b": "bulk", "c": "bulk"})
        one, many = single.hold(), bulk.hold()
        first = start(rig.cache.get_or_set, "a", single)
        one.entered()
        second = start(rig.cache.get_or_set_many, ["a", "b", "c"], bulk)
        many.entered()
        third = start(rig.cache.get_or_set, "c", Origin("unused"))
        fourth = start(rig.cache.get_or_set_many, ["b", "c"], Origin({}))
        until(lambda: rig.core.stats.joined == 4)
        one.release()
        many.release()
        assert first.result() == "single"
        assert second.result() == {"a": "single", "b": "bulk", "c": "bulk"}
        assert third.result() == "bulk"
        assert fourth.result() == {"b": "bulk", "c": "bulk"}
        assert bulk.shown == [(["b", "c"],)]


def test_an_error_of_one_key_goes_to_those_who_joined_for_it() -> None:
    with Rig(1, 0) as rig:
        bulk = Origin({"a": OriginDown("of a"), "b": 2})
        gate = bulk.hold()
        many = start(rig.cache.get_or_set_many, ["a", "b"], bulk)
        gate.entered()
        one = start(rig.cache.get_or_set, "a", Origin("unused"))
        two = start(rig.cache.get_or_set, "b", Origin("unused"))
        until(lambda: rig.core.stats.joined == 2)
        gate.release()
        assert isinstance(many.error(), ExceptionGroup)
        assert isinstance(one.error(), OriginDown)
        assert two.result() == 2


def test_a_hung_bulk_load_ends_at_its_deadline() -> None:
    with Rig(load_timeout=0.02) as rig:
        hung = Origin({})
        gate = hung.hold()
        with pytest.raises(ExceptionGroup) as caught:
            rig.cache.get_or_set_many(["a", "b"], hung)
        assert [type(error) for error in caught.value.exceptions] == [LoadTimeout]
        assert rig.cache.get_or_set_many(["a"], Origin({"a": 1})) == {"a": 1}
        gate.release()


@pytest.mark.parametrize("answer", [None, [1, 2], "text"])
def test_an_answer_that_is_not_by_key_is_refused(answer: object) -> None:
    with Rig() as rig:
        with pytest.raises(ExceptionGroup) as caught:
            rig.cache.get_or_set_many(["a"], Origin(answer))
        assert "mapping" in str(caught.value.exceptions[0])
        assert rig.cache.get("a", MISS) is MISS


def test_a_key_written_during_the_load_keeps_what_was_written() -> None:
    with Rig(1, 1) as rig:
        origin = Origin({"a": "loaded", "b": "loaded"})
        gate = origin.hold()
        caller = start(rig.cache.get_or_set_many, ["a", "b"], origin)
        gate.entered()
        rig.cache.set("a", "written")
        gate.release()
        assert caller.result() == {"a": "loaded", "b": "loaded"}
        assert rig.cache.get_many(["a", "b"]) == {"a": "written", "b": "loaded"}


def test_a_stale_value_deleted_between_reading_and_loading_covers_nothing() -> None:
    with Rig(1, 1, ttl=10, stale_ttl=100) as rig:
        rig.cache.set("a", "old")
        rig.clock.advance(20)
        rig.forget()
        gate = rig.stores[0].hold("get_many", after=True)
        caller = start(rig.cache.get_or_set_many, ["a"], Origin(OriginDown()))
        gate.entered()
        rig.cache.delete("a")
        gate.release()
        assert isinstance(caller.error(), ExceptionGroup)


def test_max_age_of_the_policy_holds_for_bulk_reads_that_load() -> None:
    with Rig(1, 1, ttl=100, max_age=10) as rig:
        assert rig.cache.get_or_set_many(["a"], Origin({"a": 1})) == {"a": 1}
        rig.clock.advance(9)
        assert rig.cache.get_or_set_many(["a"], Origin({"a": 2})) == {"a": 1}
        rig.clock.advance(1)
        assert rig.cache.get_or_set_many(["a"], Origin({"a": 3})) == {"a": 3}


def test_a_bulk_read_goes_on_past_a_tier_that_fails() -> None:
    with Rig(1, 2) as rig:
        rig.cache.set_many({"a": 1, "b": 2})
        rig.forget()
        rig.stores[0].fail("get_many")
        assert rig.cache.get_many(["a", "b"]) == {"a": 1, "b": 2}
        assert rig.stores[0].count("put_if") == 0
        assert rig.cache.get_many(["a", "b"]) == {"a": 1, "b": 2}


def test_a_bulk_read_does_not_ask_a_tier_for_what_it_owes() -> None:
    with Rig(0, 1) as rig:
        rig.cache.set_many({"a": 1, "b": 2})
        rig.stores[0].fail("delete")
        rig.cache.delete("a")
        assert rig.cache.get_many(["a", "b"]) == {"b": 2}
        assert rig.stores[0].calls[-1].subjects == ("app:b",)
        assert rig.cache.get_many(["a"]) == {}
        assert rig.stores[0].count("get_many") == 1


def test_negative_results_are_counted_and_left_out_of_bulk_reads() -> None:
    with Rig(1, 1) as rig:
        rig.cache.get_or_set("gone", Origin(Missing()))
        rig.forget()
        assert rig.cache.get_many(["gone"]) == {}
        assert rig.cache.get_or_set_many(["gone"], Origin(OriginDown()), default=0) == {"gone": 0}
        assert rig.cache.stats()["negative_hits"] == 2


def test_a_value_that_cannot_be_stored_fails_its_key_alone() -> None:
    with Rig(1, 1) as rig:
        with pytest.raises(ExceptionGroup) as caught:
            rig.cache.get_or_set_many(["a", "b"], Origin({"a": object(), "b": 2}))
        assert [type(error) for error in caught.value.exceptions] == [UnsupportedValue]
        assert rig.cache.get("b") == 2


def test_one_text_is_not_a_collection_of_keys() -> None:
    with Rig() as rig:
        with pytest.raises(InvalidKey):
            rig.cache.get_many("abc")
        with pytest.raises(InvalidKey):
            rig.cache.get_or_set_many("abc", Origin({}))
        with pytest.raises(InvalidKey):
            rig.cache.delete_many("abc")
        with pytest.raises(InvalidKey, match="int"):
            rig.cache.get_many(5)  # type: ignore[arg-type]  # the mistake under test
        assert rig.cache.get_many(key for key in ("a", "b")) == {}


def test_a_loader_that_is_not_callable_is_refused() -> None:
    with Rig() as rig:
        with pytest.raises(WrongWorld):
            rig.cache.get_or_set_many(["a"], {"a": 1})  # type: ignore[arg-type]  # the mistake under test
        assert len(rig.core.flights) == 0
