"""A store whose bucket asks for patience, or breaks off: the answer is right, or the call ends by its deadline."""

from __future__ import annotations

import pytest

from hexcache.adapters.outbound.objects.refusals import Forbidden, Interrupted, Throttled
from hexcache.domain.errors import StoreRejected, StoreTimeout, StoreUnavailable, StoreUnchanged
from hexcache.ports.finding import Absent
from hexcache.testing.contracts.aio.primitives import MARKS
from tests.unit.objects.aio.bench import NEVER, AsyncBench
from tests.unit.objects.faults import Fault

pytestmark = MARKS
BUSY = Fault(Throttled("planned"))
BROKEN = Fault(Interrupted("planned"))
LOST = Fault(Interrupted("planned"), late=True)
REFUSED = Fault(Forbidden("planned"))


async def test_what_was_turned_away_is_asked_again() -> None:
    bench = AsyncBench()
    await bench.store.put("kit:a", b"blob", dead_at=NEVER)
    bench.bucket.plan("read", BUSY, BROKEN, BUSY)
    assert await bench.blob("kit:a") == b"blob"
    assert bench.asked() == ["write", "read", "read", "read", "read"]


@pytest.mark.parametrize("fault", [BUSY, BROKEN], ids=["throttled", "interrupted"])
async def test_patience_has_an_end(fault: Fault) -> None:
    bench = AsyncBench()
    bench.bucket.plan("read", *[fault] * 20)
    with pytest.raises(type(fault.error)):
        await bench.store.get("kit:a")
    assert bench.asked() == ["read"] * 6


async def test_nothing_is_asked_again_after_the_deadline() -> None:
    bench = AsyncBench()
    slow = Fault(Throttled("planned"), meanwhile=lambda: bench.clock.advance(4))
    bench.bucket.plan("read", *[slow] * 20)
    with pytest.raises(Throttled):
        await bench.store.get("kit:a")
    assert bench.asked() == ["read"] * 3


async def test_a_bucket_that_asks_for_more_time_than_there_is_is_not_waited_for() -> None:
    bench = AsyncBench()
    bench.bucket.plan("read", Fault(Throttled("planned", after=11.0)))
    with pytest.raises(Throttled):
        await bench.store.get("kit:a")
    assert bench.asked() == ["read"]


@pytest.mark.parametrize("error", [Forbidden("no"), StoreUnavailable("no"), StoreTimeout("no"), StoreRejected("no")])
async def test_what_would_be_refused_again_is_asked_once_and_never_a_miss(error: Exception) -> None:
    bench = AsyncBench()
    bench.bucket.plan("read", Fault(error))
    with pytest.raises(type(error)):
        await bench.store.get("kit:a")
    assert bench.asked() == ["read"]


async def test_a_conditional_write_whose_answer_was_lost_has_won() -> None:
    bench = AsyncBench()
    token = await bench.token("kit:a")
    bench.bucket.plan("write", LOST)
    assert await bench.store.put_if("kit:a", b"blob", dead_at=NEVER, token=token) is True
    assert await bench.blob("kit:a") == b"blob"


async def test_a_conditional_write_that_did_not_arrive_is_sent_again() -> None:
    bench = AsyncBench()
    token = await bench.token("kit:a")
    bench.bucket.plan("write", BROKEN, BUSY)
    assert await bench.store.put_if("kit:a", b"blob", dead_at=NEVER, token=token) is True
    assert await bench.blob("kit:a") == b"blob"


async def test_a_conditional_write_that_another_one_overtook_has_lost() -> None:
    bench = AsyncBench()
    token = await bench.token("kit:a")
    meanwhile = Fault(Interrupted("planned"), meanwhile=lambda: bench.lay_blob("kit:a", b"other"))
    bench.bucket.plan("write", meanwhile)
    assert await bench.store.put_if("kit:a", b"blob", dead_at=NEVER, token=token) is False
    assert await bench.blob("kit:a") == b"other"


async def test_a_conditional_write_that_was_deleted_before_its_repeat_brings_nothing_back() -> None:
    bench = AsyncBench()
    token = await bench.token("kit:a")
    removed = Fault(
        Interrupted("planned"), late=True, meanwhile=lambda: bench.contents.remove(bench.names.name("kit:a"))
    )
    bench.bucket.plan("write", removed)
    assert await bench.store.put_if("kit:a", b"blob", dead_at=NEVER, token=token) is False
    assert await bench.blob("kit:a") is None


async def test_a_conditional_write_that_lost_at_once_looks_no_further() -> None:
    bench = AsyncBench()
    token = await bench.token("kit:a")
    bench.lay_blob("kit:a", b"other")
    bench.asked()
    assert await bench.store.put_if("kit:a", b"blob", dead_at=NEVER, token=token) is False
    assert bench.asked() == ["write"]


async def test_a_placeholder_whose_answer_was_lost_is_found() -> None:
    bench = AsyncBench()
    bench.bucket.plan("write", LOST)
    token = await bench.token("kit:a")
    assert await bench.store.put_if("kit:a", b"blob", dead_at=NEVER, token=token) is True


async def test_a_blob_that_came_while_a_placeholder_was_left_is_found() -> None:
    bench = AsyncBench()
    bench.bucket.plan("write", Fault(Throttled("planned"), meanwhile=lambda: bench.lay_blob("kit:a", b"other")))
    assert await bench.blob("kit:a") == b"other"


async def test_an_absence_without_a_placeholder_is_one_and_cannot_be_filled() -> None:
    """An identity that may read and not write: reads are answered, and the first write says what is wrong."""
    bench = AsyncBench()
    bench.bucket.plan("write", REFUSED)
    found = await bench.store.get("kit:a")
    assert isinstance(found, Absent)
    with pytest.raises(StoreRejected, match="placeholder"):
        await bench.store.put_if("kit:a", b"blob", dead_at=NEVER, token=found.token)
    assert await bench.blob("kit:a") is None


async def test_a_refused_write_leaves_nothing_older() -> None:
    bench = AsyncBench()
    await bench.store.put("kit:a", b"older", dead_at=NEVER)
    bench.bucket.plan("write", REFUSED)
    with pytest.raises(Forbidden):
        await bench.store.put("kit:a", b"newer", dead_at=NEVER)
    assert await bench.blob("kit:a") is None


@pytest.mark.parametrize("error", [StoreUnavailable("planned"), Forbidden("planned")])
async def test_a_refused_write_that_leaves_something_older_is_no_mere_refusal(error: Exception) -> None:
    bench = AsyncBench()
    bench.bucket.plan("write", REFUSED)
    bench.bucket.plan("remove", Fault(error))
    with pytest.raises(StoreUnchanged if isinstance(error, Forbidden) else StoreUnavailable):
        await bench.store.put("kit:a", b"newer", dead_at=NEVER)


async def test_each_refusal_of_a_bulk_write_has_its_reason() -> None:
    bench = AsyncBench()
    bench.bucket.plan("write", REFUSED)
    refused = await bench.store.put_many({f"kit:{key}": (b"blob", NEVER) for key in "abc"})
    assert list(refused.values()) == ["planned"]
    blobs = [await bench.blob(f"kit:{key}") for key in "abc"]
    assert sorted(blobs, key=str) == [None, b"blob", b"blob"] or blobs.count(b"blob") == 2


async def test_a_bulk_write_that_failed_is_no_refusal() -> None:
    bench = AsyncBench()
    bench.bucket.plan("write", None, Fault(StoreUnavailable("planned")))
    with pytest.raises(StoreUnavailable):
        await bench.store.put_many({f"kit:{key}": (b"blob", NEVER) for key in "abc"})


async def test_a_bulk_read_leaves_out_what_could_not_be_read() -> None:
    bench = AsyncBench()
    await bench.store.put_many({f"kit:{key}": (b"blob", NEVER) for key in "abc"})
    bench.bucket.plan("read", Fault(StoreUnavailable("planned")))
    assert len(await bench.store.get_many(["kit:a", "kit:b", "kit:c"])) == 2


async def test_a_bulk_read_of_which_nothing_was_read_fails() -> None:
    bench = AsyncBench()
    bench.bucket.plan("read", *[Fault(StoreUnavailable("planned"))] * 3)
    with pytest.raises(StoreUnavailable):
        await bench.store.get_many(["kit:a", "kit:b", "kit:c"])


async def test_a_listing_that_broke_off_begins_anew_and_shows_each_once() -> None:
    bench = AsyncBench(page_size=3)
    wanted = {f"kit:{number}" for number in range(10)}
    await bench.store.put_many(dict.fromkeys(wanted, (b"blob", NEVER)))
    bench.bucket.plan("page", None, None, BUSY, BROKEN, None, None, None, BROKEN)
    listed = [address async for address in bench.store.scan("kit:")]
    assert sorted(listed) == sorted(wanted)


async def test_a_listing_that_never_gets_anywhere_ends() -> None:
    bench = AsyncBench(page_size=3)
    await bench.store.put("kit:a", b"blob", dead_at=NEVER)
    bench.bucket.plan("page", *[BUSY] * 20)
    with pytest.raises(Throttled):
        await bench.store.clear("kit:")
    assert bench.asked().count("page") == 6


async def test_a_clear_that_broke_off_goes_on() -> None:
    bench = AsyncBench(page_size=3)
    await bench.store.put_many({f"kit:{number}": (b"blob", NEVER) for number in range(10)})
    bench.bucket.plan("page", None, BROKEN, None, BUSY)
    bench.bucket.plan("remove_many", LOST, BROKEN)
    assert await bench.store.clear("kit:") == 10
    assert bench.contents.things == {}


async def test_a_delete_whose_answer_was_lost_is_made_again() -> None:
    bench = AsyncBench()
    await bench.store.put("kit:a", b"blob", dead_at=NEVER)
    bench.bucket.plan("remove", LOST)
    assert await bench.store.delete("kit:a") is True
    assert await bench.blob("kit:a") is None
