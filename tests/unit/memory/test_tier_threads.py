"""The memory tier under many threads: its books stay right, and what was invalidated stays away."""

from __future__ import annotations

import random
import sys
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from hexcache.adapters.outbound.memory.tier import InMemoryTier
from hexcache.domain.eviction.policy import policy_names
from tests.unit.memory.entries import check_sound, entry

THREADS = 8
ROUNDS = 800
LIMIT = 60.0
"""Seconds after which a thread counts as hung; none comes near it."""

every_policy = pytest.mark.parametrize("policy", policy_names())


@pytest.fixture(autouse=True)
def restless() -> Iterator[None]:
    """Threads take turns as often as the interpreter can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def run_together(*workers: Callable[[], None]) -> None:
    """Start every worker at once, wait for all, raise the first error."""
    start = threading.Barrier(len(workers))
    errors: list[BaseException] = []

    def run(worker: Callable[[], None]) -> None:
        try:
            start.wait(LIMIT)
            worker()
        except BaseException as exc:  # noqa: BLE001  (carried over to the test's own thread)
            errors.append(exc)

    threads = [threading.Thread(target=run, args=(worker,), daemon=True) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LIMIT)
    assert not any(thread.is_alive() for thread in threads), "a thread hangs"
    if errors:
        raise errors[0]


@every_policy
def test_the_books_are_right_after_any_mixture_of_calls(policy: str) -> None:
    tier = InMemoryTier(time.monotonic, max_items=20, max_bytes=200, max_item_bytes=60, policy=policy)
    names = [f"n{number}" for number in range(40)]

    def worker(seed: int) -> Callable[[], None]:
        rng = random.Random(seed)

        def change(name: str) -> None:
            draw = rng.random()
            if draw < 0.60:
                now = time.monotonic()
                dead_at = now + rng.choice([-1.0, 1e-4, 100.0])
                tier.install(entry(name, seed, fresh_until=dead_at, weight=rng.randint(1, 70)), tier.observe(name))
            elif draw < 0.90:
                tier.invalidate(name)
            elif draw < 0.96:
                tier.expire(name)
            elif draw < 0.98:
                assert len(tier.oldest(5)) <= 5
            else:
                tier.clear()

        def work() -> None:
            for _ in range(ROUNDS):
                name = rng.choice(names)
                for found in (tier.get(name), tier.peek(name)):
                    assert found is None or found.name == name
                assert len(tier) <= 20
                assert tier.weight <= 200
                change(name)

        return work

    run_together(*(worker(seed) for seed in range(THREADS)))
    check_sound(tier)


@every_policy
def test_a_back_fill_that_raced_an_invalidation_is_never_served_after_it(policy: str) -> None:
    tier = InMemoryTier(time.monotonic, max_items=50, policy=policy)
    origin = dict.fromkeys("ab", 0)

    def back_fill() -> None:
        for _ in range(ROUNDS * 3):
            for name in origin:
                fence = tier.observe(name)
                tier.install(entry(name, origin[name]), fence)

    def change() -> None:
        for _ in range(ROUNDS):
            for name in origin:
                origin[name] += 1
                tier.invalidate(name)
                found = tier.get(name)
                assert found is None or found.value == origin[name], "an older value came back"

    run_together(change, *[back_fill] * (THREADS - 1))
    check_sound(tier)


@every_policy
def test_an_overwrite_is_never_seen_half_done(policy: str) -> None:
    tier = InMemoryTier(time.monotonic, max_items=4, policy=policy)
    done = threading.Event()

    def write() -> None:
        for number in range(ROUNDS * 2):
            tier.install(entry("a", (number, number)))
        done.set()

    def read() -> None:
        latest = -1
        while not done.is_set():
            found = tier.get("a")
            if found is not None:
                assert isinstance(found.value, tuple)
                one, other = found.value
                assert one == other
                assert one >= latest, "a read went back in time"
                latest = one

    run_together(write, *[read] * (THREADS - 1))
