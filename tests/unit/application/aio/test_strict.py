"""``strict``: ``add`` and ``touch`` tell of a tier that they did not reach, once everything else is done."""

from __future__ import annotations

import pytest

from hexcache.domain.errors import IncompleteWrite, StoreRejected, StoreUnavailable
from hexcache.domain.report import Effect
from hexcache.domain.tiering import TierRule
from tests.unit.application.aio.assembling import AsyncRig


def told(error: IncompleteWrite) -> list[tuple[str, Effect]]:
    """What each tier did, by name."""
    return [(outcome.tier, outcome.effect) for outcome in error.report.outcomes]


async def test_add_tells_of_a_nearer_store_that_failed_and_has_added() -> None:
    async with AsyncRig(1, 3, strict=True) as rig:
        assert await rig.cache.add("k", 1)
        assert not await rig.cache.add("k", 2)
        rig.stores[1].fail("put", times=1)
        with pytest.raises(IncompleteWrite) as caught:
            await rig.cache.add("l", 3)
        assert told(caught.value) == [
            ("store2", Effect.DONE), ("store1", Effect.QUEUED), ("store0", Effect.DONE), ("memory0", Effect.DONE),
        ]  # fmt: skip
        assert not await rig.cache.add("l", 4)
        assert await rig.cache.get("l") == 3


async def test_the_report_of_add_is_in_order_where_another_store_than_the_deepest_decides() -> None:
    rules = [TierRule(), TierRule(), TierRule(max_value_bytes=10)]
    async with AsyncRig(1, 3, rules=rules, strict=True) as rig:
        rig.stores[0].fail("put", times=1)
        with pytest.raises(IncompleteWrite) as caught:
            await rig.cache.add("k", "x" * 100)
        assert told(caught.value) == [
            ("store2", Effect.REFUSED), ("store1", Effect.DONE), ("store0", Effect.QUEUED), ("memory0", Effect.DONE),
        ]  # fmt: skip


async def test_an_add_that_loses_reaches_no_store_and_so_fails_in_none() -> None:
    async with AsyncRig(0, 2, strict=True) as rig:
        await rig.cache.set("k", 1)
        rig.stores[0].fail("put", "put_if")
        assert not await rig.cache.add("k", 2)


@pytest.mark.parametrize("error", [StoreUnavailable("down"), StoreRejected("full"), RuntimeError("foreign")])
async def test_touch_tells_of_a_store_that_kept_the_life_it_had(error: Exception) -> None:
    async with AsyncRig(1, 2, strict=True) as rig:
        await rig.cache.set("k", 1, ttl=10)
        assert await rig.cache.touch("k", 20)
        rig.stores[0].fail("put_if", times=1, error=error)
        with pytest.raises(IncompleteWrite, match="store0") as caught:
            await rig.cache.touch("k", 100)
        assert told(caught.value) == [("store1", Effect.DONE), ("store0", Effect.FAILED)]
        assert await rig.cache.ttl("k") == 100
        rig.clock.advance(50)
        assert await rig.cache.get("k") == 1


async def test_touch_tells_of_a_store_that_owes_an_earlier_change() -> None:
    async with AsyncRig(1, 2, strict=True) as rig:
        rig.stores[0].fail("put", times=1)
        with pytest.raises(IncompleteWrite):
            await rig.cache.set("k", 1, ttl=10)
        with pytest.raises(IncompleteWrite) as caught:
            await rig.cache.touch("k", 100)
        assert told(caught.value) == [("store1", Effect.DONE), ("store0", Effect.QUEUED)]
        assert await rig.cache.flush() == 0
        assert await rig.cache.touch("k", 100)


async def test_touch_of_what_is_not_there_fails_in_no_store() -> None:
    async with AsyncRig(1, 2, strict=True) as rig:
        rig.stores[0].fail("put_if", "put")
        assert not await rig.cache.touch("k", 100)


async def test_without_strict_both_go_on() -> None:
    async with AsyncRig(1, 2) as rig:
        await rig.cache.set("k", 1, ttl=10)
        rig.stores[0].fail("put_if", "put")
        assert await rig.cache.touch("k", 100)
        assert await rig.cache.add("l", 1)
