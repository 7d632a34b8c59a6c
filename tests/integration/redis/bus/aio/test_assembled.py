"""Caches that are opened by URL, over a Redis tier which carries their bus."""

from __future__ import annotations

import threading
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import pytest

import hexcache
from tests.integration.redis.bus.aio.primitives import pause, until
from tests.integration.redis.store.cleaning import cleaned
from tests.servers.cluster import Cluster
from tests.servers.single import Server

CALM: dict[str, Any] = {"observers": [], "bus": {"missed": 60}}


def listeners() -> int:
    """How many buses of this process listen."""
    return sum(thread.name == "hexcache-bus" for thread in threading.enumerate())


async def test_memory_over_redis_hears_of_changes_without_a_word_and_is_not_capped(
    any_redis: Server, redis_prefix: str
) -> None:
    url = f"{any_redis.url}?prefix={redis_prefix}&deadline=20&connect_deadline=10&operation_deadline=10"
    with cleaned(any_redis, redis_prefix):
        async with (
            hexcache.open_async_cache("memory:", url, settings=CALM, jitter=0) as one,
            hexcache.open_async_cache("memory:", url, settings=CALM, jitter=0) as two,
        ):
            await one.set("k", "old", ttl=3_600)
            await settled(two, "k", "old")
            entry = two._core.memory[0].tier.peek("k")
            assert entry is not None
            assert entry.dead_at - two._core.now() > 3_000
            changes: list[Callable[[], Awaitable[object]]] = [partial(one.set, "k", "new"), partial(one.delete, "k")]
            for change in (*changes, one.clear):
                await two.set("k", "old")
                await settled(one, "k", "old")
                await change()
                await until_not(two, "k", "old")
            state = two.stats()["bus"]
            assert (state["connected"], state["hears"], state["gaps"], state["errors"]) == (True, True, 0, 0)
            assert listeners() == 2
        await until(lambda: listeners() == 0)  # a thread says that it ends shortly before it has


async def test_a_tier_with_one_connection_is_heard_and_hears(any_redis: Server, redis_prefix: str) -> None:
    url = f"{any_redis.url}?prefix={redis_prefix}&pool_size=1&deadline=20&connect_deadline=10&operation_deadline=10"
    with cleaned(any_redis, redis_prefix):
        async with (
            hexcache.open_async_cache("memory:", url, settings=CALM) as one,
            hexcache.open_async_cache("memory:", url, settings=CALM) as two,
        ):
            await one.set("k", "old")
            await settled(two, "k", "old")
            await one.set("k", "new")
            await until_not(two, "k", "old")
            state = two.stats()["bus"]
            assert (state["connected"], state["hears"], state["errors"]) == (True, True, 0)


async def test_memory_over_a_cluster_does_too(redis_cluster: Cluster, redis_prefix: str) -> None:
    nodes = ",".join(f"{node.host}:{node.port}" for node in redis_cluster.running)
    url = f"redis+cluster://{nodes}/?prefix={redis_prefix}&deadline=20&connect_deadline=10&operation_deadline=10"
    async with (
        hexcache.open_async_cache("memory:", url, settings=CALM) as one,
        hexcache.open_async_cache("memory:", url, settings=CALM) as two,
    ):
        await one.set("k", "old")
        await settled(two, "k", "old")
        await one.set("k", "new")
        await until_not(two, "k", "old")
        await one.clear()


@pytest.mark.parametrize("over", ["none", "local"])
async def test_who_wants_no_bus_over_the_tier_has_none(any_redis: Server, redis_prefix: str, over: str) -> None:
    settings = {"observers": [], "bus": over}
    url = f"{any_redis.url}?prefix={redis_prefix}"
    async with hexcache.open_async_cache("memory:", url, settings=settings) as cache:
        await cache.get("k")
        assert any_redis.ask("PUBSUB", "CHANNELS", f"{redis_prefix}*") == []


async def settled(cache: Any, key: str, value: object) -> None:
    """Read until memory has it: a message about the last change may still be under way."""
    for _ in range(1_000):
        if await cache.get(key) == value == cache.get_nowait(key, None):
            return
        await pause(0.005)
    raise AssertionError("memory never had it")


async def until_not(cache: Any, key: str, old: object) -> None:
    """Read until it is something else."""
    await until(lambda: cache.get_nowait(key, None) != old)
    assert await cache.get(key) != old
