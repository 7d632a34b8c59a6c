# Generated from src/hexcache/testing/contracts/aio/cache_coherence.py by tools/unasync.py. Do not edit.
"""Laws of a cache about coherence: what was deleted or overwritten never comes back, whatever was in flight.

Each law names the interleaving that breaks caches which do not keep it.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from hexcache.domain.lookup import MISS
from hexcache.testing.contracts.sync.cache_ground import CacheGround, Lab, Origin
from hexcache.testing.contracts.sync.primitives import start

CHANGES = ["delete", "delete_many", "clear"]


class CacheCoherenceLaws(CacheGround):
    """Deletes and writes against loads, readers and failures."""

    def remove(self, cache: Any, how: str) -> Any:
        """Remove the key ``k`` in one of several ways."""
        if how == "delete":
            return cache.delete("k")
        return cache.delete_many(["other", "k"]) if how == "delete_many" else cache.clear()

    @pytest.mark.parametrize("how", CHANGES)
    def test_a_delete_wins_over_a_load_in_flight(self, lab: Lab, how: str) -> None:
        """T01: the caller of the load gets its value, nobody else does: it is not stored in any tier."""
        cache, origin = lab.open(), Origin("older")
        gate = origin.hold()
        loading = start(partial(cache.get_or_set, "k", origin))
        gate.entered()
        self.remove(cache, how)
        gate.release()
        assert loading.result() == "older"
        self.misses(cache, lab.cold(cache))

    @pytest.mark.parametrize("how", CHANGES)
    def test_a_caller_after_a_delete_begins_a_new_load(self, lab: Lab, how: str) -> None:
        """T12: who comes after the delete does not join the load from before it; the later load's value stays."""
        cache, origin = lab.open(), Origin("older", "newer")
        gate = origin.hold()
        before = start(partial(cache.get_or_set, "k", origin))
        gate.entered()
        self.remove(cache, how)
        assert cache.get_or_set("k", origin) == "newer"
        gate.release()
        assert before.result() == "older"
        self.holds("newer", cache, lab.cold(cache))

    @pytest.mark.parametrize("how", CHANGES)
    def test_a_delete_under_way_lets_nothing_be_filled_again(self, lab: Lab, how: str) -> None:
        """T02: a reader that comes while the deepest tier is still deleting leaves nothing in the nearer ones."""
        cache = lab.open()
        cache.set("k", "old")
        gates = [lab.stores[-1].hold("delete", "delete_many", "clear", times=1)] if lab.stores else []
        removing = start(partial(self.remove, cache, how))
        for gate in gates:
            gate.entered()
            assert cache.get("k", MISS) in {"old", MISS}
            assert cache.get_many(["k"]) in ({"k": "old"}, {})
            gate.release()
        assert (removing.result()).complete
        self.misses(cache, lab.cold(cache))

    @pytest.mark.parametrize("how", CHANGES)
    @pytest.mark.parametrize("deepest", [False, True], ids=["nearest", "deepest"])
    def test_a_slow_reader_fills_nothing_old(self, lab: Lab, how: str, deepest: bool) -> None:
        """A reader that has read the old value from a store, and then a delete overtakes it, puts it back nowhere."""
        cache = lab.open()
        cache.set("k", "old")
        self.arrive(cache)
        cold = lab.cold(cache)
        for slow in lab.stores[-1:] if deepest else lab.stores[:1]:
            for nearer in lab.stores[: lab.stores.index(slow)]:
                nearer.inner.clear("")
            gate = slow.hold("get", after=True, where=lambda address: address.endswith(":k"))
            reading = start(partial(cold.get, "k", MISS))
            gate.entered()
            self.remove(cold, how)
            gate.release()
            assert reading.result() in {"old", MISS}
            self.misses(cold, lab.cold(cold))
        self.remove(cold, how)
        self.misses(cold)

    def test_a_slow_reader_does_not_overwrite_a_write(self, lab: Lab) -> None:
        """A reader that has read the old value and is then overtaken by a write leaves the new value in every tier."""
        cache = lab.open()
        cache.set("k", "old")
        self.arrive(cache)
        cold = lab.cold(cache)
        gates = [store.hold("get", after=True) for store in lab.stores[:1]]
        reading = start(partial(cold.get, "k", MISS))
        for gate in gates:
            gate.entered()
        cold.set("k", "new")
        for gate in gates:
            gate.release()
        assert reading.result() in {"old", "new"}
        self.holds("new", cold, lab.cold(cold))

    @pytest.mark.parametrize("how", CHANGES)
    def test_a_failed_delete_never_lets_the_value_come_back(self, lab: Lab, how: str) -> None:
        """T03: a tier that did not delete is not read for the key until it has; the report says so."""
        cache = lab.open()
        cache.set("k", "old")
        lab.fail("delete", "delete_many", "clear")
        report = self.remove(cache, how)
        assert report.complete is not bool(lab.stores)
        self.misses(cache)
        assert cache.get_or_set("k", Origin("new")) == "new"
        lab.heal()
        assert cache.flush() == 0
        assert cache.get("k", MISS) in {"new", MISS}
        assert lab.cold(cache).get("k", MISS) in {"new", MISS}

    @pytest.mark.parametrize("how", CHANGES)
    def test_a_failed_delete_is_made_up_for(self, lab: Lab, how: str) -> None:
        """T03: once the tier answers again, ``flush`` brings the delete, and nobody finds the value any more."""
        cache = lab.open()
        cache.set("k", "old")
        lab.fail("delete", "delete_many", "clear", times=1)
        self.remove(cache, how)
        lab.heal()
        assert cache.flush() == 0
        self.misses(cache, lab.cold(cache))

    def test_a_failed_write_never_shows_the_older_value(self, lab: Lab) -> None:
        """A tier that did not take a write is not read for the key until it has; then everybody finds the new value."""
        cache = lab.open()
        cache.set("k", "old")
        lab.fail("put", "put_if", "put_many", "delete", "delete_many")
        report = cache.set("k", "new")
        assert report.degraded is self.told_at_once(lab)
        assert cache.get("k", MISS) in {"new", MISS}
        lab.heal()
        assert cache.flush() == 0
        assert cache.get("k", MISS) in {"new", MISS}
        assert lab.cold(cache).get("k", MISS) in {"new", MISS}

    def test_an_answer_that_was_lost_leaves_no_older_value(self, lab: Lab) -> None:
        """A write that was made and reported as failed leaves the new value or none, never the older one."""
        cache = lab.open()
        cache.set("k", "old")
        lab.fail("put", "put_if", "put_many", after=True, times=1)
        cache.set("k", "new")
        assert cache.get("k", MISS) in {"new", MISS}
        assert lab.cold(cache).get("k", MISS) in {"new", MISS}
        lab.heal()
        assert cache.flush() == 0
        assert lab.cold(cache).get("k", MISS) in {"new", MISS}

    def test_the_last_of_many_changes_counts(self, lab: Lab) -> None:
        """Sets and deletes under failure, one after another: what is brought in the end is the last of them."""
        cache = lab.open()
        lab.fail("put", "put_many", "delete", "delete_many")
        for number in range(3):
            cache.set("k", number)
            cache.delete("k")
        cache.set("last", 1)
        cache.delete("k")
        lab.heal()
        assert cache.flush() == 0
        self.misses(cache, lab.cold(cache))

    def test_a_load_is_stored_where_it_was_missing(self, lab: Lab) -> None:
        """Without any change in between, a load fills every tier: the fences refuse nothing that is right."""
        cache, origin = lab.open(), Origin("v")
        gate = origin.hold()
        loading = start(partial(cache.get_or_set, "k", origin))
        gate.entered()
        cache.set("other", 1)
        cache.delete("another")
        gate.release()
        assert loading.result() == "v"
        self.holds("v", lab.cold(cache))
