# Generated from tests/unit/application/aio/test_deferral.py by tools/unasync.py. Do not edit.
"""A cache over a store that defers: seen here at once, elsewhere when it has landed, and nothing comes back."""

from __future__ import annotations

from typing import Any

import pytest

from hexcache.adapters.outbound.buffering.sync.store import BufferedStore
from hexcache.adapters.outbound.buses.local import LocalBus, LocalHub
from hexcache.adapters.outbound.codecs.envelope import Envelope
from hexcache.application.sync.assembly import Assembly
from hexcache.application.sync.cache import Cache
from hexcache.domain.breaker import BreakerRule
from hexcache.domain.buffer_rule import BufferRule
from hexcache.domain.lookup import MISS
from hexcache.domain.report import Effect
from hexcache.ports.invalidation import Invalidation
from tests.unit.application.sync.assembling import ROOT, Rig
from tests.unit.application.sync.primitives import start, until
from tests.unit.application.sync.stores import Shelf

CALM: dict[str, Any] = {"flush_age": 1e9, "retry": 1e5, "retry_max": 1e5}


class BufferedRig(Rig):
    """A rig whose stores stand behind buffers."""

    def __init__(self, *args: Any, rule: dict[str, Any] | None = None, wait: float = 20.0, **options: Any) -> None:
        self.rule, self.wait = {**CALM, **(rule or {})}, wait
        self.buffers: list[BufferedStore] = []
        super().__init__(*args, **options)

    def face(self) -> tuple[Assembly, Cache[Any]]:
        self.buffers = [
            BufferedStore.with_rule(store, BufferRule(**self.rule), clocks=self.clock.clocks, deadline=self.wait)
            for store in self.stores
        ]
        codec = Envelope()
        stores = [(buffer, codec) for buffer in self.buffers]
        assembly = Assembly(self.core, stores, counter=self.counter, bus=self.bus)
        return assembly, Cache(assembly)

    def pending(self) -> int:
        return sum(int(buffer.backlog()["entries"]) for buffer in self.buffers)


class Pair:
    """Two caches of two processes, each with a buffer before one and the same store, on one bus."""

    def __init__(self, **options: Any) -> None:
        hub = LocalHub()
        self.one = BufferedRig(1, 1, bus=LocalBus(hub), **options)
        clock, shelves = self.one.clock, self.one.inner[0].shelves  # type: ignore[attr-defined]  # of the tests
        theirs = [Shelf(clock.wall, shelves=shelves)]
        self.two = BufferedRig(1, theirs, bus=LocalBus(hub), clock=clock, seed=1, **options)

    def __enter__(self) -> Pair:
        self.one.cache.__enter__()
        self.two.cache.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self.one.cache.close()
        self.two.cache.close()


def test_a_write_is_seen_here_at_once_and_arrives_with_a_flush() -> None:
    with BufferedRig(1, 1) as rig:
        report = rig.cache.set("k", 1)
        assert [outcome.effect for outcome in report.outcomes] == [Effect.BUFFERED, Effect.DONE]
        assert report.complete
        rig.forget()
        assert rig.cache.get("k") == 1
        assert rig.held(0, "k") is MISS
        assert rig.stores[0].count() == 0, "neither the write nor the read needs the store"
        assert rig.cache.flush() == 0
        assert rig.held(0, "k") == 1


def test_several_writes_are_accepted_at_once() -> None:
    with BufferedRig(1, 1) as rig:
        report = rig.cache.set_many({"a": 1, "b": 2})
        assert report.outcomes[0].effect is Effect.BUFFERED
        assert (rig.pending(), rig.core.states[0].counters["writes"]) == (2, 2)
        assert rig.cache.flush() == 0
        assert [call.operation for call in rig.stores[0].calls] == ["put_many"]


@pytest.mark.parametrize("how", ["delete", "delete_many", "clear"])
def test_what_was_removed_before_it_landed_never_does(how: str) -> None:
    with BufferedRig(1, 1) as rig:
        rig.cache.set("k", 1)
        arguments: dict[str, tuple[Any, ...]] = {"delete": ("k",), "delete_many": (["k"],), "clear": ()}
        assert (getattr(rig.cache, how)(*arguments[how])).found
        assert rig.cache.get("k", MISS) is MISS
        assert rig.cache.flush() == 0
        assert rig.held(0, "k") is MISS
        assert rig.stores[0].count("put_many") == 0


def test_flush_tells_how_much_did_not_arrive() -> None:
    with BufferedRig(1, 2, close_timeout=20) as rig:
        rig.stores[0].fail("put_many")
        rig.cache.set_many({"a": 1, "b": 2})
        assert rig.cache.flush() == 2
        assert (rig.held(0, "a"), rig.held(1, "a")) == (MISS, 1)
        rig.stores[0].heal()
        assert rig.cache.flush() == 0
        assert rig.held(0, "b") == 2


def test_a_flush_that_fails_is_a_failure_of_the_tier() -> None:
    with BufferedRig(1, 1, breaker=BreakerRule(failures=2)) as rig:
        rig.stores[0].fail("put_many")
        rig.cache.set("k", 1)
        assert rig.cache.flush() == 1
        assert rig.witness.tier_kinds() == ["failure"]
        assert (rig.witness.tiers[0].tier, rig.witness.tiers[0].operation) == ("store0", "flush")
        assert rig.cache.flush() == 1
        state = rig.core.states[0]
        assert (state.counters["failures"], state.breaker) == (2, "open")


def test_writes_are_accepted_while_the_breaker_is_open_and_arrive_when_the_store_is_back() -> None:
    with BufferedRig(0, 1, breaker=BreakerRule(failures=1)) as rig:
        rig.stores[0].fail("put_many", times=1)
        rig.cache.set("a", 1)
        assert rig.cache.flush() == 1
        assert rig.core.states[0].breaker == "open"
        report = rig.cache.set("b", 2)
        assert (report.complete, report.outcomes[0].effect) == (True, Effect.BUFFERED)
        assert rig.core.states[0].counters["short_circuits"] == 0
        assert rig.cache.flush() == 0
        assert (rig.held(0, "a"), rig.held(0, "b")) == (1, 2)
        assert rig.core.states[0].breaker == "open", "a success before its time says nothing of the tier now"
        rig.clock.advance(60)
        assert rig.cache.get("a") == 1
        assert rig.core.states[0].breaker == "closed"


def test_a_store_that_is_back_is_told_of_by_a_flush() -> None:
    with BufferedRig(1, 1) as rig:
        rig.stores[0].fail("put_many", times=1)
        rig.cache.set("a", 1)
        assert rig.cache.flush() == 1
        assert rig.cache.flush() == 0
        until(lambda: rig.witness.tier_kinds() == ["failure", "recovered"])


def test_a_write_that_the_store_refuses_is_counted_and_told() -> None:
    with BufferedRig(1, 1) as rig:
        rig.cache.set("k", 1)
        deferral = rig.assembly.tiers[0].deferral
        assert deferral is not None
        deferral.refused("app:k", "too large")
        assert (rig.witness.tier_kinds(), rig.core.states[0].counters["rejected"]) == (["rejected"], 1)


@pytest.mark.parametrize("many", [False, True])
def test_a_write_without_room_is_owed_and_what_was_pending_for_it_does_not_land(many: bool) -> None:
    room = {"max_bytes": 700, "flush_bytes": 700, "flush_size": 1}
    with BufferedRig(1, 1, rule=room, wait=0.05) as rig:
        gate = rig.stores[0].hang("put_many")
        rig.cache.set("x", b"x" * 300)
        gate.entered()
        rig.cache.set("k", "old")
        newer = b"k" * 300
        report = (rig.cache.set_many({"k": newer, "l": 1}) if many else rig.cache.set("k", newer))
        assert report.outcomes[0].effect is Effect.QUEUED
        rig.forget()
        assert rig.cache.get("k", MISS) is MISS
        gate.release()
        rig.stores[0].heal()
        assert rig.buffers[0].flush(20.0) == 0
        assert rig.held(0, "k") in {newer, MISS}
        assert rig.cache.flush() == 0


@pytest.mark.parametrize("how", ["delete", "delete_many", "clear"])
def test_a_removal_that_the_breaker_keeps_from_the_store_keeps_the_value_from_it_too(how: str) -> None:
    with BufferedRig(1, 1, breaker=BreakerRule(failures=1)) as rig:
        rig.cache.set("k", "old")
        rig.stores[0].fail("get")
        assert rig.cache.get("other") is None
        assert rig.core.states[0].breaker == "open"
        arguments: dict[str, tuple[Any, ...]] = {"delete": ("k",), "delete_many": (["k", "l"],), "clear": ()}
        assert (getattr(rig.cache, how)(*arguments[how])).outcomes[0].effect is Effect.QUEUED
        assert rig.buffers[0].flush() == 0
        assert rig.stores[0].count("put_many") == 0, "the value does not land behind the removal's back"
        assert rig.held(0, "k") is MISS
        rig.stores[0].heal()
        rig.clock.advance(60)
        assert rig.cache.flush() == 0


def test_a_tags_state_that_is_owed_is_brought_at_once_not_pending() -> None:
    with BufferedRig(1, 1) as rig:
        rig.cache.set("k", 1, tags=["t"])
        rig.stores[0].fail("put_if")
        assert (rig.cache.invalidate_tags("t")).degraded
        rig.stores[0].heal()
        assert rig.assembly.upkeep.flush() == 0
        assert [call.operation for call in rig.stores[0].calls][-1] == "put"
        assert not rig.buffers[0].is_pending(f"{ROOT}#tag/:t")
        assert rig.cache.get("k", MISS) is MISS


def test_what_is_pending_is_told_in_the_statistics() -> None:
    with BufferedRig(1, 1) as rig:
        rig.cache.set("k", 1)
        rig.clock.advance(3)
        buffer = rig.cache.stats()["tiers"]["store0"]["buffer"]
        assert (buffer["entries"], buffer["oldest_age"], buffer["flushes"]) == (1, 3.0, 0)
        assert (rig.cache.explain("k"))["tiers"]["store0"]["pending"] is True
        assert rig.cache.flush() == 0
        assert (rig.cache.explain("k"))["tiers"]["store0"]["pending"] is False
        assert rig.cache.stats()["tiers"]["store0"]["buffer"]["flushed"] == 1
    with Rig(1, 1) as plain:
        assert "buffer" not in plain.cache.stats()["tiers"]["store0"]
        assert "pending" not in (plain.cache.explain("k"))["tiers"]["store0"]


def test_closing_brings_what_is_pending() -> None:
    with BufferedRig(1, 2, close_timeout=20) as rig:
        rig.cache.set("k", 1)
        assert (rig.cache.close()).clean
        assert (rig.held(0, "k"), rig.held(1, "k")) == (1, 1)
        assert [store.count("close") for store in rig.stores] == [1, 1]


def test_closing_tells_what_is_lost() -> None:
    with BufferedRig(1, 2, close_timeout=20) as rig:
        rig.cache.set_many({"a": 1, "b": 2})
        rig.stores[1].fail("put_many")
        report = rig.cache.close()
        assert (report.pending, report.owed, report.unclosed, report.clean) == (2, 0, (), False)
        last = rig.witness.tiers[-1]
        assert (last.tier, last.kind, last.count) == ("store1", "unwritten", 2)
        assert rig.held(0, "b") == 2
        assert rig.cache.close() == report


def test_closing_does_not_wait_for_a_store_that_hangs() -> None:
    with BufferedRig(1, 1, close_timeout=0.05) as rig:
        rig.cache.set("k", 1)
        gate = rig.stores[0].hang("put_many")
        report = rig.cache.close()
        assert (report.pending, report.clean) == (1, False)
        gate.release()


def test_another_cache_reads_the_new_value_when_it_has_landed() -> None:
    with Pair() as pair:
        pair.one.cache.set("k", "old")
        assert pair.one.cache.flush() == 0
        pair.one.cache.namespace("n").set("k", "old")
        assert pair.one.cache.flush() == 0
        assert pair.two.cache.get("k") == "old"
        assert pair.two.cache.namespace("n").get("k") == "old"
        pair.one.cache.set("k", "new")
        pair.one.cache.namespace("n").set("k", "new")
        assert pair.two.cache.get("k") == "old"
        assert pair.two.cache.namespace("n").get("k") == "old"
        assert pair.one.cache.flush() == 0
        until(lambda: pair.two.cache.get_nowait("k", MISS) is MISS)
        until(lambda: pair.two.cache.namespace("n").get_nowait("k", MISS) is MISS)
        assert pair.two.cache.get("k") == "new"
        assert pair.two.cache.namespace("n").get("k") == "new"


def test_what_lands_while_closing_is_told_before_the_bus_is_left() -> None:
    with Pair() as pair:
        pair.one.cache.set("k", "old")
        assert pair.one.cache.flush() == 0
        pair.one.cache.set("k", "new")
        assert pair.two.cache.get("k") == "old"
        assert (pair.one.cache.close()).clean
        assert pair.two.cache.get("k") == "new"


@pytest.mark.parametrize("how", ["delete", "clear", "set", "everything"])
def test_what_another_cache_changed_meanwhile_is_not_overwritten(how: str) -> None:
    with Pair() as pair:
        pair.one.cache.set("k", "pending")
        if how == "set":
            pair.two.cache.set("k", "theirs")
            assert pair.two.cache.flush() == 0
        elif how == "everything":
            pair.one.core.on_invalidation(Invalidation(b"another", 1, "epoch", ""))
        else:
            (pair.two.cache.delete("k") if how == "delete" else pair.two.cache.clear())
        assert pair.one.cache.get("k", MISS) in {"theirs", MISS}
        assert pair.one.cache.flush() == 0
        assert pair.one.held(0, "k") is MISS, "a removal is right whichever was the later one"
        assert pair.one.cache.get("k", MISS) is MISS
        assert pair.two.cache.get("k", MISS) in ({"theirs", MISS} if how == "set" else {MISS})


def test_what_another_cache_changed_elsewhere_is_of_no_consequence() -> None:
    with Pair() as pair:
        pair.one.cache.set("k", "pending")
        pair.two.cache.delete("l")
        pair.two.cache.namespace("n").clear()
        pair.two.cache.invalidate_tags("t")
        assert pair.one.cache.flush() == 0
        assert pair.one.held(0, "k") == "pending"


def test_a_load_does_not_overwrite_a_pending_write() -> None:
    with BufferedRig(0, 1) as rig:
        gate = rig.stores[0].hold("put_if")

        def load() -> str:
            return "loaded"

        loading = start(rig.cache.get_or_set, "k", load)
        gate.entered()
        rig.cache.set("k", "written")
        gate.release()
        assert loading.result() == "loaded"
        assert rig.cache.get("k") == "written"
        assert rig.cache.flush() == 0
        assert rig.held(0, "k") == "written"


def test_age_brings_writes_without_being_asked() -> None:
    with BufferedRig(1, 1, rule={"flush_age": 5.0}) as rig:
        rig.cache.set("k", 1)
        rig.clock.advance(5)
        rig.buffers[0].nudge()
        until(lambda: rig.held(0, "k") == 1)
