"""Tasks over a bucket that hangs: the deadline holds, and what was cancelled before it began never happens."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest

from hexcache.adapters.outbound.objects.aio.store import AsyncObjectStore
from hexcache.adapters.outbound.objects.offloaded import AsyncOffloadedBucket
from hexcache.adapters.outbound.objects.settings import ObjectStoreSettings
from hexcache.adapters.outbound.objects.things import BucketToken, Condition, Label, ObjectRead
from hexcache.domain.errors import InvalidSetting, StoreTimeout, StoreUnavailable
from hexcache.ports.clock import Clocks
from hexcache.testing.clock import MovedClock
from hexcache.testing.entropy import SeededEntropy
from tests.unit.objects.sync.dict_bucket import DictBucket

SAFETY = 20.0
LABEL = Label("value", float("inf"))


class HeldBucket(DictBucket):
    """Every request waits until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.begun = threading.Semaphore(0)
        self.gate = threading.Event()

    def read(self, name: str, /) -> ObjectRead | None:
        self.begun.release()
        assert self.gate.wait(SAFETY)
        return super().read(name)

    def write(
        self, name: str, body: bytes, /, *, label: Label, condition: Condition | None = None
    ) -> BucketToken | None:
        self.begun.release()
        assert self.gate.wait(SAFETY)
        return super().write(name, body, label=label, condition=condition)


@pytest.fixture
def held() -> Iterator[HeldBucket]:
    bucket = HeldBucket()
    yield bucket
    bucket.gate.set()


def store_over(bucket: AsyncOffloadedBucket, deadline: float) -> AsyncObjectStore:
    clock = MovedClock()
    clocks = Clocks(monotonic=clock.monotonic, wall=clock.wall)
    return AsyncObjectStore(bucket, ObjectStoreSettings(deadline=deadline), clocks=clocks, entropy=SeededEntropy(1))


async def test_a_bucket_that_hangs_is_waited_for_until_the_deadline(held: HeldBucket) -> None:
    store = store_over(AsyncOffloadedBucket(held, 2), 0.05)
    for call in (store.get("kit:a"), store.get_many(["kit:a", "kit:b"]), store.ping()):
        with pytest.raises(StoreTimeout):
            await asyncio.wait_for(call, SAFETY)
    held.gate.set()
    await store.aclose()


async def test_what_was_cancelled_before_it_began_does_not_happen(held: HeldBucket) -> None:
    bucket = AsyncOffloadedBucket(held, 1)
    first = asyncio.ensure_future(bucket.write("first", b"1", label=LABEL))
    assert await asyncio.to_thread(held.begun.acquire, timeout=SAFETY)
    second = asyncio.ensure_future(bucket.write("second", b"2", label=LABEL))
    await asyncio.sleep(0)
    for task in (first, second):
        task.cancel()
    answers = await asyncio.gather(first, second, return_exceptions=True)
    assert all(isinstance(answer, asyncio.CancelledError) for answer in answers)
    held.gate.set()
    await bucket.write("third", b"3", label=LABEL)  # the only thread is free again: the first one has ended
    assert set(held.contents.things) == {"first", "third"}
    await bucket.aclose()


async def test_a_closed_bucket_answers_no_more() -> None:
    inner = DictBucket()
    bucket = AsyncOffloadedBucket(inner, 1)
    await bucket.write("a", b"1", label=LABEL)
    await bucket.aclose()
    await bucket.aclose()
    with pytest.raises(StoreUnavailable, match="closed"):
        await bucket.read("a")
    assert inner.closed == 1


async def test_a_bucket_that_was_never_used_begins_no_thread() -> None:
    before = set(threading.enumerate())
    inner = DictBucket()
    await AsyncOffloadedBucket(inner, 4).aclose()
    assert set(threading.enumerate()) <= before
    assert inner.closed == 1


def test_one_bucket_serves_several_loops() -> None:
    bucket = AsyncOffloadedBucket(DictBucket(), 2)
    for number in range(2):
        asyncio.run(bucket.write(f"n{number}", b"1", label=LABEL))
    assert asyncio.run(bucket.read("n0")) is not None
    asyncio.run(bucket.aclose())


def test_no_threads_are_refused() -> None:
    with pytest.raises(InvalidSetting, match="workers"):
        AsyncOffloadedBucket(DictBucket(), 0)
