# Generated from src/hexcache/testing/contracts/aio/cache_stale.py by tools/unasync.py. Do not edit.
"""Laws of a cache about stale values: served where the policy says, refreshed behind, never past their end."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from hexcache.domain.errors import LoadTimeout
from hexcache.testing.contracts.sync.cache_ground import CacheGround, Lab, Origin, OriginDown
from hexcache.testing.contracts.sync.primitives import eventually, start, together


class CacheStaleLaws(CacheGround):
    """Stale-while-revalidate, stale-if-error, and refreshes that fail, hang or are overtaken."""

    def test_a_stale_value_is_served_while_it_is_refreshed(self, lab: Lab) -> None:
        """With ``revalidate`` the stale value comes at once, one refresh runs behind, and the new value follows."""
        cache, origin = lab.open(stale="revalidate"), Origin("new")
        cache.set("k", "old", ttl=10, stale_ttl=100)
        lab.clock.advance(20)
        gate = origin.hold()
        for _ in range(3):
            assert cache.get_or_set("k", origin) == "old"
        gate.entered()
        gate.release()
        eventually(self.getting(cache), "new")
        self.holds("new", cache, lab.cold(cache))
        assert origin.calls == 1

    def test_flush_waits_for_refreshes(self, lab: Lab) -> None:
        """After ``flush`` the work that went on behind is done."""
        cache, origin = lab.open(stale="revalidate"), Origin("new")
        cache.set("k", "old", ttl=10, stale_ttl=100)
        lab.clock.advance(20)
        gate = origin.hold()
        assert cache.get_or_set("k", origin) == "old"
        gate.entered()
        flushing = start(cache.flush)
        together([partial(cache.get, "other")] * 16)
        assert not flushing.done, "flush did not wait for the refresh"
        gate.release()
        assert flushing.result() == 0
        self.holds("new", cache, lab.cold(cache))

    def test_a_stale_value_covers_a_failed_load(self, lab: Lab) -> None:
        """With ``if_error`` the load is waited for; if it fails, the stale value is served until its end, then not."""
        cache, origin = lab.open(stale="if_error"), Origin("new", OriginDown("down"))
        cache.set("k", "old", ttl=10, stale_ttl=100)
        lab.clock.advance(20)
        assert cache.get_or_set("k", origin, ttl=10, stale_ttl=100) == "new"
        lab.clock.advance(20)
        assert cache.get_or_set("k", origin) == "new"
        lab.clock.advance(90)
        with pytest.raises(OriginDown):
            cache.get_or_set("k", origin)

    def test_a_stale_value_covers_a_hung_load(self, lab: Lab) -> None:
        """At the load's deadline the stale value is served instead of ``LoadTimeout``."""
        cache, origin = lab.open(stale="if_error", load_timeout=0.05), Origin("late")
        cache.set("k", "old", ttl=10, stale_ttl=100)
        lab.clock.advance(20)
        gate = origin.hold()
        assert cache.get_or_set("k", origin) == "old"
        gate.release()

    def test_never_means_never(self, lab: Lab) -> None:
        """With ``never`` a stale value is not served, not even when the origin is down."""
        cache = lab.open(stale="never")
        cache.set("k", "old", ttl=10, stale_ttl=100)
        lab.clock.advance(20)
        with pytest.raises(OriginDown):
            cache.get_or_set("k", Origin(OriginDown()))
        assert cache.get_or_set("k", Origin("new")) == "new"

    @pytest.mark.parametrize("stale", ["revalidate", "if_error"])
    def test_a_dead_value_is_never_served(self, lab: Lab, stale: str) -> None:
        """At the end of the stale window nothing covers a failure, here and in another cache."""
        cache = lab.open(stale=stale)
        cache.set("k", "old", ttl=10, stale_ttl=10)
        lab.clock.advance(20)
        for asked in (cache, lab.cold(cache, stale=stale)):
            with pytest.raises(OriginDown):
                asked.get_or_set("k", Origin(OriginDown()))

    def test_a_refresh_that_fails_leaves_the_key_usable(self, lab: Lab) -> None:
        """T20: a refresh that raises lets go of its key: after the back-off the next one runs and counts."""
        cache = lab.open(stale="revalidate", refresh_backoff=1.0, refresh_backoff_max=1.0)
        origin = Origin(OriginDown("down"), "new")
        cache.set("k", "old", ttl=10, stale_ttl=1_000)
        lab.clock.advance(20)
        assert cache.get_or_set("k", origin) == "old"
        eventually(self.counted(cache, "load_failures"), 1)
        eventually(self.later(lab, partial(cache.get_or_set, "k", origin)), "new")
        assert origin.calls == 2

    def test_a_refresh_that_hangs_leaves_the_key_usable(self, lab: Lab) -> None:
        """T21: a refresh that was ended at its deadline holds up nobody: reads go on, and the next refresh counts."""
        cache = lab.open(stale="revalidate", load_timeout=0.05, refresh_backoff=1.0, refresh_backoff_max=1.0)
        origin = Origin("late", "new")
        gate = origin.hold()
        cache.set("k", "old", ttl=10, stale_ttl=1_000)
        lab.clock.advance(20)
        assert cache.get_or_set("k", origin) == "old"
        gate.entered()
        eventually(self.counted(cache, "load_timeouts"), 1)
        eventually(self.later(lab, partial(cache.get_or_set, "k", origin)), "new")
        gate.release()
        self.holds("new", cache, lab.cold(cache))

    def test_a_dead_key_is_not_held_up_by_a_hung_refresh(self, lab: Lab) -> None:
        """When the stale window ends during a refresh that hangs, callers get an error or a value, in bounded time."""
        cache, origin = lab.open(stale="revalidate", load_timeout=0.05), Origin("late", "new")
        gate = origin.hold()
        cache.set("k", "old", ttl=10, stale_ttl=20)
        lab.clock.advance(20)
        assert cache.get_or_set("k", origin) == "old"
        gate.entered()
        lab.clock.advance(20)
        try:
            assert cache.get_or_set("k", origin) == "new"
        except LoadTimeout:
            assert cache.get_or_set("k", origin) == "new"
        gate.release()

    def later(self, lab: Lab, call: Any) -> Any:
        """A call that is made two seconds later each time: past the back-off, whenever that began."""

        def told() -> object:
            lab.clock.advance(2)
            return call()

        return told
