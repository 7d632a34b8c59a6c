"""What type checkers know of decorated functions; every line is also run.

Rule: an ignored error that is none fails the check, in mypy by ``warn_unused_ignores``, in pyright by the line below.
"""
# pyright: reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, assert_type

import pytest

import hexcache
from hexcache import AsyncCache, Cache, WriteReport
from hexcache.adapters.inbound.decorator import CacheInfo
from hexcache.domain.errors import InvalidKey, WrongWorld


def plain(a: int, /, b: str, *, c: float = 1.0) -> list[str]:
    return [b] * a


async def awaited(a: int, /, b: str, *, c: float = 1.0) -> list[str]:
    return [b] * a


def test_a_plain_function_keeps_its_signature() -> None:
    with hexcache.open_cache("memory:") as cache:
        f = cache.cached(ttl="10m", tags=["t:{b}"], key=None)(plain)
        assert_type(f(1, "x"), list[str])
        assert_type(f(1, b="x", c=2.0), list[str])
        assert_type(f.invalidate(1, "x"), WriteReport)
        assert_type(f.refresh(1, "x"), list[str])
        assert_type(f.key_for(1, "x"), str)
        assert_type(f.cache_info(), CacheInfo)
        assert_type(f.__wrapped__(1, "x"), list[str])
        as_function: Callable[[int, str], list[str]] = f
        assert as_function(2, "y") == ["y", "y"]


def test_a_call_that_does_not_fit_is_an_error() -> None:
    with hexcache.open_cache("memory:") as cache:
        f = cache.cached()(plain)
        for call in (
            lambda: f(1),  # type: ignore[call-arg]  # the point of the test
            lambda: f(a=1, b="x"),  # type: ignore[call-arg]  # the point of the test
            lambda: f(1, "x", 2.0),  # type: ignore[call-arg]  # the point of the test
            lambda: f.refresh(1),  # type: ignore[call-arg]  # the point of the test
            lambda: f.invalidate(2),  # type: ignore[call-arg]  # the point of the test
            lambda: f.key_for(1, d=3),  # type: ignore[call-arg]  # the point of the test
        ):
            with pytest.raises(TypeError):
                call()


async def test_a_coroutine_function_keeps_its_signature() -> None:
    async with hexcache.open_async_cache("memory:") as cache:
        f = cache.cached(ttl=5)(awaited)
        assert_type(await f(1, "x"), list[str])
        assert_type(await f.invalidate(1, "x"), WriteReport)
        assert_type(await f.refresh(1, "x", c=2.0), list[str])
        assert_type(f.key_for(1, "x"), str)
        assert_type(await f.__wrapped__(1, "x"), list[str])
        as_function: Callable[[int, str], Awaitable[list[str]]] = f
        assert await as_function(2, "y") == ["y", "y"]
        with pytest.raises(TypeError):
            await f(1)  # type: ignore[call-arg]  # the point of the test


def test_a_plain_function_does_not_fit_an_async_cache() -> None:
    cache = hexcache.open_async_cache("memory:")
    with pytest.raises(WrongWorld):
        cache.cached()(plain)  # type: ignore[arg-type]  # the point of the test


class Client:
    """A class with cached methods."""

    blocking = hexcache.open_cache("memory:")
    waiting = hexcache.open_async_cache("memory:")

    def __cache_key__(self) -> str:
        return "client"

    @blocking.cached()
    def page(self, path: str, depth: int = 1) -> bytes:
        return path.encode() * depth

    @waiting.cached(ignore=["self"])
    async def text(self, path: str) -> str:
        return path


async def test_a_method_keeps_its_signature_without_self() -> None:
    client = Client()
    assert_type(client.page("a"), bytes)
    assert_type(client.page("a", depth=2), bytes)
    assert_type(Client.page(client, "a"), bytes)
    assert_type(await client.text("a"), str)
    assert_type(await Client.text.refresh(client, "a"), str)
    assert_type(Client.page.invalidate(client, "a"), WriteReport)
    with pytest.raises(TypeError):
        client.page()  # type: ignore[call-arg]  # the point of the test


def test_the_function_form_knows_the_world_of_its_cache() -> None:
    blocking: Cache[list[str]] = hexcache.open_cache("memory:")
    waiting: AsyncCache[list[str]] = hexcache.open_async_cache("memory:")
    assert_type(hexcache.cached(blocking)(plain)(1, "x"), list[str])
    assert hexcache.cached(waiting)(awaited).key_for(1, "x")


def test_options_are_checked() -> None:
    cache = hexcache.open_cache("memory:")
    decorators: list[Callable[[], Any]] = [
        lambda: cache.cached(tll=5),  # type: ignore[call-arg]  # the point of the test
        lambda: cache.cached(ttl=[5]),  # type: ignore[arg-type]  # the point of the test
    ]
    for decorate in decorators:
        with pytest.raises((hexcache.InvalidSetting, hexcache.InvalidLifetime)):
            decorate()(plain)
    with pytest.raises(InvalidKey):
        cache.cached()(_anything)(object())


def _anything(value: object) -> int:
    return id(value)
