# Generated from src/hexcache/testing/contracts/aio/cache_loads.py by tools/unasync.py. Do not edit.
"""Laws of a cache about loads: one for each key, shared with its outcome, bounded in time, and nobody's hostage."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from hexcache.domain.errors import LoadTimeout, WrongWorld
from hexcache.domain.load import DoNotStore, Loaded, Missing, NotModified
from hexcache.domain.lookup import MISS, EntryView
from hexcache.testing.contracts.sync.cache_ground import CacheGround, Lab, Origin, OriginDown
from hexcache.testing.contracts.sync.primitives import eventually, foreign_loader, start, together

CALLERS = 32


class CacheLoadLaws(CacheGround):
    """``get_or_set``: hits, misses, joiners, errors, deadlines, and what a loader may say."""

    def test_a_miss_is_loaded_and_stored(self, lab: Lab) -> None:
        """The loader runs once; then every tier has the value."""
        cache, origin = lab.open(), Origin("v", "too many")
        assert cache.get_or_set("k", origin) == "v"
        assert cache.get_or_set("k", origin) == "v"
        self.holds("v", cache, lab.cold(cache))
        assert lab.cold(cache).get_or_set("k", origin) == "v"
        assert (origin.calls, origin.shown) == (1, [()])

    def test_a_loaded_none_is_a_value(self, lab: Lab) -> None:
        """``None`` is loaded once like anything else."""
        cache, origin = lab.open(), Origin(None)
        assert cache.get_or_set("k", origin, default="default") is None
        assert cache.get_or_set("k", origin, default="default") is None
        assert origin.calls == 1

    def test_many_callers_share_one_load(self, lab: Lab) -> None:
        """However many callers come to one cold key at once, the loader runs once and all get its value."""
        cache, origin = lab.open(), Origin("v")
        gate = origin.hold()
        callers = [start(partial(cache.get_or_set, "k", origin)) for _ in range(CALLERS)]
        gate.entered()
        gate.release()
        assert [caller.result() for caller in callers] == ["v"] * CALLERS
        assert origin.calls == 1

    def test_callers_of_different_keys_do_not_wait_for_each_other(self, lab: Lab) -> None:
        """A load that hangs holds up its own key only."""
        cache, slow = lab.open(), Origin("slow")
        gate = slow.hold()
        waiting = start(partial(cache.get_or_set, "slow", slow))
        gate.entered()
        assert cache.get_or_set("quick", Origin("quick")) == "quick"
        gate.release()
        assert waiting.result() == "slow"

    def test_a_loaders_error_is_raised_as_it_is(self, lab: Lab) -> None:
        """T10: the loader's own error reaches the caller unwrapped, nothing is stored, the next caller loads anew."""
        cache, origin = lab.open(), Origin(OriginDown("down"), "v")
        with pytest.raises(OriginDown, match="down"):
            cache.get_or_set("k", origin)
        self.misses(cache, lab.cold(cache))
        assert cache.get_or_set("k", origin) == "v"
        assert origin.calls == 2

    def test_a_failing_load_runs_once_for_all_who_joined(self, lab: Lab) -> None:
        """T06: the callers of one load share its error; none of them starts a load of its own."""
        cache, origin = lab.open(), Origin(OriginDown("down"))
        gate = origin.hold()

        def error() -> str:
            with pytest.raises(OriginDown, match="down"):
                cache.get_or_set("k", origin)
            return "down"

        first = start(error)
        gate.entered()
        others = [start(error) for _ in range(CALLERS)]
        eventually(self.counted(cache, "joined"), CALLERS)
        gate.release()
        assert [caller.result() for caller in (first, *others)] == ["down"] * (CALLERS + 1)
        assert origin.calls == 1

    def test_a_hung_load_ends_at_its_deadline(self, lab: Lab) -> None:
        """T07: its callers get ``LoadTimeout``; the next caller is not held up and its load counts."""
        cache, origin = lab.open(load_timeout=0.05), Origin("late", "v")
        gate = origin.hold()

        def error() -> str:
            with pytest.raises(LoadTimeout):
                cache.get_or_set("k", origin)
            return "timeout"

        assert together([error] * 4) == ["timeout"] * 4
        assert cache.get_or_set("k", origin) == "v"
        gate.release()
        self.holds("v", cache, lab.cold(cache))
        assert origin.calls == 2

    def test_a_caller_who_leaves_takes_nobody_along(self, lab: Lab) -> None:
        """A cancelled caller, even the first, cancels neither the load nor those who wait for it; it is stored."""
        cache, origin = lab.open(), Origin("v")
        gate = origin.hold()
        first = start(partial(cache.get_or_set, "k", origin))
        gate.entered()
        second, third = (start(partial(cache.get_or_set, "k", origin)) for _ in range(2))
        eventually(self.counted(cache, "joined"), 2)
        first.abandon()
        second.abandon()
        gate.release()
        assert third.result() == "v"
        self.holds("v", cache, lab.cold(cache))
        assert origin.calls == 1

    def test_a_load_nobody_waits_for_any_more_is_stored(self, lab: Lab) -> None:
        """What was begun is finished: the work is paid for."""
        cache, origin = lab.open(), Origin("v")
        gate = origin.hold()
        only = start(partial(cache.get_or_set, "k", origin))
        gate.entered()
        only.abandon()
        gate.release()
        eventually(self.getting(cache), "v")
        assert origin.calls == 1

    def test_a_loader_of_the_other_world_is_refused(self, lab: Lab) -> None:
        """A blocking loader for an awaited cache, or the other way round, is ``WrongWorld``; nothing is stored."""
        cache: Any = lab.open()
        with pytest.raises(WrongWorld):
            cache.get_or_set("k", foreign_loader)
        with pytest.raises(WrongWorld):
            cache.get_or_set("k", "not a function")
        self.misses(cache)

    def test_a_loader_may_set_the_life(self, lab: Lab) -> None:
        """``Loaded`` brings its own ttl, over that of the call."""
        cache = lab.open()
        assert cache.get_or_set("k", Origin(Loaded("v", ttl=10, stale_ttl=5)), ttl=500) == "v"
        lab.clock.advance(9)
        self.holds("v", cache, lab.cold(cache))
        view = cache.get_entry("k")
        assert view is not None
        assert (view.ttl, view.stale_ttl) == (1.0, 5.0)
        lab.clock.advance(1)
        self.misses(cache, lab.cold(cache))

    def test_missing_is_remembered_for_a_while(self, lab: Lab) -> None:
        """A negative result gives the default, spares the origin until its end, and is no value."""
        cache, origin = lab.open(missing_ttl=30.0), Origin(Missing(), "v")
        assert cache.get_or_set("k", origin, default="none") == "none"
        assert cache.get_or_set("k", origin, default="none") == "none"
        assert origin.calls == 1
        for asked in (cache, lab.cold(cache)):
            self.misses(asked)
            view = asked.get_entry("k")
            assert view is not None
            assert (view.missing, view.value) == (True, None)
            assert asked.has("k") is False
        lab.clock.advance(30)
        assert cache.get_or_set("k", origin, default="none") == "v"

    def test_what_is_not_to_be_stored_is_not(self, lab: Lab) -> None:
        """``DoNotStore`` answers the callers and nobody later."""
        cache, origin = lab.open(), Origin(DoNotStore("secret"), "v")
        assert cache.get_or_set("k", origin) == "secret"
        self.misses(cache, lab.cold(cache))
        assert cache.get_or_set("k", origin) == "v"

    def test_not_modified_makes_the_stale_value_fresh(self, lab: Lab) -> None:
        """A loader that is shown the stale entry may say that it still holds; its value lives anew."""
        cache, origin = lab.open(stale="if_error"), Origin(NotModified(ttl=50))
        cache.set("k", "v", ttl=10, stale_ttl=100)
        lab.clock.advance(20)
        assert cache.get_or_set("k", origin, with_entry=True) == "v"
        ((shown,),) = origin.shown
        assert isinstance(shown, EntryView)
        assert (shown.value, shown.stale) == ("v", True)
        assert cache.ttl("k") == 50.0
        self.holds("v", cache, lab.cold(cache))

    def test_a_loader_is_shown_nothing_on_a_miss(self, lab: Lab) -> None:
        """``with_entry`` gives the loader None where there is no entry."""
        cache, origin = lab.open(), Origin("v")
        assert cache.get_or_set("k", origin, with_entry=True) == "v"
        assert origin.shown == [(None,)]

    def test_a_value_that_is_too_old_is_loaded_anew(self, lab: Lab) -> None:
        """``max_age`` refuses what is fresh and too old, wherever it stands; what is younger is served."""
        cache, origin = lab.open(), Origin("new")
        cache.set("k", "old", ttl=100)
        lab.clock.advance(10)
        assert cache.get_or_set("k", origin, max_age=11) == "old"
        assert cache.get_or_set("k", origin, max_age=10) == "new"
        self.holds("new", cache, lab.cold(cache))

    def test_a_write_during_a_load_wins(self, lab: Lab) -> None:
        """The caller gets what it loaded; what was written meanwhile stays."""
        cache, origin = lab.open(), Origin("loaded")
        gate = origin.hold()
        loading = start(partial(cache.get_or_set, "k", origin))
        gate.entered()
        cache.set("k", "written")
        gate.release()
        assert loading.result() == "loaded"
        self.holds("written", cache, lab.cold(cache))
        assert cache.get_nowait("k", MISS) in {"written", MISS}
