"""Real threads racing: whoever reads after a change returned gets nothing older, and in the end all tiers agree."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from hexcache.adapters.outbound.memory.lease_table import LeaseTable
from hexcache.adapters.outbound.memory.sync.leases import MemoryLeases
from hexcache.domain.lookup import MISS
from hexcache.testing.clock import MovedClock
from hexcache.testing.held import SAFETY_LIMIT
from tests.unit.application.sync.assembling import ROOT, Rig
from tests.unit.application.sync.fleet import STRANGER

ROUNDS = 600
READERS = 4


@pytest.fixture(autouse=True)
def restless() -> Iterator[None]:
    """Let threads take turns as often as possible."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


class Origin:
    """A number that only grows."""

    def __init__(self) -> None:
        self.number = 0

    def load(self) -> list[int]:
        return [self.number]

    def load_many(self, keys: list[str]) -> dict[str, list[int]]:
        return {key: [self.number] for key in keys}


def reads(rig: Rig, origin: Origin) -> list[Callable[[], Any]]:
    """Every way to read the key; a miss gives nothing to check."""
    cache = rig.cache
    return [
        lambda: cache.get("k"),
        lambda: cache.get_or_set("k", origin.load, tags=["t"]),
        lambda: cache.get_many(["k"]).get("k"),
        lambda: cache.get_or_set_many(["k"], origin.load_many, tags=["t"])["k"],
        lambda: cache.get_nowait("k", None),
    ]


def changes(rig: Rig, origin: Origin) -> list[Callable[[], Any]]:
    """Every way to change the key after the origin changed."""
    cache = rig.cache
    return [
        lambda: cache.set("k", [origin.number], tags=["t"]),
        lambda: cache.delete("k"),
        lambda: cache.set_many({"k": [origin.number], "l": 1}),
        cache.clear,
        lambda: (cache.set("k", [origin.number], tags=["t"]), cache.invalidate_tags("t")),
        lambda: cache.delete_many(["k", "l"]),
    ]


@pytest.mark.parametrize(
    ("memory", "stores", "leased"),
    [(1, 0, False), (3, 0, False), (0, 1, False), (1, 1, False), (2, 2, False), (0, 1, True), (1, 1, True)],
)
def test_no_reader_gets_what_a_change_that_returned_has_replaced(memory: int, stores: int, leased: bool) -> None:
    clock = MovedClock()
    table = LeaseTable(clock.monotonic)
    leases: dict[str, Any] = {"keeper": MemoryLeases(table), "lease_poll": 0.0002, "lease_poll_max": 0.001}
    with Rig(memory, stores, clock=clock, ttl=None, **leases if leased else {}) as rig:
        origin, done = Origin(), threading.Event()
        returned = 0
        wrong: list[tuple[int, object]] = []

        def read(number: int) -> None:
            ways = reads(rig, origin)
            while not done.is_set():
                for way in ways[number % len(ways) :] + ways[: number % len(ways)]:
                    before = returned
                    value = way()
                    if value is not None and value[0] < before:
                        wrong.append((before, value))

        def stand_in_the_way() -> None:
            """Hold the lease now and then, as another process does, so that loads wait while the key changes."""
            while not done.wait(0.001):
                table.acquire(f"{ROOT}:k", STRANGER, 1_000.0)
                done.wait(0.002)
                table.release(f"{ROOT}:k", STRANGER, 0.0)

        threads = [threading.Thread(target=read, args=(number,)) for number in range(READERS)]
        threads += [threading.Thread(target=stand_in_the_way)] if leased else []
        for thread in threads:
            thread.start()
        ways = changes(rig, origin)
        for turn in range(ROUNDS // (1 + stores)):
            origin.number += 1
            ways[turn % len(ways)]()
            returned = origin.number
        done.set()
        for thread in threads:
            thread.join(SAFETY_LIMIT)
        assert not wrong
        assert not leased or (rig.core.stats.lease_waits and rig.core.stats.leases and rig.core.stats.detached)
        last = [origin.number]
        rig.cache.set("k", last)
        assert rig.cache.get("k") == last
        assert {repr(rig.held(place, "k")) for place in range(stores)} <= {repr(last)}


@pytest.mark.parametrize(("memory", "stores"), [(1, 0), (3, 0), (1, 1), (2, 2)])
def test_writers_who_race_leave_all_tiers_with_the_value_of_one(memory: int, stores: int) -> None:
    with Rig(memory, stores) as rig:
        for turn in range(60):
            start = threading.Barrier(4, timeout=SAFETY_LIMIT)

            def write(value: int, turn: int = turn, start: threading.Barrier = start) -> None:
                start.wait()
                if value % 3:
                    rig.cache.set("k", (turn, value))
                else:
                    rig.cache.set_many({"k": (turn, value), "l": value})

            threads = [threading.Thread(target=write, args=(value,)) for value in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(SAFETY_LIMIT)
            held = {repr(rig.held(place, "k")) for place in range(stores)}
            entries = [slot.tier.peek("k") for slot in rig.core.memory]
            held |= {repr(MISS if entry is None else rig.core.sealer.open(entry)) for entry in entries}
            assert len(held) == 1
            last: Any = rig.cache.get("k")
            assert last[0] == turn
        assert len(rig.core.turns) == 0
