# Generated from src/hexcache/testing/contracts/aio/cache_faults.py by tools/unasync.py. Do not edit.
"""Laws of a cache about tiers that fail, hang, lie or hold rubbish: reads are served all the same, never wrongly."""

from __future__ import annotations

from functools import partial

import pytest

from hexcache.domain.errors import IncompleteWrite, StoreError
from hexcache.domain.lookup import MISS
from hexcache.testing.contracts.sync.cache_ground import CacheGround, Lab, Origin, OriginDown
from hexcache.testing.contracts.sync.primitives import start

RUBBISH = {
    "flipped": lambda blob: bytes([blob[0] ^ 1]) + blob[1:] if blob else b"x",
    "flipped in the middle": lambda blob: blob[: len(blob) // 2] + b"\xff\x00" + blob[len(blob) // 2 + 2 :],
    "cut": lambda blob: blob[:-3],
    "lengthened": lambda blob: blob + b"\0",
    "empty": lambda _: b"",
    "foreign": lambda _: b"\x80\x04\x95 not ours",
    "pickled": lambda _: b"cposix\nsystem\n(S'true'\ntR.",
}


def upper(keys: list[str]) -> dict[str, str]:
    """A loader of several keys."""
    return {key: key.upper() for key in keys}


class CacheFaultLaws(CacheGround):
    """Outages, deadlines, corruption, misplacement, breakers, ``strict``."""

    def test_an_outage_fails_no_read(self, lab: Lab) -> None:
        """With every store down a read is a miss or the loader's value, a write is kept as far as it goes."""
        cache = lab.open()
        lab.fail()
        assert cache.get("k", MISS) is MISS
        assert cache.get_many(["k"]) == {}
        assert cache.get_entry("k") is None
        assert cache.get_or_set("k", Origin("v")) == "v"
        assert (cache.set("other", 1)).complete is not self.told_at_once(lab)
        assert cache.get_or_set_many(["a", "b"], upper) == {"a": "A", "b": "B"}
        with pytest.raises(OriginDown):
            cache.get_or_set("down", Origin(OriginDown()))

    def test_a_foreign_error_is_an_outage_like_any_other(self, lab: Lab) -> None:
        """An adapter that breaks its word and raises something else fails no read either."""
        cache = lab.open()
        cache.set("k", "v")
        lab.fail(error=ZeroDivisionError("foreign"))
        assert lab.cold(cache).get("k", MISS) in {"v", MISS}
        assert lab.cold(cache).get_or_set("k", Origin("v")) == "v"

    def test_a_tier_that_comes_back_is_used_again(self, lab: Lab) -> None:
        """After an outage what is stored is found again by others."""
        cache = lab.open()
        lab.fail()
        for number in range(20):
            cache.set(f"k{number}", number)
        lab.heal()
        assert cache.flush() == 0
        cache.set("k", "v")
        self.holds("v", cache, lab.cold(cache))

    def test_a_failing_tier_is_left_alone(self, lab: Lab) -> None:
        """T33: errors that are swallowed count: a tier that keeps failing is not asked every time."""
        cache = lab.open()
        lab.fail("get", "get_many")
        for store in lab.stores:
            store.calls.clear()
        for number in range(100):
            assert cache.get(f"k{number}", MISS) is MISS
        for store in lab.stores:
            assert 0 < store.count() < 50
            assert cache.get_or_set("loaded", Origin("v")) == "v"

    def test_a_hung_tier_holds_nobody_up(self, lab: Lab) -> None:
        """T08: a call of a tier ends at the tier's deadline; the read goes on with what there is."""
        cache = lab.open(deadline=0.05)
        for store in lab.stores:
            store.hang("get", "get_many", "put", "put_if", "put_many")
        assert cache.get("k", MISS) is MISS
        assert cache.get_or_set("k", Origin("v")) == "v"
        for store in lab.stores:
            store.heal()

    def test_a_hung_delete_is_reported_and_holds(self, lab: Lab) -> None:
        """T08: a delete that a tier does not answer ends at the deadline; the value does not come back."""
        cache = lab.open(deadline=0.05)
        cache.set("k", "old")
        for store in lab.stores:
            store.hang("delete", "delete_many")
        assert (cache.delete("k")).complete is not bool(lab.stores)
        self.misses(cache)
        for store in lab.stores:
            store.heal()

    @pytest.mark.parametrize("kind", RUBBISH)
    def test_rubbish_is_a_miss_and_is_removed(self, lab: Lab, kind: str) -> None:
        """T24: bytes that are not what was written are a miss, never a value or an error, and do not stay."""
        cache = lab.open()
        cache.set("k", {"v": [1, 2, 3]})
        self.arrive(cache)
        for store in lab.stores:
            store.corrupt(how=RUBBISH[kind], where=lambda address: address.endswith(":k"))
        if lab.stores:
            self.misses(lab.cold(cache))
            assert lab.cold(cache).get_or_set("k", Origin("loaded")) == "loaded"
        for store in lab.stores:
            store.heal()
        assert lab.cold(cache).get("k", MISS) in ({"v": [1, 2, 3]}, "loaded", MISS)

    def test_rubbish_does_not_stay(self, lab: Lab) -> None:
        """T24: what was found to be rubbish is gone from the store afterwards."""
        cache = lab.open()
        cache.set("k", "v")
        self.arrive(cache)
        for store in lab.stores:
            (address,) = [a for a in [a for a in store.inner.scan("")] if a.endswith(":k")]
            store.inner.put(address, b"rubbish", dead_at=float("inf"))
        if lab.stores:
            self.misses(lab.cold(cache))
        for store in lab.stores:
            assert not [a for a in [a for a in store.inner.scan("")] if a.endswith(":k")]

    def test_a_blob_of_another_key_is_a_miss(self, lab: Lab) -> None:
        """T25: a store that answers with what is at another address does not make it the value of this one."""
        cache = lab.open()
        cache.set("k", "mine")
        cache.set("l", "another's")
        self.arrive(cache)
        for store in lab.stores:
            (address,) = [a for a in [a for a in store.inner.scan("")] if a.endswith(":l")]
            store.misplace(address, where=lambda address: address.endswith(":k"))
        for asked in (cache, lab.cold(cache)):
            assert asked.get("k", MISS) in {"mine", MISS}
            assert asked.get_many(["k"]) in ({"k": "mine"}, {})

    def test_a_store_that_expires_late_serves_nothing_dead(self, lab: Lab) -> None:
        """Each read checks the deadline itself, whatever the store thinks of it."""
        cache = lab.open()
        for store in lab.stores:
            store.linger()
        cache.set("k", "v", ttl=10)
        lab.clock.advance(10)
        self.misses(cache, lab.cold(cache))
        assert lab.cold(cache).get_entry("k") is None

    def test_a_cancelled_read_spoils_nothing(self, lab: Lab) -> None:
        """A caller who leaves while a tier is slow takes nobody along; the next one is served."""
        cache = lab.open()
        cache.set("k", "v")
        self.arrive(cache)
        cold = lab.cold(cache)
        gates = [store.hold("get") for store in lab.stores[:1]]
        reading = start(partial(cold.get, "k", MISS))
        for gate in gates:
            gate.entered()
        reading.abandon()
        for gate in gates:
            gate.release()
        self.holds("v", cold)

    def test_strict_raises_instead_of_degrading(self, lab: Lab) -> None:
        """With ``strict`` a failed read is the tier's ``StoreError`` and a failed write ``IncompleteWrite``."""
        cache = lab.open(strict=True)
        assert (cache.set("k", "v")).complete
        if not lab.stores:
            return
        lab.fail(times=1)
        with pytest.raises(StoreError):
            cache.get("never")
        lab.heal()
        lab.fail("put", "put_many", "put_if")
        if self.deferred:
            assert (cache.set("k", "new")).complete
        else:
            with pytest.raises(IncompleteWrite) as caught:
                cache.set("k", "new")
            assert caught.value.report.degraded
        lab.heal()
        lab.fail("delete", "delete_many")
        with pytest.raises(IncompleteWrite):
            cache.delete("k")
        self.misses(cache)

    def test_strict_tells_of_a_tier_that_add_or_touch_did_not_reach(self, lab: Lab) -> None:
        """An ``add`` raises what the deciding tier raised, or ``IncompleteWrite`` as ``touch`` does."""
        cache = lab.open(strict=True)
        cache.set("k", "v", ttl=10)
        assert cache.add("l", "v")
        assert cache.touch("k", 20)
        self.arrive(cache)
        if not lab.stores:
            return
        # Behind a buffer only the write of the store that decides is made at once.
        lab.stores[-1 if self.deferred else 0].fail("put", "put_many", "put_if")
        with pytest.raises((StoreError, IncompleteWrite)):
            cache.add("m", "v")
        with pytest.raises(IncompleteWrite) as caught:
            cache.touch("k", 100)
        assert caught.value.report.degraded
        assert cache.get("k") == "v"

    def test_closing_tells_what_is_still_owed(self, lab: Lab) -> None:
        """What a tier does not take even at the last moment is told to whoever closes, also when asked again."""
        cache = lab.open()
        lab.fail("put", "put_many", "put_if", "delete", "delete_many")
        cache.set("k", "v")
        cache.set("l", "v")
        first = cache.close()
        left = (0, 2 * len(lab.stores)) if self.deferred else (2 * len(lab.stores), 0)
        assert (first.owed, first.pending, first.abandoned, first.clean) == (*left, 0, not lab.stores)
        lab.heal()
        assert cache.close() == first

    def test_failures_show_in_the_statistics(self, lab: Lab) -> None:
        """``stats``, ``health`` and ``explain`` tell what is wrong, and never fail themselves."""
        cache = lab.open()
        cache.set("k", "v")
        assert all(told["ok"] for told in (cache.health()).values())
        lab.fail()
        cache.get("never")
        health = cache.health()
        assert sum(not told["ok"] for told in health.values()) == len(lab.stores)
        assert isinstance(cache.stats(), dict)
        assert isinstance(cache.explain("k"), dict)
