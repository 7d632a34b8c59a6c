# Generated from tests/unit/buffering/aio/test_overflow.py by tools/unasync.py. Do not edit.
"""What becomes of a write that does not fit: three policies, none of which gives up what was accepted."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from hexcache.domain.errors import StoreRejected, StoreTimeout, StoreUnavailable
from hexcache.testing.contracts.sync.primitives import start, together
from tests.unit.buffering.sync.bench import NEVER, Bench

FULL: dict[str, Any] = {"max_items": 2, "flush_size": 2, "flush_bytes": 100, "max_bytes": 100}


def test_a_blocked_writer_goes_on_when_there_is_room() -> None:
    with Bench(**FULL) as bench:
        gate = bench.below.hold("put_many")
        bench.put("a", "b")
        gate.entered()
        writing = start(partial(bench.put, "c"))
        bench.until(lambda: bench.store.backlog()["overflows"])
        assert not writing.done
        gate.release()
        writing.result()
        assert bench.store.flush() == 0
        assert bench.batches() == [("a", "b"), ("c",)]


def test_a_blocked_writer_has_room_made_for_it() -> None:
    with Bench(max_bytes=1_000, flush_bytes=1_000) as bench:
        bench.put("a", blob=b"x" * 600)
        bench.put("b", blob=b"x" * 600)
        assert bench.batches() == [("a",)], "neither size nor age, but want of room made it due"
        assert bench.pending() == 1


def test_a_blocked_writer_gives_up_at_its_deadline() -> None:
    with Bench(deadline=0.05, **FULL) as bench:
        gate = bench.below.hang("put_many")
        bench.put("a", "b")
        gate.entered()
        with pytest.raises(StoreTimeout, match=r"no room for 0\.05 s"):
            bench.put("c")
        assert bench.seen("c") is None
        gate.release()
        bench.below.heal()
        assert bench.store.flush(20.0) == 0
        assert (bench.stored("b"), bench.stored("c")) == (b"b", None)


def test_blocked_writers_respect_the_back_off() -> None:
    with Bench(deadline=0.05, **FULL) as bench:
        bench.below.fail("put_many")
        bench.put("a", "b")
        bench.until(lambda: bench.ears.told)
        for _ in range(3):
            with pytest.raises(StoreTimeout):
                bench.put("c")
        assert len(bench.batches()) == 1


def test_a_batch_larger_than_the_buffer_passes_through_it_piece_by_piece() -> None:
    with Bench(**FULL) as bench:
        assert bench.store.put_many({f"k{number}": (b"v", NEVER) for number in range(9)}) == {}
        assert bench.store.flush() == 0
        assert [address for batch in bench.batches() for address in batch] == [f"k{number}" for number in range(9)]
        assert all(len(batch) <= 2 for batch in bench.batches())


def test_many_blocked_writers_all_get_their_turn() -> None:
    with Bench(**FULL) as bench:
        together([partial(bench.put, f"k{number}") for number in range(40)])
        assert bench.store.flush() == 0
        assert all(bench.stored(f"k{number}") == b"k%d" % number for number in range(40))


def test_a_write_that_never_fits_goes_to_the_store() -> None:
    with Bench(**FULL) as bench:
        bench.put("a")
        bench.put("a", blob=b"x" * 100)
        assert (bench.pending(), bench.stored("a")) == (0, b"x" * 100)
        assert not bench.store.accept({"b": (b"x" * 100, NEVER)})


def test_a_write_goes_through_when_there_is_no_room() -> None:
    with Bench(overflow="write_through", **FULL) as bench:
        gate = bench.below.hold("put_many")
        bench.put("a", "b")
        gate.entered()
        bench.put("c", blob=b"through")
        assert bench.stored("c") == b"through"
        assert bench.store.put_many({"d": (b"d", NEVER), "e": (b"e", NEVER)}) == {}
        assert (bench.stored("d"), bench.stored("e")) == (b"d", b"e")
        gate.release()
        assert bench.store.flush() == 0
        assert bench.batches() == [("a", "b"), ("c",), ("d", "e")]


def test_a_write_through_that_fails_is_the_callers() -> None:
    with Bench(overflow="write_through", **FULL) as bench:
        bench.below.fail("put_many")
        bench.put("a", "b")
        bench.until(lambda: bench.ears.told)
        with pytest.raises(StoreUnavailable):
            bench.put("c")
        bench.below.heal()
        assert bench.store.flush() == 0
        assert [bench.stored(address) for address in "abc"] == [b"a", b"b", None]


def test_a_newer_write_that_goes_through_is_not_overwritten_by_an_older_one() -> None:
    with Bench(overflow="write_through", max_items=2, flush_size=2, max_bytes=30, flush_bytes=30) as bench:
        bench.below.fail("put_many", times=1)
        bench.put("a", "b")
        bench.until(lambda: bench.ears.told)
        bench.put("a", blob=b"x" * 28)
        assert bench.stored("a") == b"x" * 28
        assert bench.store.flush() == 0
        assert bench.stored("a") == b"x" * 28


def test_a_refused_write_says_so_and_leaves_nothing_older() -> None:
    with Bench(overflow="refuse", **FULL) as bench:
        bench.put("c")
        assert bench.store.flush() == 0
        gate = bench.below.hold("put_many")
        bench.put("a", "b")
        gate.entered()
        with pytest.raises(StoreRejected, match=r"full \(2 entries or 100 bytes"):
            bench.put("c", blob=b"newer")
        assert bench.seen("c") is None
        refused = bench.store.put_many({"c": (b"c", NEVER), "d": (b"d", NEVER)})
        assert set(refused) == {"c", "d"}
        assert not bench.store.accept({"c": (b"c", NEVER)})
        gate.release()
        assert bench.store.flush() == 0
        assert [bench.stored(address) for address in "abcd"] == [b"a", b"b", None, None]


def test_a_refusal_that_the_store_cannot_be_told_of_is_its_failure() -> None:
    with Bench(overflow="refuse", **FULL) as bench:
        bench.below.fail("put_many", "delete_many")
        bench.put("a", "b")
        with pytest.raises(StoreUnavailable):
            bench.put("c")
        with pytest.raises(StoreUnavailable):
            bench.put("a", blob=b"x" * 98)
        with pytest.raises(StoreUnavailable):
            bench.store.get("a")
        bench.below.heal()
        assert bench.store.flush() == 0
        assert [bench.stored(address) for address in "abc"] == [None, b"b", None]


@pytest.mark.parametrize("overflow", ["block", "write_through", "refuse"])
def test_a_conditional_write_that_has_no_room_goes_to_the_store(overflow: str) -> None:
    with Bench(overflow=overflow, max_bytes=30, flush_bytes=30) as bench:
        bench.put("a", "b")
        token = (bench.store.get("a")).token
        assert bench.store.put_if("a", b"x" * 29, dead_at=NEVER, token=token)
        assert bench.stored("a") == b"x" * 29
        assert not bench.store.put_if("a", b"late", dead_at=NEVER, token=token)
        assert bench.store.flush() == 0
        assert (bench.stored("a"), bench.stored("b")) == (b"x" * 29, b"b")


def test_several_writes_are_accepted_together_or_not_at_all() -> None:
    with Bench(**FULL) as bench:
        bench.put("a")
        assert not bench.store.accept({"b": (b"b", NEVER), "c": (b"c", NEVER)})
        assert bench.pending() == 1
        assert not bench.store.accept({"b": (b"b", NEVER), "c": (b"x" * 100, NEVER)})
        assert bench.store.accept({"b": (b"b", NEVER)})
        bench.until(lambda: not bench.pending())
        assert bench.batches() == [("a", "b")]


def test_a_blocked_writer_goes_to_the_store_when_the_buffer_is_closed() -> None:
    bench = Bench(**FULL)
    gate = bench.below.hold("put_many")
    bench.put("a", "b")
    gate.entered()
    writing = start(partial(bench.put, "c"))
    bench.until(lambda: bench.store.backlog()["overflows"])
    draining = start(bench.store.drain)
    bench.until(lambda: not bench.store._accepting)
    gate.release()
    writing.result()
    assert draining.result() == 0
    assert bench.stored("c") == b"c"
    bench.store.close()
