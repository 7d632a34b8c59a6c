# Generated from tests/unit/decorator/aio/test_refusals.py by tools/unasync.py. Do not edit.
"""What is refused where it is decorated, before the first call."""

from __future__ import annotations

from typing import Any

import pytest

import hexcache
from hexcache.domain.errors import InvalidLifetime, InvalidSetting, InvalidTag


def awaited(a: int) -> int:
    return a


class Caller:
    """An object that is called like a function."""

    def __call__(self, a: int) -> int:
        return a


def test_an_object_that_can_be_called_needs_a_name() -> None:
    cache = hexcache.open_cache("memory:")
    with pytest.raises(InvalidSetting, match="give it one"):
        cache.cached()(Caller())
    assert cache.cached(name="callable")(Caller()).key_for(1).startswith("callable:")


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (staticmethod(awaited), "put @staticmethod above"),
        (classmethod(lambda cls: cls), "put @classmethod above"),
        (property(awaited), "put @property above"),
        (Caller, "class Caller"),
        (3, "a int"),
    ],
)
def test_what_is_no_function_is_refused(function: Any, said: str) -> None:
    cache = hexcache.open_cache("memory:")
    with pytest.raises(InvalidSetting, match=said):
        cache.cached()(function)


@pytest.mark.parametrize("name", ["ttl", "stale_ttl", "max_age"])
@pytest.mark.parametrize("value", [-1, "soon", True, float("nan")])
def test_a_lifetime_that_no_call_could_use_is_refused_at_decoration(name: str, value: object) -> None:
    cache = hexcache.open_cache("memory:")
    options: Any = {name: value}
    with pytest.raises(InvalidLifetime, match=name):
        cache.cached(**options)(awaited)


def test_a_ttl_of_zero_is_refused_and_a_stale_window_of_zero_is_none() -> None:
    cache = hexcache.open_cache("memory:")
    with pytest.raises(InvalidLifetime, match="ttl"):
        cache.cached(ttl=0)(awaited)
    cache.cached(stale_ttl=0, max_age=0)(awaited)


@pytest.mark.parametrize("tags", ["user", [1], ["a\nb"], [""]])
def test_tags_that_no_entry_could_have_are_refused_at_decoration(tags: Any) -> None:
    cache = hexcache.open_cache("memory:")
    with pytest.raises(InvalidTag):
        cache.cached(tags=tags)(awaited)


def test_a_ttl_without_end_is_accepted() -> None:
    with hexcache.open_cache("memory:") as cache:
        decorated = cache.cached(ttl=None)(awaited)
        assert decorated(1) == 1
        assert cache.ttl(decorated.key_for(1)) == float("inf")


@pytest.mark.parametrize("thing", [3, "memory:", None, dict, hexcache.Cache])
def test_what_is_no_cache_is_refused(thing: Any) -> None:
    with pytest.raises(InvalidSetting, match="for a cache; accepted: a Cache or"):
        hexcache.cached(thing)


def test_the_function_form_is_the_method() -> None:
    with hexcache.open_cache("memory:") as cache:
        decorated = hexcache.cached(cache, ttl=5)(awaited)
        assert decorated(3) == 3
        assert cache.get(decorated.key_for(3)) == 3
