# Generated from src/hexcache/testing/contracts/aio/cache_lifetimes.py by tools/unasync.py. Do not edit.
"""Laws of a cache about lifetimes: fresh until the ttl, stale after it for as long as asked, dead from then on."""

from __future__ import annotations

import math
from datetime import timedelta

import pytest

from hexcache.domain.lifetime import TtlLike
from hexcache.domain.lookup import MISS
from hexcache.testing.contracts.sync.cache_ground import CacheGround, Lab

DAY = 86_400.0
TICK = 2.0**-10


class CacheLifetimeLaws(CacheGround):
    """``ttl``, ``stale_ttl``, ``touch``, and what is left of a life in another tier."""

    def test_a_value_is_fresh_until_its_ttl(self, lab: Lab) -> None:
        """A tick before its ttl a value is served, at it no longer, from no tier."""
        cache = lab.open()
        cache.set("k", "v", ttl=10)
        lab.clock.advance(10 - TICK)
        self.holds("v", cache, lab.cold(cache))
        lab.clock.advance(TICK)
        self.misses(cache, lab.cold(cache))

    @pytest.mark.parametrize("ttl", [10, 10.0, "10s", timedelta(seconds=10)], ids=repr)
    def test_every_form_of_a_ttl_means_the_same(self, lab: Lab, ttl: TtlLike) -> None:
        """Seconds, text and ``timedelta``."""
        cache = lab.open()
        cache.set("k", "v", ttl=ttl)
        assert cache.ttl("k") == 10.0

    @pytest.mark.parametrize("days", [26, 400, None])
    def test_long_lives_are_kept(self, lab: Lab, days: int | None) -> None:
        """T23: lives over twenty-five days, and endless ones, do not end early in any tier."""
        cache = lab.open()
        cache.set("k", "v", ttl=None if days is None else days * DAY)
        lab.clock.advance((1_000 if days is None else days) * DAY - DAY)
        self.holds("v", cache, lab.cold(cache))

    def test_a_ttl_left_out_is_the_default(self, lab: Lab) -> None:
        """Without a ttl the policy's applies; ``None`` is a ttl of its own: never."""
        cache = lab.open(ttl=50.0)
        cache.set("default", 1)
        cache.set("never", 2, ttl=None)
        assert [cache.ttl(key) for key in ("default", "never", "absent")] == [50.0, math.inf, None]

    def test_stale_life_is_added_to_the_ttl(self, lab: Lab) -> None:
        """T04: ``stale_ttl`` begins where ``ttl`` ends; until its end the value is there as stale, then it is gone."""
        cache = lab.open()
        cache.set("k", "v", ttl=10, stale_ttl=20)
        lab.clock.advance(10)
        for asked in (cache, lab.cold(cache)):
            self.misses(asked)
            view = asked.get_entry("k")
            assert view is not None
            assert (view.value, view.stale, view.ttl, view.stale_ttl) == ("v", True, 0.0, 20.0)
            assert asked.ttl("k") == 0.0
        lab.clock.advance(20 - TICK)
        assert cache.get_entry("k") is not None
        lab.clock.advance(TICK)
        for asked in (cache, lab.cold(cache)):
            assert asked.get_entry("k") is None
            assert asked.ttl("k") is None

    def test_promotion_keeps_the_remaining_life(self, lab: Lab) -> None:
        """T15: what comes up from a deeper tier lives as long as it would have lived there, not anew."""
        cache = lab.open()
        cache.set("k", "v", ttl=40, stale_ttl=10)
        lab.clock.advance(30)
        cold = lab.cold(cache)
        self.holds("v", cold)
        assert cold.ttl("k") == 10.0
        lab.clock.advance(10)
        self.misses(cold)
        lab.clock.advance(10)
        assert cold.get_entry("k") is None

    def test_setting_again_begins_a_new_life(self, lab: Lab) -> None:
        """An overwrite resets the ttl, to a longer one and to a shorter one."""
        cache = lab.open()
        cache.set("k", "v", ttl=10)
        cache.set("k", "v", ttl=100)
        lab.clock.advance(50)
        self.holds("v", cache, lab.cold(cache))
        cache.set("k", "v", ttl=5)
        lab.clock.advance(5)
        self.misses(cache, lab.cold(cache))

    def test_reading_lengthens_no_life(self, lab: Lab) -> None:
        """A value that is read all the time ends when it ends."""
        cache = lab.open()
        cache.set("k", "v", ttl=10)
        for _ in range(9):
            lab.clock.advance(1)
            self.holds("v", cache, lab.cold(cache))
        lab.clock.advance(1)
        self.misses(cache, lab.cold(cache))

    def test_touch_gives_a_new_life(self, lab: Lab) -> None:
        """A touched value lives its new ttl from now on, in every tier, and keeps its value and tags."""
        cache = lab.open()
        cache.set("k", "v", ttl=10, tags=["t"])
        lab.clock.advance(5)
        assert cache.touch("k", ttl=100) is True
        lab.clock.advance(50)
        self.holds("v", cache, lab.cold(cache))
        assert cache.ttl("k") == 50.0
        cache.invalidate_tags("t")
        self.misses(cache)

    def test_touching_nothing_says_so(self, lab: Lab) -> None:
        """Neither what is absent nor what is dead can be touched."""
        cache = lab.open()
        assert cache.touch("k") is False
        cache.set("k", "v", ttl=10)
        lab.clock.advance(10)
        assert cache.touch("k") is False
        self.misses(cache, lab.cold(cache))

    def test_a_jump_of_the_wall_clock_lengthens_no_life_here(self, lab: Lab) -> None:
        """Set back by an hour, the wall clock keeps nothing alive in memory; set forth, it ends what is stored."""
        cache = lab.open()
        cache.set("k", "v", ttl=10)
        lab.clock.advance(10)
        lab.clock.wall_jump(-3_600)
        if not lab.stores:
            self.misses(cache)
        lab.clock.wall_jump(7_200)
        assert lab.cold(cache).get("k", MISS) is MISS
