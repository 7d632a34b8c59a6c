"""Laws of a cache about coherence: what was deleted or overwritten never comes back, whatever was in flight.

Each law names the interleaving that breaks caches which do not keep it.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from hexcache.domain.lookup import MISS
from hexcache.testing.contracts.aio.cache_ground import AsyncCacheGround, AsyncLab, AsyncOrigin
from hexcache.testing.contracts.aio.primitives import start

CHANGES = ["delete", "delete_many", "clear"]


class AsyncCacheCoherenceLaws(AsyncCacheGround):
    """Deletes and writes against loads, readers and failures."""

    async def remove(self, cache: Any, how: str) -> Any:
        """Remove the key ``k`` in one of several ways."""
        if how == "delete":
            return await cache.delete("k")
        return await cache.delete_many(["other", "k"]) if how == "delete_many" else await cache.clear()

    @pytest.mark.parametrize("how", CHANGES)
    async def test_a_delete_wins_over_a_load_in_flight(self, lab: AsyncLab, how: str) -> None:
        """T01: the caller of the load gets its value, nobody else does: it is not stored in any tier."""
        cache, origin = lab.open(), AsyncOrigin("older")
        gate = origin.hold()
        loading = start(partial(cache.get_or_set, "k", origin))
        await gate.entered()
        await self.remove(cache, how)
        gate.release()
        assert await loading.result() == "older"
        await self.misses(cache, lab.cold(cache))

    @pytest.mark.parametrize("how", CHANGES)
    async def test_a_caller_after_a_delete_begins_a_new_load(self, lab: AsyncLab, how: str) -> None:
        """T12: who comes after the delete does not join the load from before it; the later load's value stays."""
        cache, origin = lab.open(), AsyncOrigin("older", "newer")
        gate = origin.hold()
        before = start(partial(cache.get_or_set, "k", origin))
        await gate.entered()
        await self.remove(cache, how)
        assert await cache.get_or_set("k", origin) == "newer"
        gate.release()
        assert await before.result() == "older"
        await self.holds("newer", cache, lab.cold(cache))

    @pytest.mark.parametrize("how", CHANGES)
    async def test_a_delete_under_way_lets_nothing_be_filled_again(self, lab: AsyncLab, how: str) -> None:
        """T02: a reader that comes while the deepest tier is still deleting leaves nothing in the nearer ones."""
        cache = lab.open()
        await cache.set("k", "old")
        gates = [lab.stores[-1].hold("delete", "delete_many", "clear", times=1)] if lab.stores else []
        removing = start(partial(self.remove, cache, how))
        for gate in gates:
            await gate.entered()
            assert await cache.get("k", MISS) in {"old", MISS}
            assert await cache.get_many(["k"]) in ({"k": "old"}, {})
            gate.release()
        assert (await removing.result()).complete
        await self.misses(cache, lab.cold(cache))

    @pytest.mark.parametrize("how", CHANGES)
    @pytest.mark.parametrize("deepest", [False, True], ids=["nearest", "deepest"])
    async def test_a_slow_reader_fills_nothing_old(self, lab: AsyncLab, how: str, deepest: bool) -> None:
        """A reader that has read the old value from a store, and then a delete overtakes it, puts it back nowhere."""
        cache = lab.open()
        await cache.set("k", "old")
        await self.arrive(cache)
        cold = lab.cold(cache)
        for slow in lab.stores[-1:] if deepest else lab.stores[:1]:
            for nearer in lab.stores[: lab.stores.index(slow)]:
                await nearer.inner.clear("")
            gate = slow.hold("get", after=True, where=lambda address: address.endswith(":k"))
            reading = start(partial(cold.get, "k", MISS))
            await gate.entered()
            await self.remove(cold, how)
            gate.release()
            assert await reading.result() in {"old", MISS}
            await self.misses(cold, lab.cold(cold))
        await self.remove(cold, how)
        await self.misses(cold)

    async def test_a_slow_reader_does_not_overwrite_a_write(self, lab: AsyncLab) -> None:
        """A reader that has read the old value and is then overtaken by a write leaves the new value in every tier."""
        cache = lab.open()
        await cache.set("k", "old")
        await self.arrive(cache)
        cold = lab.cold(cache)
        gates = [store.hold("get", after=True) for store in lab.stores[:1]]
        reading = start(partial(cold.get, "k", MISS))
        for gate in gates:
            await gate.entered()
        await cold.set("k", "new")
        for gate in gates:
            gate.release()
        assert await reading.result() in {"old", "new"}
        await self.holds("new", cold, lab.cold(cold))

    @pytest.mark.parametrize("how", CHANGES)
    async def test_a_failed_delete_never_lets_the_value_come_back(self, lab: AsyncLab, how: str) -> None:
        """T03: a tier that did not delete is not read for the key until it has; the report says so."""
        cache = lab.open()
        await cache.set("k", "old")
        lab.fail("delete", "delete_many", "clear")
        report = await self.remove(cache, how)
        assert report.complete is not bool(lab.stores)
        await self.misses(cache)
        assert await cache.get_or_set("k", AsyncOrigin("new")) == "new"
        lab.heal()
        assert await cache.flush() == 0
        assert await cache.get("k", MISS) in {"new", MISS}
        assert await lab.cold(cache).get("k", MISS) in {"new", MISS}

    @pytest.mark.parametrize("how", CHANGES)
    async def test_a_failed_delete_is_made_up_for(self, lab: AsyncLab, how: str) -> None:
        """T03: once the tier answers again, ``flush`` brings the delete, and nobody finds the value any more."""
        cache = lab.open()
        await cache.set("k", "old")
        lab.fail("delete", "delete_many", "clear", times=1)
        await self.remove(cache, how)
        lab.heal()
        assert await cache.flush() == 0
        await self.misses(cache, lab.cold(cache))

    async def test_a_failed_write_never_shows_the_older_value(self, lab: AsyncLab) -> None:
        """A tier that did not take a write is not read for the key until it has; then everybody finds the new value."""
        cache = lab.open()
        await cache.set("k", "old")
        lab.fail("put", "put_if", "put_many", "delete", "delete_many")
        report = await cache.set("k", "new")
        assert report.degraded is self.told_at_once(lab)
        assert await cache.get("k", MISS) in {"new", MISS}
        lab.heal()
        assert await cache.flush() == 0
        assert await cache.get("k", MISS) in {"new", MISS}
        assert await lab.cold(cache).get("k", MISS) in {"new", MISS}

    async def test_an_answer_that_was_lost_leaves_no_older_value(self, lab: AsyncLab) -> None:
        """A write that was made and reported as failed leaves the new value or none, never the older one."""
        cache = lab.open()
        await cache.set("k", "old")
        lab.fail("put", "put_if", "put_many", after=True, times=1)
        await cache.set("k", "new")
        assert await cache.get("k", MISS) in {"new", MISS}
        assert await lab.cold(cache).get("k", MISS) in {"new", MISS}
        lab.heal()
        assert await cache.flush() == 0
        assert await lab.cold(cache).get("k", MISS) in {"new", MISS}

    async def test_the_last_of_many_changes_counts(self, lab: AsyncLab) -> None:
        """Sets and deletes under failure, one after another: what is brought in the end is the last of them."""
        cache = lab.open()
        lab.fail("put", "put_many", "delete", "delete_many")
        for number in range(3):
            await cache.set("k", number)
            await cache.delete("k")
        await cache.set("last", 1)
        await cache.delete("k")
        lab.heal()
        assert await cache.flush() == 0
        await self.misses(cache, lab.cold(cache))

    async def test_a_load_is_stored_where_it_was_missing(self, lab: AsyncLab) -> None:
        """Without any change in between, a load fills every tier: the fences refuse nothing that is right."""
        cache, origin = lab.open(), AsyncOrigin("v")
        gate = origin.hold()
        loading = start(partial(cache.get_or_set, "k", origin))
        await gate.entered()
        await cache.set("other", 1)
        await cache.delete("another")
        gate.release()
        assert await loading.result() == "v"
        await self.holds("v", lab.cold(cache))
