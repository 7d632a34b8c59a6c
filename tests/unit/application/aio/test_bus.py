"""Caches that share a store tell each other what changed, and need no more than that to agree."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from hexcache.adapters.outbound.buses.local import AsyncLocalBus, LocalHub
from hexcache.domain.errors import StoreUnavailable
from hexcache.domain.lookup import MISS
from hexcache.ports.invalidation import Invalidation
from hexcache.testing.aio.primitives import AsyncGate
from tests.unit.application.aio.assembling import ROOT, AsyncOrigin, AsyncRig
from tests.unit.application.aio.primitives import start, until


class Pair:
    """Two caches of two processes over one store, on one bus."""

    def __init__(self, **policy: Any) -> None:
        self.hub = hub = LocalHub()
        self.heard: list[Invalidation] = []
        hub.add(self, ROOT, self.heard.append)
        self.one = AsyncRig(1, 1, bus=AsyncLocalBus(hub), **policy)
        self.two = AsyncRig(1, self.one.inner, bus=AsyncLocalBus(hub), clock=self.one.clock, seed=1, **policy)

    async def __aenter__(self) -> Pair:
        await self.one.cache.__aenter__()
        await self.two.cache.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.one.cache.aclose()
        await self.two.cache.aclose()


CHANGES: list[Callable[[AsyncRig], Any]] = [
    lambda rig: rig.cache.set("k", "new"),
    lambda rig: rig.cache.set_many({"k": "new", "other": 1}),
    lambda rig: rig.cache.delete("k"),
    lambda rig: rig.cache.delete_many(["k", "l"]),
    lambda rig: rig.cache.clear(),
    lambda rig: rig.cache.invalidate_tags("t"),
    lambda rig: rig.cache.expire_tags("t"),
]


@pytest.mark.parametrize("change", CHANGES)
async def test_a_change_is_seen_by_the_other_cache_at_once(change: Callable[[AsyncRig], Any]) -> None:
    async with Pair(tag_max_age=1_000) as pair:
        await pair.one.cache.set("k", "old", tags=["t"])
        assert await pair.two.cache.get("k") == "old"
        await change(pair.one)
        assert await pair.two.cache.get("k") in {"new", None}
        assert await pair.one.cache.get("k") == await pair.two.cache.get("k")


async def test_adding_is_told_too() -> None:
    async with Pair(ttl=10, stale_ttl=1_000) as pair:
        await pair.one.cache.set("k", "old")
        assert await pair.two.cache.get("k") == "old"
        pair.one.clock.advance(20)
        assert await pair.one.cache.add("k", "new")
        entry = await pair.two.cache.get_entry("k")
        assert entry is not None
        assert entry.value == "new"


async def test_a_delete_is_told_although_nothing_was_there() -> None:
    async with Pair() as pair:
        await pair.two.cache.set("k", "old")
        pair.heard.clear()
        report = await pair.one.cache.delete("never")
        assert not report.found
        assert [(message.kind, message.subject) for message in pair.heard] == [("key", "never")]


async def test_a_reader_elsewhere_that_saw_the_store_before_a_change_fills_nothing_into_memory_after_it() -> None:
    async with Pair() as pair:
        await pair.one.cache.set("k", "old")
        gate = pair.two.stores[0].hold("get", after=True)
        reader = start(pair.two.cache.get, "k")
        await gate.entered()
        await pair.one.cache.delete("k")
        gate.release()
        assert await reader.result() == "old"
        assert await pair.two.cache.get("k") is None


async def test_a_load_in_flight_elsewhere_is_not_stored_after_a_change() -> None:
    async with Pair() as pair:
        origin = AsyncOrigin("old")
        gate = origin.hold()
        caller = start(pair.two.cache.get_or_set, "k", origin)
        await gate.entered()
        await pair.one.cache.set("k", "new")
        gate.release()
        assert await caller.result() == "old"
        assert await pair.two.cache.get("k") == "new"


async def test_a_load_in_flight_elsewhere_is_not_stored_after_a_tag_changed_or_a_clear() -> None:
    async with Pair(tag_max_age=1_000) as pair:
        for change in (pair.one.cache.invalidate_tags, None):
            origin = AsyncOrigin("old")
            gate = origin.hold()
            caller = start(pair.two.cache.get_or_set, "k", origin, tags=["t"])
            await gate.entered()
            await (change("t") if change else pair.one.cache.clear())
            gate.release()
            assert await caller.result() == "old"
            assert await pair.two.cache.get("k", MISS) is MISS


async def test_messages_are_numbered_without_gaps_and_carry_no_value() -> None:
    async with Pair() as pair:
        await pair.one.cache.set("k", "secret", tags=["t"])
        await pair.one.cache.delete("k")
        await pair.one.cache.namespace("n").set("k", "secret")
        await pair.one.cache.namespace("n").clear()
        await pair.one.cache.expire_tags("t")
        assert [message.seq for message in pair.heard] == [1, 2, 3, 4, 5]
        assert {message.origin for message in pair.heard} == {pair.one.core.node}
        assert [message.kind for message in pair.heard] == ["key", "key", "key", "namespace", "tag"]
        assert pair.heard[2].subject == "\x1fn\x1fk"
        assert pair.heard[-1].soft
        assert "secret" not in repr(pair.heard)


async def test_a_change_is_told_after_the_shared_tier_accepted_it() -> None:
    async with Pair() as pair:
        seen: list[object] = []
        pair.hub.add(object(), ROOT, lambda _: seen.append(pair.one.held(0, "k")))
        await pair.one.cache.set("k", "new")
        await pair.one.cache.delete("k")
        assert seen == ["new", MISS]


async def test_a_repair_is_told_again() -> None:
    async with Pair() as pair:
        await pair.one.cache.set("k", "old", tags=["t"])
        assert await pair.two.cache.get("k") == "old"
        pair.one.stores[0].fail("delete", "put_if", times=1)
        await pair.one.cache.delete("k")
        await pair.one.cache.invalidate_tags("t")
        assert await pair.two.cache.get("k") == "old"
        pair.heard.clear()
        assert await pair.one.cache.flush() == 0
        assert sorted(message.kind for message in pair.heard) == ["key", "tag"]
        assert await pair.two.cache.get("k") is None


async def test_losing_track_is_told_as_a_new_epoch() -> None:
    async with Pair(max_repairs=1, tag_max_age=1_000) as pair:
        await pair.one.cache.set_many({"a": 1, "b": 2})
        await pair.one.cache.set("tagged", 3, tags=["t"])
        assert await pair.two.cache.get_many(["a", "b", "tagged"]) == {"a": 1, "b": 2, "tagged": 3}
        pair.one.stores[0].fail("delete", times=2)
        await pair.one.cache.delete("a")
        await pair.one.cache.delete("b")
        pair.heard.clear()
        assert await pair.one.cache.flush() == 0
        assert pair.heard[0].kind == "epoch"
        assert await pair.two.cache.get_many(["a", "b", "tagged"]) == {}


async def test_a_cache_of_memory_alone_tells_of_its_changes_too() -> None:
    hub = LocalHub()
    async with AsyncRig(1, 0, bus=AsyncLocalBus(hub)) as one, AsyncRig(1, 0, bus=AsyncLocalBus(hub), seed=1) as two:
        await one.cache.set("k", 1)
        await two.cache.set("k", 2)
        assert await one.cache.get("k") is None
        assert await two.cache.add("l", 1)
        assert await two.cache.get("l") == 1


class Deaf(AsyncLocalBus):
    """A bus that fails, hangs or breaks its contract when it is asked to."""

    def __init__(self, hub: LocalHub) -> None:
        super().__init__(hub)
        self.error: Exception | None = None
        self.gate: AsyncGate | None = None
        self.asked = 0

    async def publish(self, topic: str, /, *messages: Invalidation) -> None:
        await self.trouble()
        await super().publish(topic, *messages)

    async def subscribe(self, topic: str, handler: Callable[[Invalidation], None], /) -> Callable[[], None]:
        self.asked += 1
        await self.trouble()
        return await super().subscribe(topic, handler)

    async def trouble(self) -> None:
        if self.gate is not None:
            await self.gate.passage()
        if self.error is not None:
            raise self.error


@pytest.mark.parametrize("error", [StoreUnavailable("down"), OSError("socket")])
async def test_a_bus_that_fails_is_counted_and_fails_no_call(error: Exception) -> None:
    bus = Deaf(LocalHub())
    bus.error = error
    async with AsyncRig(1, 1, bus=bus) as rig:
        assert (await rig.cache.set("k", 1)).complete
        assert await rig.cache.get("k") == 1
        assert (await rig.cache.delete("k")).complete
        assert rig.cache.stats()["bus_errors"] == 3
        assert bus.asked == 1


async def test_a_subscription_that_failed_is_tried_again_and_what_was_read_before_is_forgotten() -> None:
    hub = LocalHub()
    bus = Deaf(hub)
    bus.error = StoreUnavailable("down")
    async with AsyncRig(1, 1, bus=bus) as rig, AsyncRig(1, rig.inner, bus=AsyncLocalBus(hub), seed=1) as other:
        await rig.cache.set("k", "old")
        await other.cache.set("k", "new")
        assert await rig.cache.get("k") == "old"
        bus.error = None
        rig.clock.advance(1)
        assert await rig.cache.get("other") is None
        assert bus.asked == 2
        assert await rig.cache.get("k") == "new"


async def test_what_is_read_while_the_subscription_is_made_is_not_kept() -> None:
    hub = LocalHub()
    bus = Deaf(hub)
    async with AsyncRig(1, 1, bus=bus) as rig, AsyncRig(1, rig.inner, bus=AsyncLocalBus(hub), seed=1) as other:
        await other.cache.set("k", "old")
        bus.gate = AsyncGate()
        first = start(rig.cache.get, "k")
        await bus.gate.entered()
        assert await rig.cache.get("k") == "old"
        await other.cache.set("k", "new")
        bus.gate.release()
        await first.result()
        assert await rig.cache.get("k") == "new"


async def test_a_bus_that_hangs_holds_nobody_up() -> None:
    bus = Deaf(LocalHub())
    async with AsyncRig(1, 1, bus=bus) as rig:
        rig.assembly.publisher._deadline = 0.02
        bus.gate = AsyncGate()
        assert (await rig.cache.set("k", 1)).complete
        assert await rig.cache.get("k") == 1
        assert rig.cache.stats()["bus_errors"] == 2
        bus.gate.release()


async def test_closing_ends_the_subscription() -> None:
    async with Pair() as pair:
        await pair.two.cache.aclose()
        before = pair.two.core.stats.invalidations
        await pair.one.cache.delete("k")
        assert pair.two.core.stats.invalidations == before


@pytest.mark.parametrize("call", ["set", "add"])
async def test_a_write_that_another_node_overwrote_before_it_reached_memory_is_not_kept_there(call: str) -> None:
    async with Pair() as pair:
        gate = pair.one.stores[0].hold("put" if call == "set" else "put_if", after=True)
        first = start(pair.one.cache.set if call == "set" else pair.one.cache.add, "k", "one")
        await gate.entered()
        await pair.two.cache.set("k", "two")
        gate.release()
        await first.result()
        assert pair.one.held(0, "k") == "two"
        assert await pair.one.cache.get("k") == "two"
        assert await pair.two.cache.get("k") == "two"


async def test_a_clear_by_another_node_before_a_write_reached_memory_is_heard_too() -> None:
    async with Pair() as pair:
        gate = pair.one.stores[0].hold("put", after=True)
        first = start(pair.one.cache.set, "k", "one")
        await gate.entered()
        await pair.two.cache.clear()
        gate.release()
        await first.result()
        assert await pair.one.cache.get("k") is None


async def test_two_writers_on_two_nodes_end_with_the_same_value_everywhere() -> None:
    async with Pair() as pair:
        gate = pair.one.stores[0].hold("put")
        first = start(pair.one.cache.set, "k", "one")
        await gate.entered()
        second = start(pair.two.cache.set, "k", "two")
        await second.result()
        gate.release()
        await first.result()
        await until(lambda: len(pair.heard) == 2)
        values = {await pair.one.cache.get("k"), await pair.two.cache.get("k"), pair.one.held(0, "k")}
        assert values == {"one"}


@pytest.mark.parametrize("change", [lambda cache: cache.clear(), lambda cache: cache.invalidate_tags("t")])
async def test_a_cache_that_only_changes_things_hears_the_others_too(change: Callable[[Any], Any]) -> None:
    hub = LocalHub()
    async with AsyncRig(1, 1, bus=AsyncLocalBus(hub)) as rig:
        assert rig.assembly.publisher.silent
        await change(rig.cache)
        assert not rig.assembly.publisher.silent
