# Generated from tests/unit/buffering/aio/test_flushing.py by tools/unasync.py. Do not edit.
"""When writes are brought, in which batches, and what becomes of those that fail or are refused."""

from __future__ import annotations

import pytest

from hexcache.domain.errors import InvalidSetting, StoreRejected, StoreTimeout, StoreUnavailable
from hexcache.testing.contracts.sync.primitives import start
from tests.unit.buffering.sync.bench import NEVER, Bench


def test_writes_wait_until_there_are_enough_of_them() -> None:
    with Bench(flush_size=3) as bench:
        bench.put("a", "b")
        assert (bench.pending(), bench.calls()) == (2, [])
        bench.put("c")
        bench.until(lambda: not bench.pending())
        assert bench.batches() == [("a", "b", "c")]
        assert [bench.stored(address) for address in "abc"] == [b"a", b"b", b"c"]


def test_writes_wait_until_they_have_enough_bytes() -> None:
    with Bench(flush_bytes=1_000) as bench:
        bench.put("a", blob=b"x" * 499)
        assert bench.calls() == []
        bench.put("b", blob=b"x" * 499)
        bench.until(lambda: not bench.pending())
        assert bench.batches() == [("a", "b")]


def test_writes_wait_until_one_is_old_enough() -> None:
    with Bench(flush_age=2.0) as bench:
        bench.put("a")
        bench.clock.advance(1.75)
        bench.store.nudge()
        bench.put("b")
        assert bench.pending() == 2
        bench.clock.advance(0.25)
        bench.store.nudge()
        bench.until(lambda: not bench.pending())
        assert bench.batches() == [("a", "b")]


def test_each_write_keeps_its_own_deadline() -> None:
    with Bench() as bench:
        now = bench.clock.wall()
        bench.store.put_many({"a": (b"a", now + 10), "b": (b"b", NEVER), "c": (b"c", now + 100)})
        assert bench.store.flush() == 0
        bench.clock.advance(50)
        assert [bench.stored(address) for address in "abc"] == [None, b"b", b"c"]


def test_of_one_address_the_last_write_is_brought() -> None:
    with Bench() as bench:
        bench.put("a", "b")
        for number in range(100):
            bench.put("a", blob=b"%d" % number)
        assert bench.pending() == 2
        assert bench.store.flush() == 0
        assert bench.batches() == [("b", "a")]
        assert bench.stored("a") == b"99"


def test_many_writes_are_few_trips() -> None:
    with Bench(flush_size=100) as bench:
        blobs = {f"k{number}": (b"v", NEVER) for number in range(1_000)}
        bench.store.put_many(blobs)
        assert bench.store.flush() == 0
        assert len(bench.batches()) == 10
        assert [address for batch in bench.batches() for address in batch] == list(blobs)


def test_writes_that_come_during_a_flush_are_not_lost() -> None:
    with Bench(flush_size=2) as bench:
        gate = bench.below.hold("put_many")
        bench.put("a", "b")
        gate.entered()
        bench.put("c", "a", "d", blob=b"later")
        assert bench.pending() == 5
        gate.release()
        bench.until(lambda: bench.pending() <= 1)
        assert bench.store.flush() == 0
        assert bench.batches() == [("a", "b"), ("c", "a"), ("d",)]
        assert [bench.stored(address) for address in "abcd"] == [b"later", b"b", b"later", b"later"]


def test_a_flush_that_fails_is_brought_again_in_order() -> None:
    with Bench(flush_size=2) as bench:
        bench.below.fail("put_many", times=1)
        bench.put("a", "b", "c")
        bench.until(lambda: bench.ears.told)
        assert bench.ears.told == [("failed", "StoreUnavailable: ", False)]
        assert bench.pending() == 3
        assert bench.store.backlog()["retry_in"] == 1e5
        bench.clock.advance(1e5)
        bench.store.nudge()
        bench.until(lambda: bench.pending() <= 1)
        assert bench.store.flush() == 0
        assert bench.batches() == [("a", "b"), ("a", "b"), ("c",)]


def test_back_off_keeps_full_buffers_from_a_store_that_is_down() -> None:
    with Bench(flush_size=1) as bench:
        bench.below.fail("put_many")
        bench.put("a")
        bench.until(lambda: bench.ears.told)
        bench.put("b", "c", "d")
        bench.store.nudge()
        assert bench.seen("d") == b"d"
        assert len(bench.batches()) == 1
        assert bench.store.flush() == 4
        assert len(bench.batches()) == 2, "who asks does not wait for the back-off"


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_newer_write_wins_over_one_whose_flush_failed(after: bool) -> None:
    with Bench() as bench:
        bench.below.fail("put_many", times=1, after=after)
        gate = bench.below.hold("put_many")
        bench.put("a", "b")
        flushing = start(bench.store.flush)
        gate.entered()
        bench.put("a", blob=b"newer")
        gate.release()
        assert flushing.result() == 1, "of what was here when it was asked"
        assert bench.pending() == 2
        assert bench.seen("a") == b"newer"
        assert bench.store.flush() == 0
        assert bench.batches() == [("a", "b"), ("b", "a")]
        assert bench.stored("a") == b"newer"


@pytest.mark.parametrize("error", [StoreTimeout("late"), StoreRejected("read-only"), ZeroDivisionError("secret")])
def test_whatever_a_store_raises_nothing_is_lost(error: Exception) -> None:
    with Bench() as bench:
        bench.below.fail("put_many", times=1, error=error)
        bench.put("a")
        assert bench.store.flush() == 1
        ((kind, reason, timeout),) = bench.ears.told
        assert (kind, timeout) == ("failed", isinstance(error, StoreTimeout))
        assert "secret" not in reason
        assert type(error).__name__ in reason
        assert bench.store.flush() == 0
        assert bench.stored("a") == b"a"


def test_a_refusal_is_of_one_write_and_leaves_nothing_there() -> None:
    with Bench(max_value_bytes=100) as bench:
        bench.put("a", "big", "c")
        assert bench.store.flush() == 0
        bench.ears.told.clear()
        bench.store._capabilities = bench.below.inner.capabilities.__class__(max_value_bytes=None)  # as if it had lied
        bench.put("a", "c", blob=b"new")
        bench.put("big", blob=b"x" * 101)
        assert bench.store.flush() == 0
        assert [bench.stored(address) for address in ("a", "big", "c")] == [b"new", None, b"new"]
        assert bench.seen("big") is None
        assert bench.ears.kinds() == ["flushed", "refused", "landed"]
        assert bench.ears.told[0] == ("flushed", 2)
        assert bench.ears.told[1][1] == "big"
        assert "101 bytes" in bench.ears.told[1][2]
        backlog = bench.store.backlog()
        assert (backlog["refused"], backlog["flushed"], backlog["flushes"]) == (1, 5, 2)


def test_what_landed_is_told_in_order() -> None:
    with Bench() as bench:
        bench.put("b", "a")
        assert bench.store.flush() == 0
        bench.until(lambda: len(bench.ears.told) == 2)
        assert bench.ears.told == [("flushed", 2), ("landed", "b", "a")]


def test_a_listener_that_fails_stops_nothing() -> None:
    with Bench(flush_size=1) as bench:
        bench.ears.deaf = RuntimeError("deaf")
        for address in "abc":
            bench.put(address)
            bench.until(lambda: not bench.pending())
        bench.below.fail("put_many", times=1)
        bench.put("d")
        bench.until(lambda: bench.store.backlog()["flush_failures"])
        assert bench.store.flush() == 0
        assert bench.stored("d") == b"d"
        bench.until(lambda: bench.store.backlog()["listener_errors"] == 9)


def test_without_a_listener_nothing_is_missing() -> None:
    bench = Bench()
    alone = Bench().another()
    bench.below.fail("put_many", times=1)
    alone.put("a", b"a", dead_at=NEVER)
    assert alone.flush() == 0
    alone.close()
    bench.store.close()


def test_flush_brings_what_is_here_and_says_what_is_left() -> None:
    with Bench() as bench:
        assert bench.store.flush() == 0
        bench.put("a", "b")
        bench.below.fail("put_many", times=1)
        assert bench.store.flush() == 2
        assert bench.store.flush() == 0
        assert bench.stored("b") == b"b"


def test_flush_does_not_wait_for_ever() -> None:
    with Bench() as bench:
        gate = bench.below.hang("put_many")
        bench.put("a")
        assert bench.store.flush(0.01) == 1
        gate.entered()
        assert bench.store.flush(0.01) == 1
        gate.release()
        assert bench.store.flush() == 0
        assert bench.batches() == [("a",)]


def test_flush_does_not_wait_for_what_came_later() -> None:
    with Bench() as bench:
        gate = bench.below.hold("put_many")
        bench.put("a")
        flushing = start(bench.store.flush)
        gate.entered()
        bench.put("b")
        gate.release()
        assert flushing.result() == 0
        assert (bench.pending(), bench.stored("b")) == (1, None)


def test_the_backlog_tells_how_much_waits_and_for_how_long() -> None:
    with Bench() as bench:
        bench.put("a")
        bench.clock.advance(3)
        bench.put("bb")
        gate = bench.below.hold("put_many")
        flushing = start(bench.store.flush)
        gate.entered()
        bench.clock.advance(2)
        backlog = bench.store.backlog()
        told = {name: backlog[name] for name in ("entries", "bytes", "oldest_age", "flushing_for", "flushes")}
        assert told == {"entries": 2, "bytes": 6, "oldest_age": 5.0, "flushing_for": 2.0, "flushes": 0}
        gate.release()
        flushing.result()
        backlog = bench.store.backlog()
        told = {name: backlog[name] for name in ("entries", "bytes", "oldest_age", "flushing_for", "flushes")}
        assert told == {"entries": 0, "bytes": 0, "oldest_age": 0.0, "flushing_for": 0.0, "flushes": 1}


@pytest.mark.parametrize("deadline", [0, -1.0, float("inf"), float("nan")])
def test_a_deadline_is_positive_and_ends(deadline: float) -> None:
    bench = Bench()
    with pytest.raises(InvalidSetting, match=r"deadline is .*accepted: seconds"):
        bench.another(deadline=deadline)


def test_closing_brings_what_is_pending() -> None:
    bench = Bench()
    bench.put("a", "b")
    bench.store.close()
    assert [bench.stored(address) for address in "ab"] == [b"a", b"b"]
    assert bench.calls() == ["put_many", "close"]
    assert "unwritten" not in bench.ears.kinds()
    bench.store.close()
    assert bench.below.count("close") == 1


def test_closing_tries_again_while_there_is_time() -> None:
    bench = Bench(retry=0.001, retry_max=0.001)
    bench.below.fail("put_many", times=3)
    bench.put("a")
    bench.store.close()
    assert bench.stored("a") == b"a"
    assert len(bench.batches()) == 4


def test_closing_tells_what_it_could_not_bring() -> None:
    bench = Bench(deadline=0.01)
    bench.below.fail("put_many")
    bench.put("a", "b", "c")
    bench.store.close()
    assert bench.ears.told[-1] == ("unwritten", 3)
    assert bench.below.count("close") == 1
    assert bench.pending() == 0


def test_closing_does_not_wait_for_a_store_that_hangs() -> None:
    bench = Bench(deadline=0.02)
    gate = bench.below.hang("put_many")
    bench.put("a")
    bench.store.close()
    assert bench.ears.told[-1] == ("unwritten", 1)
    gate.release()


def test_draining_first_leaves_nothing_to_do_for_closing() -> None:
    bench = Bench(retry=0.001, retry_max=0.001)
    bench.put("a")
    bench.below.fail("put_many")
    assert bench.store.drain(0.01) == 1
    tried = len(bench.batches())
    assert tried > 1
    assert not bench.store.accept({"b": (b"b", NEVER)})
    bench.put("c")
    assert bench.stored("c") == b"c", "what comes after the drain goes to the store"
    assert bench.seen("a") == b"a"
    bench.store.close()
    assert len(bench.batches()) == tried
    assert bench.ears.told[-1] == ("unwritten", 1)


def test_a_closed_store_accepts_nothing() -> None:
    bench = Bench()
    bench.store.close()
    assert not bench.store.accept({"a": (b"a", NEVER)})
    with pytest.raises(StoreUnavailable, match="was closed"):
        bench.store.flush()
    with pytest.raises(StoreUnavailable, match="was closed"):
        bench.store.put_through("a", b"a", dead_at=NEVER)
    with pytest.raises(StoreUnavailable, match="was closed"):
        [address for address in bench.store.scan("")]
    with pytest.raises(StoreUnavailable, match="was closed"):
        bench.store.clear("")


def test_the_last_object_over_a_ledger_gives_up_what_is_pending() -> None:
    bench = Bench(deadline=0.01)
    other = bench.another()
    bench.below.fail("put_many")
    bench.put("a")
    bench.store.close()
    assert bench.pending() == 1
    assert "unwritten" not in bench.ears.kinds()
    bench.below.heal()
    other.close()
    assert bench.pending() == 0
