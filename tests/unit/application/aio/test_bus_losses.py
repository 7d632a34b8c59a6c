"""What happens to a cache whose messages do not get through, and to one that does not hear the others."""

from __future__ import annotations

from typing import Any

import pytest

from hexcache.adapters.outbound.buses.local import AsyncLocalBus, LocalHub
from hexcache.application.aio.assembly import AsyncAssembly
from hexcache.application.aio.cache import AsyncCache
from hexcache.domain.errors import StoreUnavailable
from hexcache.ports.invalidation import Invalidation
from hexcache.testing.aio.bus import AsyncRecordingBus
from tests.unit.application.aio.assembling import ROOT, AsyncRig


class Losing(AsyncRecordingBus):
    """A bus that loses what is published while it is asked to, and remembers what it is told of that.

    Attributes:
        broken: nothing is published.
        trips: how many messages each call had.
        losses: how often it was told.
        closed: how often it was closed.
    """

    def __init__(self) -> None:
        super().__init__()
        self.broken = False
        self.trips: list[int] = []
        self.losses = 0
        self.closed = 0

    async def publish(self, topic: str, /, *messages: Invalidation) -> None:
        self.trips.append(len(messages))
        if self.broken:
            raise StoreUnavailable("down")
        await super().publish(topic, *messages)

    def lost(self, topic: str, /) -> None:
        assert topic == ROOT
        self.losses += 1

    async def aclose(self) -> None:
        self.closed += 1


class TestLosses:
    """Messages that do not get through."""

    async def test_several_changes_are_told_in_one_call(self) -> None:
        bus = Losing()
        async with AsyncRig(1, 1, bus=bus) as rig:
            await rig.cache.set_many({"a": 1, "b": 2, "c": 3})
            await rig.cache.delete_many(["a", "b"])
            await rig.cache.invalidate_tags("t", "u")
            await rig.cache.delete_many([])
            assert bus.trips == [3, 2, 2]

    async def test_each_call_that_could_not_be_told_is_said_to_the_bus_also_while_it_rests(self) -> None:
        bus = Losing()
        async with AsyncRig(1, 1, bus=bus) as rig:
            await rig.cache.set("before", 1)
            bus.broken = True
            await rig.cache.set_many({"a": 1, "b": 2})
            await rig.cache.delete("a")
            assert (bus.trips, bus.losses) == ([1, 2], 2)
            assert rig.cache.stats()["bus_errors"] == 3
            bus.broken = False
            rig.clock.advance(1)
            await rig.cache.delete("a")
            assert (bus.trips, bus.losses) == ([1, 2, 1], 2)

    async def test_the_others_forget_what_they_hold_when_a_message_was_lost(self) -> None:
        hub = LocalHub()

        class Breaking(AsyncLocalBus):
            async def publish(self, topic: str, /, *messages: Invalidation) -> None:
                raise StoreUnavailable("down")

        async with AsyncRig(1, 1, bus=Breaking(hub)) as one, AsyncRig(1, one.inner, bus=AsyncLocalBus(hub)) as two:
            await one.cache.set("k", "old")
            await two.cache.set("k", "old")
            await one.cache.set("k", "new")
            assert await two.cache.get("k") == "new"

    async def test_a_batch_is_told_in_parts_that_the_bus_can_send_in_time(self) -> None:
        bus = Losing()
        async with AsyncRig(1, 1, bus=bus) as rig:
            await rig.cache.set_many({str(number): number for number in range(1_100)})
            assert bus.trips == [512, 512, 76]
            assert [message.subject for message in bus.published] == [str(number) for number in range(1_100)]
            bus.broken = True
            await rig.cache.delete_many([str(number) for number in range(1_100)])
            assert (bus.trips[3:], bus.losses, rig.cache.stats()["bus_errors"]) == ([512], 3, 1_100)

    async def test_observers_are_told_of_failures_and_of_doubts(self) -> None:
        bus = Losing()
        async with AsyncRig(1, 1, bus=bus) as rig:
            await rig.cache.set("k", 1)
            bus.broken = True
            await rig.cache.set("k", 1)
            await rig.cache.set("k", 1)
            bus.broken = False
            rig.clock.advance(1)
            await rig.cache.set("k", 1)
            await rig.cache.set("k", 1)
            rig.core.on_invalidation(Invalidation(b"another", 0, "epoch", ""))
            told = [(event.kind, event.reason) for event in rig.witness.tiers if event.tier == "bus"]
            assert told == [("failure", "StoreUnavailable"), ("recovered", ""), ("doubted", "")]

    async def test_a_bus_that_fails_at_that_too_fails_no_call(self) -> None:
        class Hopeless(Losing):
            def lost(self, topic: str, /) -> None:
                raise OSError("socket")

        bus = Hopeless()
        bus.broken = True
        async with AsyncRig(1, 1, bus=bus) as rig:
            assert (await rig.cache.set("k", 1)).complete


async def held(rig: AsyncRig) -> float:
    """For how long memory holds the key."""
    entry = rig.core.memory[0].tier.peek("k")
    assert entry is not None
    return entry.dead_at - rig.clock.monotonic()


class TestDeafness:
    """Changes by others that are not heard."""

    @pytest.mark.parametrize("deaf", [False, True])
    @pytest.mark.parametrize("fill", ["set", "get", "add", "touch"])
    async def test_while_others_are_not_heard_memory_keeps_what_comes_in_for_a_short_time(
        self, fill: str, deaf: bool
    ) -> None:
        bus = Losing()
        async with AsyncRig(1, 1, bus=bus, untold_cap=60.0) as rig:
            await rig.cache.set("other", 1)
            bus.deaf = deaf
            if fill != "add":
                await rig.cache.set("k", "value", ttl=1_000)
            if fill == "get":
                rig.forget()
                await rig.cache.get("k")
            elif fill == "add":
                await rig.cache.add("k", "value", ttl=1_000)
            elif fill == "touch":
                await rig.cache.touch("k", ttl=1_000)
            assert await held(rig) == pytest.approx(60 if deaf else 1_000, abs=0.1)
            assert rig.cache.stats()["bus"]["hears"] is not deaf

    async def test_without_a_bus_they_are_never_heard(self) -> None:
        async with AsyncRig(1, 1, untold_cap=60.0) as rig:
            await rig.cache.set("k", "value", ttl=1_000)
            assert await held(rig) == pytest.approx(60, abs=0.1)
            assert rig.cache.stats()["bus"] is None

    async def test_a_cap_that_is_shorter_anyway_stands(self) -> None:
        bus = Losing()
        async with AsyncRig([10.0], 1, bus=bus, untold_cap=60.0) as rig:
            for bus.deaf in (True, False):
                await rig.cache.set("k", "value", ttl=1_000)
                assert await held(rig) == pytest.approx(10, abs=0.1)

    async def test_of_two_faces_of_one_cache_it_is_enough_that_one_hears(self) -> None:
        bus = Losing()
        async with AsyncRig(1, 1, bus=bus, untold_cap=60.0) as rig:
            rig.bus = Losing()
            assembly, other = rig.face()
            await other.set("k", 1)
            assert (assembly.publisher.hears(), rig.assembly.publisher.hears()) == (True, False)
            await rig.cache.set("k", "value", ttl=1_000)
            bus.deaf = True
            await rig.cache.set("k", "value", ttl=1_000)
            assert await held(rig) == pytest.approx(1_000, abs=0.1)
            await other.aclose()
            await rig.cache.set("k", "value", ttl=1_000)
            assert await held(rig) == pytest.approx(60, abs=0.1)


class TestOwnership:
    """Who closes a bus."""

    @pytest.mark.parametrize("owned", [False, True])
    async def test_a_bus_is_closed_with_the_cache_that_it_was_made_for_and_no_other(self, owned: bool) -> None:
        bus = Losing()
        async with AsyncRig(1, 0) as rig:
            cache: AsyncCache[Any] = AsyncCache(AsyncAssembly(rig.core, bus=bus, bus_owned=owned))
            await cache.set("k", 1)
            assert bus.closed == 0
            await cache.aclose()
        assert bus.closed == owned
