"""Keys of decorated calls: one for a call however it is written, another for every other call."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

import hexcache
from hexcache import AsyncCache
from hexcache.domain.errors import InvalidKey, InvalidSetting


@pytest.fixture
async def cache() -> AsyncIterator[AsyncCache[Any]]:
    async with hexcache.open_async_cache("memory:") as opened:
        yield opened


class Loud(str):
    """A text of another type."""


async def test_a_call_has_one_key_however_it_is_written(cache: AsyncCache[Any]) -> None:
    runs = 0

    @cache.cached()
    async def f(a: int, b: int = 2, *rest: int, c: int = 3, **more: int) -> int:
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
    assert {await f(1), await f(a=1), await f(1, 2), await f(1, b=2), await f(1, c=3)} == {1}
    others = [f.key_for(2), f.key_for(1, 3), f.key_for(1, 2, 3), f.key_for(1, c=4), f.key_for(1, d=3)]
    assert len({*same, *others}) == 6


@pytest.mark.parametrize("arguments", [1, 2], ids=["one parameter", "two parameters"])
async def test_equal_arguments_of_other_types_are_other_calls(cache: AsyncCache[Any], arguments: int) -> None:
    async def one(a: Any) -> tuple[str, str]:
        return type(a).__name__, repr(a)

    async def two(a: Any, b: int) -> tuple[str, str]:
        return type(a).__name__, repr(a)

    function: Any = one if arguments == 1 else two
    decorated: Any = cache.cached()(function)
    rest = () if arguments == 1 else (1,)
    for _ in range(3):
        for value in (1, True, 1.0, "1", b"1", None, 0.0, -0.0, 0, False):
            assert await decorated(value, *rest) == (type(value).__name__, repr(value))


@pytest.mark.parametrize("arguments", [1, 2], ids=["one parameter", "two parameters"])
async def test_a_type_that_is_merely_equal_never_gets_the_others_result(cache: AsyncCache[Any], arguments: int) -> None:
    async def one(a: Any) -> str:
        return type(a).__name__

    async def two(a: Any, b: int = 0) -> str:
        return type(a).__name__

    function: Any = one if arguments == 1 else two
    decorated: Any = cache.cached()(function)
    assert await decorated("a") == "str"
    with pytest.raises(InvalidKey, match="Loud"):
        await decorated(Loud("a"))


async def test_arguments_without_a_hash_are_told_apart_by_their_content(cache: AsyncCache[Any]) -> None:
    @cache.cached()
    async def total(of: list[int]) -> int:
        return sum(of)

    @cache.cached()
    async def weighted(of: list[int], by: int = 1) -> int:
        return sum(of) * by

    assert [await total([1, 2]), await total([3]), await total([1, 2])] == [3, 3, 3]
    assert [await weighted([1, 2]), await weighted([3], 2), await weighted([1, 2])] == [3, 6, 3]
    assert total.cache_info().loads == 2
    assert weighted.cache_info().loads == 2


async def test_functions_and_versions_have_keys_of_their_own(cache: AsyncCache[Any]) -> None:
    async def f(a: int) -> int:
        return a

    async def g(a: int) -> int:
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


async def test_a_key_may_be_a_template(cache: AsyncCache[Any]) -> None:
    @cache.cached(key="user:{number}")
    async def user(number: int, trace: str = "") -> int:
        return number

    await user(7, trace="x")
    assert user.key_for(7) == user.key_for(7, "y") == "user:7"
    assert await cache.get("user:7") == 7
    await cache.delete("user:7")
    assert not await cache.has(user.key_for(number=7))


async def test_a_key_may_be_a_function_that_is_asked_each_time(cache: AsyncCache[Any]) -> None:
    tenant = "a"

    @cache.cached(key=lambda number: f"{tenant}:{number}")
    async def user(number: int) -> str:
        return f"{number} of {tenant}"

    assert await user(1) == "1 of a"
    tenant = "b"
    assert await user(1) == "1 of b"
    tenant = "a"
    assert await user(1) == "1 of a"
    assert user.cache_info().loads == 2


async def test_a_key_function_that_gives_no_text_is_refused(cache: AsyncCache[Any]) -> None:
    async def user(number: int) -> int:
        return number

    options: Any = {"key": lambda number: number}
    with pytest.raises(InvalidKey, match="int"):
        await cache.cached(**options)(user)(1)


@dataclass(frozen=True)
class Query:
    """An argument with fields."""

    text: str
    limit: int = 10


async def test_arguments_with_fields_are_told_apart_by_them(cache: AsyncCache[Any]) -> None:
    @cache.cached()
    async def search(query: Query) -> str:
        return query.text

    assert search.key_for(Query("a")) == search.key_for(Query("a", 10)) != search.key_for(Query("a", 11))
    assert [await search(Query("a")), await search(Query("a"))] == ["a", "a"]
    assert search.cache_info().loads == 1


class TestMethods:
    """A method's ``self`` counts by what it declares, or not at all."""

    async def test_an_instance_that_says_what_it_is_keys_its_calls(self, cache: AsyncCache[Any]) -> None:
        class Client:
            def __init__(self, host: str) -> None:
                self.host = host

            def __cache_key__(self) -> str:
                return self.host

            @cache.cached()
            async def page(self, path: str) -> str:
                return f"{self.host}/{path}"

        assert [await Client("a").page("x"), await Client("b").page("x")] == ["a/x", "b/x"]
        assert await Client("a").page("x") == "a/x"
        assert Client.page.cache_info().loads == 2

    async def test_an_instance_without_an_identity_is_refused_with_the_way_out(self, cache: AsyncCache[Any]) -> None:
        class Client:
            @cache.cached()
            async def page(self, path: str) -> str:
                return path

        with pytest.raises(InvalidKey, match="__cache_key__"):
            await Client().page("x")

    async def test_an_ignored_self_is_shared_by_all_instances(self, cache: AsyncCache[Any]) -> None:
        class Client:
            @cache.cached(ignore=["self"])
            async def page(self, path: str) -> str:
                return f"{id(self)}/{path}"

        client = Client()
        first = await client.page("x")
        assert await Client().page("x") == first
        assert await client.page(path="x") == first
        assert (await Client.page.invalidate(client, "x")).found
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
    async def test_options_that_do_not_fit(self, cache: AsyncCache[Any], options: dict[str, Any], said: str) -> None:
        async def f(a: int) -> int:
            return a

        with pytest.raises(InvalidSetting, match=said):
            cache.cached(**options)(f)

    async def test_a_lone_parameter_name_may_be_ignored_without_a_list(self, cache: AsyncCache[Any]) -> None:
        @cache.cached(ignore="trace")
        async def f(a: int, trace: str) -> int:
            return a

        assert f.key_for(1, "x") == f.key_for(1, "y")
