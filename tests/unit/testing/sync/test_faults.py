# Generated from tests/unit/testing/aio/test_faults.py by tools/unasync.py. Do not edit.
"""The faulty store does exactly the wrong that was planned, for as many calls, and nothing else."""

from collections.abc import Iterator
from functools import partial
from math import inf
from typing import Any

import pytest

from hexcache.domain.errors import StoreError, StoreTimeout, StoreUnavailable
from hexcache.ports.capabilities import Capabilities
from hexcache.ports.finding import Absent, Found
from hexcache.testing.sync.faults import FaultyStore
from hexcache.testing.sync.primitives import Gate
from hexcache.testing.clock import MovedClock
from hexcache.testing.contracts.sync.primitives import fixture
from hexcache.testing.contracts.sync.store import StoreContract
from hexcache.testing.fault import OPERATIONS, Call, FaultPlan, Operation
from hexcache.testing.held import HeldTooLong
from tests.unit.testing.sync.dict_store import DictStore
from tests.unit.testing.sync.primitives import Beside


class TestWithoutFaults(StoreContract):
    """Without a fault the wrapper is the store that it wraps."""

    @pytest.fixture
    def store(self, clock: MovedClock) -> FaultyStore:
        return FaultyStore(DictStore(clock.wall))


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@fixture
def faulty(clock: MovedClock) -> Iterator[FaultyStore]:
    store = FaultyStore(DictStore(clock.wall))
    store.put("a", b"A", dead_at=inf)
    store.put("b", b"B", dead_at=inf)
    yield store
    store.heal()
    store.close()


def blob(store: FaultyStore, address: str) -> bytes | None:
    finding = store.get(address)
    return finding.blob if isinstance(finding, Found) else None


def listing(store: FaultyStore) -> list[str]:
    return [address for address in store.scan("")]


def test_calls_are_recorded(faulty: FaultyStore) -> None:
    faulty.calls.clear()
    faulty.get_many(["a", "b"])
    faulty.delete("a")
    faulty.ping()
    assert faulty.calls == [Call("get_many", ("a", "b")), Call("delete", ("a",)), Call("ping")]
    assert (faulty.count(), faulty.count("delete", "ping"), faulty.count("get")) == (3, 2, 0)


def test_no_call_is_bounded(clock: MovedClock) -> None:
    inner = DictStore(clock.wall)
    inner.capabilities = Capabilities(bounded_calls=True, shared=True)
    assert FaultyStore(inner).capabilities == Capabilities(bounded_calls=False, shared=True)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_operation_can_fail(faulty: FaultyStore, operation: Operation) -> None:
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
        "close": faulty.close,
    }
    faulty.fail(operation, times=1)
    with pytest.raises(StoreUnavailable):
        calls[operation]()
    assert faulty.plan.idle
    assert blob(faulty, "a") == b"A"


def test_a_fault_strikes_so_many_calls(faulty: FaultyStore) -> None:
    faulty.fail("get", error=StoreTimeout("slow"), times=2)
    for _ in range(2):
        with pytest.raises(StoreTimeout, match="slow"):
            faulty.get("a")
    assert blob(faulty, "a") == b"A"


def test_a_fault_strikes_until_it_is_healed(faulty: FaultyStore) -> None:
    faulty.fail("get", "delete")
    for _ in range(5):
        with pytest.raises(StoreError):
            faulty.get("a")
    faulty.heal("get")
    assert blob(faulty, "a") == b"A"
    with pytest.raises(StoreError):
        faulty.delete("a")


def test_a_fault_strikes_where_it_is_planned(faulty: FaultyStore) -> None:
    faulty.fail("get", "get_many", "ping", where=lambda address: address == "a")
    assert blob(faulty, "b") == b"B"
    faulty.ping()
    with pytest.raises(StoreError):
        faulty.get("a")
    with pytest.raises(StoreError):
        faulty.get_many(["b", "a"])
    faulty.heal()
    faulty.lose("delete", where=lambda address: address == "a")
    assert [faulty.delete(address) for address in "ab"] == [True, True]
    assert [blob(faulty, address) for address in "ab"] == [b"A", None]


def test_a_fault_of_no_operation_spares_closing(faulty: FaultyStore) -> None:
    faulty.fail()
    with pytest.raises(StoreError):
        faulty.ping()
    faulty.close()


def test_a_foreign_error_can_be_raised(faulty: FaultyStore) -> None:
    faulty.fail("get", error=ZeroDivisionError("foreign"))
    with pytest.raises(ZeroDivisionError, match="foreign"):
        faulty.get("a")


def test_an_answer_can_be_lost_after_the_work(faulty: FaultyStore) -> None:
    faulty.fail("put", error=StoreTimeout, times=1, after=True)
    with pytest.raises(StoreTimeout):
        faulty.put("a", b"written all the same", dead_at=inf)
    assert blob(faulty, "a") == b"written all the same"


def test_one_plan_serves_several_stores(clock: MovedClock) -> None:
    plan = FaultPlan()
    one, other = (FaultyStore(DictStore(clock.wall), plan) for _ in range(2))
    one.fail("ping", times=1)
    with pytest.raises(StoreError):
        other.ping()
    one.ping()


@pytest.mark.parametrize(
    ("operations", "times"), [(["got"], None), (["get"], 0), (["get"], -1)]
)  # fmt: skip
def test_a_plan_that_cannot_be_is_refused(operations: list[Any], times: int | None) -> None:
    with pytest.raises(ValueError, match="accepted"):
        FaultPlan().add(object(), *operations, times=times)


def test_a_held_call_waits_for_its_release(faulty: FaultyStore) -> None:
    gate = faulty.hold("delete")
    held = Beside(partial(faulty.delete, "a"))
    gate.entered()
    assert not held.done()
    assert blob(faulty, "a") == b"A"
    assert not gate.released
    gate.release()
    assert held.result() is True
    assert blob(faulty, "a") is None
    assert faulty.delete("b") is True


def test_a_call_can_be_held_after_its_work(faulty: FaultyStore) -> None:
    gate = faulty.hold("get", after=True)
    held = Beside(partial(faulty.get, "a"))
    gate.entered()
    faulty.delete("a")
    gate.release()
    finding = held.result()
    assert isinstance(finding, Found)
    assert finding.blob == b"A"


def test_a_hung_store_comes_back_when_it_is_healed(faulty: FaultyStore) -> None:
    gate = faulty.hang("get", "ping")
    hung = [Beside(partial(faulty.get, "a")), Beside(partial(faulty.get, "b"))]
    gate.entered(2)
    assert not any(call.done() for call in hung)
    faulty.heal()
    assert [isinstance(call.result(), Found) for call in hung] == [True, True]
    faulty.ping()


def test_healing_another_operation_releases_nobody(faulty: FaultyStore) -> None:
    gate = faulty.hang("get")
    faulty.heal("put")
    assert not gate.released
    faulty.heal("get")
    assert gate.released


def test_a_forgotten_gate_says_so() -> None:
    gate = Gate(limit=0.01)
    with pytest.raises(HeldTooLong, match="release"):
        gate.passage()
    with pytest.raises(HeldTooLong, match="2 calls"):
        gate.entered(2)


def test_something_can_happen_in_the_middle_of_a_call(faulty: FaultyStore, clock: MovedClock) -> None:
    faulty.put("a", b"short", dead_at=clock.wall() + 1)
    faulty.interpose(partial(clock.advance, 1), "get")
    assert blob(faulty, "a") is None
    assert clock.monotonic() == MovedClock().monotonic() + 1


def test_blobs_can_be_corrupted(faulty: FaultyStore) -> None:
    faulty.put("empty", b"", dead_at=inf)
    faulty.corrupt()
    assert [blob(faulty, address) for address in ("a", "empty", "never")] == [b"@", b"\0", None]
    faulty.heal()
    faulty.corrupt("get_many", how=lambda blob: blob * 2)
    found = (faulty.get_many(["a"]))["a"]
    assert isinstance(found, Found)
    assert found.blob == b"AA"
    assert blob(faulty, "a") == b"A"


def test_changes_can_be_lost(faulty: FaultyStore) -> None:
    token = (faulty.get("a")).token
    faulty.lose()
    faulty.put("a", b"lost", dead_at=inf)
    assert faulty.put_if("a", b"lost", dead_at=inf, token=token) is True
    assert faulty.put_many({"a": (b"lost", inf)}) == {}
    assert faulty.delete("a") is True
    assert faulty.delete_many(["a", "b", "a"]) == 2
    assert faulty.clear("") == 0
    assert [blob(faulty, address) for address in "ab"] == [b"A", b"B"]


def test_reads_can_be_misplaced(faulty: FaultyStore) -> None:
    faulty.misplace("b")
    assert blob(faulty, "a") == b"B"
    found = faulty.get_many(["a", "never"])
    assert [finding.blob for finding in found.values() if isinstance(finding, Found)] == [b"B", b"B"]


def test_expiry_can_be_late(faulty: FaultyStore, clock: MovedClock) -> None:
    faulty.linger(seconds=10)
    end = clock.wall() + 5
    faulty.put("a", b"late", dead_at=end)
    faulty.put_many({"b": (b"late", end)})
    clock.advance(10)
    assert [blob(faulty, address) for address in "ab"] == [b"late", b"late"]
    clock.advance(5)
    assert [blob(faulty, address) for address in "ab"] == [None, None]


def test_tokens_can_be_stale(faulty: FaultyStore) -> None:
    first = (faulty.get("a")).token
    faulty.put("a", b"newer", dead_at=inf)
    faulty.stale_tokens(times=1)
    stale = (faulty.get("a")).token
    assert stale == first
    assert faulty.put_if("a", b"x", dead_at=inf, token=stale) is False
    assert (faulty.get("a")).token != first
    faulty.stale_tokens(times=1)
    assert (faulty.get("never")) == Absent(0)


def test_tokens_can_be_ignored(faulty: FaultyStore) -> None:
    stale = (faulty.get("a")).token
    faulty.put("a", b"newer", dead_at=inf)
    faulty.ignore_tokens(times=1)
    assert faulty.put_if("a", b"forced", dead_at=inf, token=stale) is True
    assert blob(faulty, "a") == b"forced"
    assert faulty.put_if("a", b"x", dead_at=inf, token=stale) is False
