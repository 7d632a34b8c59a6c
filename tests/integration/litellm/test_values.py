"""Values through LiteLLM's methods: they come back as they were, in whichever world, and nothing else is touched."""

from __future__ import annotations

import datetime
import threading
from typing import Any

import pytest

import hexcache
from hexcache import InvalidKey, InvalidLifetime, UnsupportedValue
from hexcache.litellm import BaseCache, RedisCache
from tests.integration.litellm.caches import MAPPING, SHARED, UNCOUNTED, Ground
from tests.integration.litellm.callers import Caller
from tests.servers.single import Server

VALUES: list[Any] = [
    0, 1, -7, 1.5, "", "hello", "123", "true", "null", '{"a": 1}', b"", b"7", None, True, False, [], {}, (1, 2),
    {1: "a"}, {"timestamp": 1.5, "response": '{"id": "x"}'}, {"s", "t"}, datetime.date(2026, 1, 2), 2**80,
]  # fmt: skip

REQUEST: dict[str, Any] = {
    "model": "gpt-4o",
    "messages": [{"role": "user"}],
    "metadata": {},
    "parent_otel_span": None,
    "cache": None,
}
"""What LiteLLM hands along with a call."""


async def test_every_value_comes_back_equal_and_of_its_type(caller: Caller) -> None:
    for place, value in enumerate(VALUES):
        await caller.set(f"k{place}", value, ttl=600, **REQUEST)
    for place, value in enumerate(VALUES):
        found = await caller.get(f"k{place}", default=hexcache.MISS, **REQUEST)
        assert (found, type(found)) == (value, type(value))


async def test_a_miss_is_none_and_a_default_tells_it_from_a_stored_none(caller: Caller) -> None:
    await caller.set("none", None)
    assert await caller.get("none") is None
    assert await caller.get("absent") is None
    assert await caller.get("none", default=hexcache.MISS) is None
    assert await caller.get("absent", default=hexcache.MISS) is hexcache.MISS


async def test_a_caller_that_changes_what_it_got_changes_nothing_that_is_stored(caller: Caller) -> None:
    given = {"choices": ["one"]}
    await caller.set("k", given)
    given["choices"].append("two")
    (await caller.get("k"))["choices"].append("three")
    assert await caller.get("k") == {"choices": ["one"]}


async def test_a_batch_answers_in_the_order_asked(caller: Caller) -> None:
    await caller.set_many([("a", 1), ("b", "2"), ("c", None)], ttl=600)
    values = [None, "2", None, 1]
    expected: Any = dict(zip(["x", "b", "c", "a"], values, strict=True)) if caller.mapping else values
    assert await caller.get_many(["x", "b", "c", "a"]) == expected
    assert await caller.get_many([]) == ({} if caller.mapping else [])


async def test_a_batch_may_be_asked_by_the_name_that_redis_classes_use(ground: Ground, name: str) -> None:
    cache = ground.cache(name)
    await cache.async_set_cache_pipeline_with_ttls([("a", 1, 60), ("b", 2, None), ("c", 3, 60)])
    found = await cache.async_batch_get_cache(key_list=["a", "b", "c"])
    assert list(found.values() if name in MAPPING else found) == [1, 2, 3]
    assert cache.batch_get_cache(key_list=["b"]) == ({"b": 2} if name in MAPPING else [2])


async def test_what_was_deleted_is_gone(caller: Caller) -> None:
    await caller.set_many([("a", 1), ("b", 2), ("c", 3)])
    await caller.delete("a")
    await caller.cache.delete_cache_keys(["b"])
    await caller.cache.async_delete_cache_keys([])
    await caller.delete("never there")
    assert [await caller.get(key) for key in "abc"] == [None, None, 3]


async def test_a_flush_removes_all_of_the_namespace(caller: Caller) -> None:
    await caller.set_many([(f"k{number}", number) for number in range(20)])
    await caller.flush()
    assert await caller.get("k3") is None
    await caller.set("k3", "again")
    assert await caller.get("k3") == "again"


async def test_a_flush_leaves_what_others_keep_on_the_server(ground: Ground, valkey: Server, redis_prefix: str) -> None:
    cache = ground.cache("redis")
    with RedisCache(
        valkey.host, valkey.port, namespace=f"{redis_prefix.rstrip(':')}-other", socket_timeout=20
    ) as other:
        other.set_cache("k", "theirs")
        cache.set_cache("k", "ours")
        await cache.async_flush_cache()
        cache.flush_cache()
        assert cache.get_cache("k") is None
        assert other.get_cache("k") == "theirs"


async def test_each_world_sees_at_once_what_the_other_did(ground: Ground, name: str) -> None:
    cache = ground.cache(name)
    for number in range(5):
        cache.set_cache("k", number)
        assert await cache.async_get_cache("k") == number
        await cache.async_set_cache("k", -number)
        assert cache.get_cache("k") == -number
        await cache.async_delete_cache("k")
        assert cache.get_cache("k", default=hexcache.MISS) is hexcache.MISS
        if name not in UNCOUNTED:
            assert cache.increment_cache("n") == 2 * number + 1
            assert await cache.async_increment("n") == 2 * number + 2


@pytest.mark.parametrize("name", SHARED)
async def test_another_cache_sees_what_was_stored(ground: Ground, name: str) -> None:
    one, other = ground.cache(name), ground.cache(name)
    one.set_cache("shared", [name])
    assert await other.async_get_cache("shared") == [name]
    other.set_cache("new", 1)
    assert await one.async_get_cache("new") == 1


async def test_only_one_of_many_stores_where_nothing_is(caller: Caller) -> None:
    assert await caller.set("lock", "one", nx=True, ttl=60) is True
    assert await caller.set("lock", "two", nx=True, ttl=60) is None
    assert await caller.get("lock") == "one"
    await caller.delete("lock")
    won: list[Any] = []
    threads = [
        threading.Thread(target=lambda n=n: won.append(caller.cache.set_cache("lock", n, nx=True))) for n in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(won, key=str) == [None] * 5 + [True]


async def test_what_cannot_be_stored_is_refused_and_changes_nothing(caller: Caller) -> None:
    await caller.set("k", "old")
    with pytest.raises(UnsupportedValue):
        await caller.set("k", object())
    with pytest.raises(UnsupportedValue):
        await caller.set_many([("k", "new"), ("l", threading.Lock())])
    with pytest.raises(InvalidLifetime):
        await caller.set("k", "new", ttl="soon")
    with pytest.raises(InvalidKey):
        await caller.set("", "new")
    assert await caller.get("k") == "old"


async def test_writes_answer_none_and_the_cache_behind_tells_more(ground: Ground, name: str) -> None:
    cache = ground.cache(name)
    assert cache.set_cache("k", 1) is None
    assert await cache.async_set_cache("k", 1) is None
    assert cache.hexcache.set("k", 2).complete
    assert (await cache.async_hexcache.set("k", 3)).complete
    assert cache.get_cache("k") == 3
    assert isinstance(cache, BaseCache)
