"""A cached coroutine function stays one, and is refused by a blocking cache; every line is also run.

Rule: an ignored error that is none fails the check, in mypy by ``warn_unused_ignores``, in pyright by the line below.
"""
# pyright: strict, reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar, assert_type

import pytest

import hexcache
from hexcache import WrongWorld
from hexcache.adapters.inbound.decorator.deciding import RefusedCoroutineFunction

T = TypeVar("T")

CACHE = hexcache.open_cache("memory:")
WAITING = hexcache.open_async_cache("memory:")


@WAITING.cached()
async def fetched(page: int, *, size: int = 10) -> list[int]:
    return [page] * size


@WAITING.cached()
async def first(of: list[T]) -> T:
    return of[0]


@CACHE.cached()
def parsed(text: str, *, strict: bool = True) -> Any:
    return [text, strict]


async def awaited(page: int) -> int:
    return page


def plain(page: int) -> int:
    return page


class Shop:
    """A class with a cached coroutine method."""

    @WAITING.cached(ignore=["self"])
    async def price(self, item: str) -> float:
        return float(len(item))


async def test_a_cached_coroutine_function_gives_a_coroutine() -> None:
    async with asyncio.TaskGroup() as group:
        task = group.create_task(fetched(1, size=2))
    assert_type(task.result(), list[int])
    assert task.result() == [1, 1]
    made = fetched(2)
    assert_type(made.send, Callable[[Any], Any])
    assert inspect.iscoroutine(made)
    assert await made == [2] * 10
    assert_type(await first([1]), int)


async def test_it_fits_where_a_coroutine_function_is_asked_for() -> None:
    function: Callable[[int], Coroutine[Any, Any, list[int]]] = fetched
    inner: Callable[[int], Coroutine[Any, Any, list[int]]] = fetched.__wrapped__
    method: Callable[[str], Coroutine[Any, Any, float]] = Shop().price
    assert await asyncio.create_task(function(1)) == await asyncio.create_task(inner(1))
    assert await asyncio.create_task(method("tea")) == 3.0


def test_asyncio_run_takes_it() -> None:
    assert asyncio.run(Shop().price("tea")) == 3.0


def test_a_blocking_cache_makes_nothing_callable_of_a_coroutine_function() -> None:
    with pytest.raises(WrongWorld):
        assert_type(CACHE.cached()(awaited), RefusedCoroutineFunction)
    with pytest.raises(WrongWorld):
        CACHE.cached()(awaited)(1)  # type: ignore[operator]  # the point of the test
    with pytest.raises(WrongWorld):
        hexcache.cached(CACHE)(awaited)(1)  # type: ignore[operator]  # the point of the test
    with pytest.raises(WrongWorld):
        CACHE.cached()(Shop.price).invalidate("tea")  # type: ignore[attr-defined]  # the point of the test


def test_an_awaited_cache_takes_no_function_that_only_returns_something_awaitable() -> None:
    def future(page: int) -> asyncio.Future[int]:
        raise NotImplementedError(page)

    with pytest.raises(WrongWorld):
        WAITING.cached()(future)  # type: ignore[arg-type]  # the point of the test


def test_a_function_that_returns_anything_keeps_its_parameters() -> None:
    assert_type(parsed("a", strict=False), Any)
    assert parsed("a") == ["a", True]
    assert parsed.key_for("a") == parsed.key_for("a", strict=True)
    with pytest.raises(TypeError):
        parsed("a", True)  # type: ignore[call-arg]  # the point of the test


def test_a_plain_function_goes_to_a_blocking_cache_as_before() -> None:
    assert_type(CACHE.cached()(plain)(1), int)
    assert_type(CACHE.cached(name="one")(lambda: 1)(), int)
    assert CACHE.cached(name="again")(plain)(1) == 1
