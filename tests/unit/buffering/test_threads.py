"""Threads that write, remove and read at once, over a store that fails now and then: nothing accepted is lost."""

from __future__ import annotations

import random
import threading
import time
from typing import Any

import pytest

from hexcache.domain.errors import StoreError, StoreUnavailable
from hexcache.ports.finding import Found
from hexcache.testing.held import SAFETY_LIMIT
from tests.unit.buffering.sync.bench import NEVER, Bench

ROUNDS = 400


class Hand:
    """One thread's own addresses, and what it knows of them."""

    def __init__(self, bench: Bench, number: int) -> None:
        self.bench = bench
        self.chance = random.Random(number)
        self.addresses = [f"{number}:{name}" for name in range(5)]
        self.last: dict[str, bytes | None] = dict.fromkeys(self.addresses)
        self.doubtful: set[str] = set()
        self.wrong: list[str] = []
        self.thread = threading.Thread(target=self.work)

    def work(self) -> None:
        for turn in range(ROUNDS):
            address = self.chance.choice(self.addresses)
            try:
                self.step(address, self.chance.random(), b"%d" % turn)
            except StoreError:
                self.doubtful.add(address)

    def step(self, address: str, chance: float, blob: bytes) -> None:
        store = self.bench.store
        if chance < 0.5:
            store.put(address, blob, dead_at=NEVER)
            self.last[address] = blob
            self.doubtful.discard(address)
        elif chance < 0.65:
            store.delete(address)
            self.last[address] = None
            self.doubtful.discard(address)
        elif chance < 0.75:
            found = store.get(address)
            if store.put_if(address, blob, dead_at=NEVER, token=found.token):
                self.last[address] = blob
            elif address not in self.doubtful:
                self.wrong.append(f"{address}: a token that nobody spent does not fit")
        else:
            found = store.get(address)
            seen = found.blob if isinstance(found, Found) else None
            if seen != self.last[address] and address not in self.doubtful:
                self.wrong.append(f"{address}: {seen!r} is seen, {self.last[address]!r} was written")


@pytest.mark.parametrize("overflow", ["block", "write_through"])
@pytest.mark.parametrize("failing", [False, True], ids=["well", "failing"])
def test_each_thread_sees_its_own_last_change_and_the_store_ends_with_it(overflow: str, failing: bool) -> None:
    rule: dict[str, Any] = {"flush_size": 4, "max_items": 12, "flush_age": 0.001, "retry": 0.001, "retry_max": 0.002}
    with Bench(overflow=overflow, **rule) as bench:
        hands = [Hand(bench, number) for number in range(6)]
        if failing:
            broken = random.Random(7)

            def sometimes() -> None:
                if broken.random() < 0.3:
                    raise StoreUnavailable("now and then")

            bench.below.interpose(sometimes, "put_many", times=None)
        bench.store._clock = bench.ledger._now = time.monotonic
        for hand in hands:
            hand.thread.start()
        for hand in hands:
            hand.thread.join(SAFETY_LIMIT)
            assert not hand.thread.is_alive()
        bench.below.heal()
        assert bench.store.flush(SAFETY_LIMIT) == 0
        for hand in hands:
            assert hand.wrong == []
            for address, last in hand.last.items():
                if address not in hand.doubtful:
                    assert bench.stored(address) == last, address
        assert bench.pending() == 0
        assert bench.ledger._buffer.size == 0
        assert bench.store.backlog()["flushed"] > 0
        assert (bench.store.backlog()["flush_failures"] > 0) is failing
