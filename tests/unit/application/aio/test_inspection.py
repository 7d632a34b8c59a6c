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
from tests.unit.application.aio.assembling import AsyncOrigin, AsyncRig
from tests.unit.application.aio.primitives import start
from tests.unit.application.aio.stores import AsyncShelf


async def test_health_makes_a_round_trip_to_every_tier() -> None:
    async with AsyncRig(1, 2, breaker=BreakerRule(failures=3)) as rig:
        rig.stores[0].interpose(lambda: rig.clock.advance(0.25), "ping", times=None)
        rig.stores[1].fail("ping", error=StoreRejected("forbidden"))
        assert await rig.cache.health() == {
            "memory0": {"ok": True, "seconds": 0.0, "error": "", "breaker": "none"},
            "store0": {"ok": True, "seconds": 0.25, "error": "", "breaker": "closed"},
            "store1": {"ok": False, "seconds": 0.0, "error": "StoreRejected: forbidden", "breaker": "closed"},
        }


async def test_health_asks_a_tier_whose_breaker_is_open_and_its_answer_may_close_it() -> None:
    async with AsyncRig(1, 1, breaker=BreakerRule(failures=1, open_for=2)) as rig:
        rig.stores[0].fail("get", "ping", times=1)
        await rig.cache.get("k")
        assert (await rig.cache.health())["store0"]["ok"] is False
        assert (await rig.cache.health())["store0"] == {"ok": True, "seconds": 0.0, "error": "", "breaker": "open"}
        rig.clock.advance(4)
        assert (await rig.cache.health())["store0"]["breaker"] == "closed"


async def test_explain_tells_what_each_tier_holds_and_why_it_would_be_served() -> None:
    async with AsyncRig([60.0], 2, ttl=100, stale_ttl=50) as rig:
        await rig.cache.set("k", [1], tags=["t"])
        await rig.inner[1].put("app:k", b"foreign", dead_at=float("inf"))
        rig.clock.advance(10)
        explained = await rig.cache.explain("k")
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
        assert isinstance(await rig.inner[1].delete("app:k"), bool)


async def test_explain_knows_stale_dead_absent_and_unknown() -> None:
    async with AsyncRig(1, 1, ttl=10, stale_ttl=10) as rig:
        assert (await rig.cache.explain("k"))["tiers"] == {
            "memory0": {"state": "absent"},
            "store0": {"state": "absent"},
        }
        rig.stores[0].linger("put")
        await rig.cache.set("k", 1)
        rig.clock.advance(15)
        assert [tier["state"] for tier in (await rig.cache.explain("k"))["tiers"].values()] == ["stale", "stale"]
        rig.clock.advance(15)
        assert [tier["state"] for tier in (await rig.cache.explain("k"))["tiers"].values()] == ["absent", "dead"]
        rig.stores[0].fail("get")
        assert (await rig.cache.explain("k"))["tiers"]["store0"]["state"] == "unknown"


async def test_explain_knows_a_flight_and_a_negative_result() -> None:
    async with AsyncRig(1, 1) as rig:
        below = rig.cache.namespace("n")
        origin = AsyncOrigin(Missing())
        gate = origin.hold()
        caller = start(below.get_or_set, "k", origin)
        await gate.entered()
        explained = await below.explain("k")
        assert (explained["in_flight"], explained["namespace"], explained["address"]) == (True, "n", "app/n:k")
        gate.release()
        await caller.result()
        explained = await below.explain("k")
        assert [tier["missing"] for tier in explained["tiers"].values()] == [True, True]


async def test_looking_changes_nothing() -> None:
    async with AsyncRig(1, 1) as rig:
        await rig.cache.set("k", 1)
        rig.forget()
        before = rig.cache.stats()["hits"]
        await rig.cache.explain("k")
        await rig.cache.health()
        assert rig.core.memory[0].tier.peek("k") is None
        assert rig.cache.stats()["hits"] == before


async def test_keys_are_listed_once_whichever_tiers_hold_them() -> None:
    async with AsyncRig(1, 2) as rig:
        await rig.cache.set_many({"a": 1, "b": 2, "c:d": 3})
        await rig.cache.namespace("n").set("inner", 1)
        await rig.inner[0].delete("app:a")
        rig.core.memory[0].tier.invalidate("b")
        assert sorted([key async for key in rig.cache.keys()]) == ["a", "b", "c:d"]  # noqa: SIM118 - no mapping
        assert [key async for key in rig.cache.namespace("n").keys()] == ["inner"]  # noqa: SIM118 - no mapping
        assert [key async for key in rig.cache.namespace("none").keys()] == []  # noqa: SIM118 - no mapping


async def test_a_key_whose_removal_is_owed_is_not_listed() -> None:
    async with AsyncRig(1, 1) as rig:
        await rig.cache.set_many({"a": 1, "b": 2})
        rig.stores[0].fail("delete")
        await rig.cache.delete("a")
        assert [key async for key in rig.cache.keys()] == ["b"]  # noqa: SIM118 - a cache is not a mapping


async def test_a_listing_is_whole_or_an_error() -> None:
    clock = MovedClock()
    mute = AsyncShelf(clock.wall, capabilities=Capabilities(scan=False))
    async with AsyncRig(1, [mute], clock=clock) as rig:
        with pytest.raises(Unsupported):
            [key async for key in rig.cache.keys()]  # noqa: SIM118 - a cache is not a mapping
    async with AsyncRig(1, 1) as rig:
        rig.stores[0].fail("scan")
        with pytest.raises(StoreError):
            [key async for key in rig.cache.keys()]  # noqa: SIM118 - a cache is not a mapping
        assert rig.cache.stats()["tiers"]["store0"]["failures"] == 1


async def test_statistics_of_a_tier_tell_reads_writes_and_bytes() -> None:
    async with AsyncRig(1, 1) as rig:
        await rig.cache.set("k", "x" * 100)
        await rig.cache.set_many({"a": 1, "b": 2})
        rig.forget()
        await rig.cache.get("k")
        await rig.cache.get("none")
        await rig.cache.delete_many(["a", "b"])
        stats = rig.cache.stats()["tiers"]["store0"]
        assert (stats["reads"], stats["hits"], stats["writes"], stats["deletes"]) == (2, 1, 3, 2)
        assert stats["bytes_read"] > 100
        assert stats["bytes_written"] > 100


async def test_a_cache_shows_its_tiers_and_its_namespace() -> None:
    async with AsyncRig(1, 1) as rig:
        assert "app: memory0 > store0" in repr(rig.cache)
        assert "app/a/b: memory0" in repr(rig.cache.namespace("a").namespace("b"))
    async with AsyncRig(0, 0) as rig:
        assert "no tiers" in repr(rig.cache)


async def test_two_tiers_of_one_name_are_refused() -> None:
    async with AsyncRig(2, 0) as rig:
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


async def test_the_hit_path_is_handed_out_while_the_cache_is_open() -> None:
    class Reader:
        told = False

        def shut(self) -> None:
            self.told = True

    async with AsyncRig(1, 0) as rig:
        reader = Reader()
        await rig.cache.namespace("n").set("k", 1)
        path = rig.cache.namespace("n").hit_path(reader)
        entry = path.find(path.prefix + "k")
        assert entry is not None
        assert entry.value == 1
        await rig.cache.aclose()
        assert reader.told
        with pytest.raises(CacheClosed):
            rig.cache.hit_path(reader)
    async with AsyncRig(0, 0) as rig:
        assert rig.cache.hit_path(Reader()).find("k") is None
    async with AsyncRig(1, 0, max_age=10) as rig:
        await rig.cache.set("k", 1)
        rig.cache.namespace("n")
        assert rig.cache.hit_path(Reader()).find("k") is None
        rig.clock.advance(20)
        assert await rig.cache.get_or_set("k", AsyncOrigin(2)) == 2


async def test_root_keys_do_not_reach_into_namespaces() -> None:
    async with AsyncRig(1, 1) as rig:
        early, late = rig.cache, rig.cache.namespace("n")
        await late.set("secret", "value")
        _, other = rig.face()
        for cache in (early, other):
            for call in (cache.get, lambda key, cache=cache: cache.get_or_set(key, AsyncOrigin(1))):
                with pytest.raises(ValueError, match="control"):
                    await call("\x1fn\x1fsecret")
            assert cache.get_nowait("\x1fn\x1fsecret", MISS) is MISS
        assert await late.get("secret") == "value"
        await other.aclose()
