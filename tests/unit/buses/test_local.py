"""The bus inside a process tells everybody else, in order, before publishing returns."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import Callable

import pytest

from hexcache.adapters.outbound.buses.local import AsyncLocalBus, LocalBus, LocalHub
from hexcache.domain.errors import StoreUnavailable
from hexcache.ports.aio.bus import AsyncBus
from hexcache.ports.invalidation import Invalidation
from hexcache.ports.sync.bus import Bus


def message(seq: int = 1, origin: bytes = b"one") -> Invalidation:
    return Invalidation(origin, seq, "key", f"key {seq}")


@pytest.fixture
def hub() -> LocalHub:
    return LocalHub()


class TestDelivery:
    """Who is told what."""

    def test_everybody_is_told_but_the_publisher(self, hub: LocalHub) -> None:
        one, two, three = LocalBus(hub), LocalBus(hub), LocalBus(hub)
        heard: list[tuple[str, Invalidation]] = []
        for name, bus in (("one", one), ("two", two), ("two again", two), ("three", three)):
            bus.subscribe("topic", lambda m, name=name: heard.append((name, m)))  # type: ignore[misc]  # a default
        one.publish("topic", message())
        assert heard == [("two", message()), ("two again", message()), ("three", message())]

    def test_topics_are_apart(self, hub: LocalHub) -> None:
        one, two = LocalBus(hub), LocalBus(hub)
        heard: list[Invalidation] = []
        two.subscribe("topic", heard.append)
        one.publish("another", message())
        one.publish("topi", message())
        assert heard == []

    def test_hubs_are_apart(self, hub: LocalHub) -> None:
        heard: list[Invalidation] = []
        LocalBus(hub).subscribe("topic", heard.append)
        LocalBus(LocalHub()).publish("topic", message())
        assert heard == []

    def test_nobody_is_told_what_came_before(self, hub: LocalHub) -> None:
        one, two = LocalBus(hub), LocalBus(hub)
        heard: list[Invalidation] = []
        one.publish("topic", message())
        two.subscribe("topic", heard.append)
        assert heard == []

    async def test_both_worlds_meet(self, hub: LocalHub) -> None:
        blocking: Bus = LocalBus(hub)
        awaited: AsyncBus = AsyncLocalBus(hub)
        heard: list[tuple[str, int]] = []
        blocking.subscribe("topic", lambda m: heard.append(("blocking", m.seq)))
        await awaited.subscribe("topic", lambda m: heard.append(("awaited", m.seq)))
        blocking.publish("topic", message(1))
        await awaited.publish("topic", message(2))
        assert heard == [("awaited", 1), ("blocking", 2)]


class TestEnding:
    """Subscriptions end when asked."""

    def test_what_was_ended_hears_nothing_more(self, hub: LocalHub) -> None:
        one, two = LocalBus(hub), LocalBus(hub)
        heard: list[Invalidation] = []
        kept: list[Invalidation] = []
        end = two.subscribe("topic", heard.append)
        two.subscribe("topic", kept.append)
        one.publish("topic", message(1))
        end()
        end()
        one.publish("topic", message(2))
        assert (len(heard), len(kept)) == (1, 2)

    def test_closing_ends_all_of_one_object(self, hub: LocalHub) -> None:
        one, two, three = LocalBus(hub), LocalBus(hub), LocalBus(hub)
        heard: list[str] = []
        two.subscribe("topic", lambda _: heard.append("two"))
        two.subscribe("other", lambda _: heard.append("two"))
        three.subscribe("topic", lambda _: heard.append("three"))
        two.close()
        two.close()
        one.publish("topic", message())
        one.publish("other", message())
        assert heard == ["three"]

    async def test_so_it_does_for_tasks(self, hub: LocalHub) -> None:
        one, two = AsyncLocalBus(hub), AsyncLocalBus(hub)
        heard: list[Invalidation] = []
        await two.subscribe("topic", heard.append)
        await two.aclose()
        await two.aclose()
        await one.publish("topic", message())
        assert heard == []

    def test_a_handler_may_end_any_subscription(self, hub: LocalHub) -> None:
        one, two = LocalBus(hub), LocalBus(hub)
        heard: list[str] = []
        ends: list[Callable[[], None]] = []

        def first(_: Invalidation) -> None:
            heard.append("first")
            ends[0]()

        two.subscribe("topic", first)
        ends.append(two.subscribe("topic", lambda _: heard.append("second")))
        one.publish("topic", message())
        assert heard == ["first"]


class TestOrder:
    """One order for all."""

    def test_what_a_handler_publishes_comes_after_what_it_handles(self, hub: LocalHub) -> None:
        one, two, three = LocalBus(hub), LocalBus(hub), LocalBus(hub)
        heard: list[tuple[str, bytes]] = []

        def answer(got: Invalidation) -> None:
            heard.append(("two", got.origin))
            if got.origin == b"one":
                two.publish("topic", message(1, b"two"))

        one.subscribe("topic", lambda m: heard.append(("one", m.origin)))
        two.subscribe("topic", answer)
        three.subscribe("topic", lambda m: heard.append(("three", m.origin)))
        one.publish("topic", message(1, b"one"))
        assert heard == [("two", b"one"), ("three", b"one"), ("one", b"two"), ("three", b"two")]

    def test_every_subscriber_hears_all_publishers_in_one_order(self, hub: LocalHub) -> None:
        heard: list[list[tuple[bytes, int]]] = [[], [], []]
        for mine in heard:
            LocalBus(hub).subscribe("topic", lambda m, mine=mine: mine.append((m.origin, m.seq)))  # type: ignore[misc]
        start = threading.Barrier(4)

        def publish(origin: bytes) -> None:
            bus = LocalBus(hub)
            start.wait()
            for seq in range(1, 201):
                before = len(heard[0])
                bus.publish("topic", message(seq, origin))
                assert (origin, seq) in heard[0][before:], "publishing returned before everybody was told"

        threads = [threading.Thread(target=publish, args=(bytes([n]),)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert heard[0] == heard[1] == heard[2]
        assert len(heard[0]) == 800
        for n in range(4):
            assert [seq for origin, seq in heard[0] if origin == bytes([n])] == list(range(1, 201))


class TestFailure:
    """A handler that fails."""

    def test_all_others_are_told_and_the_publisher_learns_of_it(self, hub: LocalHub) -> None:
        one, two, three = LocalBus(hub), LocalBus(hub), LocalBus(hub)
        heard: list[Invalidation] = []

        def fail(_: Invalidation) -> None:
            raise ValueError("a secret")

        two.subscribe("topic", fail)
        three.subscribe("topic", heard.append)
        for seq in (1, 2):
            with pytest.raises(StoreUnavailable, match="ValueError") as caught:
                one.publish("topic", message(seq))
            assert "secret" not in str(caught.value)
        assert [m.seq for m in heard] == [1, 2]

    def test_an_interrupt_passes_and_leaves_the_bus_in_order(self, hub: LocalHub) -> None:
        one, two = LocalBus(hub), LocalBus(hub)
        heard: list[int] = []

        def interrupt(got: Invalidation) -> None:
            heard.append(got.seq)
            if got.seq == 1:
                raise KeyboardInterrupt

        two.subscribe("topic", interrupt)
        with pytest.raises(KeyboardInterrupt):
            one.publish("topic", message(1))
        one.publish("topic", message(2))
        assert heard == [1, 2]


def test_a_child_process_is_not_held_up_by_its_parents_threads() -> None:
    """A fork in the middle of a delivery leaves the child a bus that works."""
    script = """
import os, threading, warnings
warnings.simplefilter("ignore")
from hexcache.adapters.outbound.buses.local import LocalBus, LocalHub
from hexcache.ports.invalidation import Invalidation
hub = LocalHub()
inside, leave = threading.Event(), threading.Event()
heard = []
def handler(message):
    heard.append(message.seq)
    if message.seq == 1:
        inside.set()
        leave.wait(30)
LocalBus(hub).subscribe("topic", handler)
bus = LocalBus(hub)
thread = threading.Thread(target=bus.publish, args=("topic", Invalidation(b"x", 1, "epoch", "")))
thread.start()
inside.wait(30)
child = os.fork()
if child == 0:
    bus.publish("topic", Invalidation(b"x", 2, "epoch", ""))
    os._exit(0 if heard == [1, 2] else 1)
_, status = os.waitpid(child, 0)
leave.set()
thread.join()
bus.publish("topic", Invalidation(b"x", 3, "epoch", ""))
raise SystemExit(0 if (status, heard) == (0, [1, 3]) else 1)
"""
    done = subprocess.run([sys.executable, "-c", script], timeout=60, check=False, capture_output=True)
    assert done.returncode == 0, done.stderr


def test_it_needs_no_loop(hub: LocalHub) -> None:
    """One bus serves several event loops, one after the other."""
    bus = AsyncLocalBus(hub)
    heard: list[Invalidation] = []
    asyncio.run(self_subscribe(bus, heard))
    asyncio.run(AsyncLocalBus(hub).publish("topic", message()))
    assert heard == [message()]


async def self_subscribe(bus: AsyncLocalBus, heard: list[Invalidation]) -> None:
    await bus.subscribe("topic", heard.append)
