# Generated from tests/unit/application/aio/test_staleness.py by tools/unasync.py. Do not edit.
"""Stale values: when they are served, what is refreshed behind, and what a failed refresh costs."""

from __future__ import annotations

from typing import Any

import pytest

from hexcache.domain.load import Loaded, Missing, NotModified
from hexcache.domain.lookup import MISS
from hexcache.testing.entropy import ScriptedEntropy
from tests.unit.application.sync.assembling import Origin, Rig
from tests.unit.application.sync.primitives import start, until


class OriginDown(Exception):
    """What the origin says when it is down."""


def test_stale_life_is_added_after_the_ttl() -> None:
    with Rig(1, 1, stale="if_error") as rig:
        rig.cache.set("k", 1, ttl=10, stale_ttl=20)
        rig.clock.advance(29)
        down = Origin(OriginDown())
        assert rig.cache.get("k") is None
        assert rig.cache.get_or_set("k", down) == 1
        rig.clock.advance(1)
        with pytest.raises(OriginDown):
            rig.cache.get_or_set("k", down)


@pytest.mark.parametrize(("memory", "stores"), [(1, 0), (0, 1), (1, 1), (2, 2)])
def test_revalidating_serves_the_stale_value_and_refreshes_behind(memory: int, stores: int) -> None:
    with Rig(memory, stores, ttl=10, stale_ttl=100) as rig:
        rig.cache.set("k", "old")
        rig.clock.advance(20)
        origin = Origin("new")
        gate = origin.hold()
        assert rig.cache.get_or_set("k", origin) == "old"
        gate.entered()
        assert rig.cache.get_or_set("k", origin) == "old"
        gate.release()
        rig.idle()
        assert rig.cache.get("k") == "new"
        assert origin.calls == 1
        stats = rig.cache.stats()
        assert (stats["stale_hits"], stats["refreshes"], stats["loads"]) == (2, 1, 1)


def test_a_stale_value_from_a_store_is_served_while_it_is_refreshed() -> None:
    with Rig(1, 2, ttl=10, stale_ttl=100) as rig:
        rig.cache.set("k", ["old"])
        rig.clock.advance(20)
        rig.forget()
        origin = Origin(["new"])
        assert rig.cache.get_or_set("k", origin) == ["old"]
        until(lambda: rig.core.stats.loads == 1)
        rig.idle()
        assert rig.cache.get("k") == ["new"]
        assert [rig.held(place, "k") for place in range(2)] == [["new"], ["new"]]


def test_if_error_waits_for_the_load_and_serves_stale_only_when_it_fails() -> None:
    with Rig(1, 1, ttl=10, stale_ttl=100, stale="if_error") as rig:
        rig.cache.set("k", "old")
        rig.clock.advance(20)
        assert rig.cache.get_or_set("k", Origin("new")) == "new"
        rig.clock.advance(20)
        assert rig.cache.get_or_set("k", Origin(OriginDown())) == "new"
        assert rig.witness.load_kinds() == ["failure", "stale_served"]


def test_a_hung_load_is_covered_by_a_stale_value() -> None:
    with Rig(1, 0, ttl=10, stale_ttl=100, stale="if_error", load_timeout=0.02) as rig:
        rig.cache.set("k", "old")
        rig.clock.advance(20)
        hung = Origin("late")
        gate = hung.hold()
        assert rig.cache.get_or_set("k", hung) == "old"
        assert rig.witness.load_kinds() == ["timeout", "stale_served"]
        gate.release()


def test_never_serves_no_stale_value() -> None:
    with Rig(1, 1, ttl=10, stale_ttl=100, stale="never") as rig:
        rig.cache.set("k", "old")
        rig.clock.advance(20)
        with pytest.raises(OriginDown):
            rig.cache.get_or_set("k", Origin(OriginDown()))
        assert rig.cache.get_or_set("k", Origin("new")) == "new"


def test_get_gives_no_stale_value_and_get_entry_does() -> None:
    with Rig(1, 1, ttl=10, stale_ttl=100) as rig:
        rig.cache.set("k", "old")
        rig.clock.advance(20)
        assert rig.cache.get("k", MISS) is MISS
        assert rig.cache.get_nowait("k", MISS) is MISS
        assert rig.cache.get_many(["k"]) == {}
        assert not rig.cache.has("k")
        entry = rig.cache.get_entry("k")
        assert entry is not None
        assert (entry.value, entry.stale) == ("old", True)
        assert rig.cache.ttl("k") == 0


def test_of_two_stale_values_the_younger_one_is_given_whole() -> None:
    with Rig(0, 2, ttl=10, stale_ttl=100) as rig:
        rig.cache.set("k", ["older"])
        rig.clock.advance(5)
        rig.stores[1].lose("put")
        rig.cache.set("k", ["younger"])
        rig.stores[1].heal()
        rig.clock.advance(20)
        assert (rig.held(0, "k"), rig.held(1, "k")) == (["younger"], ["older"])
        entry = rig.cache.get_entry("k")
        assert entry is not None
        assert (entry.value, entry.tier, entry.age) == (["younger"], "store0", 20)
        down = Origin(OriginDown())
        assert rig.cache.get_or_set("k", down) == ["younger"]


def test_of_two_stale_values_the_younger_one_is_filled_into_nearer_tiers() -> None:
    with Rig(1, 3, ttl=10, stale_ttl=100) as rig:
        rig.cache.set("k", ["older"])
        rig.clock.advance(5)
        rig.stores[2].lose("put")
        rig.cache.set("k", ["younger"])
        rig.stores[2].heal()
        rig.forget()
        rig.inner[0].delete("app:k")
        rig.clock.advance(20)
        origin = Origin(OriginDown())
        assert rig.cache.get_or_set("k", origin) == ["younger"]
        rig.idle()
        assert rig.held(0, "k") == ["younger"]
        entry = rig.cache.get_entry("k")
        assert entry is not None
        assert (entry.value, entry.tier) == (["younger"], "memory0")


def test_a_failed_refresh_backs_off_and_doubles() -> None:
    with Rig(1, 0, ttl=10, stale_ttl=None, refresh_backoff=1, refresh_backoff_max=4) as rig:
        rig.cache.set("k", "old")
        rig.clock.advance(20)
        down = Origin(OriginDown())
        for pause, calls in [(0.0, 1), (0.5, 1), (0.5, 2), (1.0, 2), (1.0, 3), (4.0, 4), (4.0, 5)]:
            rig.clock.advance(pause)
            assert rig.cache.get_or_set("k", down) == "old"
            rig.idle()
            assert down.calls == calls
        assert rig.witness.load_kinds().count("refresh_failure") == 5
        assert rig.cache.stats()["refreshes_skipped"] == 2
        rig.clock.advance(4)
        assert rig.cache.get_or_set("k", Origin("new")) == "old"
        rig.idle()
        assert rig.cache.get("k") == "new"


def test_an_origin_that_failed_just_now_is_not_asked_again_while_a_stale_value_covers_it() -> None:
    with Rig(1, 0, ttl=10, stale_ttl=100, stale="if_error") as rig:
        rig.cache.set("k", "old")
        rig.clock.advance(20)
        down = Origin(OriginDown())
        for _ in range(5):
            assert rig.cache.get_or_set("k", down) == "old"
        assert down.calls == 1
        rig.clock.advance(1)
        assert rig.cache.get_or_set("k", down) == "old"
        assert down.calls == 2


def test_a_refresh_whose_answer_cannot_be_stored_backs_off_too() -> None:
    with Rig(1, 0, ttl=10, stale_ttl=100) as rig:
        rig.cache.set("k", "old")
        rig.clock.advance(20)
        origin = Origin(object())
        for _ in range(5):
            assert rig.cache.get_or_set("k", origin) == "old"
            rig.idle()
        assert origin.calls == 1
        assert rig.witness.load_kinds() == ["refresh_failure"]


def test_a_refresh_that_cannot_begin_leaves_no_flight(monkeypatch: pytest.MonkeyPatch) -> None:
    with Rig(1, 0, ttl=10, stale_ttl=100) as rig:
        rig.cache.set("k", "old")
        rig.clock.advance(20)

        def refuse(*_: object) -> None:
            raise RuntimeError("no thread left")

        with monkeypatch.context() as patch:
            patch.setattr(rig.assembly.crew, "spawn", refuse)
            assert rig.cache.get_or_set("k", Origin("new")) == "old"
        assert len(rig.core.flights) == 0
        rig.clock.advance(60)
        assert rig.cache.get_or_set("k", Origin("new")) == "old"
        rig.idle()
        assert rig.cache.get("k") == "new"


def test_a_refresh_that_raises_at_once_leaves_no_flight() -> None:
    with Rig(1, 0, ttl=10, stale_ttl=100) as rig:
        rig.cache.set("k", "old")
        rig.clock.advance(20)

        def broken() -> Any:
            raise OriginDown

        assert rig.cache.get_or_set("k", broken) == "old"
        rig.idle()
        rig.clock.advance(1)
        assert rig.cache.get_or_set("k", Origin("new")) == "old"
        rig.idle()
        assert rig.cache.get("k") == "new"


def test_refreshes_are_bounded_in_number() -> None:
    with Rig(1, 0, ttl=10, stale_ttl=100, max_refreshes=2) as rig:
        for key in "abc":
            rig.cache.set(key, "old")
        rig.clock.advance(20)
        origin = Origin("new")
        gate = origin.hold()
        for key in "abc":
            assert rig.cache.get_or_set(key, origin) == "old"
        gate.entered(2)
        assert rig.cache.stats()["refreshes_skipped"] == 1
        gate.release()
        rig.idle()
        assert rig.cache.get_or_set("c", origin) == "old"
        rig.idle()
        assert rig.cache.get("c") == "new"


def test_loads_that_callers_wait_for_do_not_count_as_refreshes() -> None:
    with Rig(1, 0, ttl=10, stale_ttl=100, max_refreshes=1) as rig:
        rig.cache.set("k", "old")
        rig.clock.advance(20)
        slow = Origin(1)
        gate = slow.hold()
        waiting = [start(rig.cache.get_or_set, f"cold{n}", slow) for n in range(3)]
        gate.entered(3)
        assert rig.cache.get_or_set("k", Origin("new")) == "old"
        until(lambda: rig.core.stats.loads == 4)
        gate.release()
        for one in waiting:
            assert one.result() == 1
        rig.idle()
        assert rig.cache.get("k") == "new"


def test_a_joiner_that_takes_no_stale_value_loads_for_itself() -> None:
    with Rig(0, 1, ttl=10, stale_ttl=100) as rig:
        easy, strict = rig.cache.namespace("n"), rig.cache.namespace("n", stale="never")
        easy.set("k", "old")
        rig.clock.advance(20)
        gate = rig.stores[0].hold("get")
        first = start(easy.get_or_set, "k", Origin(OriginDown()))
        gate.entered()
        second = start(strict.get_or_set, "k", Origin("new"))
        until(lambda: rig.core.stats.joined == 1)
        gate.release()
        assert first.result() == "old"
        assert second.result() == "new"
        rig.idle()


def test_early_refresh_happens_behind_a_fresh_hit() -> None:
    with Rig(1, 1, beta=1.0, ttl=100) as rig:
        rig.core.entropy = ScriptedEntropy([0.5])
        origin = Origin("old", "new")
        origin.meanwhile = lambda: rig.clock.advance(2)
        assert rig.cache.get_or_set("k", origin) == "old"
        rig.clock.advance(70)
        assert rig.cache.get_nowait("k", MISS) == "old"
        rig.clock.advance(28)
        assert rig.cache.get_or_set("k", origin) == "old"
        rig.idle()
        assert origin.calls == 1
        rig.core.entropy = ScriptedEntropy([0.001])
        assert rig.cache.get_or_set("k", origin) == "old"
        rig.idle()
        assert origin.calls == 2
        assert rig.cache.get("k") == "new"
        rig.forget()
        assert rig.cache.get("k") == "new"


def test_a_refresh_is_not_answered_by_the_entry_that_it_refreshes() -> None:
    with Rig(1, 1, beta=1.0, ttl=100) as rig:
        origin = Origin("old", "new")
        origin.meanwhile = lambda: rig.clock.advance(2)
        rig.cache.get_or_set("k", origin)
        rig.clock.advance(95)
        rig.clock.wall_jump(-3)
        rig.core.entropy = ScriptedEntropy([0.001])
        assert rig.cache.get_or_set("k", origin) == "old"
        rig.idle()
        assert origin.calls == 2


def test_a_refresh_is_answered_by_what_another_process_loaded_meanwhile() -> None:
    with Rig(1, 1, ttl=10, stale_ttl=100) as one, Rig(1, one.inner, clock=one.clock, seed=1) as other:
        one.cache.set("k", "old")
        one.clock.advance(20)
        other.cache.set("k", "newer")
        origin = Origin("unused")
        assert one.cache.get_or_set("k", origin) == "old"
        one.idle()
        assert one.cache.get("k") == "newer"
        assert origin.calls == 0


def test_a_refresh_may_find_that_nothing_changed_or_that_the_thing_is_gone() -> None:
    with Rig(1, 1, ttl=10, stale_ttl=100) as rig:
        rig.cache.set("k", "v")
        rig.clock.advance(20)
        assert rig.cache.get_or_set("k", Origin(NotModified())) == "v"
        rig.idle()
        assert rig.cache.ttl("k") == 10
        rig.clock.advance(20)
        assert rig.cache.get_or_set("k", Origin(Missing())) == "v"
        rig.idle()
        assert rig.cache.get_or_set("k", Origin("unused"), default="gone") == "gone"


def test_a_refresh_keeps_what_the_loader_says_of_lifetime() -> None:
    with Rig(1, 1, ttl=10, stale_ttl=100) as rig:
        rig.cache.set("k", "old")
        rig.clock.advance(20)
        assert rig.cache.get_or_set("k", Origin(Loaded("new", ttl=77))) == "old"
        rig.idle()
        assert rig.cache.ttl("k") == 77


def test_a_refresh_of_a_value_that_dies_meanwhile_stores_the_new_one() -> None:
    with Rig(1, 1, ttl=10, stale_ttl=10) as rig:
        rig.cache.set("k", "old")
        rig.clock.advance(15)
        origin = Origin("new")
        origin.meanwhile = lambda: rig.clock.advance(100)
        assert rig.cache.get_or_set("k", origin) == "old"
        rig.idle()
        assert rig.cache.get("k") == "new"


def test_a_value_that_dies_while_its_refresh_fails_covers_nothing_more() -> None:
    with Rig(1, 1, ttl=10, stale_ttl=10, stale="if_error") as rig:
        rig.cache.set("k", "old")
        rig.clock.advance(15)
        origin = Origin(OriginDown())
        origin.meanwhile = lambda: rig.clock.advance(100)
        with pytest.raises(OriginDown):
            rig.cache.get_or_set("k", origin)


def test_a_value_deleted_while_it_was_read_does_not_keep_the_origin_from_being_asked() -> None:
    with Rig(0, 1, ttl=10, stale_ttl=100, stale="if_error") as rig:
        rig.cache.set("k", "old")
        rig.clock.advance(20)
        assert rig.cache.get_or_set("k", Origin(OriginDown())) == "old"
        gate = rig.stores[0].hold("get", after=True)
        caller = start(rig.cache.get_or_set, "k", Origin("new"))
        gate.entered()
        rig.cache.delete("k")
        gate.release()
        assert caller.result() == "new"
        assert rig.cache.get("k") is None


def test_a_missing_thing_that_was_expired_may_still_be_missing() -> None:
    with Rig(1, 1, stale="if_error") as rig:
        rig.cache.get_or_set("k", Origin(Missing()), tags=["t"])
        rig.cache.expire_tags("t")
        rig.clock.advance(1)
        assert rig.cache.get_or_set("k", Origin(NotModified()), default="none") == "none"
        assert rig.cache.ttl("k") == 30
        assert rig.cache.get_or_set("k", Origin("unused"), default="none") == "none"


def test_a_negative_result_of_a_store_gives_the_default() -> None:
    with Rig(1, 1) as rig:
        rig.cache.get_or_set("k", Origin(Missing()))
        rig.forget()
        assert rig.cache.get("k", "default") == "default"
        assert rig.cache.stats()["negative_hits"] == 1
