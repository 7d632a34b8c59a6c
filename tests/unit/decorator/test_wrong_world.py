"""A function of the wrong world is refused where it is decorated, with the name of the right cache."""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

import hexcache
from hexcache.domain.errors import InvalidSetting, WrongWorld


def plain(a: int) -> int:
    return a


async def awaited(a: int) -> int:
    return a


def generator() -> Iterator[int]:
    yield 1


async def async_generator() -> AsyncIterator[int]:
    yield 1


class Awaited:
    """An object whose call is awaited."""

    async def __call__(self, a: int) -> int:
        return a


BLOCKING: Any = hexcache.open_cache("memory:")
WAITING: Any = hexcache.open_async_cache("memory:")


@pytest.mark.parametrize("function", [awaited, functools.partial(awaited, 1), Awaited()])
def test_a_cache_takes_no_coroutine_function(function: Any) -> None:
    with pytest.raises(WrongWorld, match="use an AsyncCache"):
        BLOCKING.cached(name="f")(function)


@pytest.mark.parametrize("function", [plain, functools.partial(plain, 1), len])
def test_an_async_cache_takes_no_plain_function(function: Any) -> None:
    with pytest.raises(WrongWorld, match="use a Cache"):
        WAITING.cached(name="f")(function)


@pytest.mark.parametrize("cache", [BLOCKING, WAITING], ids=["Cache", "AsyncCache"])
@pytest.mark.parametrize("function", [generator, async_generator])
def test_a_generator_is_refused_with_the_way_out(cache: Any, function: Any) -> None:
    with pytest.raises(InvalidSetting, match="a list or a tuple"):
        cache.cached()(function)


def test_a_plain_function_that_returns_a_coroutine_is_refused_when_it_is_called() -> None:
    def hidden(a: int) -> Any:
        return awaited(a)

    decorated = BLOCKING.cached()(hidden)
    with pytest.raises(WrongWorld, match="AsyncCache"):
        decorated(1)


def test_a_function_that_hides_its_parameters_is_refused() -> None:
    def hiding(a: int) -> int:
        return a

    hiding.__signature__ = "a text"  # type: ignore[attr-defined]  # what a careless wrapper leaves behind
    with pytest.raises(InvalidSetting, match="does not tell its parameters"):
        BLOCKING.cached()(hiding)
