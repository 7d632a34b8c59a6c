"""Laws of a cache about loads: one for each key, shared with its outcome, bounded in time, and nobody's hostage."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from hexcache.domain.errors import LoadTimeout, WrongWorld
from hexcache.domain.load import DoNotStore, Loaded, Missing, NotModified
from hexcache.domain.lookup import MISS, EntryView
from hexcache.testing.contracts.aio.cache_ground import AsyncCacheGround, AsyncLab, AsyncOrigin, OriginDown
from hexcache.testing.contracts.aio.primitives import eventually, foreign_loader, start, together

CALLERS = 32


class AsyncCacheLoadLaws(AsyncCacheGround):
    """``get_or_set``: hits, misses, joiners, errors, deadlines, and what a loader may say."""

    async def test_a_miss_is_loaded_and_stored(self, lab: AsyncLab) -> None:
        """The loader runs once; then every tier has the value."""
        cache, origin = lab.open(), AsyncOrigin("v", "too many")
        assert await cache.get_or_set("k", origin) == "v"
        assert await cache.get_or_set("k", origin) == "v"
        await self.holds("v", cache, lab.cold(cache))
        assert await lab.cold(cache).get_or_set("k", origin) == "v"
        assert (origin.calls, origin.shown) == (1, [()])

    async def test_a_loaded_none_is_a_value(self, lab: AsyncLab) -> None:
        """``None`` is loaded once like anything else."""
        cache, origin = lab.open(), AsyncOrigin(None)
        assert await cache.get_or_set("k", origin, default="default") is None
        assert await cache.get_or_set("k", origin, default="default") is None
        assert origin.calls == 1

    async def test_many_callers_share_one_load(self, lab: AsyncLab) -> None:
        """However many callers come to one cold key at once, the loader runs once and all get its value."""
        cache, origin = lab.open(), AsyncOrigin("v")
        gate = origin.hold()
        callers = [start(partial(cache.get_or_set, "k", origin)) for _ in range(CALLERS)]
        await gate.entered()
        gate.release()
        assert [await caller.result() for caller in callers] == ["v"] * CALLERS
        assert origin.calls == 1

    async def test_callers_of_different_keys_do_not_wait_for_each_other(self, lab: AsyncLab) -> None:
        """A load that hangs holds up its own key only."""
        cache, slow = lab.open(), AsyncOrigin("slow")
        gate = slow.hold()
        waiting = start(partial(cache.get_or_set, "slow", slow))
        await gate.entered()
        assert await cache.get_or_set("quick", AsyncOrigin("quick")) == "quick"
        gate.release()
        assert await waiting.result() == "slow"

    async def test_a_loaders_error_is_raised_as_it_is(self, lab: AsyncLab) -> None:
        """T10: the loader's own error reaches the caller unwrapped, nothing is stored, the next caller loads anew."""
        cache, origin = lab.open(), AsyncOrigin(OriginDown("down"), "v")
        with pytest.raises(OriginDown, match="down"):
            await cache.get_or_set("k", origin)
        await self.misses(cache, lab.cold(cache))
        assert await cache.get_or_set("k", origin) == "v"
        assert origin.calls == 2

    async def test_a_failing_load_runs_once_for_all_who_joined(self, lab: AsyncLab) -> None:
        """T06: the callers of one load share its error; none of them starts a load of its own."""
        cache, origin = lab.open(), AsyncOrigin(OriginDown("down"))
        gate = origin.hold()

        async def error() -> str:
            with pytest.raises(OriginDown, match="down"):
                await cache.get_or_set("k", origin)
            return "down"

        first = start(error)
        await gate.entered()
        others = [start(error) for _ in range(CALLERS)]
        await eventually(self.counted(cache, "joined"), CALLERS)
        gate.release()
        assert [await caller.result() for caller in (first, *others)] == ["down"] * (CALLERS + 1)
        assert origin.calls == 1

    async def test_a_hung_load_ends_at_its_deadline(self, lab: AsyncLab) -> None:
        """T07: its callers get ``LoadTimeout``; the next caller is not held up and its load counts."""
        cache, origin = lab.open(load_timeout=0.05), AsyncOrigin("late", "v")
        gate = origin.hold()

        async def error() -> str:
            with pytest.raises(LoadTimeout):
                await cache.get_or_set("k", origin)
            return "timeout"

        assert await together([error] * 4) == ["timeout"] * 4
        assert await cache.get_or_set("k", origin) == "v"
        gate.release()
        await self.holds("v", cache, lab.cold(cache))
        assert origin.calls == 2

    async def test_a_caller_who_leaves_takes_nobody_along(self, lab: AsyncLab) -> None:
        """A cancelled caller, even the first, cancels neither the load nor those who wait for it; it is stored."""
        cache, origin = lab.open(), AsyncOrigin("v")
        gate = origin.hold()
        first = start(partial(cache.get_or_set, "k", origin))
        await gate.entered()
        second, third = (start(partial(cache.get_or_set, "k", origin)) for _ in range(2))
        await eventually(self.counted(cache, "joined"), 2)
        await first.abandon()
        await second.abandon()
        gate.release()
        assert await third.result() == "v"
        await self.holds("v", cache, lab.cold(cache))
        assert origin.calls == 1

    async def test_a_load_nobody_waits_for_any_more_is_stored(self, lab: AsyncLab) -> None:
        """What was begun is finished: the work is paid for."""
        cache, origin = lab.open(), AsyncOrigin("v")
        gate = origin.hold()
        only = start(partial(cache.get_or_set, "k", origin))
        await gate.entered()
        await only.abandon()
        gate.release()
        await eventually(self.getting(cache), "v")
        assert origin.calls == 1

    async def test_a_loader_of_the_other_world_is_refused(self, lab: AsyncLab) -> None:
        """A blocking loader for an awaited cache, or the other way round, is ``WrongWorld``; nothing is stored."""
        cache: Any = lab.open()
        with pytest.raises(WrongWorld):
            await cache.get_or_set("k", foreign_loader)
        with pytest.raises(WrongWorld):
            await cache.get_or_set("k", "not a function")
        await self.misses(cache)

    async def test_a_loader_may_set_the_life(self, lab: AsyncLab) -> None:
        """``Loaded`` brings its own ttl, over that of the call."""
        cache = lab.open()
        assert await cache.get_or_set("k", AsyncOrigin(Loaded("v", ttl=10, stale_ttl=5)), ttl=500) == "v"
        lab.clock.advance(9)
        await self.holds("v", cache, lab.cold(cache))
        view = await cache.get_entry("k")
        assert view is not None
        assert (view.ttl, view.stale_ttl) == (1.0, 5.0)
        lab.clock.advance(1)
        await self.misses(cache, lab.cold(cache))

    async def test_missing_is_remembered_for_a_while(self, lab: AsyncLab) -> None:
        """A negative result gives the default, spares the origin until its end, and is no value."""
        cache, origin = lab.open(missing_ttl=30.0), AsyncOrigin(Missing(), "v")
        assert await cache.get_or_set("k", origin, default="none") == "none"
        assert await cache.get_or_set("k", origin, default="none") == "none"
        assert origin.calls == 1
        for asked in (cache, lab.cold(cache)):
            await self.misses(asked)
            view = await asked.get_entry("k")
            assert view is not None
            assert (view.missing, view.value) == (True, None)
            assert await asked.has("k") is False
        lab.clock.advance(30)
        assert await cache.get_or_set("k", origin, default="none") == "v"

    async def test_what_is_not_to_be_stored_is_not(self, lab: AsyncLab) -> None:
        """``DoNotStore`` answers the callers and nobody later."""
        cache, origin = lab.open(), AsyncOrigin(DoNotStore("secret"), "v")
        assert await cache.get_or_set("k", origin) == "secret"
        await self.misses(cache, lab.cold(cache))
        assert await cache.get_or_set("k", origin) == "v"

    async def test_not_modified_makes_the_stale_value_fresh(self, lab: AsyncLab) -> None:
        """A loader that is shown the stale entry may say that it still holds; its value lives anew."""
        cache, origin = lab.open(stale="if_error"), AsyncOrigin(NotModified(ttl=50))
        await cache.set("k", "v", ttl=10, stale_ttl=100)
        lab.clock.advance(20)
        assert await cache.get_or_set("k", origin, with_entry=True) == "v"
        ((shown,),) = origin.shown
        assert isinstance(shown, EntryView)
        assert (shown.value, shown.stale) == ("v", True)
        assert await cache.ttl("k") == 50.0
        await self.holds("v", cache, lab.cold(cache))

    async def test_a_loader_is_shown_nothing_on_a_miss(self, lab: AsyncLab) -> None:
        """``with_entry`` gives the loader None where there is no entry."""
        cache, origin = lab.open(), AsyncOrigin("v")
        assert await cache.get_or_set("k", origin, with_entry=True) == "v"
        assert origin.shown == [(None,)]

    async def test_a_value_that_is_too_old_is_loaded_anew(self, lab: AsyncLab) -> None:
        """``max_age`` refuses what is fresh and too old, wherever it stands; what is younger is served."""
        cache, origin = lab.open(), AsyncOrigin("new")
        await cache.set("k", "old", ttl=100)
        lab.clock.advance(10)
        assert await cache.get_or_set("k", origin, max_age=11) == "old"
        assert await cache.get_or_set("k", origin, max_age=10) == "new"
        await self.holds("new", cache, lab.cold(cache))

    async def test_a_write_during_a_load_wins(self, lab: AsyncLab) -> None:
        """The caller gets what it loaded; what was written meanwhile stays."""
        cache, origin = lab.open(), AsyncOrigin("loaded")
        gate = origin.hold()
        loading = start(partial(cache.get_or_set, "k", origin))
        await gate.entered()
        await cache.set("k", "written")
        gate.release()
        assert await loading.result() == "loaded"
        await self.holds("written", cache, lab.cold(cache))
        assert cache.get_nowait("k", MISS) in {"written", MISS}
