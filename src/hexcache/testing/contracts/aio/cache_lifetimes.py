"""Laws of a cache about lifetimes: fresh until the ttl, stale after it for as long as asked, dead from then on."""

from __future__ import annotations

import math
from datetime import timedelta

import pytest

from hexcache.domain.lifetime import TtlLike
from hexcache.domain.lookup import MISS
from hexcache.testing.contracts.aio.cache_ground import AsyncCacheGround, AsyncLab

DAY = 86_400.0
TICK = 2.0**-10


class AsyncCacheLifetimeLaws(AsyncCacheGround):
    """``ttl``, ``stale_ttl``, ``touch``, and what is left of a life in another tier."""

    async def test_a_value_is_fresh_until_its_ttl(self, lab: AsyncLab) -> None:
        """A tick before its ttl a value is served, at it no longer, from no tier."""
        cache = lab.open()
        await cache.set("k", "v", ttl=10)
        lab.clock.advance(10 - TICK)
        await self.holds("v", cache, lab.cold(cache))
        lab.clock.advance(TICK)
        await self.misses(cache, lab.cold(cache))

    @pytest.mark.parametrize("ttl", [10, 10.0, "10s", timedelta(seconds=10)], ids=repr)
    async def test_every_form_of_a_ttl_means_the_same(self, lab: AsyncLab, ttl: TtlLike) -> None:
        """Seconds, text and ``timedelta``."""
        cache = lab.open()
        await cache.set("k", "v", ttl=ttl)
        assert await cache.ttl("k") == 10.0

    @pytest.mark.parametrize("days", [26, 400, None])
    async def test_long_lives_are_kept(self, lab: AsyncLab, days: int | None) -> None:
        """T23: lives over twenty-five days, and endless ones, do not end early in any tier."""
        cache = lab.open()
        await cache.set("k", "v", ttl=None if days is None else days * DAY)
        lab.clock.advance((1_000 if days is None else days) * DAY - DAY)
        await self.holds("v", cache, lab.cold(cache))

    async def test_a_ttl_left_out_is_the_default(self, lab: AsyncLab) -> None:
        """Without a ttl the policy's applies; ``None`` is a ttl of its own: never."""
        cache = lab.open(ttl=50.0)
        await cache.set("default", 1)
        await cache.set("never", 2, ttl=None)
        assert [await cache.ttl(key) for key in ("default", "never", "absent")] == [50.0, math.inf, None]

    async def test_stale_life_is_added_to_the_ttl(self, lab: AsyncLab) -> None:
        """T04: ``stale_ttl`` begins where ``ttl`` ends; until its end the value is there as stale, then it is gone."""
        cache = lab.open()
        await cache.set("k", "v", ttl=10, stale_ttl=20)
        lab.clock.advance(10)
        for asked in (cache, lab.cold(cache)):
            await self.misses(asked)
            view = await asked.get_entry("k")
            assert view is not None
            assert (view.value, view.stale, view.ttl, view.stale_ttl) == ("v", True, 0.0, 20.0)
            assert await asked.ttl("k") == 0.0
        lab.clock.advance(20 - TICK)
        assert await cache.get_entry("k") is not None
        lab.clock.advance(TICK)
        for asked in (cache, lab.cold(cache)):
            assert await asked.get_entry("k") is None
            assert await asked.ttl("k") is None

    async def test_promotion_keeps_the_remaining_life(self, lab: AsyncLab) -> None:
        """T15: what comes up from a deeper tier lives as long as it would have lived there, not anew."""
        cache = lab.open()
        await cache.set("k", "v", ttl=40, stale_ttl=10)
        lab.clock.advance(30)
        cold = lab.cold(cache)
        await self.holds("v", cold)
        assert await cold.ttl("k") == 10.0
        lab.clock.advance(10)
        await self.misses(cold)
        lab.clock.advance(10)
        assert await cold.get_entry("k") is None

    async def test_setting_again_begins_a_new_life(self, lab: AsyncLab) -> None:
        """An overwrite resets the ttl, to a longer one and to a shorter one."""
        cache = lab.open()
        await cache.set("k", "v", ttl=10)
        await cache.set("k", "v", ttl=100)
        lab.clock.advance(50)
        await self.holds("v", cache, lab.cold(cache))
        await cache.set("k", "v", ttl=5)
        lab.clock.advance(5)
        await self.misses(cache, lab.cold(cache))

    async def test_reading_lengthens_no_life(self, lab: AsyncLab) -> None:
        """A value that is read all the time ends when it ends."""
        cache = lab.open()
        await cache.set("k", "v", ttl=10)
        for _ in range(9):
            lab.clock.advance(1)
            await self.holds("v", cache, lab.cold(cache))
        lab.clock.advance(1)
        await self.misses(cache, lab.cold(cache))

    async def test_touch_gives_a_new_life(self, lab: AsyncLab) -> None:
        """A touched value lives its new ttl from now on, in every tier, and keeps its value and tags."""
        cache = lab.open()
        await cache.set("k", "v", ttl=10, tags=["t"])
        lab.clock.advance(5)
        assert await cache.touch("k", ttl=100) is True
        lab.clock.advance(50)
        await self.holds("v", cache, lab.cold(cache))
        assert await cache.ttl("k") == 50.0
        await cache.invalidate_tags("t")
        await self.misses(cache)

    async def test_touching_nothing_says_so(self, lab: AsyncLab) -> None:
        """Neither what is absent nor what is dead can be touched."""
        cache = lab.open()
        assert await cache.touch("k") is False
        await cache.set("k", "v", ttl=10)
        lab.clock.advance(10)
        assert await cache.touch("k") is False
        await self.misses(cache, lab.cold(cache))

    async def test_a_jump_of_the_wall_clock_lengthens_no_life_here(self, lab: AsyncLab) -> None:
        """Set back by an hour, the wall clock keeps nothing alive in memory; set forth, it ends what is stored."""
        cache = lab.open()
        await cache.set("k", "v", ttl=10)
        lab.clock.advance(10)
        lab.clock.wall_jump(-3_600)
        if not lab.stores:
            await self.misses(cache)
        lab.clock.wall_jump(7_200)
        assert await lab.cold(cache).get("k", MISS) is MISS
