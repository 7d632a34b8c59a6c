"""S3-FIFO: what a hit is worth, what a scan costs, and what is remembered."""

from __future__ import annotations

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hexcache.domain.entry import Entry
from hexcache.domain.eviction.s3fifo import MARK_LIMIT, S3Fifo
from tests.unit.domain.eviction_drive import STEPS, Driver, entry


class Pestered(Entry):
    """An entry that other threads hit all the time."""

    __slots__ = ()

    def __getattribute__(self, name: str) -> object:
        return MARK_LIMIT if name == "mark" else object.__getattribute__(self, name)


def filled(size: int, hits: int = 0) -> Driver:
    """A policy that holds ``h0``, ``h1``, ..., each hit that often."""
    driver = Driver(S3Fifo(size))
    for number in range(size):
        driver.admit(entry(f"h{number}"))
        for _ in range(hits):
            driver.hit(f"h{number}")
    return driver


def scan(driver: Driver, length: int, prefix: str = "scan") -> None:
    """Bring in names that are asked for once, evicting for each."""
    for number in range(length):
        driver.evict()
        driver.admit(entry(f"{prefix}{number}"))


@given(size=st.integers(20, 60), length=st.integers(1, 500), chosen=st.sets(st.integers(0, 19), max_size=12))
def test_what_was_hit_once_survives_a_scan_of_names_that_never_are(size: int, length: int, chosen: set[int]) -> None:
    driver = filled(size)
    for number in chosen:
        driver.hit(f"h{number}")
    scan(driver, min(length, size - len(chosen) - 2))
    assert {f"h{number}" for number in chosen} <= set(driver.held)


def test_a_scan_of_any_length_leaves_the_main_queue_alone() -> None:
    driver = filled(100)
    for number in range(50):
        driver.hit(f"h{number}")
    scan(driver, 55)  # moves what was hit into the main queue
    in_main = {kept.name for kept in driver.policy if kept.home & 1}
    assert in_main == {f"h{number}" for number in range(50)}
    scan(driver, 5_000, "more")
    assert in_main <= set(driver.held)


def test_without_hits_it_is_first_in_first_out() -> None:
    driver = filled(30)
    assert [driver.evict().name for _ in range(30)] == [f"h{number}" for number in range(30)]


@pytest.mark.parametrize("size", [2, 5, 9])
def test_in_a_tiny_cache_the_latest_entry_is_not_the_next_victim(size: int) -> None:
    driver = filled(size, hits=1)
    driver.evict()
    driver.admit(entry("latest"))
    assert driver.evict().name == "h1"


def test_a_name_that_was_evicted_lately_comes_back_into_the_main_queue() -> None:
    driver = filled(20)
    gone = driver.evict()
    driver.admit(entry("new"))
    driver.evict()
    driver.admit(entry(gone.name))
    assert driver.held[gone.name].home & 1
    assert not driver.held["new"].home & 1


def test_a_name_that_was_deleted_comes_back_as_new() -> None:
    driver = filled(20)
    driver.discard("h3")
    driver.admit(entry("h3"))
    assert not driver.held["h3"].home & 1


def test_clearing_forgets_who_was_evicted() -> None:
    driver = filled(20)
    gone = driver.evict()
    driver.clear()
    driver.admit(entry(gone.name))
    assert not driver.held[gone.name].home & 1


@pytest.mark.parametrize("main", [False, True])
def test_an_entry_past_its_deadline_gets_no_second_chance(main: bool) -> None:
    driver = filled(20, hits=1)
    if main:
        driver.evict()  # everything was hit, so what passed the search is in the main queue
        for name in [kept.name for kept in driver.policy if not kept.home & 1]:
            driver.discard(name)
    first = next(kept for kept in driver.policy if kept.home & 1 == main)
    first.dead_at = 5.0
    for kept in driver.held.values():
        kept.mark = 0
    first.mark = MARK_LIMIT
    driver.now = 5.0
    assert driver.evict() is first


def test_an_overwrite_keeps_the_place_and_counts_a_hit() -> None:
    driver = filled(20)
    old = driver.held["h0"]
    new = entry("h0")
    place = old.home
    driver.admit(new)
    assert (new.home, new.mark, old.home) == (place, 1, 0)
    for _ in range(9):
        driver.admit(entry("h0"))
    assert driver.held["h0"].mark == MARK_LIMIT
    assert driver.evict().name == "h1"


def test_touch_counts_a_hit_up_to_the_limit() -> None:
    policy = S3Fifo(5)
    one = entry("a")
    policy.admit(one, 0.0)
    for _ in range(9):
        policy.touch(one)
    assert one.mark == MARK_LIMIT


def test_a_mark_from_an_earlier_stay_counts_for_nothing() -> None:
    policy = S3Fifo(5)
    one = entry("a")
    one.mark = MARK_LIMIT
    policy.admit(one, 0.0)
    assert one.mark == 0


@pytest.mark.parametrize("size", [1, 9, 10, 30])
def test_hits_that_never_cease_do_not_hold_a_victim_up(size: int) -> None:
    policy = S3Fifo(size)
    for number in range(size):
        policy.admit(Pestered(f"h{number}", None, 0, inf, inf, 0.0), 0.0)
    for left in range(size - 1, -1, -1):
        policy.victim(0.0)
        assert len(policy) == left


@given(steps=STEPS)
def test_the_ghost_remembers_at_most_twice_what_was_ever_held(steps: list[tuple[str, str, float]]) -> None:
    policy = S3Fifo(12)
    driver = Driver(policy)
    most = 0
    for step in steps:
        driver.do(*step)
        most = max(most, len(driver.held))
        assert len(policy._ghost) <= 2 * most


def test_the_ghost_remembers_about_twice_the_capacity() -> None:
    driver = filled(50)
    scan(driver, 1_000)
    ghost = S3Fifo.__dict__["_ghost"].__get__(driver.policy)
    assert 50 <= len(ghost) <= 100
    lately = [name for name in driver.victims[-50:] if not ghost.knows(name)]
    assert lately == []


def test_the_small_queue_holds_a_tenth_of_what_is_held_once_the_main_queue_has_filled() -> None:
    driver = filled(100, hits=1)
    scan(driver, 300)
    small = sum(not kept.home & 1 for kept in driver.policy)
    assert small in {10, 11}
