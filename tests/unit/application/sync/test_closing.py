# Generated from tests/unit/application/aio/test_closing.py by tools/unasync.py. Do not edit.
"""Closing: work behind is drained or given up in bounded time, what is left is told, and every later call says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from hexcache.domain.errors import CacheClosed
from hexcache.domain.lookup import MISS
from hexcache.domain.rate import Gcra
from hexcache.domain.report import CloseReport
from tests.unit.application.sync.assembling import Origin, Rig
from tests.unit.application.sync.primitives import start, until

CALLS: list[Callable[[Any], Any]] = [
    lambda cache: cache.get("k"),
    lambda cache: cache.get_entry("k"),
    lambda cache: cache.get_many(["k"]),
    lambda cache: cache.set("k", 1),
    lambda cache: cache.set_many({"k": 1}),
    lambda cache: cache.add("k", 1),
    lambda cache: cache.get_or_set("k", Origin(1)),
    lambda cache: cache.get_or_set_many(["k"], Origin({})),
    lambda cache: cache.delete("k"),
    lambda cache: cache.delete_many(["k"]),
    lambda cache: cache.touch("k"),
    lambda cache: cache.ttl("k"),
    lambda cache: cache.has("k"),
    lambda cache: cache.clear(),
    lambda cache: cache.incr("k"),
    lambda cache: cache.decr("k"),
    lambda cache: cache.invalidate_tags("t"),
    lambda cache: cache.expire_tags("t"),
    lambda cache: cache.flush(),
    lambda cache: cache.health(),
    lambda cache: cache.explain("k"),
]


@pytest.mark.parametrize(("memory", "stores"), [(1, 0), (0, 1), (1, 1), (0, 0)])
def test_every_call_of_a_closed_cache_says_so(memory: int, stores: int) -> None:
    with Rig(memory, stores) as rig:
        below = rig.cache.namespace("below")
        rig.cache.set("k", 1)
        rig.cache.close()
        for cache in (rig.cache, below):
            for call in CALLS:
                with pytest.raises(CacheClosed):
                    call(cache)
            with pytest.raises(CacheClosed):
                cache.get_nowait("k", MISS)
            with pytest.raises(CacheClosed):
                cache.namespace("n")
            with pytest.raises(CacheClosed):
                cache.limiter("k", Gcra(1, 1))
            with pytest.raises(CacheClosed):
                [key for key in cache.keys()]  # noqa: SIM118 - a cache is not a mapping
            with pytest.raises(CacheClosed):
                with cache:
                    pass
        assert rig.cache.stats()["sets"] == 1
        assert "closed" in repr(rig.cache)


def test_closing_again_changes_nothing() -> None:
    with Rig(1, 1) as rig:
        rig.stores[0].fail("put", times=2)
        rig.cache.set("k", 1)
        below = rig.cache.namespace("n")
        first = rig.cache.close()
        assert first == CloseReport(owed=1)
        assert rig.cache.close() is first
        assert below.close() is first
        assert rig.stores[0].count("close") == 1


def test_a_namespace_closes_the_whole_cache() -> None:
    with Rig(1, 1) as rig:
        with rig.cache.namespace("n") as below:
            below.set("k", 1)
        with pytest.raises(CacheClosed):
            rig.cache.get("k")
        assert rig.stores[0].count("close") == 1


def test_leaving_the_context_closes() -> None:
    with Rig(1, 1) as rig:
        with rig.cache as cache:
            cache.set("k", 1)
        with pytest.raises(CacheClosed):
            rig.cache.get("k")


def test_closing_waits_for_a_refresh() -> None:
    with Rig(1, 1, ttl=10, stale_ttl=100, close_timeout=20) as rig:
        rig.cache.set("k", "old")
        rig.clock.advance(20)
        origin = Origin("new")
        gate = origin.hold()
        assert rig.cache.get_or_set("k", origin) == "old"
        gate.entered()
        closing = start(rig.cache.close)
        until(lambda: rig.assembly.closed)
        gate.release()
        assert closing.result() == CloseReport()
        assert rig.held(0, "k") == "new"


def test_work_that_does_not_end_is_given_up_and_told_of() -> None:
    with Rig(1, 1, ttl=10, stale_ttl=100, close_timeout=0.02) as rig:
        rig.cache.set("k", "old")
        rig.clock.advance(20)
        origin = Origin("late")
        gate = origin.hold()
        assert rig.cache.get_or_set("k", origin) == "old"
        gate.entered()
        assert rig.cache.close() == CloseReport(abandoned=1)
        assert rig.witness.load_kinds()[-1] == "abandoned"
        gate.release()


def test_what_is_owed_is_brought_when_closing_and_the_rest_is_told_of() -> None:
    with Rig(1, 2, close_timeout=20) as rig:
        rig.stores[0].fail("put", times=1)
        rig.stores[1].fail("put")
        rig.cache.set("k", 1)
        assert rig.cache.close() == CloseReport(owed=1)
        assert rig.held(0, "k") == 1
        last = rig.witness.tiers[-1]
        assert (last.tier, last.operation, last.count) == ("store1", "close", 1)


def test_repairs_that_sleep_do_not_delay_closing() -> None:
    with Rig(1, 1, repair_backoff=3_600, repair_backoff_max=3_600, close_timeout=25) as rig:
        rig.stores[0].fail("put", times=1)
        rig.cache.set("k", 1)
        until(lambda: len(rig.assembly.repairing))
        rig.cache.close()
        assert rig.held(0, "k") == 1


def test_a_store_that_hangs_or_fails_keeps_nothing_else_open() -> None:
    with Rig(1, 3, close_timeout=0.02) as rig:
        rig.stores[0].hang("close")
        rig.stores[1].fail("close", error=RuntimeError("broken"))
        assert rig.cache.close() == CloseReport(unclosed=("store0", "store1"))
        assert [store.count("close") for store in rig.stores] == [1, 1, 1]
        assert rig.inner[2].closed  # type: ignore[attr-defined]  # a shelf of the tests
        assert [(e.tier, e.operation) for e in rig.witness.tiers] == [("store0", "close"), ("store1", "close")]


def test_a_store_that_hangs_while_it_is_repaired_does_not_hold_up_closing() -> None:
    with Rig(1, 1, close_timeout=0.02) as rig:
        rig.stores[0].fail("put", times=1)
        rig.cache.set("k", 1)
        rig.stores[0].hang("put")
        assert rig.cache.close() == CloseReport(owed=1)


def test_flush_waits_for_refreshes() -> None:
    with Rig(1, 1, ttl=10, stale_ttl=100, close_timeout=20) as rig:
        rig.cache.set("k", "old")
        rig.clock.advance(20)
        origin = Origin("new")
        gate = origin.hold()
        assert rig.cache.get_or_set("k", origin) == "old"
        gate.entered()
        flushing = start(rig.cache.flush)
        for _ in range(20):
            rig.cache.delete("other")
        assert not flushing.done
        gate.release()
        assert flushing.result() == 0
        assert rig.cache.get("k") == "new"


def test_flush_does_not_wait_for_ever_and_gives_nothing_up() -> None:
    with Rig(1, 1, ttl=10, stale_ttl=100, close_timeout=0.02) as rig:
        rig.cache.set("k", "old")
        rig.clock.advance(20)
        origin = Origin("new")
        gate = origin.hold()
        assert rig.cache.get_or_set("k", origin) == "old"
        gate.entered()
        assert rig.cache.flush() == 0
        gate.release()
        rig.idle()
        assert rig.cache.get("k") == "new"


def test_another_cache_object_over_the_same_core_goes_on() -> None:
    with Rig(1, 0) as rig:
        rig.cache.set("k", 1)
        _, other = rig.face()
        rig.cache.close()
        assert other.get("k") == 1
        assert other.namespace("n").get("k") is None
        with pytest.raises(CacheClosed):
            rig.cache.get("k")
        other.close()
