# Generated from tests/unit/decorator/aio/test_keys.py by tools/unasync.py. Do not edit.
"""Keys of decorated calls: one for a call however it is written, another for every other call."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

import hexcache
from hexcache import Cache
from hexcache.domain.errors import InvalidKey, InvalidSetting


@pytest.fixture
def cache() -> Iterator[Cache[Any]]:
    with hexcache.open_cache("memory:") as opened:
        yield opened


class Loud(str):
    """A text of another type."""


def test_a_call_has_one_key_however_it_is_written(cache: Cache[Any]) -> None:
    runs = 0

    @cache.cached()
    def f(a: int, b: int = 2, *rest: int, c: int = 3, **more: int) -> int:
        nonlocal runs
        runs += 1
        return runs

    same = {
        f.key_for(1),
        f.key_for(a=1),
        f.key_for(1, 2),
        f.key_for(1, b=2),
        f.key_for(b=2, a=1),
        f.key_for(1, c=3),
        f.key_for(c=3, b=2, a=1),
    }
    assert len(same) == 1
    assert {f(1), f(a=1), f(1, 2), f(1, b=2), f(1, c=3)} == {1}
    others = [f.key_for(2), f.key_for(1, 3), f.key_for(1, 2, 3), f.key_for(1, c=4), f.key_for(1, d=3)]
    assert len({*same, *others}) == 6


@pytest.mark.parametrize("arguments", [1, 2], ids=["one parameter", "two parameters"])
def test_equal_arguments_of_other_types_are_other_calls(cache: Cache[Any], arguments: int) -> None:
    def one(a: Any) -> tuple[str, str]:
        return type(a).__name__, repr(a)

    def two(a: Any, b: int) -> tuple[str, str]:
        return type(a).__name__, repr(a)

    function: Any = one if arguments == 1 else two
    decorated: Any = cache.cached()(function)
    rest = () if arguments == 1 else (1,)
    for _ in range(3):
        for value in (1, True, 1.0, "1", b"1", None, 0.0, -0.0, 0, False):
            assert decorated(value, *rest) == (type(value).__name__, repr(value))


@pytest.mark.parametrize("arguments", [1, 2], ids=["one parameter", "two parameters"])
def test_a_type_that_is_merely_equal_never_gets_the_others_result(cache: Cache[Any], arguments: int) -> None:
    def one(a: Any) -> str:
        return type(a).__name__

    def two(a: Any, b: int = 0) -> str:
        return type(a).__name__

    function: Any = one if arguments == 1 else two
    decorated: Any = cache.cached()(function)
    assert decorated("a") == "str"
    with pytest.raises(InvalidKey, match="Loud"):
        decorated(Loud("a"))


def test_arguments_without_a_hash_are_told_apart_by_their_content(cache: Cache[Any]) -> None:
    @cache.cached()
    def total(of: list[int]) -> int:
        return sum(of)

    @cache.cached()
    def weighted(of: list[int], by: int = 1) -> int:
        return sum(of) * by

    assert [total([1, 2]), total([3]), total([1, 2])] == [3, 3, 3]
    assert [weighted([1, 2]), weighted([3], 2), weighted([1, 2])] == [3, 6, 3]
    assert total.cache_info().loads == 2
    assert weighted.cache_info().loads == 2


def test_functions_and_versions_have_keys_of_their_own(cache: Cache[Any]) -> None:
    def f(a: int) -> int:
        return a

    def g(a: int) -> int:
        return a

    keys = [
        cache.cached()(f).key_for(1),
        cache.cached()(g).key_for(1),
        cache.cached(version="2")(f).key_for(1),
        cache.cached(name="f")(f).key_for(1),
    ]
    assert len(set(keys)) == 4
    assert "f@2:" in keys[2]
    assert keys[3].startswith("f:")


def test_a_key_may_be_a_template(cache: Cache[Any]) -> None:
    @cache.cached(key="user:{number}")
    def user(number: int, trace: str = "") -> int:
        return number

    user(7, trace="x")
    assert user.key_for(7) == user.key_for(7, "y") == "user:7"
    assert cache.get("user:7") == 7
    cache.delete("user:7")
    assert not cache.has(user.key_for(number=7))


def test_a_key_may_be_a_function_that_is_asked_each_time(cache: Cache[Any]) -> None:
    tenant = "a"

    @cache.cached(key=lambda number: f"{tenant}:{number}")
    def user(number: int) -> str:
        return f"{number} of {tenant}"

    assert user(1) == "1 of a"
    tenant = "b"
    assert user(1) == "1 of b"
    tenant = "a"
    assert user(1) == "1 of a"
    assert user.cache_info().loads == 2


def test_a_key_function_that_gives_no_text_is_refused(cache: Cache[Any]) -> None:
    def user(number: int) -> int:
        return number

    options: Any = {"key": lambda number: number}
    with pytest.raises(InvalidKey, match="int"):
        cache.cached(**options)(user)(1)


@dataclass(frozen=True)
class Query:
    """An argument with fields."""

    text: str
    limit: int = 10


def test_arguments_with_fields_are_told_apart_by_them(cache: Cache[Any]) -> None:
    @cache.cached()
    def search(query: Query) -> str:
        return query.text

    assert search.key_for(Query("a")) == search.key_for(Query("a", 10)) != search.key_for(Query("a", 11))
    assert [search(Query("a")), search(Query("a"))] == ["a", "a"]
    assert search.cache_info().loads == 1


class TestMethods:
    """A method's ``self`` counts by what it declares, or not at all."""

    def test_an_instance_that_says_what_it_is_keys_its_calls(self, cache: Cache[Any]) -> None:
        class Client:
            def __init__(self, host: str) -> None:
                self.host = host

            def __cache_key__(self) -> str:
                return self.host

            @cache.cached()
            def page(self, path: str) -> str:
                return f"{self.host}/{path}"

        assert [Client("a").page("x"), Client("b").page("x")] == ["a/x", "b/x"]
        assert Client("a").page("x") == "a/x"
        assert Client.page.cache_info().loads == 2

    def test_an_instance_without_an_identity_is_refused_with_the_way_out(self, cache: Cache[Any]) -> None:
        class Client:
            @cache.cached()
            def page(self, path: str) -> str:
                return path

        with pytest.raises(InvalidKey, match="__cache_key__"):
            Client().page("x")

    def test_an_ignored_self_is_shared_by_all_instances(self, cache: Cache[Any]) -> None:
        class Client:
            @cache.cached(ignore=["self"])
            def page(self, path: str) -> str:
                return f"{id(self)}/{path}"

        client = Client()
        first = client.page("x")
        assert Client().page("x") == first
        assert client.page(path="x") == first
        assert (Client.page.invalidate(client, "x")).found
        assert Client.page.cache_info().loads == 1


class TestRefusals:
    """Options that do not fit the function are refused where it is decorated."""

    @pytest.mark.parametrize(
        ("options", "said"),
        [
            ({"key": "u:{b}"}, "'b'"),
            ({"key": 3}, "key is a int"),
            ({"key": "u:{a}", "version": "2"}, "version"),
            ({"key": "u:{a}", "name": "f"}, "name"),
            ({"key": "u:{a}", "ignore": ["a"]}, "ignore"),
            ({"ignore": ["self"]}, "'self'; accepted: parameters: a"),
            ({"tags": ["t:{b}"]}, "'b'"),
            ({"tlt": 3}, "tlt.*did you mean ttl"),
        ],
    )
    def test_options_that_do_not_fit(self, cache: Cache[Any], options: dict[str, Any], said: str) -> None:
        def f(a: int) -> int:
            return a

        with pytest.raises(InvalidSetting, match=said):
            cache.cached(**options)(f)

    def test_a_lone_parameter_name_may_be_ignored_without_a_list(self, cache: Cache[Any]) -> None:
        @cache.cached(ignore="trace")
        def f(a: int, trace: str) -> int:
            return a

        assert f.key_for(1, "x") == f.key_for(1, "y")
