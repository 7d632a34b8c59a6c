"""Decorated functions: when the function runs, and when its result is served."""

from __future__ import annotations

from typing import Any

import pytest

import hexcache
from hexcache import AsyncCache, DoNotStore, Loaded, Missing
from hexcache.adapters.inbound.decorator import CacheInfo
from hexcache.domain.errors import CacheClosed, InvalidKey
from hexcache.testing.clock import MovedClock


class Boom(Exception):
    """The origin's own error."""


def make(clock: MovedClock, *tiers: str, **policy: Any) -> AsyncCache[Any]:
    return hexcache.open_async_cache(*(tiers or ("memory:",)), clocks=clock.clocks, jitter=0, beta=0, **policy)


class TestHits:
    """A result is served until its ttl ends."""

    async def test_a_second_call_does_not_run_the_function(self, moved_clock: MovedClock) -> None:
        runs: list[str] = []
        async with make(moved_clock) as cache:

            @cache.cached(ttl="10m")
            async def report(customer: str) -> dict[str, str]:
                runs.append(customer)
                return {"for": customer}

            assert await report("ada") == await report("ada") == {"for": "ada"}
            assert await report("bob") == {"for": "bob"}
        assert runs == ["ada", "bob"]

    async def test_the_function_runs_again_when_the_ttl_has_ended(self, moved_clock: MovedClock) -> None:
        async with make(moved_clock) as cache:

            @cache.cached(ttl=10)
            async def number(of: int) -> float:
                return moved_clock.monotonic()

            first = await number(1)
            moved_clock.advance(9.5)
            assert await number(1) == first
            moved_clock.advance(0.5)
            assert await number(1) == first + 10

    async def test_none_is_a_result_like_any_other(self, moved_clock: MovedClock) -> None:
        runs = 0
        async with make(moved_clock) as cache:

            @cache.cached()
            async def nothing() -> str | None:
                nonlocal runs
                runs += 1
                return None

            for _ in range(3):
                assert await nothing() is None
        assert runs == 1

    @pytest.mark.parametrize("tier", ["memory:", "memory-store:"])
    async def test_a_caller_cannot_change_what_the_next_one_gets(self, moved_clock: MovedClock, tier: str) -> None:
        async with make(moved_clock, tier) as cache:

            @cache.cached()
            async def numbers() -> list[int]:
                return [1, 2]

            (await numbers()).append(3)
            (await numbers()).append(4)
            assert await numbers() == [1, 2]

    async def test_without_a_ttl_the_default_of_the_cache_applies(self, moved_clock: MovedClock) -> None:
        async with make(moved_clock, ttl=5) as cache:

            @cache.cached()
            async def tick() -> float:
                return moved_clock.monotonic()

            first = await tick()
            moved_clock.advance(5)
            assert await tick() == first + 5

    async def test_a_result_that_is_older_than_max_age_is_made_anew(self, moved_clock: MovedClock) -> None:
        async with make(moved_clock) as cache:

            @cache.cached(ttl=100, max_age=10)
            async def tick() -> float:
                return moved_clock.monotonic()

            first = await tick()
            moved_clock.advance(9)
            assert await tick() == first
            moved_clock.advance(1)
            assert await tick() == first + 10

    async def test_the_max_age_of_the_policy_applies_as_well(self, moved_clock: MovedClock) -> None:
        async with make(moved_clock, max_age=10, ttl=100) as cache:

            @cache.cached()
            async def tick() -> float:
                return moved_clock.monotonic()

            first = await tick()
            moved_clock.advance(10)
            assert await tick() == first + 10

    async def test_a_closed_cache_says_so(self, moved_clock: MovedClock) -> None:
        cache = make(moved_clock)

        @cache.cached()
        async def one(of: int) -> int:
            return of

        @cache.cached(namespace="pairs")
        async def pair(of: int, by: int = 1) -> int:
            return of * by

        assert await one(1) == await pair(1) == 1
        await cache.aclose()
        for again in (1, 2):
            with pytest.raises(CacheClosed):
                await one(again)
            with pytest.raises(CacheClosed):
                await pair(again)
        with pytest.raises(CacheClosed):
            cache.cached()(one.__wrapped__)

    async def test_hits_are_counted_by_the_cache_as_well(self, moved_clock: MovedClock) -> None:
        async with make(moved_clock) as cache:

            @cache.cached()
            async def one(of: int) -> int:
                return of

            @cache.cached()
            async def pair(of: int, by: int) -> list[int]:
                return [of, by]

            for _ in range(3):
                await one(1)
                await pair(1, 2)
            assert cache.stats()["memory_hits"] == 4
            assert one.cache_info() == pair.cache_info() == info(hits=2, misses=1, loads=1)

    @pytest.mark.parametrize("path", ["", "deep"])
    async def test_a_tagged_result_is_judged_on_every_hit(self, moved_clock: MovedClock, path: str) -> None:
        async with make(moved_clock) as cache:

            @cache.cached(tags=["t"], namespace=path or None)
            async def tick(of: int) -> float:
                return moved_clock.monotonic()

            first = await tick(1)
            moved_clock.advance(1)
            assert await tick(1) == first
            await tick.cache.invalidate_tags("t")
            assert await tick(1) == first + 1
            assert tick.cache_info() == info(hits=1, misses=2, loads=2)


class TestFailures:
    """The function's own error reaches its callers."""

    async def test_an_error_is_the_functions_own_and_is_not_kept(self, moved_clock: MovedClock) -> None:
        async with make(moved_clock) as cache:

            @cache.cached()
            async def fails() -> None:
                raise Boom("first")

            for _ in range(2):
                with pytest.raises(Boom, match="first"):
                    await fails()
            assert fails.cache_info() == info(misses=2, loads=2, failures=2)

    async def test_a_stale_result_covers_a_failure(self, moved_clock: MovedClock) -> None:
        fails = False
        async with make(moved_clock, stale="if_error") as cache:

            @cache.cached(ttl=10, stale_ttl=100)
            async def price(of: str) -> int:
                if fails:
                    raise Boom
                return 7

            assert await price("tea") == 7
            fails = True
            moved_clock.advance(11)
            assert await price("tea") == 7
            moved_clock.advance(100)
            with pytest.raises(Boom):
                await price("tea")

    async def test_a_call_that_the_function_does_not_take_fails_as_it_would(self, moved_clock: MovedClock) -> None:
        async with make(moved_clock) as cache:

            @cache.cached()
            async def one(of: int) -> int:
                return of

            with pytest.raises(TypeError):
                await one()  # type: ignore[call-arg]  # the point of the test
            with pytest.raises(TypeError):
                await one(1, 2)  # type: ignore[call-arg]  # the point of the test
            with pytest.raises(TypeError):
                await one(more=2)  # type: ignore[call-arg]  # the point of the test

    async def test_an_argument_without_an_identity_is_refused(self, moved_clock: MovedClock) -> None:
        async with make(moved_clock) as cache:

            @cache.cached()
            async def one(of: object) -> int:
                return 1

            with pytest.raises(InvalidKey, match="object"):
                await one(object())


class TestWhatAFunctionMaySay:
    """A function says what a loader says."""

    async def test_a_result_may_bring_its_own_ttl_and_tags(self, moved_clock: MovedClock) -> None:
        async with make(moved_clock) as cache:

            @cache.cached(ttl=100)
            async def tick(of: str) -> Any:
                return Loaded(moved_clock.monotonic(), ttl=10, tags=["clocks"])

            first = await tick("a")
            moved_clock.advance(5)
            assert await tick("a") == first
            await cache.invalidate_tags("clocks")
            assert await tick("a") == first + 5
            moved_clock.advance(10)
            assert await tick("a") == first + 15

    async def test_missing_is_none_for_the_callers_and_remembered_for_a_while(self, moved_clock: MovedClock) -> None:
        runs = 0
        async with make(moved_clock) as cache:

            @cache.cached()
            async def user(number: int) -> Any:
                nonlocal runs
                runs += 1
                return Missing(ttl=10)

            for _ in range(3):
                assert await user(1) is None
            assert runs == 1
            moved_clock.advance(10)
            assert await user(1) is None
            assert runs == 2

    async def test_a_result_may_be_for_the_waiting_callers_only(self, moved_clock: MovedClock) -> None:
        runs = 0
        async with make(moved_clock) as cache:

            @cache.cached()
            async def once() -> Any:
                nonlocal runs
                runs += 1
                return DoNotStore(runs)

            assert [await once(), await once()] == [1, 2]


class TestExtraCalls:
    """What the decorator adds to the function."""

    async def test_invalidate_forgets_one_result(self, moved_clock: MovedClock) -> None:
        runs: list[int] = []
        async with make(moved_clock, "memory:", "memory-store:") as cache:

            @cache.cached()
            async def square(of: int, power: int = 2) -> int:
                runs.append(of)
                return int(of**power)

            await square(2)
            await square(3)
            report = await square.invalidate(of=2)
            assert report.found
            assert not (await square.invalidate(99)).found
            await square(2)
            await square(3)
        assert runs == [2, 3, 2]

    async def test_refresh_runs_the_function_and_stores(self, moved_clock: MovedClock) -> None:
        value = 1
        async with make(moved_clock) as cache:

            @cache.cached()
            async def current(of: str) -> int:
                return value

            assert await current("a") == 1
            value = 2
            assert await current("a") == 1
            assert await current.refresh("a") == 2
            assert await current("a") == 2

    async def test_a_refresh_that_fails_leaves_what_is_stored(self, moved_clock: MovedClock) -> None:
        fails = False
        async with make(moved_clock) as cache:

            @cache.cached()
            async def current(of: str) -> int:
                if fails:
                    raise Boom
                return 1

            await current("a")
            fails = True
            with pytest.raises(Boom):
                await current.refresh("a")
            assert await current("a") == 1

    async def test_the_key_of_a_call_is_that_of_its_entry(self, moved_clock: MovedClock) -> None:
        async with make(moved_clock) as cache:

            @cache.cached(namespace="squares")
            async def square(of: int) -> int:
                return of * of

            await square(4)
            assert await square.cache.get(square.key_for(4)) == 16
            assert await cache.get(square.key_for(4)) is None
            assert await cache.namespace("squares").get(square.key_for(of=4)) == 16

    async def test_the_function_stays_reachable_and_keeps_its_face(self, moved_clock: MovedClock) -> None:
        async with make(moved_clock) as cache:

            @cache.cached()
            async def square(of: int) -> int:
                """Twice as good."""
                return of * of

            assert await square.__wrapped__(3) == 9
            assert square.__name__ == "square"
            assert square.__doc__ == "Twice as good."
            assert square.cache_info() == info()

    async def test_calls_are_counted_once(self, moved_clock: MovedClock) -> None:
        async with make(moved_clock, "memory:", "memory-store:") as cache:

            @cache.cached(ttl=10)
            async def pair(a: int, b: int) -> tuple[int, int]:
                return a, b

            await pair(1, 2)
            await pair(1, 2)
            await pair(1, b=2)
            cache._core.drop(pair.key_for(1, 2))
            await pair(1, 2)
            assert pair.cache_info() == info(hits=3, misses=1, loads=1)

    async def test_tags_come_from_templates(self, moved_clock: MovedClock) -> None:
        runs: list[int] = []
        async with make(moved_clock) as cache:

            @cache.cached(tags=["users", "user:{number}"])
            async def user(number: int, detail: bool = False) -> int:
                runs.append(number)
                return number

            for number in (1, 2):
                await user(number)
            await cache.invalidate_tags("user:1")
            await user(1)
            await user(2)
            assert runs == [1, 2, 1]
            await cache.invalidate_tags("users")
            await user(1)
            await user(2)
        assert runs == [1, 2, 1, 1, 2]

    async def test_tags_come_from_a_function_of_the_arguments(self, moved_clock: MovedClock) -> None:
        runs = 0
        async with make(moved_clock) as cache:

            @cache.cached(tags=lambda order: [f"customer:{order['customer']}"])
            async def total(order: dict[str, str]) -> int:
                nonlocal runs
                runs += 1
                return runs

            order = {"customer": "ada"}
            assert [await total(order), await total(order)] == [1, 1]
            await cache.invalidate_tags("customer:ada")
            assert await total(order) == 2


def info(hits: int = 0, misses: int = 0, loads: int = 0, failures: int = 0) -> CacheInfo:
    return CacheInfo(hits, misses, loads, failures)
