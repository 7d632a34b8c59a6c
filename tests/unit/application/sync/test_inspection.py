# Generated from tests/unit/application/aio/test_inspection.py by tools/unasync.py. Do not edit.
"""Looking at a cache: health, explanation, listing and statistics tell the truth and change nothing."""

from __future__ import annotations

import json

import pytest

from hexcache.domain.breaker import BreakerRule
from hexcache.domain.errors import CacheClosed, InvalidSetting, StoreError, StoreRejected, Unsupported
from hexcache.domain.load import Missing
from hexcache.domain.lookup import MISS
from hexcache.ports.capabilities import Capabilities
from hexcache.testing.clock import MovedClock
from tests.unit.application.sync.assembling import Origin, Rig
from tests.unit.application.sync.primitives import start
from tests.unit.application.sync.stores import Shelf


def test_health_makes_a_round_trip_to_every_tier() -> None:
    with Rig(1, 2, breaker=BreakerRule(failures=3)) as rig:
        rig.stores[0].interpose(lambda: rig.clock.advance(0.25), "ping", times=None)
        rig.stores[1].fail("ping", error=StoreRejected("forbidden"))
        assert rig.cache.health() == {
            "memory0": {"ok": True, "seconds": 0.0, "error": "", "breaker": "none"},
            "store0": {"ok": True, "seconds": 0.25, "error": "", "breaker": "closed"},
            "store1": {"ok": False, "seconds": 0.0, "error": "StoreRejected: forbidden", "breaker": "closed"},
        }


def test_health_asks_a_tier_whose_breaker_is_open_and_its_answer_may_close_it() -> None:
    with Rig(1, 1, breaker=BreakerRule(failures=1, open_for=2)) as rig:
        rig.stores[0].fail("get", "ping", times=1)
        rig.cache.get("k")
        assert (rig.cache.health())["store0"]["ok"] is False
        assert (rig.cache.health())["store0"] == {"ok": True, "seconds": 0.0, "error": "", "breaker": "open"}
        rig.clock.advance(4)
        assert (rig.cache.health())["store0"]["breaker"] == "closed"


def test_explain_tells_what_each_tier_holds_and_why_it_would_be_served() -> None:
    with Rig([60.0], 2, ttl=100, stale_ttl=50) as rig:
        rig.cache.set("k", [1], tags=["t"])
        rig.inner[1].put("app:k", b"foreign", dead_at=float("inf"))
        rig.clock.advance(10)
        explained = rig.cache.explain("k")
        assert json.loads(json.dumps(explained)) == explained
        assert (explained["key"], explained["namespace"], explained["address"]) == ("k", "", "app:k")
        assert explained["serializer"] == "faithful"
        assert (explained["in_flight"], explained["refresh_blocked"]) == (False, False)
        memory, near, deep = explained["tiers"]["memory0"], explained["tiers"]["store0"], explained["tiers"]["store1"]
        assert memory == {
            "state": "tags changed or unknown", "age": 10, "ttl": 50, "dead_in": 50, "kept_as": "payload",
            "missing": False, "tagged": True, "bytes": memory["bytes"], "version": near["version"],
        }  # fmt: skip
        assert near == {
            "state": "fresh", "age": 10, "ttl": 90, "dead_in": 140, "missing": False, "tagged": True,
            "bytes": near["bytes"], "version": near["version"],
        }  # fmt: skip
        assert deep == {"state": "undecodable", "error": "magic", "bytes": 7}
        assert isinstance(rig.inner[1].delete("app:k"), bool)


def test_explain_knows_stale_dead_absent_and_unknown() -> None:
    with Rig(1, 1, ttl=10, stale_ttl=10) as rig:
        assert (rig.cache.explain("k"))["tiers"] == {
            "memory0": {"state": "absent"},
            "store0": {"state": "absent"},
        }
        rig.stores[0].linger("put")
        rig.cache.set("k", 1)
        rig.clock.advance(15)
        assert [tier["state"] for tier in (rig.cache.explain("k"))["tiers"].values()] == ["stale", "stale"]
        rig.clock.advance(15)
        assert [tier["state"] for tier in (rig.cache.explain("k"))["tiers"].values()] == ["absent", "dead"]
        rig.stores[0].fail("get")
        assert (rig.cache.explain("k"))["tiers"]["store0"]["state"] == "unknown"


def test_explain_knows_a_flight_and_a_negative_result() -> None:
    with Rig(1, 1) as rig:
        below = rig.cache.namespace("n")
        origin = Origin(Missing())
        gate = origin.hold()
        caller = start(below.get_or_set, "k", origin)
        gate.entered()
        explained = below.explain("k")
        assert (explained["in_flight"], explained["namespace"], explained["address"]) == (True, "n", "app/n:k")
        gate.release()
        caller.result()
        explained = below.explain("k")
        assert [tier["missing"] for tier in explained["tiers"].values()] == [True, True]


def test_looking_changes_nothing() -> None:
    with Rig(1, 1) as rig:
        rig.cache.set("k", 1)
        rig.forget()
        before = rig.cache.stats()["hits"]
        rig.cache.explain("k")
        rig.cache.health()
        assert rig.core.memory[0].tier.peek("k") is None
        assert rig.cache.stats()["hits"] == before


def test_keys_are_listed_once_whichever_tiers_hold_them() -> None:
    with Rig(1, 2) as rig:
        rig.cache.set_many({"a": 1, "b": 2, "c:d": 3})
        rig.cache.namespace("n").set("inner", 1)
        rig.inner[0].delete("app:a")
        rig.core.memory[0].tier.invalidate("b")
        assert sorted([key for key in rig.cache.keys()]) == ["a", "b", "c:d"]  # noqa: SIM118 - no mapping
        assert [key for key in rig.cache.namespace("n").keys()] == ["inner"]  # noqa: SIM118 - no mapping
        assert [key for key in rig.cache.namespace("none").keys()] == []  # noqa: SIM118 - no mapping


def test_a_key_whose_removal_is_owed_is_not_listed() -> None:
    with Rig(1, 1) as rig:
        rig.cache.set_many({"a": 1, "b": 2})
        rig.stores[0].fail("delete")
        rig.cache.delete("a")
        assert [key for key in rig.cache.keys()] == ["b"]  # noqa: SIM118 - a cache is not a mapping


def test_a_listing_is_whole_or_an_error() -> None:
    clock = MovedClock()
    mute = Shelf(clock.wall, capabilities=Capabilities(scan=False))
    with Rig(1, [mute], clock=clock) as rig:
        with pytest.raises(Unsupported):
            [key for key in rig.cache.keys()]  # noqa: SIM118 - a cache is not a mapping
    with Rig(1, 1) as rig:
        rig.stores[0].fail("scan")
        with pytest.raises(StoreError):
            [key for key in rig.cache.keys()]  # noqa: SIM118 - a cache is not a mapping
        assert rig.cache.stats()["tiers"]["store0"]["failures"] == 1


def test_statistics_of_a_tier_tell_reads_writes_and_bytes() -> None:
    with Rig(1, 1) as rig:
        rig.cache.set("k", "x" * 100)
        rig.cache.set_many({"a": 1, "b": 2})
        rig.forget()
        rig.cache.get("k")
        rig.cache.get("none")
        rig.cache.delete_many(["a", "b"])
        stats = rig.cache.stats()["tiers"]["store0"]
        assert (stats["reads"], stats["hits"], stats["writes"], stats["deletes"]) == (2, 1, 3, 2)
        assert stats["bytes_read"] > 100
        assert stats["bytes_written"] > 100


def test_a_cache_shows_its_tiers_and_its_namespace() -> None:
    with Rig(1, 1) as rig:
        assert "app: memory0 > store0" in repr(rig.cache)
        assert "app/a/b: memory0" in repr(rig.cache.namespace("a").namespace("b"))
    with Rig(0, 0) as rig:
        assert "no tiers" in repr(rig.cache)


def test_two_tiers_of_one_name_are_refused() -> None:
    with Rig(2, 0) as rig:
        core = rig.core
        with pytest.raises(InvalidSetting, match="memory0"):
            type(core)(
                "app",
                policy=core.policy,
                clocks=core.clocks,
                entropy=core.entropy,
                sealer=core.sealer,
                memory=(core.memory[0], core.memory[0]),
                states=(),
                tags=core.tags,
            )


def test_the_hit_path_is_handed_out_while_the_cache_is_open() -> None:
    class Reader:
        told = False

        def shut(self) -> None:
            self.told = True

    with Rig(1, 0) as rig:
        reader = Reader()
        rig.cache.namespace("n").set("k", 1)
        path = rig.cache.namespace("n").hit_path(reader)
        entry = path.find(path.prefix + "k")
        assert entry is not None
        assert entry.value == 1
        rig.cache.close()
        assert reader.told
        with pytest.raises(CacheClosed):
            rig.cache.hit_path(reader)
    with Rig(0, 0) as rig:
        assert rig.cache.hit_path(Reader()).find("k") is None
    with Rig(1, 0, max_age=10) as rig:
        rig.cache.set("k", 1)
        rig.cache.namespace("n")
        assert rig.cache.hit_path(Reader()).find("k") is None
        rig.clock.advance(20)
        assert rig.cache.get_or_set("k", Origin(2)) == 2


def test_root_keys_do_not_reach_into_namespaces() -> None:
    with Rig(1, 1) as rig:
        early, late = rig.cache, rig.cache.namespace("n")
        late.set("secret", "value")
        _, other = rig.face()
        for cache in (early, other):
            for call in (cache.get, lambda key, cache=cache: cache.get_or_set(key, Origin(1))):
                with pytest.raises(ValueError, match="control"):
                    call("\x1fn\x1fsecret")
            assert cache.get_nowait("\x1fn\x1fsecret", MISS) is MISS
        assert late.get("secret") == "value"
        other.close()
