"""The memory tier in a forked child, and values whose finaliser calls the cache."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from hexcache.adapters.outbound.memory.tier import InMemoryTier
from hexcache.domain.eviction.policy import policy_names
from hexcache.testing.clock import MovedClock
from tests.unit.memory.entries import check_sound, entry

every_policy = pytest.mark.parametrize("policy", policy_names())


@every_policy
def test_a_child_keeps_what_was_held_when_nobody_was_changing_it(policy: str, moved_clock: MovedClock) -> None:
    tier = InMemoryTier(moved_clock.monotonic, policy=policy)
    tier.install(entry("a"))
    fence = tier.observe("b")
    tier.reset_after_fork()
    assert tier.get("a") is not None
    assert tier.install(entry("b"), fence)
    check_sound(tier)


@every_policy
def test_a_child_of_a_fork_amid_a_change_begins_empty_and_does_not_hang(policy: str, moved_clock: MovedClock) -> None:
    tier = InMemoryTier(moved_clock.monotonic, policy=policy)
    tier.install(entry("a"))
    fence = tier.observe("b")
    tier._lock.acquire()  # the thread that would release it does not exist in the child
    del tier._table.entries["a"]  # and its change is half made
    tier.reset_after_fork()
    assert tier.install(entry("b"), fence) is False, "what was observed before may have been invalidated"
    for name in "cde":
        assert tier.install(entry(name))
        assert tier.get(name) is not None
    assert tier.invalidate("c")
    check_sound(tier)


class Caller:
    """A value that calls the cache when it goes."""

    def __init__(self, call: Callable[[], object]) -> None:
        self.call = call

    def __del__(self) -> None:
        self.call()


@pytest.mark.parametrize("leave", ["overwrite", "evict", "reject", "invalidate", "clear", "clear path", "dead"])
@every_policy
def test_a_value_may_call_the_cache_when_it_goes(policy: str, leave: str, moved_clock: MovedClock) -> None:
    tier = InMemoryTier(moved_clock.monotonic, max_items=2, max_bytes=100, policy=policy)
    calls: list[bool] = []
    name = "\x1fpath\x1fa"
    tier.install(entry(name, Caller(lambda: calls.append(tier.invalidate("other"))), fresh_until=1_001.0))
    leavings: dict[str, Callable[[], object]] = {
        "overwrite": lambda: tier.install(entry(name)),
        "evict": lambda: [tier.install(entry(f"n{number}")) for number in range(3)],
        "reject": lambda: tier.install(entry(name, weight=99)),
        "invalidate": lambda: tier.invalidate(name),
        "clear": tier.clear,
        "clear path": lambda: tier.clear("path"),
        "dead": lambda: tier.peek(name),
    }
    if leave == "dead":
        moved_clock.advance(2)
    thread = threading.Thread(target=leavings[leave], daemon=True)
    thread.start()
    thread.join(30)
    assert not thread.is_alive(), "the finaliser met the lock of its own thread"
    assert calls == [False]
    check_sound(tier)
