"""Laws of a cache about tiers that fail, hang, lie or hold rubbish: reads are served all the same, never wrongly."""

from __future__ import annotations

from functools import partial

import pytest

from hexcache.domain.errors import IncompleteWrite, StoreError
from hexcache.domain.lookup import MISS
from hexcache.testing.contracts.aio.cache_ground import AsyncCacheGround, AsyncLab, AsyncOrigin, OriginDown
from hexcache.testing.contracts.aio.primitives import start

RUBBISH = {
    "flipped": lambda blob: bytes([blob[0] ^ 1]) + blob[1:] if blob else b"x",
    "flipped in the middle": lambda blob: blob[: len(blob) // 2] + b"\xff\x00" + blob[len(blob) // 2 + 2 :],
    "cut": lambda blob: blob[:-3],
    "lengthened": lambda blob: blob + b"\0",
    "empty": lambda _: b"",
    "foreign": lambda _: b"\x80\x04\x95 not ours",
    "pickled": lambda _: b"cposix\nsystem\n(S'true'\ntR.",
}


async def upper(keys: list[str]) -> dict[str, str]:
    """A loader of several keys."""
    return {key: key.upper() for key in keys}


class AsyncCacheFaultLaws(AsyncCacheGround):
    """Outages, deadlines, corruption, misplacement, breakers, ``strict``."""

    async def test_an_outage_fails_no_read(self, lab: AsyncLab) -> None:
        """With every store down a read is a miss or the loader's value, a write is kept as far as it goes."""
        cache = lab.open()
        lab.fail()
        assert await cache.get("k", MISS) is MISS
        assert await cache.get_many(["k"]) == {}
        assert await cache.get_entry("k") is None
        assert await cache.get_or_set("k", AsyncOrigin("v")) == "v"
        assert (await cache.set("other", 1)).complete is not self.told_at_once(lab)
        assert await cache.get_or_set_many(["a", "b"], upper) == {"a": "A", "b": "B"}
        with pytest.raises(OriginDown):
            await cache.get_or_set("down", AsyncOrigin(OriginDown()))

    async def test_a_foreign_error_is_an_outage_like_any_other(self, lab: AsyncLab) -> None:
        """An adapter that breaks its word and raises something else fails no read either."""
        cache = lab.open()
        await cache.set("k", "v")
        lab.fail(error=ZeroDivisionError("foreign"))
        assert await lab.cold(cache).get("k", MISS) in {"v", MISS}
        assert await lab.cold(cache).get_or_set("k", AsyncOrigin("v")) == "v"

    async def test_a_tier_that_comes_back_is_used_again(self, lab: AsyncLab) -> None:
        """After an outage what is stored is found again by others."""
        cache = lab.open()
        lab.fail()
        for number in range(20):
            await cache.set(f"k{number}", number)
        lab.heal()
        assert await cache.flush() == 0
        await cache.set("k", "v")
        await self.holds("v", cache, lab.cold(cache))

    async def test_a_failing_tier_is_left_alone(self, lab: AsyncLab) -> None:
        """T33: errors that are swallowed count: a tier that keeps failing is not asked every time."""
        cache = lab.open()
        lab.fail("get", "get_many")
        for store in lab.stores:
            store.calls.clear()
        for number in range(100):
            assert await cache.get(f"k{number}", MISS) is MISS
        for store in lab.stores:
            assert 0 < store.count() < 50
            assert await cache.get_or_set("loaded", AsyncOrigin("v")) == "v"

    async def test_a_hung_tier_holds_nobody_up(self, lab: AsyncLab) -> None:
        """T08: a call of a tier ends at the tier's deadline; the read goes on with what there is."""
        cache = lab.open(deadline=0.05)
        for store in lab.stores:
            store.hang("get", "get_many", "put", "put_if", "put_many")
        assert await cache.get("k", MISS) is MISS
        assert await cache.get_or_set("k", AsyncOrigin("v")) == "v"
        for store in lab.stores:
            store.heal()

    async def test_a_hung_delete_is_reported_and_holds(self, lab: AsyncLab) -> None:
        """T08: a delete that a tier does not answer ends at the deadline; the value does not come back."""
        cache = lab.open(deadline=0.05)
        await cache.set("k", "old")
        for store in lab.stores:
            store.hang("delete", "delete_many")
        assert (await cache.delete("k")).complete is not bool(lab.stores)
        await self.misses(cache)
        for store in lab.stores:
            store.heal()

    @pytest.mark.parametrize("kind", RUBBISH)
    async def test_rubbish_is_a_miss_and_is_removed(self, lab: AsyncLab, kind: str) -> None:
        """T24: bytes that are not what was written are a miss, never a value or an error, and do not stay."""
        cache = lab.open()
        await cache.set("k", {"v": [1, 2, 3]})
        await self.arrive(cache)
        for store in lab.stores:
            store.corrupt(how=RUBBISH[kind], where=lambda address: address.endswith(":k"))
        if lab.stores:
            await self.misses(lab.cold(cache))
            assert await lab.cold(cache).get_or_set("k", AsyncOrigin("loaded")) == "loaded"
        for store in lab.stores:
            store.heal()
        assert await lab.cold(cache).get("k", MISS) in ({"v": [1, 2, 3]}, "loaded", MISS)

    async def test_rubbish_does_not_stay(self, lab: AsyncLab) -> None:
        """T24: what was found to be rubbish is gone from the store afterwards."""
        cache = lab.open()
        await cache.set("k", "v")
        await self.arrive(cache)
        for store in lab.stores:
            (address,) = [a for a in [a async for a in store.inner.scan("")] if a.endswith(":k")]
            await store.inner.put(address, b"rubbish", dead_at=float("inf"))
        if lab.stores:
            await self.misses(lab.cold(cache))
        for store in lab.stores:
            assert not [a for a in [a async for a in store.inner.scan("")] if a.endswith(":k")]

    async def test_a_blob_of_another_key_is_a_miss(self, lab: AsyncLab) -> None:
        """T25: a store that answers with what is at another address does not make it the value of this one."""
        cache = lab.open()
        await cache.set("k", "mine")
        await cache.set("l", "another's")
        await self.arrive(cache)
        for store in lab.stores:
            (address,) = [a for a in [a async for a in store.inner.scan("")] if a.endswith(":l")]
            store.misplace(address, where=lambda address: address.endswith(":k"))
        for asked in (cache, lab.cold(cache)):
            assert await asked.get("k", MISS) in {"mine", MISS}
            assert await asked.get_many(["k"]) in ({"k": "mine"}, {})

    async def test_a_store_that_expires_late_serves_nothing_dead(self, lab: AsyncLab) -> None:
        """Each read checks the deadline itself, whatever the store thinks of it."""
        cache = lab.open()
        for store in lab.stores:
            store.linger()
        await cache.set("k", "v", ttl=10)
        lab.clock.advance(10)
        await self.misses(cache, lab.cold(cache))
        assert await lab.cold(cache).get_entry("k") is None

    async def test_a_cancelled_read_spoils_nothing(self, lab: AsyncLab) -> None:
        """A caller who leaves while a tier is slow takes nobody along; the next one is served."""
        cache = lab.open()
        await cache.set("k", "v")
        await self.arrive(cache)
        cold = lab.cold(cache)
        gates = [store.hold("get") for store in lab.stores[:1]]
        reading = start(partial(cold.get, "k", MISS))
        for gate in gates:
            await gate.entered()
        await reading.abandon()
        for gate in gates:
            gate.release()
        await self.holds("v", cold)

    async def test_strict_raises_instead_of_degrading(self, lab: AsyncLab) -> None:
        """With ``strict`` a failed read is the tier's ``StoreError`` and a failed write ``IncompleteWrite``."""
        cache = lab.open(strict=True)
        assert (await cache.set("k", "v")).complete
        if not lab.stores:
            return
        lab.fail(times=1)
        with pytest.raises(StoreError):
            await cache.get("never")
        lab.heal()
        lab.fail("put", "put_many", "put_if")
        if self.deferred:
            assert (await cache.set("k", "new")).complete
        else:
            with pytest.raises(IncompleteWrite) as caught:
                await cache.set("k", "new")
            assert caught.value.report.degraded
        lab.heal()
        lab.fail("delete", "delete_many")
        with pytest.raises(IncompleteWrite):
            await cache.delete("k")
        await self.misses(cache)

    async def test_strict_tells_of_a_tier_that_add_or_touch_did_not_reach(self, lab: AsyncLab) -> None:
        """An ``add`` raises what the deciding tier raised, or ``IncompleteWrite`` as ``touch`` does."""
        cache = lab.open(strict=True)
        await cache.set("k", "v", ttl=10)
        assert await cache.add("l", "v")
        assert await cache.touch("k", 20)
        await self.arrive(cache)
        if not lab.stores:
            return
        # Behind a buffer only the write of the store that decides is made at once.
        lab.stores[-1 if self.deferred else 0].fail("put", "put_many", "put_if")
        with pytest.raises((StoreError, IncompleteWrite)):
            await cache.add("m", "v")
        with pytest.raises(IncompleteWrite) as caught:
            await cache.touch("k", 100)
        assert caught.value.report.degraded
        assert await cache.get("k") == "v"

    async def test_closing_tells_what_is_still_owed(self, lab: AsyncLab) -> None:
        """What a tier does not take even at the last moment is told to whoever closes, also when asked again."""
        cache = lab.open()
        lab.fail("put", "put_many", "put_if", "delete", "delete_many")
        await cache.set("k", "v")
        await cache.set("l", "v")
        first = await cache.aclose()
        left = (0, 2 * len(lab.stores)) if self.deferred else (2 * len(lab.stores), 0)
        assert (first.owed, first.pending, first.abandoned, first.clean) == (*left, 0, not lab.stores)
        lab.heal()
        assert await cache.aclose() == first

    async def test_failures_show_in_the_statistics(self, lab: AsyncLab) -> None:
        """``stats``, ``health`` and ``explain`` tell what is wrong, and never fail themselves."""
        cache = lab.open()
        await cache.set("k", "v")
        assert all(told["ok"] for told in (await cache.health()).values())
        lab.fail()
        await cache.get("never")
        health = await cache.health()
        assert sum(not told["ok"] for told in health.values()) == len(lab.stores)
        assert isinstance(cache.stats(), dict)
        assert isinstance(await cache.explain("k"), dict)
