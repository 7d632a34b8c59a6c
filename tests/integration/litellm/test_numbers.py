"""Numbers and sets through LiteLLM's methods: no count is lost, and a number reads like any value."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest

from hexcache import NotANumber, Unsupported, UnsupportedValue
from tests.integration.litellm.caches import SHARED, UNCOUNTED, Ground
from tests.integration.litellm.callers import Caller


async def test_a_number_is_added_to_and_read_like_a_value(counted: Caller) -> None:
    assert await counted.increment("n", 1, ttl=600) == 1
    assert await counted.increment("n", 2, ttl=600) == 3
    assert await counted.increment("n", 0.5) == 3.5
    assert await counted.increment("m", -4) == -4
    assert await counted.get("n") == 3.5
    found = await counted.get_many(["n", "absent", "m"])
    assert list(found.values() if counted.mapping else found) == [3.5, None, -4]


async def test_whole_numbers_stay_whole(counted: Caller) -> None:
    await counted.increment("n", 1)
    found = await counted.get("n")
    assert (found, type(found)) == (1, int)


async def test_a_number_that_was_stored_is_added_to_and_keeps_its_end(counted: Caller) -> None:
    await counted.set("n", 5, ttl=100)
    assert await counted.increment("n", 2, ttl=5000) == 7
    assert await counted.get("n") == 7
    left = await counted.cache.async_get_ttl("n")
    assert left is not None
    assert 0 < left <= 100


async def test_a_value_in_the_place_of_a_number_ends_it(counted: Caller) -> None:
    await counted.increment("n", 5)
    await counted.set("n", "text")
    assert await counted.get("n") == "text"
    await counted.delete("n")
    assert await counted.get("n") is None
    assert await counted.increment("n", 1) == 1


async def test_what_is_no_number_is_refused_and_left(counted: Caller) -> None:
    await counted.set("text", "5")
    await counted.set("flag", True)
    for key in ("text", "flag"):
        with pytest.raises(NotANumber):
            await counted.increment(key, 1)
    with pytest.raises(NotANumber):
        await counted.increment("n", "1")  # type: ignore[arg-type]  # what is being tested
    assert [await counted.get("text"), await counted.get("flag"), await counted.get("n")] == ["5", True, None]


async def test_a_pipeline_of_increments_answers_each(counted: Caller) -> None:
    await counted.increment("a", 1)
    await counted.set("b", 10)
    asked = [{"key": key, "increment_value": by, "ttl": 600} for key, by in (("a", 1), ("b", 1.5), ("c", 1), ("a", 1))]
    assert await counted.cache.async_increment_pipeline(asked) == [2, 11.5, 1, 3]
    assert await counted.cache.async_increment_cache_pipeline([]) == []
    assert [await counted.get(key) for key in "abc"] == [3, 11.5, 1]


@pytest.mark.parametrize(
    "name", ["memory", "disk", "redis", "cluster", "memory > redis", "disk > redis", "memory > s3"]
)
async def test_no_increment_of_many_threads_and_tasks_is_lost(ground: Ground, name: str) -> None:
    cache = ground.cache(name)
    cache.set_cache("n", 1000)

    def count() -> None:
        for _ in range(10):
            cache.increment_cache("n")

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    await asyncio.gather(*(cache.async_increment("n") for _ in range(20)))
    for thread in threads:
        await asyncio.to_thread(thread.join, 60)
    assert await cache.async_get_cache("n") == 1060


@pytest.mark.parametrize("name", sorted({*SHARED} - {*UNCOUNTED}))
async def test_caches_that_share_a_tier_count_together(ground: Ground, name: str) -> None:
    one, other = ground.cache(name), ground.cache(name)
    assert one.increment_cache("n", 1) == 1
    assert await other.async_increment("n", 1) == 2
    assert one.get_cache("n") == other.get_cache("n") == 2


async def test_a_set_grows_and_reads_as_a_set(counted: Caller) -> None:
    assert await counted.cache.async_set_cache_sadd("s", ["a", "b"], ttl=600) == ["a", "b"]
    await counted.cache.async_set_cache_sadd("s", ["b", "c"], ttl=None)
    assert await counted.get("s") == {"a", "b", "c"}
    with pytest.raises(NotANumber):
        await counted.increment("s", 1)
    with pytest.raises(UnsupportedValue):
        await counted.cache.async_set_cache_sadd("s", [1], ttl=600)  # type: ignore[list-item]  # what is being tested
    await counted.set("v", {"a"})
    with pytest.raises(NotANumber):
        await counted.cache.async_set_cache_sadd("v", ["b"], ttl=600)
    await counted.delete("s")
    assert await counted.get("s") is None


async def test_a_value_cannot_pass_for_a_number_that_is_counted(ground: Ground) -> None:
    cache: Any = ground.cache("memory")
    cache.increment_cache("n")
    mark = cache.hexcache.get("n")
    with pytest.raises(UnsupportedValue):
        cache.set_cache("k", mark)
    assert cache.get_cache("k") is None


@pytest.mark.parametrize("name", UNCOUNTED)
async def test_what_cannot_count_says_so_and_changes_nothing(ground: Ground, name: str) -> None:
    cache = ground.cache(name)
    cache.set_cache("n", 5)
    for key in ("n", "absent"):
        with pytest.raises(Unsupported):
            cache.increment_cache(key)
        with pytest.raises(Unsupported):
            await cache.async_increment_pipeline([{"key": key, "increment_value": 1}])
        with pytest.raises(Unsupported):
            await cache.async_set_cache_sadd(key, ["a"])
    assert cache.batch_get_cache(["n", "absent"]) == [5, None]
