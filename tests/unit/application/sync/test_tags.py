# Generated from tests/unit/application/aio/test_tags.py by tools/unasync.py. Do not edit.
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
from tests.unit.application.sync.assembling import Origin, Rig
from tests.unit.application.sync.primitives import start, until
from tests.unit.application.sync.stores import Shelf

MIXES = [(1, 0), (0, 1), (1, 1), (2, 2)]


class OriginDown(Exception):
    """What the origin says when it is down."""


@pytest.mark.parametrize(("memory", "stores"), MIXES)
def test_an_invalidated_tag_ends_all_that_was_stored_with_it_and_nothing_else(memory: int, stores: int) -> None:
    with Rig(memory, stores) as rig:
        rig.cache.set("both", 1, tags=["red", "blue"])
        rig.cache.set("red", 2, tags=["red"])
        rig.cache.set("blue", 3, tags=["blue"])
        rig.cache.set("plain", 4)
        report = rig.cache.invalidate_tags("red")
        assert report.complete
        for _ in range(2):
            assert rig.cache.get_many(["both", "red", "blue", "plain"]) == {"blue": 3, "plain": 4}
            assert rig.cache.get("both") is None
            assert rig.cache.get_entry("red") is None
            assert rig.cache.get_nowait("red", MISS) is MISS
            assert not rig.cache.has("red")
            if stores:
                rig.forget()
        rig.cache.set("red", 5, tags=["red"])
        assert rig.cache.get("red") == 5


@pytest.mark.parametrize(("memory", "stores"), MIXES)
def test_an_expired_tag_makes_values_stale(memory: int, stores: int) -> None:
    with Rig(memory, stores, stale="if_error") as rig:
        rig.cache.set("k", "old", ttl=100, tags=["t"])
        rig.cache.expire_tags("t")
        assert rig.cache.get("k", MISS) is MISS
        entry = rig.cache.get_entry("k")
        assert entry is not None
        assert (entry.value, entry.stale, entry.ttl) == ("old", True, 0)
        assert rig.cache.get_or_set("k", Origin(OriginDown())) == "old"
        rig.clock.advance(5)
        assert rig.cache.get_or_set("k", Origin("new"), tags=["t"]) == "new"
        assert rig.cache.get("k") == "new"
        rig.cache.expire_tags("t")
        rig.clock.advance(300)
        assert rig.cache.get_entry("k") is None


@pytest.mark.parametrize(("memory", "stores"), MIXES)
@pytest.mark.parametrize("named_by", ["call", "loader"])
@pytest.mark.parametrize("soft", [False, True])
def test_a_tag_changed_during_a_load_invalidates_its_result(
    memory: int, stores: int, named_by: str, soft: bool
) -> None:
    with Rig(memory, stores) as rig:
        called, loaded = (["t"], "old") if named_by == "call" else ([], Loaded("old", tags=["t"]))
        origin = Origin(loaded)
        gate = origin.hold()
        caller = start(rig.cache.get_or_set, "k", origin, tags=called)
        gate.entered()
        (rig.cache.expire_tags("t") if soft else rig.cache.invalidate_tags("t"))
        gate.release()
        assert caller.result() == "old"
        assert rig.cache.get("k", MISS) is MISS
        assert rig.cache.get_or_set("k", Origin("new")) == "new"


@pytest.mark.parametrize("named_by", ["call", "loader"])
def test_a_tag_invalidated_during_a_refresh_invalidates_its_result(named_by: str) -> None:
    with Rig(1, 1, ttl=10, stale_ttl=100) as rig:
        called, loaded = (["t"], "new") if named_by == "call" else ([], Loaded("new", tags=["t"]))
        rig.cache.set("k", "old", tags=["t"])
        rig.clock.advance(20)
        origin = Origin(loaded)
        gate = origin.hold()
        assert rig.cache.get_or_set("k", origin, tags=called) == "old"
        gate.entered()
        rig.cache.invalidate_tags("t")
        gate.release()
        until(lambda: not len(rig.assembly.crew))
        assert rig.cache.get_entry("k") is None


def test_a_tag_invalidated_during_an_early_refresh_invalidates_its_result() -> None:
    with Rig(1, 1, ttl=100, beta=1.0) as rig:
        rig.core.entropy = ScriptedEntropy([0.001])
        origin = Origin(Loaded("old", tags=["t"]), Loaded("new", tags=["t"]))
        origin.meanwhile = partial(rig.clock.advance, 2)
        rig.cache.get_or_set("k", origin)
        rig.clock.advance(95)
        gate = origin.hold()
        assert rig.cache.get_or_set("k", origin) == "old"
        gate.entered()
        rig.cache.invalidate_tags("t")
        gate.release()
        until(lambda: not len(rig.assembly.crew))
        assert origin.calls == 2
        assert rig.cache.get_entry("k") is None


def test_a_tag_invalidated_while_its_late_state_is_read_invalidates_the_result() -> None:
    with Rig(1, 1) as rig:
        gate = rig.stores[0].hold("put_if", after=True)
        caller = start(rig.cache.get_or_set, "k", Origin(Loaded("old", tags=["t"])))
        gate.entered()
        change = start(rig.cache.invalidate_tags, "t")
        until(lambda: rig.core.stats.invalidations == 1)
        gate.release()
        assert caller.result() == "old"
        change.result()
        assert rig.cache.get("k", MISS) is MISS


def test_a_tag_whose_state_is_read_late_between_two_changes_of_one_call_invalidates_the_result() -> None:
    with Rig(1, 1) as rig:
        rig.cache.set("other", 1, tags=["t", "u"])
        origin = Origin(Loaded("old", tags=["t"]))
        load = origin.hold()
        caller = start(rig.cache.get_or_set, "k", origin)
        load.entered()
        first = rig.stores[0].hold("get")
        change = start(rig.cache.invalidate_tags, "t", "u")
        first.entered()
        second = rig.stores[0].hold("get")
        first.release()
        second.entered()
        load.release()
        assert caller.result() == "old"
        second.release()
        change.result()
        assert rig.cache.get("k", MISS) is MISS


def test_whoever_comes_after_an_invalidation_begins_a_new_flight() -> None:
    with Rig(1, 1) as rig:
        origin = Origin("old", "new")
        gate = origin.hold()
        early = start(rig.cache.get_or_set, "k", origin, tags=["t"])
        gate.entered()
        rig.cache.invalidate_tags("t")
        late = start(rig.cache.get_or_set, "k", origin, tags=["t"])
        gate.entered(2)
        gate.release()
        assert (early.result(), late.result()) == ("old", "new")
        assert rig.cache.get("k") == "new"


def test_loads_of_other_namespaces_are_not_touched_by_an_invalidation() -> None:
    with Rig(1, 1) as rig:
        mine, theirs = rig.cache.namespace("mine"), rig.cache.namespace("theirs")
        origin = Origin("v")
        gate = origin.hold()
        caller = start(theirs.get_or_set, "k", origin, tags=["t"])
        gate.entered()
        mine.invalidate_tags("t")
        gate.release()
        assert caller.result() == "v"
        assert theirs.get("k") == "v"


def test_tags_of_two_namespaces_are_two_tags() -> None:
    with Rig(1, 1) as rig:
        one, other = rig.cache.namespace("one"), rig.cache.namespace("other")
        one.set("k", 1, tags=["t"])
        other.set("k", 2, tags=["t"])
        rig.cache.set("k", 3, tags=["t"])
        one.invalidate_tags("t")
        assert (one.get("k"), other.get("k"), rig.cache.get("k")) == (None, 2, 3)
        rig.cache.invalidate_tags("t")
        assert (other.get("k"), rig.cache.get("k")) == (2, None)


@pytest.mark.parametrize(("memory", "stores"), MIXES)
def test_tags_that_the_loader_names_are_stored(memory: int, stores: int) -> None:
    with Rig(memory, stores) as rig:
        rig.cache.get_or_set("k", Origin(Loaded(1, tags=["late"])), tags=["early"])
        assert rig.cache.get("k") == 1
        entry = rig.cache.get_entry("k")
        assert entry is not None
        assert set(entry.tags) == {"late", "early"}
        rig.cache.invalidate_tags("late")
        assert rig.cache.get("k") is None


def test_a_bulk_load_keeps_the_tags_of_the_call_and_of_each_answer() -> None:
    with Rig(1, 1) as rig:
        answers = {"a": 1, "b": Loaded(2, tags=["own"])}
        rig.cache.get_or_set_many(["a", "b"], Origin(answers), tags=["ours"])
        rig.cache.invalidate_tags("own")
        assert rig.cache.get_many(["a", "b"]) == {"a": 1}
        rig.cache.invalidate_tags("ours")
        assert rig.cache.get_many(["a", "b"]) == {}


def test_an_unknown_state_is_a_miss() -> None:
    with Rig(1, 1) as rig:
        rig.cache.set("k", 1, tags=["t"])
        rig.clock.advance(2)
        rig.stores[0].fail("get")
        assert rig.cache.get("k", MISS) is MISS
        assert rig.cache.get_nowait("k", MISS) is MISS
        with pytest.raises(OriginDown):
            rig.cache.get_or_set("k", Origin(OriginDown()))
        rig.stores[0].heal()
        assert rig.cache.get("k") == 1


def test_a_state_that_was_read_before_a_change_is_not_believed_after_it() -> None:
    with Rig(1, 1, tag_max_age=10) as rig:
        rig.cache.set("k", 1, tags=["t"])
        rig.clock.advance(20)
        gate = rig.stores[0].hold("get", after=True)
        reader = start(rig.cache.get, "k")
        gate.entered()
        rig.cache.invalidate_tags("t")
        gate.release()
        reader.result()
        assert rig.cache.get("k") is None


def test_a_state_that_is_lost_invalidates() -> None:
    with Rig(1, 1) as rig:
        rig.cache.set("k", 1, tags=["t"])
        rig.inner[0].delete("app#tag/:t")
        assert rig.cache.get("k") == 1
        rig.clock.advance(2)
        assert rig.cache.get("k") is None


@pytest.mark.parametrize("blob", [b"", b"garbage"])
def test_a_broken_state_invalidates_and_is_replaced(blob: bytes) -> None:
    with Rig(1, 1) as rig:
        rig.cache.set("k", 1, tags=["t"])
        rig.inner[0].put("app#tag/:t", blob, dead_at=float("inf"))
        rig.clock.advance(2)
        assert rig.cache.get("k") is None
        rig.cache.set("k", 2, tags=["t"])
        rig.clock.advance(2)
        assert rig.cache.get("k") == 2
        rig.inner[0].put("app#tag/:t", blob, dead_at=float("inf"))
        assert (rig.cache.invalidate_tags("t")).complete
        assert rig.cache.get("k") is None


def test_a_value_is_not_stored_under_a_state_that_cannot_be_read() -> None:
    with Rig(1, 1) as rig:
        rig.stores[0].fail("get")
        assert rig.cache.get_or_set("k", Origin(1), tags=["t"]) == 1
        assert rig.cache.get_or_set("l", Origin(Loaded(1, tags=["t"]))) == 1
        with pytest.raises(StoreError):
            rig.cache.set("m", 1, tags=["t"])
        rig.stores[0].heal()
        assert rig.cache.get_many(["k", "l", "m"]) == {}


def test_a_purged_value_never_covers_a_failure() -> None:
    with Rig(1, 1, ttl=10, stale_ttl=1_000, stale="if_error") as rig:
        rig.cache.set("k", "purged", tags=["t"])
        rig.clock.advance(20)
        rig.cache.invalidate_tags("t")
        with pytest.raises(OriginDown):
            rig.cache.get_or_set("k", Origin(OriginDown()))
        rig.forget()
        with pytest.raises(OriginDown):
            rig.cache.get_or_set("k", Origin(OriginDown()))


@pytest.mark.parametrize("by", ["tag", "other process", "delete"])
def test_a_value_that_is_purged_while_the_load_fails_does_not_cover_the_failure(by: str) -> None:
    with (
        Rig(1, 1, ttl=10, stale_ttl=1_000, stale="if_error") as rig,
        Rig(1, rig.inner, clock=rig.clock, seed=1) as other,
    ):
        rig.cache.set("k", "purged", tags=["t"])
        rig.clock.advance(20)
        origin = Origin(OriginDown())
        gate = origin.hold()
        caller = start(rig.cache.get_or_set, "k", origin)
        gate.entered()
        if by == "delete":
            rig.cache.delete("k")
        else:
            (rig if by == "tag" else other).cache.invalidate_tags("t")
        rig.clock.advance(2)
        gate.release()
        assert isinstance(caller.error(), OriginDown)


def test_not_modified_keeps_tags_as_they_were_before_the_load() -> None:
    with (
        Rig(1, 1, ttl=10, stale_ttl=1_000, stale="if_error") as rig,
        Rig(1, rig.inner, clock=rig.clock, seed=1) as other,
    ):
        rig.cache.set("k", "v", tags=["t"])
        rig.clock.advance(20)
        origin = Origin(NotModified())
        gate = origin.hold()
        caller = start(rig.cache.get_or_set, "k", origin)
        gate.entered()
        other.cache.invalidate_tags("t")
        rig.clock.advance(2)
        gate.release()
        assert caller.result() == "v"
        rig.clock.advance(2)
        assert rig.cache.get_entry("k") is None


def test_not_modified_makes_a_softly_expired_value_fresh_again() -> None:
    with Rig(1, 1, ttl=10, stale_ttl=1_000, stale="if_error") as rig:
        rig.cache.set("k", "v", tags=["t"])
        rig.cache.expire_tags("t")
        assert rig.cache.get_or_set("k", Origin(NotModified())) == "v"
        assert rig.cache.get("k") == "v"


def test_another_process_sees_an_invalidation_when_its_belief_ends() -> None:
    with Rig(1, 1) as rig, Rig(1, rig.inner, clock=rig.clock, seed=1, tag_max_age=1) as other:
        rig.cache.set("k", 1, tags=["t"])
        assert other.cache.get("k") == 1
        rig.cache.invalidate_tags("t")
        assert other.cache.get("k") == 1
        rig.clock.advance(1.5)
        assert other.cache.get("k") is None


def test_two_processes_that_meet_a_new_tag_agree_on_its_state() -> None:
    with Rig(1, 1) as rig, Rig(1, rig.inner, clock=rig.clock, seed=1) as other:
        gate = rig.stores[0].hold("put_if")
        one = start(rig.cache.set, "k", 1, tags=["t"])
        gate.entered()
        other.cache.set("l", 2, tags=["t"])
        gate.release()
        one.result()
        rig.clock.advance(2)
        assert rig.cache.get_many(["k", "l"]) == {"k": 1, "l": 2}
        assert other.cache.get_many(["k", "l"]) == {"k": 1, "l": 2}


def test_a_change_that_meets_another_one_is_made_all_the_same() -> None:
    with Rig(1, 1) as rig, Rig(1, rig.inner, clock=rig.clock, seed=1) as other:
        rig.cache.set("k", 1, tags=["t"])
        gate = rig.stores[0].hold("put_if")
        change = start(rig.cache.expire_tags, "t")
        gate.entered()
        other.cache.invalidate_tags("t")
        gate.release()
        assert (change.result()).complete
        assert rig.cache.get_entry("k") is None


def test_a_tag_that_others_change_all_the_time_is_owed() -> None:
    with Rig(1, 1) as rig:
        rig.cache.set("k", 1, tags=["t"])
        rig.stores[0].stale_tokens("get")
        rig.inner[0].put("app#tag/:t", b"", dead_at=float("inf"))
        rig.stores[0].get("app#tag/:t")
        rig.inner[0].put("app#tag/:t", b"", dead_at=float("inf"))
        report = rig.cache.invalidate_tags("t")
        assert [outcome.effect for outcome in report.outcomes] == [Effect.QUEUED]
        rig.stores[0].heal()
        assert rig.cache.flush() == 0
        assert rig.cache.get("k") is None


@pytest.mark.parametrize("soft", [False, True])
def test_a_tag_whose_change_fails_is_owed_and_serves_nothing_meanwhile(soft: bool) -> None:
    with Rig(1, 1) as rig:
        rig.cache.set("k", 1, tags=["t"])
        rig.stores[0].fail("put_if")
        report = (rig.cache.expire_tags("t") if soft else rig.cache.invalidate_tags("t"))
        assert [outcome.effect for outcome in report.outcomes] == [Effect.QUEUED]
        assert rig.cache.get("k") is None
        assert rig.cache.get_or_set("new", Origin(1), tags=["t"]) == 1
        assert rig.cache.get("new") is None
        again = rig.cache.invalidate_tags("t")
        assert again.degraded
        rig.stores[0].heal()
        assert rig.cache.flush() == 0
        assert rig.cache.get("k") is None
        assert (rig.cache.invalidate_tags("t")).complete
        rig.cache.set("k", 2, tags=["t"])
        assert rig.cache.get("k") == 2


def test_strict_mode_raises_when_a_tag_could_not_be_changed() -> None:
    with Rig(1, 1, strict=True) as rig:
        rig.stores[0].fail("put_if")
        with pytest.raises(IncompleteWrite):
            rig.cache.invalidate_tags("t")


def test_without_a_store_that_can_keep_them_states_live_in_the_process() -> None:
    clock = MovedClock()
    shelf = Shelf(clock.wall, capabilities=Capabilities(conditional_write=False))
    with Rig(1, [shelf], clock=clock) as rig:
        rig.cache.set("k", 1, tags=["t"])
        rig.clock.advance(10)
        assert rig.cache.get("k") == 1
        rig.forget()
        assert rig.cache.get("k") == 1
        report = rig.cache.invalidate_tags("t")
        assert [(outcome.tier, outcome.effect) for outcome in report.outcomes] == [("memory", Effect.DONE)]
        assert rig.cache.get("k") is None


@pytest.mark.parametrize("stores", [0, 1])
def test_the_number_of_states_kept_is_bounded_and_a_forgotten_one_invalidates(
    stores: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tag_states, "MAX_BELIEVED", 3)
    with Rig(1, stores, tag_max_age=1_000) as rig:
        for n in range(5):
            rig.cache.set(f"k{n}", n, tags=[f"t{n}"])
        found = [rig.cache.get(f"k{n}") for n in range(5)]
        assert found == ([0, 1, 2, 3, 4] if stores else [None, None, 2, 3, 4])
        rig.cache.set("k2", 2, tags=["t2"])
        rig.cache.set("k5", 5, tags=["t5"])
        assert rig.cache.get("k2") == 2


def test_invalidating_no_tag_changes_nothing() -> None:
    with Rig(1, 1) as rig:
        assert (rig.cache.invalidate_tags()).outcomes == ()
        assert not rig.stores[0].calls


def test_hearing_of_a_changed_tag_makes_this_process_read_its_state() -> None:
    with Rig(1, 1, tag_max_age=1_000) as rig, Rig(1, rig.inner, clock=rig.clock, seed=1) as other:
        rig.cache.set("k", 1, tags=["t"])
        other.cache.invalidate_tags("t")
        assert rig.cache.get("k") == 1
        rig.core.on_invalidation(Invalidation(b"another", 1, "tag", "t"))
        assert rig.cache.get("k") is None


def test_a_state_that_can_be_neither_made_nor_read_stays_unknown() -> None:
    with Rig(1, 1) as rig:
        rig.stores[0].get("app#tag/:t")
        rig.inner[0].delete("app#tag/:t")
        rig.stores[0].stale_tokens("get")
        with pytest.raises(StoreError, match="tag"):
            rig.cache.set("k", 1, tags=["t"])


def test_hearing_of_ones_own_change_changes_nothing() -> None:
    with Rig(1, 1) as rig:
        rig.cache.set("k", 1)
        rig.core.on_invalidation(Invalidation(rig.core.node, 1, "key", "k"))
        assert rig.cache.get_nowait("k", MISS) == 1
