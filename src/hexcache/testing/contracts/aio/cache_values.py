"""Laws of a cache about values: what was stored comes back, the same, and nobody else's."""

from __future__ import annotations

import copy
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings

from hexcache.domain.lookup import MISS
from hexcache.testing.contracts.aio.cache_ground import AsyncCacheGround, AsyncLab
from hexcache.testing.contracts.aio.primitives import start, together
from hexcache.testing.sameness import same
from hexcache.testing.strategies import LOOKALIKES, faithful_values

FALSY: list[object] = [None, False, 0, 0.0, "", b"", (), [], {}, set(), frozenset()]
MANY = settings(
    max_examples=30,
    deadline=None,
    # The laboratory serves all examples, and every subclass runs the inherited test.
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.differing_executors, HealthCheck.too_slow],
)


class AsyncCacheValueLaws(AsyncCacheGround):
    """``get``, ``get_entry``, ``get_nowait``, ``set``, ``add``, ``delete``, ``has``."""

    async def test_a_miss_is_the_default(self, lab: AsyncLab) -> None:
        """What was never stored is a miss in every way of asking."""
        cache = lab.open()
        await self.misses(cache)
        assert await cache.get("k") is None
        assert await cache.get_entry("k") is None
        assert await cache.has("k") is False

    async def test_what_was_set_is_found(self, lab: AsyncLab) -> None:
        """A value is found here and by another cache on the same stores."""
        cache = lab.open()
        report = await cache.set("k", {"a": [1, 2]})
        assert report.complete
        await self.holds({"a": [1, 2]}, cache, lab.cold(cache))
        assert await cache.has("k") is True

    @pytest.mark.parametrize("value", FALSY, ids=lambda value: f"{type(value).__name__}:{value!r}")
    async def test_falsy_values_round_trip_in_every_tier(self, lab: AsyncLab, value: object) -> None:
        """T09: ``None`` and its like are values, not misses, from every tier and in every way of asking."""
        cache = lab.open()
        await cache.set("k", value)
        for asked in (cache, lab.cold(cache)):
            for answer in (await asked.get("k", MISS), (await asked.get_many(["k"]))["k"]):
                assert same(value, answer)
            assert await asked.has("k") is True

    @MANY
    @given(value=faithful_values())
    async def test_every_tier_gives_the_same_value(self, lab: AsyncLab, value: object) -> None:
        """T27: whatever tier answers, the value is equal and of the same type all the way down."""
        cache = lab.open()
        await cache.set("k", value)
        assert same(value, await cache.get("k", MISS))
        cold = lab.cold(cache)
        assert same(value, await cold.get("k", MISS))
        assert same(value, await cold.get("k", MISS))

    async def test_values_are_isolated_from_their_readers(self, lab: AsyncLab) -> None:
        """T32: what a reader does to a value changes nothing for the next one."""
        value = {"list": [1, [2]], "set": {3}}
        cache = lab.open()
        await cache.set("k", value)
        for asked in (cache, lab.cold(cache)):
            for _ in range(3):
                read = await asked.get("k")
                assert same(value, read)
                assert isinstance(read, dict)
                read["list"][1].append("mine")
                read["set"].clear()
                read["new"] = True

    async def test_values_are_isolated_from_their_writer(self, lab: AsyncLab) -> None:
        """T32: what the writer does to its object afterwards changes nothing that is stored."""
        value = {"list": [1, [2]]}
        stored = copy.deepcopy(value)
        cache = lab.open()
        await cache.set("k", value)
        value["list"].append("later")
        await self.holds(stored, cache, lab.cold(cache))

    async def test_setting_again_replaces(self, lab: AsyncLab) -> None:
        """The last value counts, in every tier."""
        cache = lab.open()
        await cache.set("k", "old")
        await cache.set("k", "new")
        await self.holds("new", cache, lab.cold(cache))

    async def test_delete_removes_from_every_tier(self, lab: AsyncLab) -> None:
        """A deleted value is gone here and for others; the report says whether there was one."""
        cache = lab.open()
        await cache.set("k", "v")
        report = await cache.delete("k")
        assert report.complete
        assert report.found is True
        await self.misses(cache, lab.cold(cache))
        assert (await cache.delete("k")).found is False

    async def test_delete_many_removes_each(self, lab: AsyncLab) -> None:
        """What is named goes, what is not stays; nothing named is nothing done."""
        cache = lab.open()
        await cache.set_many({key: key for key in "abc"})
        assert (await cache.delete_many(["a", "c", "never", "a"])).found is True
        assert (await cache.delete_many([])).found is False
        for asked in (cache, lab.cold(cache)):
            assert await asked.get_many(["a", "b", "c"]) == {"b": "b"}

    async def test_add_stores_only_what_is_not_there(self, lab: AsyncLab) -> None:
        """``add`` answers True once; what is there stays."""
        cache = lab.open()
        assert await cache.add("k", "first") is True
        assert await cache.add("k", "second") is False
        assert await lab.cold(cache).add("k", "third") is False
        await self.holds("first", cache, lab.cold(cache))

    async def test_add_follows_a_delete_and_an_expiry(self, lab: AsyncLab) -> None:
        """What was deleted or is no longer fresh does not stand in the way."""
        cache = lab.open()
        await cache.set("k", "v", ttl=10)
        await cache.delete("k")
        assert await cache.add("k", "anew", ttl=10, stale_ttl=100) is True
        lab.clock.advance(10)
        assert await cache.add("k", "again") is True
        await self.holds("again", cache, lab.cold(cache))

    async def test_one_of_many_adds_wins(self, lab: AsyncLab) -> None:
        """Sixteen callers at once: exactly one is told True, and its value is there."""
        cache = lab.open()
        told = await together([partial(cache.add, "k", number) for number in range(16)])
        assert told.count(True) == 1
        await self.holds(told.index(True), cache, lab.cold(cache))

    async def test_adds_of_two_caches_are_decided_by_the_store(self, lab: AsyncLab) -> None:
        """A caller who saw nothing and is then overtaken by another cache's ``add`` is told False."""
        cache = lab.open()
        other = lab.cold(cache)
        gates = [store.hold("put_if") for store in lab.stores[-1:]]
        adding = start(partial(cache.add, "k", "slow"))
        for gate in gates:
            await gate.entered()
            assert await other.add("k", "quick") is True
            gate.release()
        assert await adding.result() is not bool(gates)
        await self.holds("quick" if gates else "slow", lab.cold(cache))

    async def test_keys_that_look_alike_are_kept_apart(self, lab: AsyncLab) -> None:
        """T26: every key has its own value in every tier, however alike the keys are."""
        cache = lab.open()
        values = {key: number for number, key in enumerate([*LOOKALIKES, "k" * 4_096, "k" * 4_095 + "l"])}
        await cache.set_many(values)
        assert await cache.get_many(values) == values
        assert await lab.cold(cache).get_many(values) == values

    async def test_get_nowait_never_waits_and_never_lies(self, lab: AsyncLab) -> None:
        """The hit path gives the value or the default, whatever the stores do."""
        cache = lab.open()
        await cache.set("k", "v")
        gates = [store.hang() for store in lab.stores]
        assert cache.get_nowait("k", MISS) in {"v", MISS}
        assert cache.get_nowait("never", MISS) is MISS
        assert [gate.arrived for gate in gates] == [0] * len(gates)

    async def test_an_entry_tells_about_itself(self, lab: AsyncLab) -> None:
        """Age, life, tags and version, from whichever tier it comes."""
        cache = lab.open()
        await cache.set("k", "v", ttl=100, stale_ttl=50, tags=["t"])
        lab.clock.advance(10)
        for asked in (cache, lab.cold(cache)):
            view = await asked.get_entry("k")
            assert view is not None
            assert (view.key, view.value, view.stale, view.missing) == ("k", "v", False, False)
            assert (view.age, view.ttl, view.stale_ttl) == (10.0, 90.0, 50.0)
            assert view.tags == ("t",)
            assert view.tier
            assert view.version

    async def test_a_new_write_has_a_new_version(self, lab: AsyncLab) -> None:
        """Versions tell writes apart, also of equal values."""
        cache = lab.open()
        versions = set()
        for _ in range(3):
            await cache.set("k", "v")
            view = await cache.get_entry("k")
            assert view is not None
            versions.add(view.version)
        assert len(versions) == 3
