"""Laws of a cache about counters, limiters and sets, and about the order in which keys end."""

from __future__ import annotations

from typing import Any

import pytest

from hexcache.domain.errors import InvalidKey, InvalidLifetime, NotANumber, Unsupported
from hexcache.domain.increment import Increment
from hexcache.domain.lookup import MISS
from hexcache.domain.rate import FixedWindow
from hexcache.testing.contracts.aio.cache_ground import AsyncCacheGround, AsyncLab


class AsyncCacheCountLaws(AsyncCacheGround):
    """``incr``, ``incr_many``, ``decr``, ``count``, ``reset_count``, ``limiter``, ``add_members``, ``oldest``."""

    async def test_without_a_tier_that_counts_every_call_says_so(self, lab: AsyncLab) -> None:
        """``Unsupported``, also from an empty batch; where one counts, the same calls answer."""
        cache = lab.open()
        calls: list[Any] = [
            lambda: cache.incr("n"), lambda: cache.decr("n"), lambda: cache.incr_many([]), lambda: cache.count("n"),
            lambda: cache.reset_count("n"), lambda: cache.add_members("s", ["a"]), lambda: cache.members("s"),
            lambda: cache.limiter("n", FixedWindow(1, 60.0)).acquire(),
        ]  # fmt: skip
        for call in calls:
            if self.counts:
                await call()
            else:
                with pytest.raises(Unsupported):
                    await call()

    async def test_counters_count(self, lab: AsyncLab) -> None:
        """Sums, floors and lives; counters are no entries."""
        cache = lab.open()
        if not self.counts:
            return
        assert [await cache.incr("n", 5, ttl=10), await cache.incr("n"), await cache.decr("n", 2)] == [5, 6, 4]
        assert await cache.incr("n", -9, floor=0) == 0
        assert await cache.incr("n", 2, operation="one") == await cache.incr("n", 2, operation="one") == 2
        assert await cache.decr("n", 1, operation="two") == await cache.decr("n", 1, operation="two") == 1
        assert await cache.namespace("a").incr("n") == 1
        await self.misses(cache, key="n")
        lab.clock.advance(10)
        assert await cache.incr("n") == 1

    async def test_a_counter_can_be_read_and_reset(self, lab: AsyncLab) -> None:
        """``count`` changes nothing and makes nothing; ``reset_count`` forgets; each in its own namespace."""
        cache = lab.open()
        if not self.counts:
            return
        view = cache.namespace("a")
        assert [await cache.count("n"), await cache.reset_count("n")] == [None, False]
        await cache.incr("n", 5)
        await view.incr("n", 7)
        assert [await cache.count("n"), await cache.count("n"), await view.count("n")] == [5, 5, 7]
        assert [await cache.reset_count("n"), await cache.count("n"), await view.count("n")] == [True, None, 7]

    async def test_a_batch_of_increments_is_counted(self, lab: AsyncLab) -> None:
        """In order, each with its own life; in the namespace of the call."""
        cache = lab.open()
        if not self.counts:
            return
        batch = [Increment("short", 5, ttl="10s"), Increment("long", 0.5), Increment("short", -1, floor=4.5)]
        assert await cache.incr_many(batch) == [5, 0.5, 4.5]
        assert await cache.namespace("a").incr_many(iter(batch[:1])) == [5]
        assert await cache.incr_many([]) == []
        lab.clock.advance(10)
        assert [await cache.count("short"), await cache.count("long")] == [None, 0.5]

    async def test_a_batch_with_a_bad_increment_counts_nothing(self, lab: AsyncLab) -> None:
        """Whatever can be refused is refused before the first is counted."""
        cache = lab.open()
        if not self.counts:
            return
        bad: list[tuple[Any, type[Exception]]] = [
            (Increment("", 1), InvalidKey),
            (Increment("n", float("nan")), NotANumber),
            (Increment("n", ttl=0), InvalidLifetime),
        ]
        for increment, error in bad:
            with pytest.raises(error):
                await cache.incr_many([Increment("good"), increment])
        assert await cache.count("good") is None

    async def test_what_fails_in_a_batch_is_told_and_the_others_are_counted(self, lab: AsyncLab) -> None:
        """An ``ExceptionGroup`` with the error of each increment that was not made."""
        cache = lab.open()
        if not self.counts:
            return
        await cache.add_members("s", ["a"])
        with pytest.raises(ExceptionGroup) as caught:
            await cache.incr_many([Increment("n"), Increment("s"), Increment("m")])
        assert [type(error) for error in caught.value.exceptions] == [NotANumber]
        assert [await cache.count("n"), await cache.count("m")] == [1, 1]

    async def test_sets_hold_each_member_once(self, lab: AsyncLab) -> None:
        """Members are counted when they are new; a set lives from its creation, in its namespace."""
        cache = lab.open()
        if not self.counts:
            return
        assert await cache.add_members("s", ["a", "b"], ttl=10) == 2
        lab.clock.advance(6)
        assert await cache.add_members("s", {"b", "c"}, ttl=10) == 1
        assert await cache.members("s") == {"a", "b", "c"}
        assert await cache.namespace("a").members("s") == frozenset()
        await self.misses(cache, key="s")
        lab.clock.advance(4)
        assert await cache.members("s") == frozenset()

    async def test_limiters_limit(self, lab: AsyncLab) -> None:
        """So many units in a window, for each subject of each namespace."""
        cache = lab.open()
        if not self.counts:
            return
        limiter = cache.limiter("n", FixedWindow(2, 60.0))
        assert [(await limiter.acquire()).allowed for _ in range(3)] == [True, True, False]
        assert (await cache.limiter("m", FixedWindow(2, 60.0)).acquire(2)).allowed
        assert (await cache.namespace("a").limiter("n", FixedWindow(2, 60.0)).acquire()).allowed

    async def test_the_oldest_are_those_that_die_soonest(self, lab: AsyncLab) -> None:
        """Keys of the nearest memory tier, of this namespace only; without one ``Unsupported``."""
        cache = lab.open()
        view = cache.namespace("a")
        for number, key in enumerate(("c", "a", "b")):
            await cache.set(key, 1, ttl=10 + number)
            await view.set(key, 1, ttl=5 - number)
        if cache.get_nowait("a", MISS) is MISS:
            with pytest.raises(Unsupported):
                cache.oldest(2)
            return
        assert [cache.oldest(n) for n in (0, 2, 9)] == [[], ["c", "a"], ["c", "a", "b"]]
        assert view.oldest(2) == ["b", "a"]
