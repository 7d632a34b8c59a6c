"""A table of leases is bounded, forgets what has ended and nothing else, and is usable after a fork."""

from __future__ import annotations

import pytest

from hexcache.adapters.outbound.memory.aio.leases import AsyncMemoryLeases
from hexcache.adapters.outbound.memory.lease_table import LeaseTable
from hexcache.adapters.outbound.memory.sync.leases import MemoryLeases
from hexcache.domain.errors import InvalidSetting, StoreRejected
from hexcache.domain.lease import LeaseState
from hexcache.testing.clock import MovedClock


def test_a_full_table_refuses_new_leases_and_keeps_those_that_are_held(moved_clock: MovedClock) -> None:
    table = LeaseTable(moved_clock.monotonic, max_items=2)
    table.acquire("a", b"one", 10.0)
    table.acquire("b", b"one", 10.0)
    with pytest.raises(StoreRejected, match="2 leases"):
        table.acquire("c", b"one", 10.0)
    assert table.acquire("a", b"other", 10.0).state is LeaseState.HELD
    assert table.acquire("b", b"one", 10.0).state is LeaseState.GRANTED


def test_a_full_table_makes_room_of_leases_that_have_ended(moved_clock: MovedClock) -> None:
    table = LeaseTable(moved_clock.monotonic, max_items=20)
    for number in range(19):
        table.acquire(f"k{number}", b"one", 10.0 if number == 18 else 100.0)
    table.acquire("rest", b"one", 10.0)
    table.release("rest", b"one", 10.0)
    moved_clock.advance(10)
    assert table.acquire("new", b"one", 10.0).state is LeaseState.GRANTED
    assert table.acquire("newer", b"one", 10.0).state is LeaseState.GRANTED
    with pytest.raises(StoreRejected):
        table.acquire("newest", b"one", 10.0)


def test_leases_that_have_ended_go_as_others_are_granted(moved_clock: MovedClock) -> None:
    table = LeaseTable(moved_clock.monotonic)
    for number in range(10_000):
        table.acquire(f"k{number}", b"one", 10.0)
        moved_clock.advance(1)
    assert len(table._leases) < 100


@pytest.mark.parametrize("bound", [0, -1, 1.5, True])
def test_a_bound_that_cannot_be_kept_is_refused(bound: int) -> None:
    with pytest.raises(InvalidSetting, match="max_items"):
        LeaseTable(lambda: 0.0, max_items=bound)


@pytest.mark.parametrize("view", [MemoryLeases, AsyncMemoryLeases])
def test_a_forked_child_has_a_lock_of_its_own(
    moved_clock: MovedClock, view: type[MemoryLeases] | type[AsyncMemoryLeases]
) -> None:
    table = LeaseTable(moved_clock.monotonic)
    table.acquire("a", b"one", 10.0)
    view(table).reset_after_fork()
    assert table.acquire("a", b"other", 10.0).state is LeaseState.HELD
    table._lock.acquire()
    view(table).reset_after_fork()
    assert table.acquire("a", b"other", 10.0).state is LeaseState.GRANTED
