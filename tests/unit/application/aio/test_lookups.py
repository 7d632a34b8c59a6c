"""What was stored is found: equal, of equal type, in every tier, and owned by whoever asked."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from hexcache.domain.lifetime import NEVER
from hexcache.domain.load import Missing
from hexcache.domain.lookup import MISS
from hexcache.testing.sameness import same
from tests.unit.application.aio.assembling import AsyncOrigin, AsyncRig

VALUES: list[object] = [
    None, False, True, 0, 1, -1, 0.0, -0.0, "", "text", b"", b"bytes", [], {}, set(), (), [None], {"a": [1, (2,)]},
    {1: "int", (1, 2): "tuple"}, frozenset({1}), 2**100, float("inf"), Decimal("1.10"), UUID(int=7),
]  # fmt: skip
ASSEMBLIES = [(1, 0), (0, 1), (1, 1), (3, 0), (1, 2)]


@pytest.mark.parametrize(("memory", "stores"), ASSEMBLIES)
@pytest.mark.parametrize("value", VALUES, ids=repr)
async def test_every_value_comes_back_from_every_tier(memory: int, stores: int, value: object) -> None:
    async with AsyncRig(memory, stores) as rig:
        await rig.cache.set("k", value)
        for _ in range(memory + stores):
            assert same(await rig.cache.get("k", MISS), value)
            assert same((await rig.cache.get_many(["k"]))["k"], value)
            entry = await rig.cache.get_entry("k")
            assert entry is not None
            assert same(entry.value, value)
            assert await rig.cache.has("k")
            await drop_nearest(rig)
            if not await rig.cache.has("k"):
                break


async def drop_nearest(rig: AsyncRig) -> None:
    """Empty the nearest tier that holds the key, so that the next one is asked."""
    for slot in rig.core.memory:
        if slot.tier.clear():
            return
    for store in rig.inner:
        if await store.clear("app:"):
            return


@pytest.mark.parametrize("value", VALUES, ids=repr)
async def test_a_loaded_value_is_the_same_for_the_loader_and_from_each_tier(value: object) -> None:
    async with AsyncRig(1, 1) as rig:
        origin = AsyncOrigin(value)
        assert same(await rig.cache.get_or_set("k", origin), value)
        assert same(await rig.cache.get_or_set("k", origin), value)
        rig.forget()
        assert same(await rig.cache.get_or_set("k", origin), value)
        assert same(await rig.cache.get_or_set_many(["k"], AsyncOrigin({})), {"k": value})
        assert origin.calls == 1


@pytest.mark.parametrize("stores", [0, 1])
async def test_changing_a_value_changes_nothing_in_the_cache(stores: int) -> None:
    async with AsyncRig(1, stores) as rig:
        stored = {"list": [1]}
        await rig.cache.set("k", stored)
        stored["list"].append(2)
        for _ in range(3):
            got: Any = await rig.cache.get("k")
            assert got == {"list": [1]}
            got["list"].append(3)
        many = (await rig.cache.get_many(["k"]))["k"]
        many["list"].append(4)
        entry = await rig.cache.get_entry("k")
        assert entry is not None
        entry.value["list"].append(5)
        if stores:
            rig.forget()
        first: Any = await rig.cache.get("k")
        first["list"].append(6)
        assert await rig.cache.get("k") == {"list": [1]}


async def test_declared_shared_values_are_handed_out_as_they_are() -> None:
    async with AsyncRig(1, 0, shared=True) as rig:
        stored = [1]
        await rig.cache.set("k", stored)
        assert await rig.cache.get("k") is stored


async def test_get_gives_the_default_for_what_is_not_there() -> None:
    async with AsyncRig(1, 1) as rig:
        assert await rig.cache.get("k") is None
        assert await rig.cache.get("k", 5) == 5
        assert rig.cache.get_nowait("k", 6) == 6
        assert await rig.cache.get_many(["k", "l"]) == {}
        assert await rig.cache.get_entry("k") is None
        assert await rig.cache.ttl("k") is None
        assert not await rig.cache.has("k")


async def test_get_nowait_knows_the_nearest_memory_tier_only() -> None:
    async with AsyncRig(1, 1) as rig:
        await rig.cache.set("plain", 1)
        await rig.cache.set("sealed", [1])
        await rig.cache.set("tagged", 2, tags=["t"])
        await rig.cache.get_or_set("missing", AsyncOrigin(Missing()))
        assert rig.cache.get_nowait("plain", MISS) == 1
        assert rig.cache.get_nowait("sealed", MISS) == [1]
        assert rig.cache.get_nowait("tagged", MISS) == 2
        assert rig.cache.get_nowait("missing", "default") == "default"
        rig.forget()
        assert rig.cache.get_nowait("plain", MISS) is MISS


async def test_a_cache_without_memory_has_nothing_without_waiting() -> None:
    async with AsyncRig(0, 1) as rig:
        await rig.cache.set("k", 1)
        assert rig.cache.get_nowait("k", MISS) is MISS
        assert await rig.cache.get("k") == 1


async def test_a_cache_without_tiers_loads_each_time() -> None:
    async with AsyncRig(0, 0) as rig:
        origin = AsyncOrigin(1)
        assert (await rig.cache.set("k", 1)).complete
        assert await rig.cache.get("k") is None
        assert await rig.cache.get_or_set("k", origin) == 1
        assert await rig.cache.get_or_set("k", origin) == 1
        assert origin.calls == 2
        assert not (await rig.cache.delete("k")).found


async def test_an_entry_tells_what_is_known_about_it() -> None:
    async with AsyncRig(1, 1) as rig:
        await rig.cache.set("k", "v", ttl=60, stale_ttl=30, tags=["red", "blue"])
        rig.clock.advance(20)
        entry = await rig.cache.get_entry("k")
        assert entry is not None
        assert (entry.key, entry.value, entry.age, entry.ttl, entry.stale_ttl) == ("k", "v", 20, 40, 30)
        assert (entry.stale, entry.missing, entry.tier, set(entry.tags)) == (False, False, "memory0", {"red", "blue"})
        rig.clock.advance(50)
        entry = await rig.cache.get_entry("k")
        assert entry is not None
        assert (entry.age, entry.ttl, entry.stale_ttl, entry.stale) == (70, 0, 20, True)
        rig.clock.advance(20)
        assert await rig.cache.get_entry("k") is None


async def test_an_entry_names_the_tier_that_had_it_and_is_then_in_the_nearest() -> None:
    async with AsyncRig(2, 2) as rig:
        await rig.cache.set("k", 1)
        rig.core.memory[0].tier.clear()
        tiers = []
        for _ in range(2):
            entry = await rig.cache.get_entry("k")
            assert entry is not None
            tiers.append(entry.tier)
        rig.forget()
        await rig.inner[0].delete("app:k")
        entry = await rig.cache.get_entry("k")
        assert entry is not None
        assert [*tiers, entry.tier] == ["memory1", "memory0", "store1"]
        assert rig.held(0, "k") == 1
        assert rig.core.memory[1].tier.peek("k") is not None


async def test_a_version_belongs_to_a_write() -> None:
    async with AsyncRig(1, 1) as rig:
        await rig.cache.set("k", 1)
        first = await rig.cache.get_entry("k")
        rig.forget()
        again = await rig.cache.get_entry("k")
        await rig.cache.set("k", 1)
        second = await rig.cache.get_entry("k")
        assert first is not None
        assert again is not None
        assert second is not None
        assert first.version == again.version != second.version


@pytest.mark.parametrize("ttl", [26 * 86_400, "400d", None])
async def test_long_and_endless_lives_are_kept(ttl: object) -> None:
    async with AsyncRig(1, 1) as rig:
        await rig.cache.set("k", 1, ttl=ttl)  # type: ignore[arg-type]  # each form of a ttl
        rig.clock.advance(25 * 86_400)
        assert await rig.cache.get("k") == 1
        rig.forget()
        assert await rig.cache.get("k") == 1
        left = await rig.cache.ttl("k")
        assert left is not None
        assert left == (NEVER if ttl is None else left)
        assert left >= 86_400 - 1


async def test_an_endless_entry_has_no_stale_window() -> None:
    async with AsyncRig() as rig:
        await rig.cache.set("k", 1, ttl=None, stale_ttl=60)
        entry = await rig.cache.get_entry("k")
        assert entry is not None
        assert (entry.ttl, entry.stale_ttl) == (NEVER, 0.0)


async def test_an_endless_stale_window_does_not_end() -> None:
    async with AsyncRig() as rig:
        await rig.cache.set("k", 1, ttl=1, stale_ttl=None)
        rig.clock.advance(1e9)
        entry = await rig.cache.get_entry("k")
        assert entry is not None
        assert (entry.stale, entry.stale_ttl) == (True, NEVER)


@pytest.mark.parametrize(("memory", "stores"), ASSEMBLIES)
async def test_a_value_ends_at_its_deadline_in_every_tier(memory: int, stores: int) -> None:
    async with AsyncRig(memory, stores) as rig:
        await rig.cache.set("k", 1, ttl=10)
        rig.clock.advance(10 - 2**-10)
        assert await rig.cache.get("k") == 1
        rig.clock.advance(2**-10)
        assert await rig.cache.get("k") is None
        assert await rig.cache.get_many(["k"]) == {}


async def test_promotion_keeps_the_remaining_life() -> None:
    async with AsyncRig(2, 2) as rig:
        await rig.cache.set("k", 1, ttl=100, stale_ttl=50)
        rig.forget()
        await rig.inner[0].delete("app:k")
        rig.clock.advance(60)
        assert await rig.cache.get("k") == 1
        for place in range(2):
            entry = rig.core.memory[place].tier.peek("k")
            assert entry is not None
            assert (entry.fresh_until - rig.clock.monotonic(), entry.dead_at - rig.clock.monotonic()) == (40, 90)
        await rig.inner[1].delete("app:k")
        rig.forget()
        assert await rig.cache.ttl("k") == 40


async def test_promotion_by_a_bulk_read_keeps_the_remaining_life() -> None:
    async with AsyncRig(1, 2) as rig:
        await rig.cache.set_many({"a": 1, "b": 2}, ttl=100)
        rig.forget()
        await rig.inner[0].clear("app:")
        rig.clock.advance(60)
        assert await rig.cache.get_many(["b", "a"]) == {"b": 2, "a": 1}
        await rig.inner[1].clear("app:")
        assert await rig.cache.ttl("a") == 40
        rig.forget()
        assert await rig.cache.ttl("b") == 40


async def test_a_tiers_cap_cuts_the_life_there_and_nowhere_else() -> None:
    async with AsyncRig([5.0], 1) as rig:
        await rig.cache.set("k", 1, ttl=100, stale_ttl=50)
        rig.clock.advance(5)
        assert rig.core.memory[0].tier.peek("k") is None
        assert await rig.cache.get("k") == 1
        assert await rig.cache.ttl("k") == 95
        entry = rig.core.memory[0].tier.peek("k")
        assert entry is not None
        assert entry.dead_at - rig.clock.monotonic() == 5


async def test_a_clock_ahead_elsewhere_lengthens_no_life() -> None:
    async with AsyncRig(1, 1) as rig:
        rig.clock.wall_jump(3_600)
        await rig.cache.set("k", 1, ttl=100)
        rig.clock.wall_jump(-3_600)
        rig.forget()
        assert await rig.cache.ttl("k") == 100


async def test_duplicates_are_asked_once_and_answers_keep_the_order_of_the_request() -> None:
    async with AsyncRig(1, 1) as rig:
        await rig.cache.set_many({"a": 1, "b": None, "c": 0})
        rig.forget()
        answer = await rig.cache.get_many(["c", "x", "a", "c", "b"])
        assert list(answer.items()) == [("c", 0), ("a", 1), ("b", None)]
        assert rig.stores[0].count("get_many") == 1
        assert len(rig.stores[0].calls[-1].subjects) == 4


async def test_a_bulk_read_of_nothing_asks_nobody() -> None:
    async with AsyncRig(1, 1) as rig:
        assert await rig.cache.get_many([]) == {}
        assert not rig.stores[0].calls


async def test_statistics_count_what_callers_got() -> None:
    async with AsyncRig(1, 1) as rig:
        await rig.cache.set("k", 1)
        await rig.cache.get("k")
        rig.forget()
        await rig.cache.get("k")
        await rig.cache.get("none")
        stats = rig.cache.stats()
        assert (stats["sets"], stats["memory_hits"], stats["hits"], stats["misses"]) == (1, 1, 2, 1)
        assert stats["tiers"]["store0"]["hits"] == 1
        assert stats["tiers"]["memory0"]["hits"] == 1


async def test_an_entry_that_is_asked_for_counts_as_its_value_does() -> None:
    async with AsyncRig(1, 1, ttl=10, stale_ttl=100) as rig:
        await rig.cache.set("k", 1)
        await rig.cache.get_or_set("gone", AsyncOrigin(Missing()))
        before = rig.cache.stats()
        await rig.cache.get_entry("k")
        await rig.cache.get_entry("gone")
        rig.forget()
        await rig.cache.get_entry("k")
        rig.clock.advance(20)
        await rig.cache.get_entry("k")
        await rig.cache.get_entry("never")
        stats = rig.cache.stats()
        asked = {name: stats[name] - before[name] for name in ("hits", "stale_hits", "negative_hits", "misses")}
        assert asked == {"hits": 3, "stale_hits": 1, "negative_hits": 1, "misses": 1}
        assert [stats["tiers"][tier]["hits"] for tier in ("memory0", "store0")] == [3, 1]


async def test_looking_whether_something_is_there_is_no_hit_and_no_miss() -> None:
    async with AsyncRig(1, 1) as rig:
        await rig.cache.set("k", 1)
        rig.forget()
        assert await rig.cache.has("k")
        assert await rig.cache.touch("k", 5)
        assert not await rig.cache.has("never")
        stats = rig.cache.stats()
        assert (stats["hits"], stats["misses"]) == (0, 0)
        assert [stats["tiers"][tier]["hits"] for tier in ("memory0", "store0")] == [0, 0]


async def test_bulk_hits_in_memory_are_marked_for_the_policy_and_counted_like_single_ones() -> None:
    async with AsyncRig(1, 0, items=2) as rig:
        await rig.cache.set("kept", 1)
        await rig.cache.get_many(["kept"])
        entry = rig.core.memory[0].tier.peek("kept")
        assert entry is not None
        assert entry.mark == 1
        assert rig.cache.stats()["memory_hits"] == 1
