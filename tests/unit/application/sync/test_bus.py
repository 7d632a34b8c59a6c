# Generated from tests/unit/application/aio/test_bus.py by tools/unasync.py. Do not edit.
"""Caches that share a store tell each other what changed, and need no more than that to agree."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from hexcache.adapters.outbound.buses.local import LocalBus, LocalHub
from hexcache.domain.errors import StoreUnavailable
from hexcache.domain.lookup import MISS
from hexcache.ports.invalidation import Invalidation
from hexcache.testing.sync.primitives import Gate
from tests.unit.application.sync.assembling import ROOT, Origin, Rig
from tests.unit.application.sync.primitives import start, until


class Pair:
    """Two caches of two processes over one store, on one bus."""

    def __init__(self, **policy: Any) -> None:
        self.hub = hub = LocalHub()
        self.heard: list[Invalidation] = []
        hub.add(self, ROOT, self.heard.append)
        self.one = Rig(1, 1, bus=LocalBus(hub), **policy)
        self.two = Rig(1, self.one.inner, bus=LocalBus(hub), clock=self.one.clock, seed=1, **policy)

    def __enter__(self) -> Pair:
        self.one.cache.__enter__()
        self.two.cache.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self.one.cache.close()
        self.two.cache.close()


CHANGES: list[Callable[[Rig], Any]] = [
    lambda rig: rig.cache.set("k", "new"),
    lambda rig: rig.cache.set_many({"k": "new", "other": 1}),
    lambda rig: rig.cache.delete("k"),
    lambda rig: rig.cache.delete_many(["k", "l"]),
    lambda rig: rig.cache.clear(),
    lambda rig: rig.cache.invalidate_tags("t"),
    lambda rig: rig.cache.expire_tags("t"),
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_seen_by_the_other_cache_at_once(change: Callable[[Rig], Any]) -> None:
    with Pair(tag_max_age=1_000) as pair:
        pair.one.cache.set("k", "old", tags=["t"])
        assert pair.two.cache.get("k") == "old"
        change(pair.one)
        assert pair.two.cache.get("k") in {"new", None}
        assert pair.one.cache.get("k") == pair.two.cache.get("k")


def test_adding_is_told_too() -> None:
    with Pair(ttl=10, stale_ttl=1_000) as pair:
        pair.one.cache.set("k", "old")
        assert pair.two.cache.get("k") == "old"
        pair.one.clock.advance(20)
        assert pair.one.cache.add("k", "new")
        entry = pair.two.cache.get_entry("k")
        assert entry is not None
        assert entry.value == "new"


def test_a_delete_is_told_although_nothing_was_there() -> None:
    with Pair() as pair:
        pair.two.cache.set("k", "old")
        pair.heard.clear()
        report = pair.one.cache.delete("never")
        assert not report.found
        assert [(message.kind, message.subject) for message in pair.heard] == [("key", "never")]


def test_a_reader_elsewhere_that_saw_the_store_before_a_change_fills_nothing_into_memory_after_it() -> None:
    with Pair() as pair:
        pair.one.cache.set("k", "old")
        gate = pair.two.stores[0].hold("get", after=True)
        reader = start(pair.two.cache.get, "k")
        gate.entered()
        pair.one.cache.delete("k")
        gate.release()
        assert reader.result() == "old"
        assert pair.two.cache.get("k") is None


def test_a_load_in_flight_elsewhere_is_not_stored_after_a_change() -> None:
    with Pair() as pair:
        origin = Origin("old")
        gate = origin.hold()
        caller = start(pair.two.cache.get_or_set, "k", origin)
        gate.entered()
        pair.one.cache.set("k", "new")
        gate.release()
        assert caller.result() == "old"
        assert pair.two.cache.get("k") == "new"


def test_a_load_in_flight_elsewhere_is_not_stored_after_a_tag_changed_or_a_clear() -> None:
    with Pair(tag_max_age=1_000) as pair:
        for change in (pair.one.cache.invalidate_tags, None):
            origin = Origin("old")
            gate = origin.hold()
            caller = start(pair.two.cache.get_or_set, "k", origin, tags=["t"])
            gate.entered()
            (change("t") if change else pair.one.cache.clear())
            gate.release()
            assert caller.result() == "old"
            assert pair.two.cache.get("k", MISS) is MISS


def test_messages_are_numbered_without_gaps_and_carry_no_value() -> None:
    with Pair() as pair:
        pair.one.cache.set("k", "secret", tags=["t"])
        pair.one.cache.delete("k")
        pair.one.cache.namespace("n").set("k", "secret")
        pair.one.cache.namespace("n").clear()
        pair.one.cache.expire_tags("t")
        assert [message.seq for message in pair.heard] == [1, 2, 3, 4, 5]
        assert {message.origin for message in pair.heard} == {pair.one.core.node}
        assert [message.kind for message in pair.heard] == ["key", "key", "key", "namespace", "tag"]
        assert pair.heard[2].subject == "\x1fn\x1fk"
        assert pair.heard[-1].soft
        assert "secret" not in repr(pair.heard)


def test_a_change_is_told_after_the_shared_tier_accepted_it() -> None:
    with Pair() as pair:
        seen: list[object] = []
        pair.hub.add(object(), ROOT, lambda _: seen.append(pair.one.held(0, "k")))
        pair.one.cache.set("k", "new")
        pair.one.cache.delete("k")
        assert seen == ["new", MISS]


def test_a_repair_is_told_again() -> None:
    with Pair() as pair:
        pair.one.cache.set("k", "old", tags=["t"])
        assert pair.two.cache.get("k") == "old"
        pair.one.stores[0].fail("delete", "put_if", times=1)
        pair.one.cache.delete("k")
        pair.one.cache.invalidate_tags("t")
        assert pair.two.cache.get("k") == "old"
        pair.heard.clear()
        assert pair.one.cache.flush() == 0
        assert sorted(message.kind for message in pair.heard) == ["key", "tag"]
        assert pair.two.cache.get("k") is None


def test_losing_track_is_told_as_a_new_epoch() -> None:
    with Pair(max_repairs=1, tag_max_age=1_000) as pair:
        pair.one.cache.set_many({"a": 1, "b": 2})
        pair.one.cache.set("tagged", 3, tags=["t"])
        assert pair.two.cache.get_many(["a", "b", "tagged"]) == {"a": 1, "b": 2, "tagged": 3}
        pair.one.stores[0].fail("delete", times=2)
        pair.one.cache.delete("a")
        pair.one.cache.delete("b")
        pair.heard.clear()
        assert pair.one.cache.flush() == 0
        assert pair.heard[0].kind == "epoch"
        assert pair.two.cache.get_many(["a", "b", "tagged"]) == {}


def test_a_cache_of_memory_alone_tells_of_its_changes_too() -> None:
    hub = LocalHub()
    with Rig(1, 0, bus=LocalBus(hub)) as one, Rig(1, 0, bus=LocalBus(hub), seed=1) as two:
        one.cache.set("k", 1)
        two.cache.set("k", 2)
        assert one.cache.get("k") is None
        assert two.cache.add("l", 1)
        assert two.cache.get("l") == 1


class Deaf(LocalBus):
    """A bus that fails, hangs or breaks its contract when it is asked to."""

    def __init__(self, hub: LocalHub) -> None:
        super().__init__(hub)
        self.error: Exception | None = None
        self.gate: Gate | None = None
        self.asked = 0

    def publish(self, topic: str, /, *messages: Invalidation) -> None:
        self.trouble()
        super().publish(topic, *messages)

    def subscribe(self, topic: str, handler: Callable[[Invalidation], None], /) -> Callable[[], None]:
        self.asked += 1
        self.trouble()
        return super().subscribe(topic, handler)

    def trouble(self) -> None:
        if self.gate is not None:
            self.gate.passage()
        if self.error is not None:
            raise self.error


@pytest.mark.parametrize("error", [StoreUnavailable("down"), OSError("socket")])
def test_a_bus_that_fails_is_counted_and_fails_no_call(error: Exception) -> None:
    bus = Deaf(LocalHub())
    bus.error = error
    with Rig(1, 1, bus=bus) as rig:
        assert (rig.cache.set("k", 1)).complete
        assert rig.cache.get("k") == 1
        assert (rig.cache.delete("k")).complete
        assert rig.cache.stats()["bus_errors"] == 3
        assert bus.asked == 1


def test_a_subscription_that_failed_is_tried_again_and_what_was_read_before_is_forgotten() -> None:
    hub = LocalHub()
    bus = Deaf(hub)
    bus.error = StoreUnavailable("down")
    with Rig(1, 1, bus=bus) as rig, Rig(1, rig.inner, bus=LocalBus(hub), seed=1) as other:
        rig.cache.set("k", "old")
        other.cache.set("k", "new")
        assert rig.cache.get("k") == "old"
        bus.error = None
        rig.clock.advance(1)
        assert rig.cache.get("other") is None
        assert bus.asked == 2
        assert rig.cache.get("k") == "new"


def test_what_is_read_while_the_subscription_is_made_is_not_kept() -> None:
    hub = LocalHub()
    bus = Deaf(hub)
    with Rig(1, 1, bus=bus) as rig, Rig(1, rig.inner, bus=LocalBus(hub), seed=1) as other:
        other.cache.set("k", "old")
        bus.gate = Gate()
        first = start(rig.cache.get, "k")
        bus.gate.entered()
        assert rig.cache.get("k") == "old"
        other.cache.set("k", "new")
        bus.gate.release()
        first.result()
        assert rig.cache.get("k") == "new"


def test_a_bus_that_hangs_holds_nobody_up() -> None:
    bus = Deaf(LocalHub())
    with Rig(1, 1, bus=bus) as rig:
        rig.assembly.publisher._deadline = 0.02
        bus.gate = Gate()
        assert (rig.cache.set("k", 1)).complete
        assert rig.cache.get("k") == 1
        assert rig.cache.stats()["bus_errors"] == 2
        bus.gate.release()


def test_closing_ends_the_subscription() -> None:
    with Pair() as pair:
        pair.two.cache.close()
        before = pair.two.core.stats.invalidations
        pair.one.cache.delete("k")
        assert pair.two.core.stats.invalidations == before


@pytest.mark.parametrize("call", ["set", "add"])
def test_a_write_that_another_node_overwrote_before_it_reached_memory_is_not_kept_there(call: str) -> None:
    with Pair() as pair:
        gate = pair.one.stores[0].hold("put" if call == "set" else "put_if", after=True)
        first = start(pair.one.cache.set if call == "set" else pair.one.cache.add, "k", "one")
        gate.entered()
        pair.two.cache.set("k", "two")
        gate.release()
        first.result()
        assert pair.one.held(0, "k") == "two"
        assert pair.one.cache.get("k") == "two"
        assert pair.two.cache.get("k") == "two"


def test_a_clear_by_another_node_before_a_write_reached_memory_is_heard_too() -> None:
    with Pair() as pair:
        gate = pair.one.stores[0].hold("put", after=True)
        first = start(pair.one.cache.set, "k", "one")
        gate.entered()
        pair.two.cache.clear()
        gate.release()
        first.result()
        assert pair.one.cache.get("k") is None


def test_two_writers_on_two_nodes_end_with_the_same_value_everywhere() -> None:
    with Pair() as pair:
        gate = pair.one.stores[0].hold("put")
        first = start(pair.one.cache.set, "k", "one")
        gate.entered()
        second = start(pair.two.cache.set, "k", "two")
        second.result()
        gate.release()
        first.result()
        until(lambda: len(pair.heard) == 2)
        values = {pair.one.cache.get("k"), pair.two.cache.get("k"), pair.one.held(0, "k")}
        assert values == {"one"}


@pytest.mark.parametrize("change", [lambda cache: cache.clear(), lambda cache: cache.invalidate_tags("t")])
def test_a_cache_that_only_changes_things_hears_the_others_too(change: Callable[[Any], Any]) -> None:
    hub = LocalHub()
    with Rig(1, 1, bus=LocalBus(hub)) as rig:
        assert rig.assembly.publisher.silent
        change(rig.cache)
        assert not rig.assembly.publisher.silent
