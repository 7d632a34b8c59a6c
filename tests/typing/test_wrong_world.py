"""What belongs to one world is refused in the other, by type checkers where types can tell; every line is also run.

Rule: an ignored error that is none fails the check, in mypy by ``warn_unused_ignores``, in pyright by the line below.
"""
# pyright: reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

import time
from typing import assert_type

import pytest

import hexcache
from hexcache import InvalidSetting, WrongWorld
from hexcache.adapters.outbound.memory.aio.store import AsyncMemoryStore
from hexcache.adapters.outbound.memory.blobs import BlobTable
from hexcache.adapters.outbound.memory.sync.store import MemoryStore
from hexcache.ports.aio.cache import AsyncCachePort
from hexcache.ports.sync.cache import CachePort

TABLE = BlobTable(time.time)


def plain(a: int) -> int:
    return a


async def awaited(a: int) -> int:
    return a


def test_a_store_of_the_other_world_is_no_tier() -> None:
    with hexcache.open_cache("memory:", MemoryStore(TABLE)) as cache:
        assert cache.get("a") is None
    with pytest.raises(InvalidSetting, match="has no blocking store"):
        hexcache.open_cache("memory:", AsyncMemoryStore(TABLE))  # type: ignore[call-overload]  # the point of the test
    with pytest.raises(InvalidSetting, match="has no awaited store"):
        hexcache.open_async_cache("memory:", MemoryStore(TABLE))  # type: ignore[call-overload]  # the point of the test


async def test_a_cache_is_entered_in_its_own_world() -> None:
    with pytest.raises(TypeError), hexcache.open_async_cache("memory:"):  # type: ignore[attr-defined]  # the point of the test
        raise AssertionError("entered")
    with pytest.raises(TypeError):
        async with hexcache.open_cache("memory:"):  # type: ignore[attr-defined]  # the point of the test
            raise AssertionError("entered")


def test_a_cache_of_one_world_does_not_pass_for_the_other() -> None:
    def blocking(cache: CachePort[int]) -> str:
        return type(cache).__name__

    def waiting(cache: AsyncCachePort[int]) -> str:
        return type(cache).__name__

    one = hexcache.open_cache("memory:", value_type=int)
    other = hexcache.open_async_cache("memory:", value_type=int)
    assert (blocking(one), waiting(other)) == ("Cache", "AsyncCache")
    assert blocking(other) == "AsyncCache"  # type: ignore[arg-type]  # the point of the test
    assert waiting(one) == "Cache"  # type: ignore[arg-type]  # the point of the test


async def test_a_loader_of_an_async_cache_is_awaited() -> None:
    async with hexcache.open_async_cache("memory:", value_type=int) as cache:

        async def load() -> int:
            return 1

        assert await cache.get_or_set("a", load) == 1
        with pytest.raises(WrongWorld):
            await cache.get_or_set("b", lambda: 1)  # type: ignore[arg-type, return-value]  # the point of the test


async def test_an_answer_that_was_not_awaited_is_no_value() -> None:
    async with hexcache.open_async_cache("memory:", value_type=int) as cache:
        answer = cache.get("a")
        number: int | None = answer  # type: ignore[assignment]  # the point of the test
        assert number is not None
        assert_type(await answer, int | None)


def test_an_async_cache_decorates_coroutine_functions_alone() -> None:
    cache = hexcache.open_async_cache("memory:")
    assert cache.cached()(awaited).key_for(1)
    with pytest.raises(WrongWorld):
        cache.cached()(plain)  # type: ignore[arg-type]  # the point of the test
    with pytest.raises(WrongWorld):
        hexcache.cached(cache)(plain)  # type: ignore[arg-type]  # the point of the test


def test_a_coroutine_function_is_refused_when_it_is_decorated_and_cannot_be_called_for_checkers() -> None:
    cache = hexcache.open_cache("memory:")
    with pytest.raises(WrongWorld):
        cache.cached()(awaited)(1)  # type: ignore[operator]  # the point of the test
    with pytest.raises(WrongWorld):
        cache.get_or_set("a", lambda: awaited(1))
