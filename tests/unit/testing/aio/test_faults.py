"""The faulty store does exactly the wrong that was planned, for as many calls, and nothing else."""

from collections.abc import AsyncIterator
from functools import partial
from math import inf
from typing import Any

import pytest

from hexcache.domain.errors import StoreError, StoreTimeout, StoreUnavailable
from hexcache.ports.capabilities import Capabilities
from hexcache.ports.finding import Absent, Found
from hexcache.testing.aio.faults import AsyncFaultyStore
from hexcache.testing.aio.primitives import AsyncGate
from hexcache.testing.clock import MovedClock
from hexcache.testing.contracts.aio.primitives import fixture
from hexcache.testing.contracts.aio.store import AsyncStoreContract
from hexcache.testing.fault import OPERATIONS, Call, FaultPlan, Operation
from hexcache.testing.held import HeldTooLong
from tests.unit.testing.aio.dict_store import AsyncDictStore
from tests.unit.testing.aio.primitives import AsyncBeside


class TestWithoutFaults(AsyncStoreContract):
    """Without a fault the wrapper is the store that it wraps."""

    @pytest.fixture
    def store(self, clock: MovedClock) -> AsyncFaultyStore:
        return AsyncFaultyStore(AsyncDictStore(clock.wall))


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@fixture
async def faulty(clock: MovedClock) -> AsyncIterator[AsyncFaultyStore]:
    store = AsyncFaultyStore(AsyncDictStore(clock.wall))
    await store.put("a", b"A", dead_at=inf)
    await store.put("b", b"B", dead_at=inf)
    yield store
    store.heal()
    await store.aclose()


async def blob(store: AsyncFaultyStore, address: str) -> bytes | None:
    finding = await store.get(address)
    return finding.blob if isinstance(finding, Found) else None


async def listing(store: AsyncFaultyStore) -> list[str]:
    return [address async for address in store.scan("")]


async def test_calls_are_recorded(faulty: AsyncFaultyStore) -> None:
    faulty.calls.clear()
    await faulty.get_many(["a", "b"])
    await faulty.delete("a")
    await faulty.ping()
    assert faulty.calls == [Call("get_many", ("a", "b")), Call("delete", ("a",)), Call("ping")]
    assert (faulty.count(), faulty.count("delete", "ping"), faulty.count("get")) == (3, 2, 0)


async def test_no_call_is_bounded(clock: MovedClock) -> None:
    inner = AsyncDictStore(clock.wall)
    inner.capabilities = Capabilities(bounded_calls=True, shared=True)
    assert AsyncFaultyStore(inner).capabilities == Capabilities(bounded_calls=False, shared=True)


@pytest.mark.parametrize("operation", OPERATIONS)
async def test_every_operation_can_fail(faulty: AsyncFaultyStore, operation: Operation) -> None:
    calls: dict[str, Any] = {
        "get": lambda: faulty.get("a"),
        "get_many": lambda: faulty.get_many(["a"]),
        "put": lambda: faulty.put("a", b"x", dead_at=inf),
        "put_if": lambda: faulty.put_if("a", b"x", dead_at=inf, token=None),
        "put_many": lambda: faulty.put_many({"a": (b"x", inf)}),
        "delete": lambda: faulty.delete("a"),
        "delete_many": lambda: faulty.delete_many(["a"]),
        "scan": lambda: listing(faulty),
        "clear": lambda: faulty.clear(""),
        "ping": faulty.ping,
        "close": faulty.aclose,
    }
    faulty.fail(operation, times=1)
    with pytest.raises(StoreUnavailable):
        await calls[operation]()
    assert faulty.plan.idle
    assert await blob(faulty, "a") == b"A"


async def test_a_fault_strikes_so_many_calls(faulty: AsyncFaultyStore) -> None:
    faulty.fail("get", error=StoreTimeout("slow"), times=2)
    for _ in range(2):
        with pytest.raises(StoreTimeout, match="slow"):
            await faulty.get("a")
    assert await blob(faulty, "a") == b"A"


async def test_a_fault_strikes_until_it_is_healed(faulty: AsyncFaultyStore) -> None:
    faulty.fail("get", "delete")
    for _ in range(5):
        with pytest.raises(StoreError):
            await faulty.get("a")
    faulty.heal("get")
    assert await blob(faulty, "a") == b"A"
    with pytest.raises(StoreError):
        await faulty.delete("a")


async def test_a_fault_strikes_where_it_is_planned(faulty: AsyncFaultyStore) -> None:
    faulty.fail("get", "get_many", "ping", where=lambda address: address == "a")
    assert await blob(faulty, "b") == b"B"
    await faulty.ping()
    with pytest.raises(StoreError):
        await faulty.get("a")
    with pytest.raises(StoreError):
        await faulty.get_many(["b", "a"])
    faulty.heal()
    faulty.lose("delete", where=lambda address: address == "a")
    assert [await faulty.delete(address) for address in "ab"] == [True, True]
    assert [await blob(faulty, address) for address in "ab"] == [b"A", None]


async def test_a_fault_of_no_operation_spares_closing(faulty: AsyncFaultyStore) -> None:
    faulty.fail()
    with pytest.raises(StoreError):
        await faulty.ping()
    await faulty.aclose()


async def test_a_foreign_error_can_be_raised(faulty: AsyncFaultyStore) -> None:
    faulty.fail("get", error=ZeroDivisionError("foreign"))
    with pytest.raises(ZeroDivisionError, match="foreign"):
        await faulty.get("a")


async def test_an_answer_can_be_lost_after_the_work(faulty: AsyncFaultyStore) -> None:
    faulty.fail("put", error=StoreTimeout, times=1, after=True)
    with pytest.raises(StoreTimeout):
        await faulty.put("a", b"written all the same", dead_at=inf)
    assert await blob(faulty, "a") == b"written all the same"


async def test_one_plan_serves_several_stores(clock: MovedClock) -> None:
    plan = FaultPlan()
    one, other = (AsyncFaultyStore(AsyncDictStore(clock.wall), plan) for _ in range(2))
    one.fail("ping", times=1)
    with pytest.raises(StoreError):
        await other.ping()
    await one.ping()


@pytest.mark.parametrize(
    ("operations", "times"), [(["got"], None), (["get"], 0), (["get"], -1)]
)  # fmt: skip
async def test_a_plan_that_cannot_be_is_refused(operations: list[Any], times: int | None) -> None:
    with pytest.raises(ValueError, match="accepted"):
        FaultPlan().add(object(), *operations, times=times)


async def test_a_held_call_waits_for_its_release(faulty: AsyncFaultyStore) -> None:
    gate = faulty.hold("delete")
    held = AsyncBeside(partial(faulty.delete, "a"))
    await gate.entered()
    assert not held.done()
    assert await blob(faulty, "a") == b"A"
    assert not gate.released
    gate.release()
    assert await held.result() is True
    assert await blob(faulty, "a") is None
    assert await faulty.delete("b") is True


async def test_a_call_can_be_held_after_its_work(faulty: AsyncFaultyStore) -> None:
    gate = faulty.hold("get", after=True)
    held = AsyncBeside(partial(faulty.get, "a"))
    await gate.entered()
    await faulty.delete("a")
    gate.release()
    finding = await held.result()
    assert isinstance(finding, Found)
    assert finding.blob == b"A"


async def test_a_hung_store_comes_back_when_it_is_healed(faulty: AsyncFaultyStore) -> None:
    gate = faulty.hang("get", "ping")
    hung = [AsyncBeside(partial(faulty.get, "a")), AsyncBeside(partial(faulty.get, "b"))]
    await gate.entered(2)
    assert not any(call.done() for call in hung)
    faulty.heal()
    assert [isinstance(await call.result(), Found) for call in hung] == [True, True]
    await faulty.ping()


async def test_healing_another_operation_releases_nobody(faulty: AsyncFaultyStore) -> None:
    gate = faulty.hang("get")
    faulty.heal("put")
    assert not gate.released
    faulty.heal("get")
    assert gate.released


async def test_a_forgotten_gate_says_so() -> None:
    gate = AsyncGate(limit=0.01)
    with pytest.raises(HeldTooLong, match="release"):
        await gate.passage()
    with pytest.raises(HeldTooLong, match="2 calls"):
        await gate.entered(2)


async def test_something_can_happen_in_the_middle_of_a_call(faulty: AsyncFaultyStore, clock: MovedClock) -> None:
    await faulty.put("a", b"short", dead_at=clock.wall() + 1)
    faulty.interpose(partial(clock.advance, 1), "get")
    assert await blob(faulty, "a") is None
    assert clock.monotonic() == MovedClock().monotonic() + 1


async def test_blobs_can_be_corrupted(faulty: AsyncFaultyStore) -> None:
    await faulty.put("empty", b"", dead_at=inf)
    faulty.corrupt()
    assert [await blob(faulty, address) for address in ("a", "empty", "never")] == [b"@", b"\0", None]
    faulty.heal()
    faulty.corrupt("get_many", how=lambda blob: blob * 2)
    found = (await faulty.get_many(["a"]))["a"]
    assert isinstance(found, Found)
    assert found.blob == b"AA"
    assert await blob(faulty, "a") == b"A"


async def test_changes_can_be_lost(faulty: AsyncFaultyStore) -> None:
    token = (await faulty.get("a")).token
    faulty.lose()
    await faulty.put("a", b"lost", dead_at=inf)
    assert await faulty.put_if("a", b"lost", dead_at=inf, token=token) is True
    assert await faulty.put_many({"a": (b"lost", inf)}) == {}
    assert await faulty.delete("a") is True
    assert await faulty.delete_many(["a", "b", "a"]) == 2
    assert await faulty.clear("") == 0
    assert [await blob(faulty, address) for address in "ab"] == [b"A", b"B"]


async def test_reads_can_be_misplaced(faulty: AsyncFaultyStore) -> None:
    faulty.misplace("b")
    assert await blob(faulty, "a") == b"B"
    found = await faulty.get_many(["a", "never"])
    assert [finding.blob for finding in found.values() if isinstance(finding, Found)] == [b"B", b"B"]


async def test_expiry_can_be_late(faulty: AsyncFaultyStore, clock: MovedClock) -> None:
    faulty.linger(seconds=10)
    end = clock.wall() + 5
    await faulty.put("a", b"late", dead_at=end)
    await faulty.put_many({"b": (b"late", end)})
    clock.advance(10)
    assert [await blob(faulty, address) for address in "ab"] == [b"late", b"late"]
    clock.advance(5)
    assert [await blob(faulty, address) for address in "ab"] == [None, None]


async def test_tokens_can_be_stale(faulty: AsyncFaultyStore) -> None:
    first = (await faulty.get("a")).token
    await faulty.put("a", b"newer", dead_at=inf)
    faulty.stale_tokens(times=1)
    stale = (await faulty.get("a")).token
    assert stale == first
    assert await faulty.put_if("a", b"x", dead_at=inf, token=stale) is False
    assert (await faulty.get("a")).token != first
    faulty.stale_tokens(times=1)
    assert (await faulty.get("never")) == Absent(0)


async def test_tokens_can_be_ignored(faulty: AsyncFaultyStore) -> None:
    stale = (await faulty.get("a")).token
    await faulty.put("a", b"newer", dead_at=inf)
    faulty.ignore_tokens(times=1)
    assert await faulty.put_if("a", b"forced", dead_at=inf, token=stale) is True
    assert await blob(faulty, "a") == b"forced"
    assert await faulty.put_if("a", b"x", dead_at=inf, token=stale) is False
