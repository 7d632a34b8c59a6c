# Generated from tests/unit/decorator/aio/test_calls.py by tools/unasync.py. Do not edit.
"""Decorated functions: when the function runs, and when its result is served."""

from __future__ import annotations

from typing import Any

import pytest

import hexcache
from hexcache import Cache, DoNotStore, Loaded, Missing
from hexcache.adapters.inbound.decorator import CacheInfo
from hexcache.domain.errors import CacheClosed, InvalidKey
from hexcache.testing.clock import MovedClock


class Boom(Exception):
    """The origin's own error."""


def make(clock: MovedClock, *tiers: str, **policy: Any) -> Cache[Any]:
    return hexcache.open_cache(*(tiers or ("memory:",)), clocks=clock.clocks, jitter=0, beta=0, **policy)


class TestHits:
    """A result is served until its ttl ends."""

    def test_a_second_call_does_not_run_the_function(self, moved_clock: MovedClock) -> None:
        runs: list[str] = []
        with make(moved_clock) as cache:

            @cache.cached(ttl="10m")
            def report(customer: str) -> dict[str, str]:
                runs.append(customer)
                return {"for": customer}

            assert report("ada") == report("ada") == {"for": "ada"}
            assert report("bob") == {"for": "bob"}
        assert runs == ["ada", "bob"]

    def test_the_function_runs_again_when_the_ttl_has_ended(self, moved_clock: MovedClock) -> None:
        with make(moved_clock) as cache:

            @cache.cached(ttl=10)
            def number(of: int) -> float:
                return moved_clock.monotonic()

            first = number(1)
            moved_clock.advance(9.5)
            assert number(1) == first
            moved_clock.advance(0.5)
            assert number(1) == first + 10

    def test_none_is_a_result_like_any_other(self, moved_clock: MovedClock) -> None:
        runs = 0
        with make(moved_clock) as cache:

            @cache.cached()
            def nothing() -> str | None:
                nonlocal runs
                runs += 1
                return None

            for _ in range(3):
                assert nothing() is None
        assert runs == 1

    @pytest.mark.parametrize("tier", ["memory:", "memory-store:"])
    def test_a_caller_cannot_change_what_the_next_one_gets(self, moved_clock: MovedClock, tier: str) -> None:
        with make(moved_clock, tier) as cache:

            @cache.cached()
            def numbers() -> list[int]:
                return [1, 2]

            (numbers()).append(3)
            (numbers()).append(4)
            assert numbers() == [1, 2]

    def test_without_a_ttl_the_default_of_the_cache_applies(self, moved_clock: MovedClock) -> None:
        with make(moved_clock, ttl=5) as cache:

            @cache.cached()
            def tick() -> float:
                return moved_clock.monotonic()

            first = tick()
            moved_clock.advance(5)
            assert tick() == first + 5

    def test_a_result_that_is_older_than_max_age_is_made_anew(self, moved_clock: MovedClock) -> None:
        with make(moved_clock) as cache:

            @cache.cached(ttl=100, max_age=10)
            def tick() -> float:
                return moved_clock.monotonic()

            first = tick()
            moved_clock.advance(9)
            assert tick() == first
            moved_clock.advance(1)
            assert tick() == first + 10

    def test_the_max_age_of_the_policy_applies_as_well(self, moved_clock: MovedClock) -> None:
        with make(moved_clock, max_age=10, ttl=100) as cache:

            @cache.cached()
            def tick() -> float:
                return moved_clock.monotonic()

            first = tick()
            moved_clock.advance(10)
            assert tick() == first + 10

    def test_a_closed_cache_says_so(self, moved_clock: MovedClock) -> None:
        cache = make(moved_clock)

        @cache.cached()
        def one(of: int) -> int:
            return of

        @cache.cached(namespace="pairs")
        def pair(of: int, by: int = 1) -> int:
            return of * by

        assert one(1) == pair(1) == 1
        cache.close()
        for again in (1, 2):
            with pytest.raises(CacheClosed):
                one(again)
            with pytest.raises(CacheClosed):
                pair(again)
        with pytest.raises(CacheClosed):
            cache.cached()(one.__wrapped__)

    def test_hits_are_counted_by_the_cache_as_well(self, moved_clock: MovedClock) -> None:
        with make(moved_clock) as cache:

            @cache.cached()
            def one(of: int) -> int:
                return of

            @cache.cached()
            def pair(of: int, by: int) -> list[int]:
                return [of, by]

            for _ in range(3):
                one(1)
                pair(1, 2)
            assert cache.stats()["memory_hits"] == 4
            assert one.cache_info() == pair.cache_info() == info(hits=2, misses=1, loads=1)

    @pytest.mark.parametrize("path", ["", "deep"])
    def test_a_tagged_result_is_judged_on_every_hit(self, moved_clock: MovedClock, path: str) -> None:
        with make(moved_clock) as cache:

            @cache.cached(tags=["t"], namespace=path or None)
            def tick(of: int) -> float:
                return moved_clock.monotonic()

            first = tick(1)
            moved_clock.advance(1)
            assert tick(1) == first
            tick.cache.invalidate_tags("t")
            assert tick(1) == first + 1
            assert tick.cache_info() == info(hits=1, misses=2, loads=2)


class TestFailures:
    """The function's own error reaches its callers."""

    def test_an_error_is_the_functions_own_and_is_not_kept(self, moved_clock: MovedClock) -> None:
        with make(moved_clock) as cache:

            @cache.cached()
            def fails() -> None:
                raise Boom("first")

            for _ in range(2):
                with pytest.raises(Boom, match="first"):
                    fails()
            assert fails.cache_info() == info(misses=2, loads=2, failures=2)

    def test_a_stale_result_covers_a_failure(self, moved_clock: MovedClock) -> None:
        fails = False
        with make(moved_clock, stale="if_error") as cache:

            @cache.cached(ttl=10, stale_ttl=100)
            def price(of: str) -> int:
                if fails:
                    raise Boom
                return 7

            assert price("tea") == 7
            fails = True
            moved_clock.advance(11)
            assert price("tea") == 7
            moved_clock.advance(100)
            with pytest.raises(Boom):
                price("tea")

    def test_a_call_that_the_function_does_not_take_fails_as_it_would(self, moved_clock: MovedClock) -> None:
        with make(moved_clock) as cache:

            @cache.cached()
            def one(of: int) -> int:
                return of

            with pytest.raises(TypeError):
                one()  # type: ignore[call-arg]  # the point of the test
            with pytest.raises(TypeError):
                one(1, 2)  # type: ignore[call-arg]  # the point of the test
            with pytest.raises(TypeError):
                one(more=2)  # type: ignore[call-arg]  # the point of the test

    def test_an_argument_without_an_identity_is_refused(self, moved_clock: MovedClock) -> None:
        with make(moved_clock) as cache:

            @cache.cached()
            def one(of: object) -> int:
                return 1

            with pytest.raises(InvalidKey, match="object"):
                one(object())


class TestWhatAFunctionMaySay:
    """A function says what a loader says."""

    def test_a_result_may_bring_its_own_ttl_and_tags(self, moved_clock: MovedClock) -> None:
        with make(moved_clock) as cache:

            @cache.cached(ttl=100)
            def tick(of: str) -> Any:
                return Loaded(moved_clock.monotonic(), ttl=10, tags=["clocks"])

            first = tick("a")
            moved_clock.advance(5)
            assert tick("a") == first
            cache.invalidate_tags("clocks")
            assert tick("a") == first + 5
            moved_clock.advance(10)
            assert tick("a") == first + 15

    def test_missing_is_none_for_the_callers_and_remembered_for_a_while(self, moved_clock: MovedClock) -> None:
        runs = 0
        with make(moved_clock) as cache:

            @cache.cached()
            def user(number: int) -> Any:
                nonlocal runs
                runs += 1
                return Missing(ttl=10)

            for _ in range(3):
                assert user(1) is None
            assert runs == 1
            moved_clock.advance(10)
            assert user(1) is None
            assert runs == 2

    def test_a_result_may_be_for_the_waiting_callers_only(self, moved_clock: MovedClock) -> None:
        runs = 0
        with make(moved_clock) as cache:

            @cache.cached()
            def once() -> Any:
                nonlocal runs
                runs += 1
                return DoNotStore(runs)

            assert [once(), once()] == [1, 2]


class TestExtraCalls:
    """What the decorator adds to the function."""

    def test_invalidate_forgets_one_result(self, moved_clock: MovedClock) -> None:
        runs: list[int] = []
        with make(moved_clock, "memory:", "memory-store:") as cache:

            @cache.cached()
            def square(of: int, power: int = 2) -> int:
                runs.append(of)
                return int(of**power)

            square(2)
            square(3)
            report = square.invalidate(of=2)
            assert report.found
            assert not (square.invalidate(99)).found
            square(2)
            square(3)
        assert runs == [2, 3, 2]

    def test_refresh_runs_the_function_and_stores(self, moved_clock: MovedClock) -> None:
        value = 1
        with make(moved_clock) as cache:

            @cache.cached()
            def current(of: str) -> int:
                return value

            assert current("a") == 1
            value = 2
            assert current("a") == 1
            assert current.refresh("a") == 2
            assert current("a") == 2

    def test_a_refresh_that_fails_leaves_what_is_stored(self, moved_clock: MovedClock) -> None:
        fails = False
        with make(moved_clock) as cache:

            @cache.cached()
            def current(of: str) -> int:
                if fails:
                    raise Boom
                return 1

            current("a")
            fails = True
            with pytest.raises(Boom):
                current.refresh("a")
            assert current("a") == 1

    def test_the_key_of_a_call_is_that_of_its_entry(self, moved_clock: MovedClock) -> None:
        with make(moved_clock) as cache:

            @cache.cached(namespace="squares")
            def square(of: int) -> int:
                return of * of

            square(4)
            assert square.cache.get(square.key_for(4)) == 16
            assert cache.get(square.key_for(4)) is None
            assert cache.namespace("squares").get(square.key_for(of=4)) == 16

    def test_the_function_stays_reachable_and_keeps_its_face(self, moved_clock: MovedClock) -> None:
        with make(moved_clock) as cache:

            @cache.cached()
            def square(of: int) -> int:
                """Twice as good."""
                return of * of

            assert square.__wrapped__(3) == 9
            assert square.__name__ == "square"
            assert square.__doc__ == "Twice as good."
            assert square.cache_info() == info()

    def test_calls_are_counted_once(self, moved_clock: MovedClock) -> None:
        with make(moved_clock, "memory:", "memory-store:") as cache:

            @cache.cached(ttl=10)
            def pair(a: int, b: int) -> tuple[int, int]:
                return a, b

            pair(1, 2)
            pair(1, 2)
            pair(1, b=2)
            cache._core.drop(pair.key_for(1, 2))
            pair(1, 2)
            assert pair.cache_info() == info(hits=3, misses=1, loads=1)

    def test_tags_come_from_templates(self, moved_clock: MovedClock) -> None:
        runs: list[int] = []
        with make(moved_clock) as cache:

            @cache.cached(tags=["users", "user:{number}"])
            def user(number: int, detail: bool = False) -> int:
                runs.append(number)
                return number

            for number in (1, 2):
                user(number)
            cache.invalidate_tags("user:1")
            user(1)
            user(2)
            assert runs == [1, 2, 1]
            cache.invalidate_tags("users")
            user(1)
            user(2)
        assert runs == [1, 2, 1, 1, 2]

    def test_tags_come_from_a_function_of_the_arguments(self, moved_clock: MovedClock) -> None:
        runs = 0
        with make(moved_clock) as cache:

            @cache.cached(tags=lambda order: [f"customer:{order['customer']}"])
            def total(order: dict[str, str]) -> int:
                nonlocal runs
                runs += 1
                return runs

            order = {"customer": "ada"}
            assert [total(order), total(order)] == [1, 1]
            cache.invalidate_tags("customer:ada")
            assert total(order) == 2


def info(hits: int = 0, misses: int = 0, loads: int = 0, failures: int = 0) -> CacheInfo:
    return CacheInfo(hits, misses, loads, failures)
