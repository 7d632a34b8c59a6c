"""When writes are brought, in which batches, and what becomes of those that fail or are refused."""

from __future__ import annotations

import pytest

from hexcache.domain.errors import InvalidSetting, StoreRejected, StoreTimeout, StoreUnavailable
from hexcache.testing.contracts.aio.primitives import start
from tests.unit.buffering.aio.bench import NEVER, AsyncBench


async def test_writes_wait_until_there_are_enough_of_them() -> None:
    async with AsyncBench(flush_size=3) as bench:
        await bench.put("a", "b")
        assert (bench.pending(), bench.calls()) == (2, [])
        await bench.put("c")
        await bench.until(lambda: not bench.pending())
        assert bench.batches() == [("a", "b", "c")]
        assert [bench.stored(address) for address in "abc"] == [b"a", b"b", b"c"]


async def test_writes_wait_until_they_have_enough_bytes() -> None:
    async with AsyncBench(flush_bytes=1_000) as bench:
        await bench.put("a", blob=b"x" * 499)
        assert bench.calls() == []
        await bench.put("b", blob=b"x" * 499)
        await bench.until(lambda: not bench.pending())
        assert bench.batches() == [("a", "b")]


async def test_writes_wait_until_one_is_old_enough() -> None:
    async with AsyncBench(flush_age=2.0) as bench:
        await bench.put("a")
        bench.clock.advance(1.75)
        bench.store.nudge()
        await bench.put("b")
        assert bench.pending() == 2
        bench.clock.advance(0.25)
        bench.store.nudge()
        await bench.until(lambda: not bench.pending())
        assert bench.batches() == [("a", "b")]


async def test_each_write_keeps_its_own_deadline() -> None:
    async with AsyncBench() as bench:
        now = bench.clock.wall()
        await bench.store.put_many({"a": (b"a", now + 10), "b": (b"b", NEVER), "c": (b"c", now + 100)})
        assert await bench.store.flush() == 0
        bench.clock.advance(50)
        assert [bench.stored(address) for address in "abc"] == [None, b"b", b"c"]


async def test_of_one_address_the_last_write_is_brought() -> None:
    async with AsyncBench() as bench:
        await bench.put("a", "b")
        for number in range(100):
            await bench.put("a", blob=b"%d" % number)
        assert bench.pending() == 2
        assert await bench.store.flush() == 0
        assert bench.batches() == [("b", "a")]
        assert bench.stored("a") == b"99"


async def test_many_writes_are_few_trips() -> None:
    async with AsyncBench(flush_size=100) as bench:
        blobs = {f"k{number}": (b"v", NEVER) for number in range(1_000)}
        await bench.store.put_many(blobs)
        assert await bench.store.flush() == 0
        assert len(bench.batches()) == 10
        assert [address for batch in bench.batches() for address in batch] == list(blobs)


async def test_writes_that_come_during_a_flush_are_not_lost() -> None:
    async with AsyncBench(flush_size=2) as bench:
        gate = bench.below.hold("put_many")
        await bench.put("a", "b")
        await gate.entered()
        await bench.put("c", "a", "d", blob=b"later")
        assert bench.pending() == 5
        gate.release()
        await bench.until(lambda: bench.pending() <= 1)
        assert await bench.store.flush() == 0
        assert bench.batches() == [("a", "b"), ("c", "a"), ("d",)]
        assert [bench.stored(address) for address in "abcd"] == [b"later", b"b", b"later", b"later"]


async def test_a_flush_that_fails_is_brought_again_in_order() -> None:
    async with AsyncBench(flush_size=2) as bench:
        bench.below.fail("put_many", times=1)
        await bench.put("a", "b", "c")
        await bench.until(lambda: bench.ears.told)
        assert bench.ears.told == [("failed", "StoreUnavailable: ", False)]
        assert bench.pending() == 3
        assert bench.store.backlog()["retry_in"] == 1e5
        bench.clock.advance(1e5)
        bench.store.nudge()
        await bench.until(lambda: bench.pending() <= 1)
        assert await bench.store.flush() == 0
        assert bench.batches() == [("a", "b"), ("a", "b"), ("c",)]


async def test_back_off_keeps_full_buffers_from_a_store_that_is_down() -> None:
    async with AsyncBench(flush_size=1) as bench:
        bench.below.fail("put_many")
        await bench.put("a")
        await bench.until(lambda: bench.ears.told)
        await bench.put("b", "c", "d")
        bench.store.nudge()
        assert await bench.seen("d") == b"d"
        assert len(bench.batches()) == 1
        assert await bench.store.flush() == 4
        assert len(bench.batches()) == 2, "who asks does not wait for the back-off"


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
async def test_a_newer_write_wins_over_one_whose_flush_failed(after: bool) -> None:
    async with AsyncBench() as bench:
        bench.below.fail("put_many", times=1, after=after)
        gate = bench.below.hold("put_many")
        await bench.put("a", "b")
        flushing = start(bench.store.flush)
        await gate.entered()
        await bench.put("a", blob=b"newer")
        gate.release()
        assert await flushing.result() == 1, "of what was here when it was asked"
        assert bench.pending() == 2
        assert await bench.seen("a") == b"newer"
        assert await bench.store.flush() == 0
        assert bench.batches() == [("a", "b"), ("b", "a")]
        assert bench.stored("a") == b"newer"


@pytest.mark.parametrize("error", [StoreTimeout("late"), StoreRejected("read-only"), ZeroDivisionError("secret")])
async def test_whatever_a_store_raises_nothing_is_lost(error: Exception) -> None:
    async with AsyncBench() as bench:
        bench.below.fail("put_many", times=1, error=error)
        await bench.put("a")
        assert await bench.store.flush() == 1
        ((kind, reason, timeout),) = bench.ears.told
        assert (kind, timeout) == ("failed", isinstance(error, StoreTimeout))
        assert "secret" not in reason
        assert type(error).__name__ in reason
        assert await bench.store.flush() == 0
        assert bench.stored("a") == b"a"


async def test_a_refusal_is_of_one_write_and_leaves_nothing_there() -> None:
    async with AsyncBench(max_value_bytes=100) as bench:
        await bench.put("a", "big", "c")
        assert await bench.store.flush() == 0
        bench.ears.told.clear()
        bench.store._capabilities = bench.below.inner.capabilities.__class__(max_value_bytes=None)  # as if it had lied
        await bench.put("a", "c", blob=b"new")
        await bench.put("big", blob=b"x" * 101)
        assert await bench.store.flush() == 0
        assert [bench.stored(address) for address in ("a", "big", "c")] == [b"new", None, b"new"]
        assert await bench.seen("big") is None
        assert bench.ears.kinds() == ["flushed", "refused", "landed"]
        assert bench.ears.told[0] == ("flushed", 2)
        assert bench.ears.told[1][1] == "big"
        assert "101 bytes" in bench.ears.told[1][2]
        backlog = bench.store.backlog()
        assert (backlog["refused"], backlog["flushed"], backlog["flushes"]) == (1, 5, 2)


async def test_what_landed_is_told_in_order() -> None:
    async with AsyncBench() as bench:
        await bench.put("b", "a")
        assert await bench.store.flush() == 0
        await bench.until(lambda: len(bench.ears.told) == 2)
        assert bench.ears.told == [("flushed", 2), ("landed", "b", "a")]


async def test_a_listener_that_fails_stops_nothing() -> None:
    async with AsyncBench(flush_size=1) as bench:
        bench.ears.deaf = RuntimeError("deaf")
        for address in "abc":
            await bench.put(address)
            await bench.until(lambda: not bench.pending())
        bench.below.fail("put_many", times=1)
        await bench.put("d")
        await bench.until(lambda: bench.store.backlog()["flush_failures"])
        assert await bench.store.flush() == 0
        assert bench.stored("d") == b"d"
        await bench.until(lambda: bench.store.backlog()["listener_errors"] == 9)


async def test_without_a_listener_nothing_is_missing() -> None:
    bench = AsyncBench()
    alone = AsyncBench().another()
    bench.below.fail("put_many", times=1)
    await alone.put("a", b"a", dead_at=NEVER)
    assert await alone.flush() == 0
    await alone.aclose()
    await bench.store.aclose()


async def test_flush_brings_what_is_here_and_says_what_is_left() -> None:
    async with AsyncBench() as bench:
        assert await bench.store.flush() == 0
        await bench.put("a", "b")
        bench.below.fail("put_many", times=1)
        assert await bench.store.flush() == 2
        assert await bench.store.flush() == 0
        assert bench.stored("b") == b"b"


async def test_flush_does_not_wait_for_ever() -> None:
    async with AsyncBench() as bench:
        gate = bench.below.hang("put_many")
        await bench.put("a")
        assert await bench.store.flush(0.01) == 1
        await gate.entered()
        assert await bench.store.flush(0.01) == 1
        gate.release()
        assert await bench.store.flush() == 0
        assert bench.batches() == [("a",)]


async def test_flush_does_not_wait_for_what_came_later() -> None:
    async with AsyncBench() as bench:
        gate = bench.below.hold("put_many")
        await bench.put("a")
        flushing = start(bench.store.flush)
        await gate.entered()
        await bench.put("b")
        gate.release()
        assert await flushing.result() == 0
        assert (bench.pending(), bench.stored("b")) == (1, None)


async def test_the_backlog_tells_how_much_waits_and_for_how_long() -> None:
    async with AsyncBench() as bench:
        await bench.put("a")
        bench.clock.advance(3)
        await bench.put("bb")
        gate = bench.below.hold("put_many")
        flushing = start(bench.store.flush)
        await gate.entered()
        bench.clock.advance(2)
        backlog = bench.store.backlog()
        told = {name: backlog[name] for name in ("entries", "bytes", "oldest_age", "flushing_for", "flushes")}
        assert told == {"entries": 2, "bytes": 6, "oldest_age": 5.0, "flushing_for": 2.0, "flushes": 0}
        gate.release()
        await flushing.result()
        backlog = bench.store.backlog()
        told = {name: backlog[name] for name in ("entries", "bytes", "oldest_age", "flushing_for", "flushes")}
        assert told == {"entries": 0, "bytes": 0, "oldest_age": 0.0, "flushing_for": 0.0, "flushes": 1}


@pytest.mark.parametrize("deadline", [0, -1.0, float("inf"), float("nan")])
def test_a_deadline_is_positive_and_ends(deadline: float) -> None:
    bench = AsyncBench()
    with pytest.raises(InvalidSetting, match=r"deadline is .*accepted: seconds"):
        bench.another(deadline=deadline)


async def test_closing_brings_what_is_pending() -> None:
    bench = AsyncBench()
    await bench.put("a", "b")
    await bench.store.aclose()
    assert [bench.stored(address) for address in "ab"] == [b"a", b"b"]
    assert bench.calls() == ["put_many", "close"]
    assert "unwritten" not in bench.ears.kinds()
    await bench.store.aclose()
    assert bench.below.count("close") == 1


async def test_closing_tries_again_while_there_is_time() -> None:
    bench = AsyncBench(retry=0.001, retry_max=0.001)
    bench.below.fail("put_many", times=3)
    await bench.put("a")
    await bench.store.aclose()
    assert bench.stored("a") == b"a"
    assert len(bench.batches()) == 4


async def test_closing_tells_what_it_could_not_bring() -> None:
    bench = AsyncBench(deadline=0.01)
    bench.below.fail("put_many")
    await bench.put("a", "b", "c")
    await bench.store.aclose()
    assert bench.ears.told[-1] == ("unwritten", 3)
    assert bench.below.count("close") == 1
    assert bench.pending() == 0


async def test_closing_does_not_wait_for_a_store_that_hangs() -> None:
    bench = AsyncBench(deadline=0.02)
    gate = bench.below.hang("put_many")
    await bench.put("a")
    await bench.store.aclose()
    assert bench.ears.told[-1] == ("unwritten", 1)
    gate.release()


async def test_draining_first_leaves_nothing_to_do_for_closing() -> None:
    bench = AsyncBench(retry=0.001, retry_max=0.001)
    await bench.put("a")
    bench.below.fail("put_many")
    assert await bench.store.drain(0.01) == 1
    tried = len(bench.batches())
    assert tried > 1
    assert not bench.store.accept({"b": (b"b", NEVER)})
    await bench.put("c")
    assert bench.stored("c") == b"c", "what comes after the drain goes to the store"
    assert await bench.seen("a") == b"a"
    await bench.store.aclose()
    assert len(bench.batches()) == tried
    assert bench.ears.told[-1] == ("unwritten", 1)


async def test_a_closed_store_accepts_nothing() -> None:
    bench = AsyncBench()
    await bench.store.aclose()
    assert not bench.store.accept({"a": (b"a", NEVER)})
    with pytest.raises(StoreUnavailable, match="was closed"):
        await bench.store.flush()
    with pytest.raises(StoreUnavailable, match="was closed"):
        await bench.store.put_through("a", b"a", dead_at=NEVER)
    with pytest.raises(StoreUnavailable, match="was closed"):
        [address async for address in bench.store.scan("")]
    with pytest.raises(StoreUnavailable, match="was closed"):
        await bench.store.clear("")


async def test_the_last_object_over_a_ledger_gives_up_what_is_pending() -> None:
    bench = AsyncBench(deadline=0.01)
    other = bench.another()
    bench.below.fail("put_many")
    await bench.put("a")
    await bench.store.aclose()
    assert bench.pending() == 1
    assert "unwritten" not in bench.ears.kinds()
    bench.below.heal()
    await other.aclose()
    assert bench.pending() == 0
