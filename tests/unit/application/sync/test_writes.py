# Generated from tests/unit/application/aio/test_writes.py by tools/unasync.py. Do not edit.
"""Writes and deletes: what they report, what they leave behind, and what they refuse before anything is changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from hexcache.domain.errors import IncompleteWrite, InvalidLifetime, StoreError, StoreRejected, UnsupportedValue
from hexcache.domain.load import Loaded, Missing
from hexcache.domain.lookup import MISS
from hexcache.domain.report import Effect
from hexcache.domain.tiering import TierRule
from hexcache.ports.capabilities import Capabilities
from hexcache.testing.clock import MovedClock
from hexcache.testing.strike import flip_first_bit
from tests.unit.application.sync.assembling import Origin, Rig
from tests.unit.application.sync.primitives import gather
from tests.unit.application.sync.stores import Shelf

MIXES = [(1, 0), (3, 0), (0, 1), (1, 1), (2, 2)]


def test_a_report_names_every_tier_deepest_first() -> None:
    with Rig(2, 2) as rig:
        for report in (rig.cache.set("k", 1), rig.cache.delete("k"), rig.cache.clear()):
            assert [outcome.tier for outcome in report.outcomes] == ["store1", "store0", "memory1", "memory0"]
            assert report.complete
            assert not report.degraded


@pytest.mark.parametrize(("memory", "stores"), MIXES)
def test_a_delete_tells_whether_there_was_something(memory: int, stores: int) -> None:
    with Rig(memory, stores) as rig:
        assert not (rig.cache.delete("k")).found
        rig.cache.set("k", 1)
        assert (rig.cache.delete("k")).found
        assert not (rig.cache.delete("k")).found
        rig.cache.set_many({"a": 1, "b": 2})
        assert (rig.cache.delete_many(["a", "x"])).found
        assert rig.cache.get_many(["a", "b"]) == {"b": 2}
        assert not (rig.cache.delete_many(["x", "y"])).found


def test_a_batch_is_written_in_one_call_a_tier() -> None:
    with Rig(1, 2) as rig:
        report = rig.cache.set_many({"a": 1, "b": [2], "c": None}, ttl=10)
        assert len(report.outcomes) == 3
        assert [store.count() for store in rig.stores] == [1, 1]
        assert rig.cache.get_many(["a", "b", "c"]) == {"a": 1, "b": [2], "c": None}
        rig.forget()
        assert rig.cache.get_many(["a", "b", "c"]) == {"a": 1, "b": [2], "c": None}
        assert rig.cache.ttl("c") == 10
        rig.cache.delete_many(["a", "b"])
        assert [store.count("delete_many") for store in rig.stores] == [1, 1]


def test_an_empty_batch_asks_nobody() -> None:
    with Rig(1, 1) as rig:
        assert (rig.cache.set_many({})).outcomes == ()
        assert (rig.cache.delete_many([])).outcomes == ()
        assert rig.cache.get_or_set_many([], Origin({})) == {}
        assert not rig.stores[0].calls


def test_one_value_that_cannot_be_stored_keeps_the_whole_batch_out() -> None:
    with Rig(1, 1) as rig:
        rig.cache.set("a", "before")
        with pytest.raises(UnsupportedValue):
            rig.cache.set_many({"a": 1, "b": object()})
        assert rig.cache.get("a") == "before"
        assert rig.held(0, "a") == "before"


@pytest.mark.parametrize("ttl", [5, 5.0, "5s", timedelta(seconds=5)])
def test_a_ttl_may_be_spelled_in_several_ways(ttl: Any) -> None:
    with Rig() as rig:
        rig.cache.set("k", 1, ttl=ttl)
        assert rig.cache.ttl("k") == 5


def test_the_policy_says_what_a_call_does_not() -> None:
    with Rig(1, 1, ttl="90s", stale_ttl="10s") as rig:
        rig.cache.set("k", 1)
        entry = rig.cache.get_entry("k")
        assert entry is not None
        assert (entry.ttl, entry.stale_ttl) == (90, 10)


def test_jitter_moves_the_ttl_within_its_bounds_and_the_stale_window_not() -> None:
    with Rig(1, 1, ttl=100, stale_ttl=50, jitter=0.1) as rig:
        lives = set()
        for n in range(20):
            rig.cache.set(f"k{n}", 1)
            entry = rig.cache.get_entry(f"k{n}")
            assert entry is not None
            assert 90 <= entry.ttl <= 110
            assert entry.stale_ttl == pytest.approx(50)
            lives.add(entry.ttl)
        assert len(lives) == 20
        exact = rig.cache.namespace("exact", jitter=0)
        exact.get_or_set("k", Origin(1))
        assert exact.ttl("k") == 100


@pytest.mark.parametrize("failing", [("put",), ("put_many",)])
def test_strict_writes_raise_what_they_did(failing: tuple[Any]) -> None:
    with Rig(1, 2, strict=True) as rig:
        rig.stores[1].fail(*failing)
        with pytest.raises(IncompleteWrite, match="store1") as caught:
            (rig.cache.set("k", 1) if failing == ("put",) else rig.cache.set_many({"k": 1, "l": 2}))
        assert caught.value.report.degraded
        assert rig.cache.get("k") == 1
        assert rig.held(0, "k") == 1


def test_strict_deletes_and_clears_raise_and_hold_all_the_same() -> None:
    with Rig(1, 1, strict=True) as rig:
        rig.cache.set("k", 1)
        rig.stores[0].fail("delete", "clear")
        with pytest.raises(IncompleteWrite):
            rig.cache.delete("k")
        assert rig.cache.get("k") is None
        rig.cache.set("l", 1)
        with pytest.raises(IncompleteWrite):
            rig.cache.clear()
        assert rig.cache.get("l") is None


def test_a_failed_batch_is_owed_key_by_key() -> None:
    with Rig(1, 1) as rig:
        rig.cache.set("a", "old")
        rig.stores[0].fail("put_many", "delete_many")
        assert (rig.cache.set_many({"a": 1, "b": 2})).degraded
        assert rig.cache.stats()["tiers"]["store0"]["owed"] == 2
        assert rig.cache.get_many(["a", "b"]) == {"a": 1, "b": 2}
        assert (rig.cache.delete_many(["b", "c"])).degraded
        rig.stores[0].heal()
        assert rig.cache.flush() == 0
        rig.forget()
        assert rig.cache.get_many(["a", "b", "c"]) == {"a": 1}


def test_a_batch_of_which_a_store_refuses_some_reports_it() -> None:
    with Rig(1, 1, rules=[TierRule(max_value_bytes=20)]) as rig:
        rig.cache.set_many({"big": 1, "small": 2})
        report = rig.cache.set_many({"big": "x" * 100, "small": 3})
        assert report.outcomes[0].effect is Effect.REFUSED
        assert report.complete
        assert (rig.held(0, "big"), rig.held(0, "small")) == (MISS, 3)
        assert rig.cache.get("big") == "x" * 100


class Choosy(Shelf):
    """A store that refuses blobs with a certain word, and then holds nothing."""

    def put(self, address: str, blob: bytes, /, *, dead_at: float) -> None:
        if b"indecent" in blob:
            self.shelves.write(address, b"", 0.0)
            raise StoreRejected("not here")
        super().put(address, blob, dead_at=dead_at)

    def put_if(self, address: str, blob: bytes, /, *, dead_at: float, token: Any) -> bool:
        if b"indecent" in blob:
            raise StoreRejected("not here")
        return super().put_if(address, blob, dead_at=dead_at, token=token)

    def put_many(self, blobs: Any, /) -> dict[str, str]:
        refused = {address: "not here" for address, (blob, _) in blobs.items() if b"indecent" in blob}
        super().put_many({address: blob for address, blob in blobs.items() if address not in refused})
        for address in refused:
            self.shelves.write(address, b"", 0.0)
        return refused


def test_what_a_store_itself_refuses_is_not_a_failure_and_leaves_nothing_older() -> None:
    clock = MovedClock()
    with Rig(1, [Choosy(clock.wall)], clock=clock) as rig:
        rig.cache.set("k", "decent")
        report = rig.cache.set("k", "indecent")
        assert [outcome.effect for outcome in report.outcomes] == [Effect.REFUSED, Effect.DONE]
        assert report.outcomes[0].reason == "not here"
        assert rig.held(0, "k") is MISS
        rig.cache.set_many({"k": "decent", "l": "decent"})
        report = rig.cache.set_many({"k": "indecent", "l": "fine"})
        assert report.outcomes[0].effect is Effect.REFUSED
        assert (rig.held(0, "k"), rig.held(0, "l")) == (MISS, "fine")
        assert rig.cache.get_many(["k", "l"]) == {"k": "indecent", "l": "fine"}
        assert rig.cache.flush() == 0
        stats = rig.cache.stats()["tiers"]["store0"]
        assert (stats["rejected"], stats["failures"]) == (2, 0)


def test_a_load_that_a_store_refuses_leaves_nothing_older_there() -> None:
    clock = MovedClock()
    with Rig(1, [Choosy(clock.wall)], clock=clock, ttl=10, stale_ttl=100, stale="if_error") as rig:
        rig.cache.set("k", "decent")
        rig.clock.advance(20)
        assert rig.cache.get_or_set("k", Origin("indecent")) == "indecent"
        assert rig.held(0, "k") is MISS
        assert rig.cache.get("k") == "indecent"


def test_a_tier_that_is_not_written_gets_deletes_all_the_same() -> None:
    with Rig(1, 2, rules=[TierRule(), TierRule(write=False)]) as rig:
        assert (rig.cache.set("k", 1)).outcomes[0].effect is Effect.REFUSED
        assert rig.cache.get_or_set("l", Origin(2)) == 2
        assert (rig.held(1, "k"), rig.held(1, "l")) == (MISS, MISS)
        rig.cache.delete("k")
        assert rig.stores[1].count("delete") == 2


def test_a_load_that_was_too_cheap_is_not_stored_in_a_dear_tier() -> None:
    with Rig(1, 1, rules=[TierRule(min_cost=1.0)]) as rig:
        cheap, dear = Origin(1), Origin(2)
        cheap.meanwhile = lambda: rig.clock.advance(0.5)
        dear.meanwhile = lambda: rig.clock.advance(2)
        rig.cache.get_or_set("cheap", cheap)
        rig.cache.get_or_set("dear", dear)
        assert (rig.held(0, "cheap"), rig.held(0, "dear")) == (MISS, 2)
        entry = rig.cache.get_entry("dear")
        assert entry is not None
        assert entry.cost == 2


@pytest.mark.parametrize(("memory", "stores"), MIXES)
def test_add_stores_only_where_nothing_fresh_is(memory: int, stores: int) -> None:
    with Rig(memory, stores, ttl=10, stale_ttl=100) as rig:
        assert rig.cache.add("k", 1)
        assert not rig.cache.add("k", 2)
        assert rig.cache.get("k") == 1
        rig.clock.advance(10)
        assert rig.cache.add("k", 3)
        assert rig.cache.get("k") == 3
        rig.cache.delete("k")
        assert rig.cache.add("k", None)
        assert not rig.cache.add("k", 4)
        assert rig.cache.get("k", MISS) is None


@pytest.mark.parametrize(("memory", "stores"), MIXES)
def test_of_many_who_add_one_succeeds(memory: int, stores: int) -> None:
    with Rig(memory, stores) as rig:

        def adding(n: int) -> Callable[[], Any]:
            return lambda: rig.cache.add("k", n)

        answers = gather([adding(n) for n in range(20)])
        assert sorted(map(bool, answers)) == [False] * 19 + [True]
        assert rig.cache.get("k") == answers.index(True)


@pytest.mark.parametrize(("memory", "stores"), MIXES)
def test_add_takes_the_place_of_what_is_no_longer_a_value(memory: int, stores: int) -> None:
    with Rig(memory, stores) as rig:
        rig.cache.get_or_set("missing", Origin(Missing()))
        assert rig.cache.add("missing", 1)
        assert rig.cache.get("missing") == 1
        rig.cache.set("tagged", 1, tags=["t"])
        assert not rig.cache.add("tagged", 2)
        rig.cache.invalidate_tags("t")
        assert rig.cache.add("tagged", 3)
        assert rig.cache.get("tagged") == 3
        rig.cache.set("soft", 1, tags=["u"])
        rig.cache.expire_tags("u")
        assert rig.cache.add("soft", 4)


def test_a_store_that_cannot_decide_makes_add_fail() -> None:
    with Rig(1, 1) as rig:
        rig.stores[0].fail("get", times=1)
        with pytest.raises(StoreError):
            rig.cache.add("k", 1)
        assert rig.cache.get("k") is None
        rig.stores[0].fail("put", times=1)
        rig.cache.set("k", 1)
        with pytest.raises(StoreError, match="owed"):
            rig.cache.add("k", 2)


def test_the_deepest_store_decides_who_added_and_the_others_follow() -> None:
    with Rig(1, 2) as rig, Rig(1, rig.inner, clock=rig.clock, seed=1) as other:
        assert rig.cache.add("k", 1)
        assert not other.cache.add("k", 2)
        rig.stores[0].fail("put")
        assert rig.cache.add("l", 3)
        assert rig.cache.get("l") == 3
        assert rig.cache.stats()["tiers"]["store0"]["owed"] == 1


def test_add_over_foreign_bytes_takes_their_place() -> None:
    with Rig(1, 1) as rig:
        rig.inner[0].put("app:k", b"foreign", dead_at=float("inf"))
        assert rig.cache.add("k", 1)
        assert rig.held(0, "k") == 1
        rig.inner[0].put("app:l", b"foreign", dead_at=float("inf"))
        rig.stores[0].fail("delete")
        with pytest.raises(StoreError, match="foreign"):
            rig.cache.add("l", 1)


def test_a_value_that_the_deciding_store_does_not_take_is_decided_by_the_next() -> None:
    with Rig(1, 2, rules=[TierRule(), TierRule(max_value_bytes=10)]) as rig:
        assert rig.cache.add("k", "x" * 100)
        assert not rig.cache.add("k", "y" * 100)
        assert rig.held(0, "k") == "x" * 100


def test_without_a_store_that_decides_add_asks_every_tier() -> None:
    clock = MovedClock()
    shelf = Shelf(clock.wall, capabilities=Capabilities(conditional_write=False))
    with Rig(1, [shelf], clock=clock) as rig:
        assert rig.cache.add("k", 1)
        rig.forget()
        assert not rig.cache.add("k", 2)
        assert rig.held(0, "k") == 1


def test_a_value_too_heavy_for_the_only_tier_is_not_added() -> None:
    with Rig(1, 0) as rig:
        heavy = "x" * (9 * 1024 * 1024)
        assert not rig.cache.add("k", heavy)
        report = rig.cache.set("k", heavy)
        assert [outcome.effect for outcome in report.outcomes] == [Effect.REFUSED]
        assert rig.cache.get("k") is None


@pytest.mark.parametrize(("memory", "stores"), MIXES)
def test_touch_gives_a_new_ttl_and_keeps_everything_else(memory: int, stores: int) -> None:
    with Rig(memory, stores) as rig:
        rig.cache.set("k", [1], ttl=10, stale_ttl=20, tags=["t"])
        rig.clock.advance(5)
        assert rig.cache.touch("k", 100)
        for _ in range(2):
            entry = rig.cache.get_entry("k")
            assert entry is not None
            assert (entry.value, entry.ttl, entry.stale_ttl, entry.age, entry.tags) == ([1], 100, 20, 5, ("t",))
            if stores:
                rig.forget()
        rig.cache.invalidate_tags("t")
        assert not rig.cache.touch("k", 100)


def test_touch_revives_a_stale_value_and_nothing_that_is_dead_or_missing() -> None:
    with Rig(1, 1, ttl=10, stale_ttl=20) as rig:
        assert not rig.cache.touch("k")
        rig.cache.set("k", 1)
        rig.clock.advance(15)
        assert rig.cache.touch("k")
        assert rig.cache.ttl("k") == 10
        rig.clock.advance(30)
        assert not rig.cache.touch("k")
        rig.cache.get_or_set("missing", Origin(Missing()))
        assert not rig.cache.touch("missing")


def test_touch_keeps_the_stale_window_that_a_nearer_tier_cuts() -> None:
    with Rig([12.0], 1) as rig:
        rig.cache.set("k", 1, ttl=10, stale_ttl=500)
        assert rig.cache.touch("k", 20)
        rig.forget()
        entry = rig.cache.get_entry("k")
        assert entry is not None
        assert (entry.ttl, entry.stale_ttl) == (20, 500)


@pytest.mark.parametrize(("ttl", "stale_ttl"), [(None, 60), (10, None)])
def test_touch_of_endless_lives(ttl: Any, stale_ttl: Any) -> None:
    with Rig(1, 1) as rig:
        rig.cache.set("k", 1, ttl=ttl, stale_ttl=stale_ttl)
        assert rig.cache.touch("k", 30)
        entry = rig.cache.get_entry("k")
        assert entry is not None
        assert (entry.ttl, entry.stale_ttl) == (30, 0 if ttl is None else float("inf"))


@pytest.mark.parametrize("change", ["delete", "set"])
def test_touch_keeps_no_copy_alive_of_what_another_process_changed(change: str) -> None:
    with Rig(1, 2) as rig, Rig(1, rig.inner, clock=rig.clock, seed=1) as other:
        rig.cache.set("k", "old", ttl=10)
        (other.cache.delete("k") if change == "delete" else other.cache.set("k", "new", ttl=20))
        assert rig.cache.get("k") == "old"
        assert rig.cache.touch("k", 100) is (change == "set")
        assert rig.cache.get("k") == (None if change == "delete" else "new")


def test_touch_prolongs_what_only_the_nearer_store_takes() -> None:
    with Rig(1, 2, rules=[TierRule(), TierRule(max_value_bytes=10)]) as rig:
        rig.cache.set("k", "x" * 100, ttl=10)
        assert rig.cache.touch("k", 100)
        rig.forget()
        assert rig.cache.ttl("k") == 100


def test_touch_loses_nothing_in_a_store_that_fails() -> None:
    with Rig(1, 1) as rig:
        rig.cache.set("k", 1, ttl=10)
        rig.stores[0].fail("put_if")
        assert rig.cache.touch("k", 100)
        assert rig.cache.ttl("k") == 100
        rig.stores[0].heal()
        rig.forget()
        assert rig.cache.ttl("k") == 10


def test_touch_gives_up_on_a_key_that_is_changed_all_the_time() -> None:
    with Rig(1, 1) as rig:
        rig.cache.set("k", 0)

        def change() -> None:
            row = rig.inner[0].shelves.rows["app:k"]  # type: ignore[attr-defined]  # a shelf of the tests
            rig.inner[0].shelves.write("app:k", row[0], row[1])  # type: ignore[attr-defined]  # likewise

        rig.stores[0].interpose(change, "put_if", times=None)
        assert rig.cache.touch("k", 50)
        assert rig.stores[0].count("put_if") == 8


def test_clear_means_this_namespace_and_those_below() -> None:
    with Rig(1, 2) as rig:
        outer = rig.cache.namespace("a")
        inner, near = outer.namespace("b"), rig.cache.namespace("ab")
        for cache in (rig.cache, outer, inner, near):
            cache.set("k", 1)
        assert (outer.clear()).found
        for _ in range(2):
            found = [cache.get("k") for cache in (rig.cache, outer, inner, near)]
            assert found == [1, None, None, 1]
            rig.forget()
        assert not (outer.clear()).found
        assert (rig.cache.clear()).found
        assert [cache.get("k") for cache in (rig.cache, near)] == [None, None]


def test_clear_leaves_tags_as_they_are() -> None:
    with Rig(1, 1) as rig:
        rig.cache.set("k", 1, tags=["t"])
        rig.cache.clear()
        rig.cache.set("k", 2, tags=["t"])
        rig.clock.advance(2)
        assert rig.cache.get("k") == 2
        rig.cache.invalidate_tags("t")
        assert rig.cache.get("k") is None


@pytest.mark.parametrize("bad", [0, -1, "soon", True, float("nan"), 1e400 - 1e400])
def test_a_bad_ttl_is_refused_before_anything_is_changed(bad: Any) -> None:
    with Rig(1, 1) as rig:
        rig.cache.set("k", "before")
        rig.stores[0].calls.clear()
        for call in (
            lambda: rig.cache.set("k", 1, ttl=bad),
            lambda: rig.cache.set_many({"k": 1}, ttl=bad),
            lambda: rig.cache.add("l", 1, ttl=bad),
            lambda: rig.cache.touch("k", bad),
            lambda: rig.cache.get_or_set("l", Origin(1), ttl=bad),
            lambda: rig.cache.get_or_set_many(["l"], Origin({}), ttl=bad),
            lambda: rig.cache.get_or_set("l", Origin(Loaded(1, ttl=bad))),
        ):
            with pytest.raises(InvalidLifetime):
                call()
        assert {call.operation for call in rig.stores[0].calls} <= {"get", "get_many"}
        assert rig.cache.get("k") == "before"


def test_an_unreadable_blob_is_no_predecessor_of_a_write() -> None:
    with Rig(0, 1) as rig:
        rig.cache.set("k", 1)
        rig.stores[0].corrupt("get", how=flip_first_bit, times=1)
        rig.cache.set("k", 2)
        assert rig.cache.get("k") is None
        rig.cache.set("k", 3)
        assert rig.cache.get("k") == 3
