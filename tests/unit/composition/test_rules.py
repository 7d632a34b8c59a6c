"""What every assembly keeps: the order of tiers, caps before shared stores, tombstones that outlive loads."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import hexcache
from hexcache.adapters.outbound.buses.local import LocalBus, LocalHub
from hexcache.composition.parts import memory_stores
from hexcache.composition.stores import Leases, Stores
from hexcache.domain.errors import InvalidSetting
from hexcache.domain.lifetime import NEVER
from hexcache.ports.capabilities import Capabilities
from hexcache.testing.clock import MovedClock
from tests.unit.application.sync.assembling import Origin
from tests.unit.application.sync.primitives import start, until


def caps(*tiers: Any, **options: Any) -> dict[str, float]:
    """The cap of each memory tier."""
    cache = hexcache.open_cache(*tiers, **options)
    return {slot.name: slot.ttl_cap for slot in cache._core.memory}


class TestCaps:
    """Memory before a shared store forgets within a minute what another process may have deleted."""

    def test_memory_before_a_disk_is_capped(self, tmp_path: Path) -> None:
        assert caps("memory:", "memory:", f"disk:{tmp_path}") == {"memory": 60.0, "memory2": 60.0}

    def test_a_cap_that_is_said_stands(self, tmp_path: Path) -> None:
        assert caps("memory:?ttl_cap=1h", f"disk:{tmp_path}") == {"memory": 3600.0}
        assert caps("memory:?ttl_cap=never", f"disk:{tmp_path}") == {"memory": NEVER}

    def test_a_disk_of_one_process_needs_none(self, tmp_path: Path) -> None:
        assert caps("memory:", f"disk:{tmp_path}?shared=false") == {"memory": NEVER}

    def test_a_bus_makes_it_unnecessary(self, tmp_path: Path) -> None:
        assert caps("memory:", f"disk:{tmp_path}", bus=LocalBus(LocalHub())) == {"memory": NEVER}

    def test_memory_alone_has_none(self) -> None:
        assert caps("memory:") == {"memory": NEVER}
        assert caps("memory:", "memory-store:") == {"memory": NEVER}

    def test_a_cap_is_kept(self, tmp_path: Path, moved_clock: Any) -> None:
        with hexcache.open_cache("memory:", f"disk:{tmp_path}", clocks=moved_clock.clocks, jitter=0) as cache:
            cache.set("a", 1, ttl=600)
            moved_clock.advance(59)
            assert cache.explain("a")["tiers"]["memory"]["state"] == "fresh"
            moved_clock.advance(1)
            assert cache.explain("a")["tiers"]["memory"]["state"] == "absent"
            assert cache.get("a") == 1


class TestTombstones:
    """A store remembers a delete for longer than any load may take."""

    @pytest.mark.parametrize(("load_timeout", "expected"), [(300, 600.0), ("10s", 600.0), (1000, 1060.0)])
    def test_left_out_it_is_long_enough(self, tmp_path: Path, load_timeout: Any, expected: float) -> None:
        cache = hexcache.open_cache(f"disk:{tmp_path}", load_timeout=load_timeout)
        store: Any = cache._use.tiers[0].store
        assert store._table.settings.tombstone_ttl == expected

    def test_one_that_is_too_short_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(InvalidSetting, match="tombstone_ttl of tier 'disk' is 100 s; accepted: 360 s or more"):
            hexcache.open_cache(f"disk:{tmp_path}?tombstone_ttl=100")

    def test_one_that_is_long_enough_stands(self, tmp_path: Path) -> None:
        cache = hexcache.open_cache(f"disk:{tmp_path}?tombstone_ttl=1h")
        store: Any = cache._use.tiers[0].store
        assert store._table.settings.tombstone_ttl == 3600.0

    def test_loads_without_an_end_need_tiers_without_tombstones(self, tmp_path: Path) -> None:
        with pytest.raises(InvalidSetting, match="load_timeout is never"):
            hexcache.open_cache(f"disk:{tmp_path}", load_timeout=None)
        hexcache.open_cache("memory:", load_timeout=None).close()


class TestOrder:
    """Memory tiers stand before stores, and every tier has a name of its own."""

    def test_a_memory_tier_behind_a_store_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(InvalidSetting, match="'memory' stands behind store 'disk'; accepted: memory tiers first"):
            hexcache.open_cache(f"disk:{tmp_path}", "memory:")

    def test_one_name_for_two_tiers_is_refused(self) -> None:
        with pytest.raises(InvalidSetting, match="two tiers are called near"):
            hexcache.open_cache("memory:?name=near", "memory:?name=near")


class TestLeases:
    """Leases of loads are kept beside the deepest shared store that can, or the one that is named, or not at all."""

    @staticmethod
    def kept(*tiers: Any, **settings: Any) -> str | None:
        """Which tier keeps the leases; both worlds agree."""
        leasing = None
        for opened in (hexcache.open_cache, hexcache.open_async_cache):
            cache = opened(settings={"tiers": list(tiers), **settings})
            slot, leasing = cache._core.leases, cache._use.leasing
            assert (slot is None) is (leasing is None)
        if slot is None:
            return None
        assert slot.state.name == f"{cache._use.tiers[slot.position - len(cache._core.memory)].name} leases"
        return slot.state.name.removesuffix(" leases")

    def test_the_deepest_shared_store_that_can_keeps_them(self, tmp_path: Path) -> None:
        shared = [f"disk:{tmp_path}/near?name=near", f"disk:{tmp_path}/far?name=far"]
        assert self.kept("memory:", *shared) == "far"
        assert self.kept(*shared, "memory-store:") == "far"

    def test_where_no_store_is_shared_there_are_none(self, tmp_path: Path) -> None:
        assert self.kept("memory:") is None
        assert self.kept("memory:", "memory-store:") is None
        assert self.kept(f"disk:{tmp_path}?shared=false") is None

    def test_another_store_may_be_named(self, tmp_path: Path) -> None:
        tiers = ["memory:", "memory-store:", f"disk:{tmp_path}"]
        assert self.kept(*tiers, leases="memory_store") == "memory_store"
        assert self.kept(*tiers, leases="disk") == "disk"

    def test_they_can_be_left_out(self, tmp_path: Path) -> None:
        assert self.kept(f"disk:{tmp_path}", leases="none") is None

    def test_a_store_in_which_nothing_would_be_found_keeps_none(self, tmp_path: Path) -> None:
        assert self.kept(f"disk:{tmp_path}?write=false") is None
        assert self.kept(f"disk:{tmp_path}?read=false") is None
        with pytest.raises(InvalidSetting, match="leases is 'disk'; accepted: a tier that keeps leases"):
            self.kept(f"disk:{tmp_path}?write=false", leases="disk")

    def test_a_tier_that_cannot_keep_them_is_refused(self) -> None:
        with pytest.raises(InvalidSetting, match=r"leases is 'memory'; .*: auto, none, memory_store"):
            self.kept("memory:", "memory-store:", leases="memory")

    def test_a_store_may_offer_them_to_one_world_only(self) -> None:
        clocks = MovedClock().clocks
        whole = memory_stores(clocks)
        half = replace(whole, capabilities=replace(whole.capabilities, shared=True), leases=Leases())
        for opened in (hexcache.open_cache, hexcache.open_async_cache):
            assert opened(half)._use.leasing is None
            assert opened(replace(half, leases=whole.leases))._use.leasing is not None

    def test_caches_that_share_a_store_load_a_key_once(self) -> None:
        clock = MovedClock()
        offer = memory_stores(clock.clocks)
        offer = replace(offer, capabilities=replace(offer.capabilities, shared=True))
        caches = [hexcache.open_cache("memory:", offer, clocks=clock.clocks, lease_poll=0.001) for _ in range(4)]
        origin = Origin("v")
        gate = origin.hold()
        callers = [start(cache.get_or_set, "k", origin) for cache in caches]
        until(lambda: sum(cache.stats()["lease_waits"] for cache in caches) == 3)
        gate.release()
        assert [caller.result() for caller in callers] == ["v"] * 4
        assert origin.calls == 1
        for cache in caches:
            cache.close()


class TestCounters:
    """Counters live in one tier: the deepest that can count, or the one that is named."""

    def test_the_deepest_tier_counts(self, tmp_path: Path) -> None:
        with hexcache.open_cache("memory:", f"disk:{tmp_path}") as cache:
            assert cache.incr("n", 2) == 2
        with hexcache.open_cache("memory:", f"disk:{tmp_path}") as cache:
            assert cache.incr("n", 1) == 3

    def test_another_tier_may_be_named(self, tmp_path: Path) -> None:
        settings = {"tiers": ["memory:", f"disk:{tmp_path}"], "counters": "memory"}
        for _ in range(2):
            with hexcache.open_cache(settings=settings) as cache:
                assert cache.incr("n") == 1

    def test_a_tier_that_cannot_count_is_refused(self) -> None:
        offer = Stores(capabilities=Capabilities(), blocking=lambda: None)  # type: ignore[arg-type, return-value]  # unused
        with pytest.raises(InvalidSetting, match="counters is 'stores'; accepted: a tier that can count: memory"):
            hexcache.open_cache("memory:", offer, settings={"counters": "stores"})
