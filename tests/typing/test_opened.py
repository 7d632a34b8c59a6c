"""What type checkers know of opened caches; every line is also run.

Rule: an ignored error that is none fails the check, in mypy by ``warn_unused_ignores``, in pyright by the line below.
"""
# pyright: reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, assert_type

import pytest

import hexcache
from hexcache import MISS, AsyncCache, Cache, EntryView, InvalidSetting, UnsupportedValue, WriteReport
from hexcache.ports.aio.cache import AsyncCachePort
from hexcache.ports.sync.cache import CachePort


@dataclass
class Point:
    """A value with a type."""

    x: int


def test_a_cache_without_a_type_takes_anything() -> None:
    with hexcache.open_cache("memory:", ttl="10m", stale="if_error") as cache:
        assert_type(cache, Cache[Any])
        assert_type(cache.set("a", {"b": 1}), WriteReport)
        assert_type(cache.namespace("b"), Cache[Any])


def test_a_cache_with_a_type_takes_that_type() -> None:
    with hexcache.open_cache("memory:", value_type=Point) as cache:
        assert_type(cache, Cache[Point])
        cache.set("a", Point(1))
        assert_type(cache.get("a"), Point | None)
        assert_type(cache.get("a", "none"), Point | str | None)
        assert_type(cache.get_many(["a"]), dict[str, Point])
        assert_type(cache.get_entry("a"), EntryView[Point] | None)
        assert_type(cache.namespace("b"), Cache[Point])
        with pytest.raises(UnsupportedValue):
            cache.set("b", "text")  # type: ignore[arg-type]  # the point of the test


async def test_the_same_holds_in_the_other_world() -> None:
    async with hexcache.open_async_cache("memory:", value_type=Point) as cache:
        assert_type(cache, AsyncCache[Point])
        await cache.set("a", Point(1))
        assert_type(await cache.get("a"), Point | None)
        assert_type(await cache.get_many(["a"]), dict[str, Point])
        assert_type(cache.namespace("b"), AsyncCache[Point])
    async with hexcache.open_async_cache("memory:") as anything:
        assert_type(anything, AsyncCache[Any])


def test_a_miss_is_told_from_none() -> None:
    with hexcache.open_cache("memory:", value_type=int) as cache:
        value = cache.get("a", MISS)
        if value is not MISS:
            assert_type(value, int | None)


async def test_a_cache_is_what_its_port_says() -> None:
    with hexcache.open_cache("memory:", value_type=Point) as cache:
        blocking: CachePort[Point] = cache
        assert blocking.get("a") is None
    async with hexcache.open_async_cache("memory:", value_type=Point) as waiting_cache:
        waiting: AsyncCachePort[Point] = waiting_cache
        assert await waiting.get("a") is None


def test_options_are_checked() -> None:
    openings: list[Callable[[], object]] = [
        lambda: hexcache.open_cache("memory:", tll=5),  # type: ignore[call-overload]  # the point of the test
        lambda: hexcache.open_cache("memory:", ttl=[5]),  # type: ignore[call-overload]  # the point of the test
        lambda: hexcache.open_cache(5),  # type: ignore[call-overload]  # the point of the test
    ]
    for opening in openings:
        with pytest.raises(InvalidSetting):
            opening()
