# Generated from tests/unit/buffering/aio/test_interleavings.py by tools/unasync.py. Do not edit.
"""Every call against a flush that is under way: what was removed stays removed, what is newer wins, nothing is lost."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from hexcache.domain.errors import StoreRejected, StoreTimeout, StoreUnavailable
from hexcache.ports.finding import Absent, Found
from hexcache.testing.contracts.sync.primitives import start
from tests.unit.buffering.sync.bench import NEVER, Bench

REMOVALS = ["delete", "delete_many", "clear"]


def remove(bench: Bench, how: str) -> int:
    """Remove ``k`` in one of several ways; how many were there."""
    if how == "delete":
        return int(bench.store.delete("k"))
    return (bench.store.delete_many(["k", "x", "k"]) if how == "delete_many" else bench.store.clear("k"))


@pytest.mark.parametrize("how", REMOVALS)
@pytest.mark.parametrize("fails", [False, True], ids=["lands", "fails"])
def test_a_removal_waits_for_the_flush_that_carries_the_value(how: str, fails: bool) -> None:
    with Bench() as bench:
        if fails:
            bench.below.fail("put_many", times=1, after=True)
        gate = bench.below.hold("put_many", after=True)
        bench.put("k", "other")
        flushing = start(bench.store.flush)
        gate.entered()
        removing = start(partial(remove, bench, how))
        bench.until_held("k")
        assert isinstance(bench.store.get("other"), Found)
        assert bench.calls() == ["put_many"], "nothing overtakes the flush"
        gate.release()
        assert removing.result() == 1
        flushing.result()
        assert bench.seen("k") is None
        assert bench.store.flush() == 0
        assert (bench.stored("k"), bench.stored("other")) == (None, b"other")
        assert bench.pending() == 0


@pytest.mark.parametrize("how", REMOVALS)
def test_a_removal_of_something_else_does_not_wait_for_a_flush(how: str) -> None:
    with Bench() as bench:
        gate = bench.below.hold("put_many")
        bench.put("other")
        flushing = start(bench.store.flush)
        gate.entered()
        assert remove(bench, how) == 0
        gate.release()
        assert flushing.result() == 0


@pytest.mark.parametrize("how", REMOVALS)
def test_a_removal_waits_for_a_flush_no_longer_than_its_deadline_and_is_brought_behind_it(how: str) -> None:
    with Bench(deadline=0.05) as bench:
        patient = bench.another()
        patient.put("k", b"k", dead_at=NEVER)
        gate = bench.below.hold("put_many")
        flushing = start(patient.flush)
        gate.entered()
        with pytest.raises(StoreTimeout, match=r"a flush has not ended within 0\.05 s"):
            remove(bench, how)
        assert not set(bench.calls()) & {"delete", "delete_many", "clear"}
        gate.release()
        flushing.result()
        assert patient.flush() == 0
        assert bench.stored("k") is None
        patient.close()


@pytest.mark.parametrize("how", REMOVALS)
def test_what_is_pending_goes_to_no_flush_once_it_is_removed(how: str) -> None:
    with Bench() as bench:
        bench.put("k")
        gate = bench.below.hold("delete", "delete_many", "clear")
        removing = start(partial(remove, bench, how))
        gate.entered()
        flushing = start(bench.store.flush)
        bench.until(lambda: bench.ledger._buffer._asked)
        assert bench.batches() == []
        gate.release()
        assert removing.result() == 1
        assert flushing.result() == 0
        assert bench.batches() == []
        assert bench.stored("k") is None


@pytest.mark.parametrize("how", REMOVALS)
def test_a_write_during_a_removal_is_brought_after_it(how: str) -> None:
    with Bench(flush_size=1) as bench:
        gate = bench.below.hold("delete", "delete_many", "clear")
        removing = start(partial(remove, bench, how))
        gate.entered()
        bench.put("k", blob=b"newer")
        assert bench.seen("k") == b"newer"
        bench.put("other")
        bench.until(lambda: bench.stored("other"))
        assert bench.batches() == [("other",)], "the address that is being removed is left out"
        gate.release()
        removing.result()
        bench.until(lambda: not bench.pending())
        assert bench.stored("k") == b"newer"


@pytest.mark.parametrize("how", REMOVALS)
@pytest.mark.parametrize("error", [StoreUnavailable("down"), StoreRejected("read-only"), RuntimeError("odd")], ids=repr)
def test_a_removal_that_fails_hides_what_was_pending_and_is_brought_by_a_flush(how: str, error: Any) -> None:
    with Bench() as bench:
        bench.put("k")
        assert bench.store.flush() == 0
        bench.put("k", blob=b"newer")
        bench.below.fail("delete", "delete_many", "clear", error=error)
        with pytest.raises(type(error)):
            remove(bench, how)
        with pytest.raises(type(error)):
            bench.store.get("k")
        with pytest.raises(type(error)):
            bench.store.get_many(["k"])
        assert "k" not in [address for address in bench.store.scan("")]
        assert bench.store.is_pending("k")
        assert bench.store.flush() == 1
        bench.below.heal()
        assert bench.store.flush() == 0
        assert bench.stored("k") is None
        assert isinstance(bench.store.get("k"), Absent)


def test_a_read_makes_up_for_a_removal_that_failed() -> None:
    with Bench() as bench:
        bench.put("k")
        bench.below.fail("delete", times=1)
        with pytest.raises(StoreUnavailable):
            bench.store.delete("k")
        found = bench.store.get("k")
        assert isinstance(found, Absent)
        assert bench.pending() == 0
        assert bench.store.put_if("k", b"new", dead_at=NEVER, token=found.token)
        assert bench.stored("k") == b"new"


def test_a_write_takes_the_place_of_a_removal_that_failed() -> None:
    with Bench() as bench:
        bench.put("k")
        bench.below.fail("delete", times=1)
        with pytest.raises(StoreUnavailable):
            bench.store.delete("k")
        bench.put("k", blob=b"new")
        assert bench.store.flush() == 0
        assert bench.batches() == [("k",)]
        assert bench.stored("k") == b"new"


def test_a_removal_counts_what_is_seen_not_what_lies_below() -> None:
    with Bench() as bench:
        bench.put("k", "k1", "k2")
        assert bench.store.flush() == 0
        bench.put("k", "k3")
        bench.store.put("k1", b"dead", dead_at=bench.clock.wall() - 1)
        assert bench.store.delete("k1") is False
        assert bench.store.delete_many(["k", "k3", "k4"]) == 2
        bench.put("k", "k2", "k5")
        bench.store.put("k2", b"dead", dead_at=bench.clock.wall() - 1)
        assert bench.store.clear("k") == 2
        assert [bench.stored(address) for address in ("k", "k1", "k2", "k3", "k5")] == [None] * 5


def test_what_is_in_flight_is_seen_and_listed_once() -> None:
    with Bench() as bench:
        bench.put("a", "b", "below")
        assert bench.store.flush() == 0
        gate = bench.below.hold("put_many", after=True)
        bench.put("a", "c", blob=b"newer")
        flushing = start(bench.store.flush)
        gate.entered()
        bench.put("d", blob=b"newer")
        bench.store.delete("b")
        assert sorted([address for address in bench.store.scan("")]) == ["a", "below", "c", "d"]
        found = bench.store.get_many(["a", "b", "c", "d", "below", "a"])
        seen = {address: one.blob for address, one in found.items() if isinstance(one, Found)}
        assert seen == {"a": b"newer", "c": b"newer", "d": b"newer", "below": b"below"}
        gate.release()
        assert flushing.result() == 0
        assert bench.seen("c") == b"newer"


def test_a_token_of_a_write_in_flight_fits_until_the_address_changes() -> None:
    with Bench() as bench:
        gate = bench.below.hold("put_many")
        bench.put("k")
        token = (bench.store.get("k")).token
        flushing = start(bench.store.flush)
        gate.entered()
        assert bench.store.put_if("k", b"second", dead_at=NEVER, token=token)
        assert not bench.store.put_if("k", b"third", dead_at=NEVER, token=token)
        assert bench.seen("k") == b"second"
        gate.release()
        assert flushing.result() == 0
        assert bench.store.flush() == 0
        assert bench.batches() == [("k",), ("k",)]
        assert bench.stored("k") == b"second"


def test_a_token_of_a_landed_write_fits_while_the_store_holds_it() -> None:
    with Bench() as bench:
        bench.put("a", "b", "c", "d")
        tokens = {address: (bench.store.get(address)).token for address in "abcd"}
        assert bench.store.flush() == 0
        bench.put("b", blob=b"newer")
        bench.table.write("c", b"by another process", NEVER)
        bench.table.delete("d")
        for address, fits in (("a", True), ("b", False), ("c", False), ("d", False)):
            won = bench.store.put_if(address, b"late", dead_at=NEVER, token=tokens[address])
            assert won is fits, address
            assert not bench.store.put_if(address, b"again", dead_at=NEVER, token=tokens[address])
        assert [bench.stored(address) for address in "acd"] == [b"late", b"by another process", None]


@pytest.mark.parametrize("change", ["put", "put_if", "delete", "clear", "write past it"])
def test_a_token_of_a_landed_write_is_spent_by_any_change_even_if_the_same_blob_comes_back(change: str) -> None:
    with Bench() as bench:
        bench.put("k")
        token = (bench.store.get("k")).token
        assert bench.store.flush() == 0
        if change == "put_if":
            assert bench.store.put_if("k", b"other", dead_at=NEVER, token=(bench.store.get("k")).token)
            assert bench.store.put_if("k", b"k", dead_at=NEVER, token=(bench.store.get("k")).token)
        elif change == "write past it":
            bench.store.put_through("k", b"k", dead_at=NEVER)
        else:
            if change != "put":
                (bench.store.delete("k") if change == "delete" else bench.store.clear(""))
            bench.put("k")
            assert bench.store.flush() == 0
        assert bench.stored("k") == b"k"
        assert not bench.store.put_if("k", b"late", dead_at=NEVER, token=token)


def test_a_token_of_the_store_loses_to_what_is_pending() -> None:
    with Bench() as bench:
        token = (bench.store.get("k")).token
        bench.put("k")
        assert not bench.store.put_if("k", b"late", dead_at=NEVER, token=token)
        assert bench.store.flush() == 0
        assert not bench.store.put_if("k", b"late", dead_at=NEVER, token=token)
        assert bench.stored("k") == b"k"


def test_a_write_accepted_during_a_conditional_one_is_brought_after_it() -> None:
    with Bench(flush_size=1) as bench:
        token = (bench.store.get("k")).token
        gate = bench.below.hold("put_if")
        filling = start(partial(bench.store.put_if, "k", b"loaded", dead_at=NEVER, token=token))
        gate.entered()
        bench.put("k", blob=b"newer")
        bench.until(lambda: not bench.pending())
        gate.release()
        assert not filling.result()
        assert bench.stored("k") == b"newer"


def test_tokens_of_unknown_writes_fit_nothing() -> None:
    with Bench() as bench, Bench() as other:
        bench.put("k")
        token = (bench.store.get("k")).token
        assert not other.store.put_if("k", b"late", dead_at=NEVER, token=token)
        assert other.store.flush() == 0
        assert other.stored("k") is None


def test_an_expired_write_is_absent_with_a_token_that_the_store_allotted() -> None:
    with Bench() as bench:
        bench.put("k", "l")
        assert bench.store.flush() == 0
        for address in "kl":
            bench.store.put(address, b"short", dead_at=bench.clock.wall() + 5)
        old = (bench.store.get("k")).token
        bench.clock.advance(5)
        found = bench.store.get_many(["k", "l"])
        assert all(isinstance(one, Absent) for one in found.values())
        assert bench.stored("k") is None, "what lies below is older and does not come back"
        assert not bench.store.put_if("k", b"late", dead_at=NEVER, token=old)
        assert bench.store.put_if("k", b"new", dead_at=NEVER, token=found["k"].token)
        assert bench.stored("k") == b"new"


def test_an_expired_write_takes_its_predecessor_away_when_it_is_brought() -> None:
    with Bench() as bench:
        bench.put("k")
        assert bench.store.flush() == 0
        bench.store.put("k", b"short", dead_at=bench.clock.wall() + 5)
        bench.clock.advance(5)
        assert bench.store.flush() == 0
        assert bench.stored("k") is None


def test_what_the_store_could_not_be_told_is_removed_by_a_flush() -> None:
    with Bench() as bench:
        bench.put("a", "b1", "b2", "c")
        assert bench.store.flush() == 0
        bench.put("a", "b1", "c", blob=b"newer")
        bench.store.withdraw(["a", "never"])
        bench.store.withdraw_below("b")
        assert bench.store.flush() == 0
        assert [bench.stored(address) for address in ("a", "b1", "b2", "c")] == [None, None, b"b2", b"newer"]


def test_a_write_past_the_buffer_has_arrived_and_comes_after_what_was_pending() -> None:
    with Bench() as bench:
        gate = bench.below.hold("put_many")
        bench.put("k", "other")
        flushing = start(bench.store.flush)
        gate.entered()
        bench.put("k", blob=b"second")
        writing = start(partial(bench.store.put_through, "k", b"third", dead_at=NEVER))
        bench.until_held("k")
        assert bench.seen("k") == b"second", "not before it has arrived"
        gate.release()
        writing.result()
        flushing.result()
        assert bench.seen("k") == bench.stored("k") == b"third"
        assert bench.store.flush() == 0
        assert bench.stored("k") == b"third"


def test_a_write_past_the_buffer_that_fails_leaves_what_was_pending() -> None:
    with Bench() as bench:
        bench.put("k")
        bench.below.fail("put", times=1)
        with pytest.raises(StoreUnavailable):
            bench.store.put_through("k", b"newer", dead_at=NEVER)
        assert bench.seen("k") == b"k"
        assert bench.store.flush() == 0
        assert bench.stored("k") == b"k"


def test_a_write_past_the_buffer_that_is_refused_leaves_nothing() -> None:
    with Bench(max_value_bytes=100) as bench:
        bench.put("k")
        with pytest.raises(StoreRejected):
            bench.store.put("k", b"x" * 101, dead_at=NEVER)
        assert bench.seen("k") is None
        assert bench.store.put_many({"k": (b"x" * 101, NEVER), "l": (b"l", NEVER)}) == {
            "k": "a blob of 101 bytes: this store takes 100 at most"
        }
        assert bench.seen("l") == b"l"
        assert bench.pending() == 1


def test_the_store_itself_is_pinged() -> None:
    with Bench() as bench:
        bench.below.fail("ping", times=1)
        with pytest.raises(StoreUnavailable):
            bench.store.ping()
        bench.store.ping()
