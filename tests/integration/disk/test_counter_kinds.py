"""An address of the counters holds one kind of thing, in one spelling."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hexcache.adapters.outbound.disk.aio_counter import AsyncDiskCounter
from hexcache.adapters.outbound.disk.counter import DiskCounter
from hexcache.adapters.outbound.disk.counter_values import SET, Members, Spent, held, number_bytes, spent_bytes
from hexcache.domain.errors import (
    NotANumber,
    StoreUnavailable,
    UnsupportedValue,
)
from hexcache.domain.increment import MOST
from hexcache.domain.rate import FixedWindow
from hexcache.testing.clock import MovedClock
from tests.integration.disk.making import NEVER, counters_at, database, plant, run, settings_at


@pytest.fixture
def counter(tmp_path: Path, moved_clock: MovedClock) -> DiskCounter:
    return DiskCounter(counters_at(tmp_path, moved_clock.wall))


class TestSets:
    """Members."""

    def test_members_are_added_once(self, counter: DiskCounter) -> None:
        assert counter.members("kit:s") == frozenset()
        assert counter.add_members("kit:s", ["a", "b", "a"]) == 2
        assert counter.add_members("kit:s", {"b", "c"}) == 1
        assert counter.add_members("kit:s", ()) == 0
        assert counter.members("kit:s") == {"a", "b", "c"}

    def test_none_make_no_set(self, counter: DiskCounter) -> None:
        assert counter.add_members("kit:s", []) == 0
        assert counter.ttl("kit:s") is None

    def test_any_text_is_a_member(self, counter: DiskCounter) -> None:
        names = {"", " ", "ü", "\U0001f600", "nul\0nul", "a" * 10_000, "'; DROP TABLE Cache; --"}
        assert counter.add_members("kit:s", names) == len(names)
        assert counter.members("kit:s") == names

    def test_what_is_no_text_is_refused(self, counter: DiskCounter) -> None:
        members: list[str] = ["a", 7]  # type: ignore[list-item]  # what is tested
        with pytest.raises(UnsupportedValue):
            counter.add_members("kit:s", members)
        assert counter.members("kit:s") == frozenset()

    def test_a_set_ends_with_all_its_members(self, counter: DiskCounter, moved_clock: MovedClock) -> None:
        counter.add_members("kit:s", ["a"], ttl=10)
        moved_clock.advance(4)
        counter.add_members("kit:s", ["b"], ttl=100)
        assert counter.ttl("kit:s") == 6
        moved_clock.advance(6)
        assert counter.members("kit:s") == frozenset()
        assert counter.add_members("kit:s", ["b"]) == 1
        assert counter.members("kit:s") == {"b"}


class TestKinds:
    """An address holds one kind of thing."""

    def make(self, counter: DiskCounter) -> None:
        counter.incr("kit:n", 7)
        counter.add_members("kit:s", ["a"])
        counter.spend("kit:l", FixedWindow(3, 10.0), 2)

    def test_one_kind_is_not_taken_for_another(self, counter: DiskCounter) -> None:
        self.make(counter)
        wrong: list[tuple[str, Callable[[str], object]]] = [
            ("sl", counter.incr),
            ("ns", lambda address: counter.spend(address, FixedWindow(3, 10.0))),
            ("nl", lambda address: counter.add_members(address, ["b"])),
        ]
        for kinds, call in wrong:
            for kind in kinds:
                with pytest.raises(NotANumber):
                    call(f"kit:{kind}")
        assert [counter.read(f"kit:{kind}") for kind in "nsl"] == [7, None, None]
        assert [counter.members(f"kit:{kind}") for kind in "nsl"] == [frozenset(), {"a"}, frozenset()]
        assert [counter.ttl(f"kit:{kind}") for kind in "nsl"] == [NEVER, NEVER, None]
        assert counter.spend("kit:l", FixedWindow(3, 10.0), 0).remaining == 1

    def test_any_kind_is_removed_and_cleared(self, counter: DiskCounter) -> None:
        self.make(counter)
        assert [counter.remove(f"kit:{kind}") for kind in "nslx"] == [True, True, True, False]
        self.make(counter)
        counter.incr("kiu:n")
        assert counter.clear("kit:") == 3
        assert counter.clear("kit:") == 0
        assert counter.read("kiu:n") == 1

    def test_a_large_namespace_is_cleared_in_steps(self, counter: DiskCounter, tmp_path: Path) -> None:
        counter.incr("kit:")
        run(
            database(tmp_path, "cache/counters"),
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200)"
            " INSERT INTO Cache (key, raw, tag, mode, value) SELECT 'kit:' || i, 1, 0, 1, CAST('n5' AS BLOB) FROM n",
        )
        assert counter.read("kit:1200") == 5
        assert counter.clear("kit:") == 1_201

    @pytest.mark.parametrize(
        "value", [b"", b"n", b"n+5", b"n05", b"n1e5", b"n5 ", b"ninf", b"nnan", b"x5", b"r ", b"sx"]
    )
    def test_bytes_that_mean_nothing_are_left_alone(self, counter: DiskCounter, tmp_path: Path, value: bytes) -> None:
        counter.incr("kit:n")
        path = database(tmp_path, "cache/counters")
        plant(path, "kit:n", value=value)
        before = run(path, "SELECT * FROM Cache")
        assert counter.read("kit:n") is None
        for call in (
            lambda: counter.incr("kit:n"),
            lambda: counter.spend("kit:n", FixedWindow(1, 1.0)),
            lambda: counter.add_members("kit:n", ["a"]),
        ):
            with pytest.raises(NotANumber):
                call()
        assert run(path, "SELECT * FROM Cache") == before


NUMBERS = st.one_of(st.integers(-MOST, MOST), st.floats(-1e300, 1e300))


@settings(max_examples=300)
@given(number=NUMBERS)
def test_a_number_comes_back_as_it_was(number: float) -> None:
    found = held(number_bytes(number))
    assert type(found) is type(number)
    assert repr(found) == repr(number)


@settings(max_examples=200)
@given(state=st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=4))
def test_a_limiters_state_comes_back_as_it_was(state: list[float]) -> None:
    spent = Spent("gcra", tuple(state))
    assert held(spent_bytes(spent)) == spent


@settings(max_examples=500)
@given(
    data=st.one_of(
        st.binary(max_size=30), st.binary(max_size=30).map(lambda tail: b"n" + tail), st.text().map(str.encode)
    )
)
def test_any_bytes_mean_one_thing_or_nothing(data: bytes) -> None:
    """Nothing has two spellings, and no bytes are an error."""
    found = held(data)
    if isinstance(found, Members):
        assert data == SET
    elif isinstance(found, Spent):
        assert spent_bytes(found) == data
    elif found is not None:
        assert number_bytes(found) == data


def test_what_is_no_bytes_means_nothing() -> None:
    assert held(None) is None
    assert held("n5") is None
    assert held(5) is None


class TestCounters:
    """The awaited counters go the same way."""

    async def test_they_count_exactly_and_in_a_thread_of_their_own(
        self, tmp_path: Path, moved_clock: MovedClock
    ) -> None:
        counter = AsyncDiskCounter.from_settings(settings_at(tmp_path), wall=moved_clock.wall)
        numbers = await asyncio.gather(*[counter.incr("kit:n") for _ in range(40)])
        assert sorted(numbers) == list(range(1, 41))
        assert await counter.ttl("kit:n") == NEVER
        assert await counter.add_members("kit:s", ["a", "b"], ttl=10) == 2
        assert await counter.members("kit:s") == {"a", "b"}
        assert await counter.clear("kit:") == 2
        assert await counter.read("kit:n") is None
        assert await counter.remove("kit:n") is False
        assert counter.stats()["foreign"] == 0
        await counter.aclose()
        with pytest.raises(StoreUnavailable, match="closed"):
            await counter.incr("kit:n")
