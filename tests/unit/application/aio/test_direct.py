"""A store that stands alone is read directly, with the answers, statistics and care of a walk over all tiers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from hexcache.adapters.outbound.codecs.envelope import Envelope
from hexcache.domain.breaker import BreakerRule
from hexcache.domain.errors import StoreError
from hexcache.domain.load import Missing
from hexcache.domain.lookup import MISS
from hexcache.domain.record import Record
from hexcache.domain.tiering import TierRule
from tests.unit.application.aio.assembling import AsyncOrigin, AsyncRig

Scene = Callable[[AsyncRig], Awaitable[Any]]


async def fresh(rig: AsyncRig) -> Any:
    await rig.cache.set("k", [1])
    one, other = await rig.cache.get("k"), await rig.cache.get("k")
    assert one is not other
    return one, other


async def a_none(rig: AsyncRig) -> Any:
    await rig.cache.set("k", None)
    return await rig.cache.get("k", MISS)


async def absent(rig: AsyncRig) -> Any:
    return await rig.cache.get("k", MISS), await rig.cache.get("k")


async def stale(rig: AsyncRig) -> Any:
    await rig.cache.set("k", 1, ttl=10, stale_ttl=100)
    rig.clock.advance(10)
    return await rig.cache.get("k", MISS)


async def dead(rig: AsyncRig) -> Any:
    rig.stores[0].linger()
    await rig.cache.set("k", 1, ttl=10)
    rig.clock.advance(10)
    return await rig.cache.get("k", MISS)


async def negative(rig: AsyncRig) -> Any:
    await rig.cache.get_or_set("k", AsyncOrigin(Missing(10)), tags=["t"])
    answers = [await rig.cache.get("k", "default")]
    rig.clock.advance(10)
    return [*answers, await rig.cache.get("k", MISS)]


async def negative_and_invalidated(rig: AsyncRig) -> Any:
    await rig.cache.get_or_set("k", AsyncOrigin(Missing(10)), tags=["t"])
    await rig.cache.invalidate_tags("t")
    return await rig.cache.get("k", MISS)


async def tagged(rig: AsyncRig) -> Any:
    await rig.cache.set("k", 1, tags=["t", "u"])
    answers = [await rig.cache.get("k", MISS)]
    await rig.cache.invalidate_tags("u")
    return [*answers, await rig.cache.get("k", MISS)]


async def tagged_and_expired(rig: AsyncRig) -> Any:
    await rig.cache.set("k", 1, ttl=10, stale_ttl=100, tags=["t"])
    await rig.cache.expire_tags("t")
    return await rig.cache.get("k", MISS)


async def tagged_and_unknown(rig: AsyncRig) -> Any:
    await rig.cache.set("k", 1, tags=["t"])
    rig.clock.advance(500)
    rig.stores[0].fail("get", where=lambda address: not address.endswith(":k"))
    return await rig.cache.get("k", MISS)


async def rubbish(rig: AsyncRig) -> Any:
    await rig.inner[0].put("app:k", b"rubbish", dead_at=float("inf"))
    answers = [await rig.cache.get("k", MISS), await rig.cache.get("k", MISS)]
    return [*answers, rig.stores[0].count("delete")]


async def a_payload_of_another_serializer(rig: AsyncRig) -> Any:
    for key, fresh_until in (("k", 1e12), ("l", 1.0)):
        blob = Envelope().encode(f"app:{key}", Record(b"\xc1", 0.0, fresh_until, 1e12))
        await rig.inner[0].put(f"app:{key}", blob, dead_at=float("inf"))
    answers = [await rig.cache.get(key, MISS) for key in "kl"]
    return [*answers, rig.stores[0].count("delete")]


async def from_a_clock_that_is_ahead(rig: AsyncRig) -> Any:
    wall = rig.clock.wall()
    blob = Envelope().encode("app:k", Record(b"\x01", wall + 100, wall + 50, wall + 200))
    await rig.inner[0].put("app:k", blob, dead_at=float("inf"))
    return await rig.cache.get("k", MISS)


async def owed(rig: AsyncRig) -> Any:
    await rig.cache.set("k", 1)
    rig.stores[0].fail("put", times=1)
    await rig.cache.set("k", 2)
    answers = [await rig.cache.get("k", MISS)]
    await rig.cache.flush()
    return [*answers, await rig.cache.get("k", MISS)]


async def failing(rig: AsyncRig) -> Any:
    await rig.cache.set("k", 1)
    rig.stores[0].fail("get", times=3)
    answers = [await rig.cache.get("k", MISS) for _ in range(5)]
    rig.clock.advance(10)
    return [*answers, await rig.cache.get("k", MISS), rig.stores[0].count("get")]


async def in_a_namespace(rig: AsyncRig) -> Any:
    below = rig.cache.namespace("n")
    await below.set("k", 1)
    return await below.get("k"), await rig.cache.get("k", MISS), below.stats()["tiers"]["store0"]["hits"]


SCENES: dict[Scene, Any] = {
    fresh: ([1], [1]),
    a_none: None,
    absent: (MISS, None),
    stale: MISS,
    dead: MISS,
    negative: ["default", MISS],
    negative_and_invalidated: MISS,
    tagged: [1, MISS],
    tagged_and_expired: MISS,
    tagged_and_unknown: MISS,
    rubbish: [MISS, MISS, 1],
    a_payload_of_another_serializer: [MISS, MISS, 2],
    from_a_clock_that_is_ahead: MISS,
    owed: [MISS, 2],
    failing: [MISS, MISS, MISS, MISS, MISS, 1, 4],
    in_a_namespace: (1, MISS, 1),
}


@pytest.mark.parametrize("scene", SCENES)
async def test_a_direct_read_is_a_walk_in_all_that_can_be_seen(scene: Scene) -> None:
    told: list[tuple[dict[str, Any], list[Any], list[Any]]] = []
    for walked in (False, True):
        async with AsyncRig(0, 1, breaker=BreakerRule(failures=3)) as rig:
            if walked:
                rig.assembly.direct = None
            assert (rig.assembly.direct is None) is walked
            answer = await scene(rig)
            assert answer == SCENES[scene]
            told.append((rig.cache.stats(), rig.stores[0].calls, rig.witness.tiers))
    assert told[0] == told[1]


async def test_hits_and_misses_are_counted_for_the_cache_and_its_tier() -> None:
    async with AsyncRig(0, 1) as rig:
        await fresh(rig)
        await rig.cache.get("never")
        await rig.cache.delete("k")
        await negative(rig)
        stats = rig.cache.stats()
        assert (stats["hits"], stats["negative_hits"], stats["misses"]) == (3, 1, 3)
        assert stats["tiers"]["store0"]["hits"] == 3


async def test_a_strict_read_raises_what_the_store_raised() -> None:
    async with AsyncRig(0, 1, strict=True) as rig:
        rig.stores[0].fail("get", times=1)
        with pytest.raises(StoreError):
            await rig.cache.get("k")
        assert await rig.cache.get("k", MISS) is MISS


async def test_a_store_that_is_not_read_by_rule_is_not_asked() -> None:
    async with AsyncRig(0, 1, rules=[TierRule(read=False)]) as rig:
        await rig.cache.set("k", 1)
        assert await rig.cache.get("k", MISS) is MISS
        assert rig.stores[0].count("get") == 0


@pytest.mark.parametrize(("memory", "stores"), [(1, 0), (1, 1), (0, 2), (0, 0)])
async def test_only_a_store_that_stands_alone_is_read_directly(memory: int, stores: int) -> None:
    async with AsyncRig(memory, stores) as rig:
        assert rig.assembly.direct is None
