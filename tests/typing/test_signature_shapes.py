"""``cached`` keeps parameters of every kind, and what it gives fits where the function fits; every line is also run.

Rule: an ignored error that is none fails the check, in mypy by ``warn_unused_ignores``, in pyright by the line below.
"""
# pyright: strict, reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, assert_type

import pytest

import hexcache
from hexcache.adapters.inbound.decorator import AsyncCachedFunction, CachedFunction
from hexcache.ports.aio.cache import AsyncCachePort
from hexcache.ports.sync.cache import CachePort

CACHE = hexcache.open_cache("memory:")
WAITING = hexcache.open_async_cache("memory:")


@CACHE.cached(ttl="1m")
def label(width: int, height: int = 2, *, unit: str = "cm") -> str:
    """A default, and a parameter by keyword only."""
    return f"{width} x {height} {unit}"


@hexcache.cached(CACHE, tags=["double:{number}"])
def double(number: int, /) -> int:
    """A parameter by position only, and the function form."""
    return 2 * number


@CACHE.cached()
def nothing() -> None:
    """Neither parameters nor a result."""


@CACHE.cached()
def total(*numbers: int, **named: int) -> int:
    """Any number of parameters."""
    return sum(numbers) + sum(named.values())


@WAITING.cached()
async def fetched(page: int, *, size: int = 10) -> list[int]:
    """A coroutine function with a default."""
    return [page] * size


class Shop:
    """A class with a cached method of each kind."""

    @staticmethod
    @CACHE.cached()
    def currency(country: str) -> str:
        """Neither instance nor class."""
        return country.upper()

    @CACHE.cached(ignore=["self"])
    def price(self, item: str, *, net: bool = False) -> float:
        """An instance."""
        return len(item) * (1.0 if net else 1.5)


def test_every_kind_of_parameter_is_kept() -> None:
    assert_type(label(1), str)
    assert label(1) == label(1, 2) == label(height=2, width=1, unit="cm") == "1 x 2 cm"
    assert_type(double(4), int)
    assert_type(nothing(), None)
    assert_type(total(1, 2, three=3), int)
    assert total(1, 2, three=3) == 6
    assert_type(Shop.currency("fi"), str)


def test_a_call_of_another_kind_is_refused() -> None:
    for call in (
        lambda: label(unit="m"),  # type: ignore[call-arg]  # the point of the test
        lambda: label(1, 2, "cm"),  # type: ignore[call-arg]  # the point of the test
        lambda: double(number=4),  # type: ignore[call-arg]  # the point of the test
        lambda: nothing(1),  # type: ignore[call-arg]  # the point of the test
        lambda: Shop().price("tea", True),  # type: ignore[call-arg]  # the point of the test
        lambda: Shop().price(nett=True),  # type: ignore[call-arg]  # the point of the test
    ):
        with pytest.raises(TypeError):
            call()


def test_an_argument_of_another_type_is_refused_by_checkers_alone() -> None:
    assert label("1") == "1 x 2 cm"  # type: ignore[arg-type]  # the point of the test
    assert label(1, unit=1) == "1 x 2 1"  # type: ignore[arg-type]  # the point of the test
    assert Shop().price(["tea"]) == 1.5  # type: ignore[arg-type]  # the point of the test


def test_a_decorated_function_fits_where_the_function_fits_and_nowhere_else() -> None:
    short: Callable[[int], str] = label
    full: Callable[[int, int], str] = label
    parameter: Callable[[str], str] = label  # type: ignore[assignment]  # the point of the test
    result: Callable[[int], bytes] = label  # type: ignore[assignment]  # the point of the test
    assert [short(1), full(1, 2)] == ["1 x 2 cm"] * 2
    assert len({id(parameter), id(result), id(label)}) == 1


async def test_a_decorated_coroutine_function_fits_where_it_fitted() -> None:
    awaited: Callable[[int], Awaitable[list[int]]] = fetched
    plain: Callable[[int], list[int]] = fetched  # type: ignore[assignment]  # the point of the test
    assert await awaited(1) == [1] * 10
    assert id(plain) == id(fetched)
    assert_type(await fetched(1, size=2), list[int])
    with pytest.raises(TypeError):
        await fetched(1, 2)  # type: ignore[call-arg]  # the point of the test


def test_what_is_decorated_tells_its_name_and_its_cache() -> None:
    assert_type(label.__name__, str)
    assert_type(label.cache, CachePort[Any])
    assert_type(fetched.cache, AsyncCachePort[Any])
    with pytest.raises(AttributeError):
        label.forget(1)  # type: ignore[attr-defined]  # the point of the test


def test_the_type_of_a_decorated_function_can_be_written_down() -> None:
    def twice(function: CachedFunction[[int], int]) -> int:
        return function(function(1))

    def name_of(function: AsyncCachedFunction[..., list[int]]) -> str:
        return function.__name__

    assert twice(double) == 4
    assert name_of(fetched) == "fetched"
    with pytest.raises(TypeError):
        twice(nothing)  # type: ignore[arg-type]  # the point of the test
