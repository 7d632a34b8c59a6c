"""Connections through LiteLLM's methods: none before the first call, none after the last, and any loop will do."""

from __future__ import annotations

import asyncio
import time

import pytest

from hexcache import StoreUnavailable
from hexcache.litellm import DualCache, InMemoryCache, RedisCache
from tests.integration.litellm.caches import Ground
from tests.servers.ports import HOST, free_ports
from tests.servers.single import Server


async def test_a_cache_answers_to_ping_and_to_a_test_of_its_connection(ground: Ground, name: str) -> None:
    cache = ground.cache(name)
    assert await cache.ping() is True
    assert cache.sync_ping() is True
    report = await cache.test_connection()
    assert (report["status"], "error" in report) == ("success", False)


async def test_a_cache_that_was_disconnected_connects_again(ground: Ground, name: str) -> None:
    cache = ground.cache(name)
    cache.set_cache("k", 1)
    await cache.async_set_cache("l", 2)
    await cache.disconnect()
    await cache.disconnect()
    assert cache.get_cache("k") == 1
    assert await cache.async_get_cache("l") == 2
    cache.close()
    assert await cache.async_get_cache("k") == 1


def test_each_event_loop_is_served_in_turn(ground: Ground, name: str) -> None:
    cache = ground.cache(name)
    for number in range(3):
        asyncio.run(cache.async_set_cache("k", number))
        assert asyncio.run(cache.async_get_cache("k")) == number
        assert cache.get_cache("k") == number


async def test_a_server_that_is_not_there_is_told_and_holds_nobody_up() -> None:
    (port,) = free_ports(1)
    began = time.monotonic()
    with RedisCache(HOST, port, password="never shown") as far, DualCache(InMemoryCache(), far) as dual:
        assert time.monotonic() - began < 10  # LiteLLM's constructor waits for the server here
        report = await far.test_connection()
        assert report["status"] == "failed"
        assert "never shown" not in str(report)
        with pytest.raises(StoreUnavailable, match="redis"):
            await far.ping()
        assert far.get_cache("k") is None
        assert await far.async_batch_get_cache(["k"]) == {"k": None}
        dual.set_cache("k", "v")
        assert dual.get_cache("k") == "v"
        with pytest.raises(StoreUnavailable):
            far.increment_cache("n")


async def test_gathered_writes_are_seen_here_at_once_and_there_when_they_are_brought(ground: Ground) -> None:
    gathering, other = ground.cache("redis", redis_flush_size=100), ground.cache("redis")
    await gathering.batch_cache_write("k", [1], ttl=5000)
    assert await gathering.async_get_cache("k") == [1]
    assert await gathering.flush_cache_buffer() == 0
    assert other.get_cache("k") == [1]
    assert 4900 < (await other.async_get_ttl("k") or 0) <= 5000
    gathering.set_cache("l", 2)
    gathering.close()
    assert other.get_cache("l") == 2


async def test_a_batch_write_without_a_buffer_is_a_write(ground: Ground, name: str) -> None:
    cache = ground.cache(name)
    await cache.batch_cache_write("k", 1, ttl=60)
    assert cache.get_cache("k") == 1
    assert await cache.flush_cache_buffer() == 0


async def test_what_one_process_changes_leaves_the_memory_of_another(ground: Ground) -> None:
    one, other = ground.cache("memory > redis"), ground.cache("memory > redis")
    one.set_cache("k", "old", ttl=5000)
    assert await other.async_get_cache("k") == "old"
    one.set_cache("k", "new", ttl=5000)
    await _until(other, "k", "new")
    one.delete_cache("k")
    await _until(other, "k", None)


async def _until(cache: object, key: str, value: object) -> None:
    deadline = time.monotonic() + 20
    while await cache.async_get_cache(key) != value:  # type: ignore[attr-defined]  # a face
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)


def test_variables_say_where(valkey: Server, monkeypatch: pytest.MonkeyPatch, redis_prefix: str) -> None:
    monkeypatch.setenv("REDIS_HOST", valkey.host)
    monkeypatch.setenv("REDIS_PORT", str(valkey.port))
    with RedisCache(namespace=redis_prefix.rstrip(":"), socket_timeout=20) as cache:
        cache.set_cache("k", 1)
        assert cache.get_cache("k") == 1
    monkeypatch.setenv("PLACE", f"redis://{valkey.host}:{valkey.port}/0")
    with RedisCache(url="os.environ/PLACE", namespace=redis_prefix.rstrip(":"), socket_timeout=20) as cache:
        assert cache.get_cache("k") == 1
