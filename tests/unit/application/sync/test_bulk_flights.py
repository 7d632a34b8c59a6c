# Generated from tests/unit/application/aio/test_bulk_flights.py by tools/unasync.py. Do not edit.
"""Bulk loads in the air: each key is boarded before a tier is read for it, so that no load is run twice."""

from __future__ import annotations

import pytest

from hexcache.domain.errors import StoreError
from hexcache.domain.lookup import MISS
from tests.unit.application.sync.assembling import Origin, Rig
from tests.unit.application.sync.primitives import gather, start, until


class OriginDown(Exception):
    """What the origin says when it is down."""


def test_whoever_comes_while_a_bulk_call_reads_the_tiers_joins_it() -> None:
    with Rig(1, 1) as rig:
        gate = rig.stores[0].hold("get_many", after=True)
        bulk, unused = Origin({"a": "bulk", "b": "bulk"}), Origin(OriginDown())
        many = start(rig.cache.get_or_set_many, ["a", "b"], bulk)
        gate.entered()
        one = start(rig.cache.get_or_set, "a", unused)
        others = start(rig.cache.get_or_set_many, ["b", "a"], unused)
        until(lambda: rig.core.stats.joined == 3)
        gate.release()
        assert many.result() == {"a": "bulk", "b": "bulk"}
        assert one.result() == "bulk"
        assert others.result() == {"b": "bulk", "a": "bulk"}
        assert (bulk.shown, unused.calls) == ([(["a", "b"],)], 0)


def test_a_bulk_call_that_comes_while_a_load_reads_the_tiers_joins_it() -> None:
    with Rig(1, 1) as rig:
        gate = rig.stores[0].hold("get", after=True)
        single, bulk = Origin("single"), Origin({"b": "bulk"})
        one = start(rig.cache.get_or_set, "a", single)
        gate.entered()
        many = start(rig.cache.get_or_set_many, ["a", "b"], bulk)
        until(lambda: rig.core.stats.joined == 1)
        gate.release()
        assert many.result() == {"a": "single", "b": "bulk"}
        assert one.result() == "single"
        assert bulk.shown == [(["b"],)]


def test_bulk_calls_that_overlap_in_a_ring_all_end_and_load_each_key_once() -> None:
    with Rig(1, 1) as rig:
        origin = Origin({"a": "A", "b": "B", "c": "C"})
        gate = origin.hold()
        calls = [start(rig.cache.get_or_set_many, keys, origin) for keys in (["a", "b"], ["b", "c"], ["c", "a"])]
        until(lambda: rig.core.stats.joined == 3)
        gate.release()
        assert gather([call.result for call in calls]) == [
            {"a": "A", "b": "B"}, {"b": "B", "c": "C"}, {"c": "C", "a": "A"},
        ]  # fmt: skip
        assert sorted(letter for letter in repr(origin.shown) if letter.isalpha()) == ["a", "b", "c"]
        assert len(rig.core.flights) == 0


def test_what_some_tier_has_is_brought_to_all_before_the_rest_is_loaded() -> None:
    with Rig(1, 2) as rig:
        rig.cache.set("a", [1])
        rig.forget()
        origin = Origin({"b": 2})
        gate = origin.hold()
        many = start(rig.cache.get_or_set_many, ["a", "b"], origin)
        gate.entered()
        assert rig.cache.get_or_set("a", Origin(OriginDown())) == [1]
        assert not many.done
        gate.release()
        assert many.result() == {"a": [1], "b": 2}
        assert origin.shown == [(["b"],)]


def test_what_was_found_is_not_installed_after_a_delete() -> None:
    with Rig(1, 1) as rig:
        rig.cache.set("a", "old")
        rig.forget()
        gate = rig.stores[0].hold("get_many", after=True)
        many = start(rig.cache.get_or_set_many, ["a"], Origin(OriginDown()))
        gate.entered()
        rig.cache.delete("a")
        assert rig.cache.get_or_set("a", Origin("new")) == "new"
        gate.release()
        assert many.result() == {"a": "old"}
        assert rig.cache.get("a") == "new"
        assert rig.held(0, "a") == "new"


def test_a_stale_value_that_a_joined_flight_brings_is_loaded_anew() -> None:
    with Rig(0, 1, ttl=10, stale_ttl=100) as rig:
        rig.cache.set("a", "old")
        rig.clock.advance(20)
        gate = rig.stores[0].hold("get", after=True)
        origin, bulk = Origin("new"), Origin({"a": "new"})
        one = start(rig.cache.get_or_set, "a", origin)
        gate.entered()
        many = start(rig.cache.get_or_set_many, ["a"], bulk)
        until(lambda: rig.core.stats.joined == 1)
        gate.release()
        assert one.result() == "old"
        assert many.result() == {"a": "new"}
        rig.idle()
        assert origin.calls + bulk.calls == 1


def test_a_refresh_that_others_began_is_waited_for_only_by_those_who_have_nothing() -> None:
    with Rig(0, 1) as rig:
        rig.cache.set("a", 1)
        refreshes = [rig.core.flights.begin_quietly(key, None) for key in "ab"]
        many = start(rig.cache.get_or_set_many, ["a"], Origin(OriginDown()))
        assert many.result() == {"a": 1}
        more = start(rig.cache.get_or_set_many, ["a", "b"], Origin(OriginDown()))
        until(lambda: rig.stores[0].count("get_many") == 2)
        for refresh in refreshes:
            assert refresh is not None
            rig.assembly.filler.crash(refresh, OriginDown("refresh"))
        error = more.error()
        assert isinstance(error, ExceptionGroup)
        assert [str(one) for one in error.exceptions] == ["refresh"]


def test_misses_are_those_of_the_keys_that_were_loaded() -> None:
    with Rig(1, 1) as rig:
        rig.cache.set("a", 1)
        rig.cache.get_or_set_many(["a", "b", "c"], Origin({"b": 2}))
        rig.forget()
        rig.cache.get_or_set_many(["a", "b", "c"], Origin(OriginDown()))
        stats = rig.cache.stats()
        assert (stats["misses"], stats["hits"], stats["negative_hits"], stats["loads"]) == (2, 4, 1, 1)


def test_a_strict_call_raises_the_tiers_error_to_its_caller_and_in_a_group_to_those_who_joined() -> None:
    with Rig(1, 1, strict=True) as rig:
        gate = rig.stores[0].hold("get_many", after=True)
        rig.stores[0].fail("get_many", after=True)
        first = start(rig.cache.get_or_set_many, ["a"], Origin({}))
        gate.entered()
        second = start(rig.cache.get_or_set_many, ["a"], Origin({}))
        until(lambda: rig.core.stats.joined == 1)
        gate.release()
        assert isinstance(first.error(), StoreError)
        error = second.error()
        assert isinstance(error, ExceptionGroup)
        assert isinstance(error.exceptions[0], StoreError)
        assert len(rig.core.flights) == 0


def test_a_bulk_call_whose_work_cannot_begin_leaves_no_flight(monkeypatch: pytest.MonkeyPatch) -> None:
    with Rig(1, 1) as rig:

        def refuse(*_: object) -> None:
            raise RuntimeError("no thread left")

        with monkeypatch.context() as patch:
            patch.setattr(rig.assembly.crew, "launch", refuse)
            with pytest.raises(RuntimeError, match="thread"):
                rig.cache.get_or_set_many(["a", "b"], Origin({}))
        assert len(rig.core.flights) == 0
        assert rig.cache.get("a", MISS) is MISS
