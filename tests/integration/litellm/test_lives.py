"""Lives through LiteLLM's methods: a ttl is what was said last, and is told as what is left."""

from __future__ import annotations

from typing import Any

import pytest

from hexcache import InvalidLifetime, Unsupported
from tests.integration.litellm.caches import Ground
from tests.integration.litellm.callers import Caller


async def test_a_ttl_is_what_was_said_and_is_told_as_what_is_left(caller: Caller) -> None:
    await caller.set("k", 1, ttl=1000)
    assert 900 < (await caller.cache.async_get_ttl("k") or 0) <= 1000
    await caller.set("k", 2, ttl=5000)
    assert 4900 < (await caller.cache.async_get_ttl("k") or 0) <= 5000
    await caller.set("k", 3, ttl="50s")
    assert 0 < (await caller.cache.async_get_ttl("k") or 0) <= 50
    assert await caller.cache.async_get_ttl("absent") is None
    assert caller.cache.allow_ttl_override("k")


async def test_a_ttl_that_is_left_out_is_the_default_of_the_class(ground: Ground) -> None:
    defaults: dict[str, int | None] = {
        "memory": 600, "redis": 60, "disk": None, "memory > redis": 60, "memory > disk": None, "disk > redis": 60,
    }  # fmt: skip
    for name, default in defaults.items():
        cache = ground.cache(name)
        assert (cache.default_ttl, cache.get_ttl()) == (default, default)
        cache.set_cache("k", 1)
        left = await cache.async_get_ttl("k")
        assert left is None if default is None else default - 30 < (left or 0) <= default
        cache.set_cache("k", 1, ttl=None)
        assert (await cache.async_get_ttl("k") is None) is (default is None)


async def test_the_ttl_of_a_call_is_read_from_what_comes_along(ground: Ground, name: str) -> None:
    cache = ground.cache(name)
    assert cache.get_ttl(ttl=1.9, model="m") == 1.9
    assert cache.get_ttl(ttl="2m") == 120
    with pytest.raises(InvalidLifetime):
        cache.get_ttl(ttl=[])


async def test_no_life_at_all_removes_what_was_there(caller: Caller) -> None:
    for ttl in (0, -5):
        await caller.set("k", "old", ttl=60)
        await caller.set("k", "new", ttl=ttl)
        assert await caller.get("k") is None


async def test_a_number_has_some_life(counted: Caller) -> None:
    with pytest.raises(InvalidLifetime):
        await counted.increment("n", 1, ttl=0)
    assert await counted.get("n") is None


async def test_a_number_keeps_its_end_unless_it_is_to_be_refreshed(counted: Caller) -> None:
    await counted.increment("n", 1, ttl=100)
    await counted.increment("n", 1, ttl=5000)
    assert 0 < (await counted.cache.async_get_ttl("n") or 0) <= 100
    await counted.cache.async_increment_pipeline([{"key": "n", "increment_value": 1, "ttl": 5000}])
    assert 0 < (await counted.cache.async_get_ttl("n") or 0) <= 100
    await counted.increment("n", 1, ttl=5000, refresh_ttl=True)
    assert 4900 < (await counted.cache.async_get_ttl("n") or 0) <= 5000
    assert await counted.get("n") == 4


async def test_a_life_can_be_given_anew(caller: Caller) -> None:
    await caller.set("k", 1, ttl=10)
    assert await caller.cache.async_refresh_ttl("k", 5000)
    assert 4900 < (await caller.cache.async_get_ttl("k") or 0) <= 5000
    assert not await caller.cache.async_refresh_ttl("absent", 5000)


async def test_the_keys_that_die_soonest_are_told_where_memory_keeps_them(ground: Ground) -> None:
    cache: Any = ground.cache("memory")
    for key, ttl in (("late", 900), ("soon", 100), ("middle", 500)):
        cache.set_cache(key, 1, ttl=ttl)
    assert await cache.async_get_oldest_n_keys(2) == ["soon", "middle"]
    dual: Any = ground.cache("memory > disk")
    dual.set_cache("k", 1)
    assert await dual.async_get_oldest_n_keys(2) == ["k"]
    far: Any = ground.cache("disk")
    with pytest.raises(Unsupported):
        await far.async_get_oldest_n_keys(1)


async def test_a_nearer_tier_holds_what_is_left_of_a_life(ground: Ground) -> None:
    for name in ("memory > redis", "memory > disk"):
        far: Any = ground.cache(name.rpartition(" ")[2])
        dual: Any = ground.cache(name)
        far.set_cache("k", "v", ttl=100)
        assert dual.get_cache("k") == "v"
        near = dual.in_memory_cache
        assert near.get_cache("k") == "v"
        assert 0 < (await near.async_get_ttl("k") or 0) <= 100
