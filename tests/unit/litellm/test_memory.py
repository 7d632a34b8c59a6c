"""LiteLLM's memory cache over ours: its parameters, and the laws that the old one broke."""

from __future__ import annotations

import threading
from typing import Any

import pytest

import hexcache
from hexcache import InvalidSetting
from hexcache.litellm import BaseCache, InMemoryCache
from hexcache.testing.clock import MovedClock


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock(monotonic=1000.0)


def cache_with(clock: MovedClock, **options: Any) -> InMemoryCache:
    return InMemoryCache(clock=clock.monotonic, **options)


def test_the_defaults_are_those_of_litellm(monkeypatch: pytest.MonkeyPatch) -> None:
    cache = InMemoryCache()
    assert (cache.max_size_in_memory, cache.default_ttl, cache.max_size_per_item) == (200, 600, 1024)
    assert InMemoryCache(None, 0, None).get_ttl() == 600
    monkeypatch.setenv("MAX_SIZE_PER_ITEM_IN_MEMORY_CACHE_IN_KB", "3")
    assert InMemoryCache().max_size_per_item == 3
    monkeypatch.setenv("MAX_SIZE_PER_ITEM_IN_MEMORY_CACHE_IN_KB", "three")
    with pytest.raises(InvalidSetting, match="MAX_SIZE_PER_ITEM"):
        InMemoryCache()


@pytest.mark.parametrize("options", [{"max_size_per_item": 0}, {"max_size_per_item": True}, {"compat": "old"}])
def test_a_parameter_that_cannot_be_used_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(InvalidSetting):
        InMemoryCache(**options)


def test_a_life_ends_to_the_tick(clock: MovedClock) -> None:
    cache = cache_with(clock)
    cache.set_cache("k", 1, ttl=10)
    clock.advance(9.75)
    assert cache.get_cache("k") == 1
    clock.advance(0.25)
    assert cache.get_cache("k") is None


async def test_a_write_begins_the_life_anew_either_way(clock: MovedClock) -> None:
    cache = cache_with(clock)
    cache.set_cache("k", 1, ttl=100)
    cache.set_cache("k", 2, ttl=1)
    assert await cache.async_get_ttl("k") == 1
    cache.set_cache("k", 3, ttl=1000)
    clock.advance(500)
    assert cache.get_cache("k") == 3
    assert await cache.async_get_ttl("k") == 500


def test_a_number_lives_in_a_window_that_begins_with_it(clock: MovedClock) -> None:
    cache = cache_with(clock)
    assert cache.increment_cache("n", 1, ttl=10) == 1
    clock.advance(8)
    assert cache.increment_cache("n", 1, ttl=10) == 2
    clock.advance(2)
    assert cache.get_cache("n") is None
    assert cache.increment_cache("n", 1, ttl=10) == 1


def test_a_number_that_is_refreshed_slides(clock: MovedClock) -> None:
    cache = cache_with(clock)
    for expected in (1, 2, 3):
        assert cache.increment_cache("n", 1, ttl=10, refresh_ttl=True) == expected
        clock.advance(8)
    assert cache.get_cache("n") == 3


def test_a_number_whose_life_ended_does_not_come_back(clock: MovedClock) -> None:
    cache = cache_with(clock)
    cache.increment_cache("n", 5, ttl=1000)
    cache.set_cache("n", "text", ttl=10)
    clock.advance(10)
    assert cache.get_cache("n", default=hexcache.MISS) is hexcache.MISS
    assert cache.increment_cache("n") == 1


def test_the_weight_of_a_value_is_that_of_all_it_holds(clock: MovedClock) -> None:
    cache = cache_with(clock, max_size_per_item=1)
    heavy = {"timestamp": 1.0, "response": {"text": ["x" * 2000]}}
    assert not cache.check_value_size(heavy)
    assert cache.check_value_size({"timestamp": 1.0, "response": "x" * 100})
    cache.set_cache("k", "old")
    cache.set_cache("k", heavy)
    assert cache.get_cache("k") is None  # neither the new value nor the one that it replaced
    cache.set_cache("l", heavy, nx=True)
    assert cache.get_cache("l") is None


def test_what_is_light_enough_is_kept(clock: MovedClock) -> None:
    cache = cache_with(clock, max_size_per_item=4)
    for place, value in enumerate(("\N{EURO SIGN}" * 1500, [1.5] * 60, {"k": b"x" * 3500}, "x" * 4000)):
        assert cache.check_value_size(value)
        cache.set_cache(f"k{place}", value)
        assert cache.get_cache(f"k{place}") == value


def test_no_more_is_held_than_was_said(clock: MovedClock) -> None:
    cache = cache_with(clock, max_size_in_memory=10)
    for number in range(1000):
        cache.set_cache(f"k{number}", number)
    held = [number for number in range(1000) if cache.get_cache(f"k{number}") is not None]
    assert 0 < len(held) <= 10


def test_what_is_asked_for_often_stays_although_it_ends_first(clock: MovedClock) -> None:
    cache = cache_with(clock, max_size_in_memory=20)
    cache.set_cache("hot", 1, ttl=50)
    for number in range(200):
        cache.get_cache("hot")
        cache.set_cache(f"k{number}", number, ttl=500)
    assert cache.get_cache("hot") == 1


def test_a_key_that_is_written_again_pushes_nothing_out(clock: MovedClock) -> None:
    cache = cache_with(clock, max_size_in_memory=2)
    cache.set_cache("a", 1)
    cache.set_cache("b", 2)
    for number in range(10):
        cache.set_cache("a", number)
    assert (cache.get_cache("a"), cache.get_cache("b")) == (9, 2)


def test_a_cache_of_no_size_holds_nothing() -> None:
    cache = InMemoryCache(max_size_in_memory=0)
    assert not cache.check_value_size(1)
    cache.set_cache("k", 1)
    assert cache.get_cache("k") is None


def test_threads_do_not_break_it() -> None:
    cache = InMemoryCache(max_size_in_memory=50)
    errors: list[BaseException] = []

    def work(seed: int) -> None:
        try:
            for number in range(300):
                cache.set_cache(f"k{(number * seed) % 90}", number)
                cache.get_cache(f"k{number % 90}")
                cache.delete_cache(f"k{(number + seed) % 90}")
                cache.increment_cache("n")
        except BaseException as exc:  # noqa: BLE001 - whatever it is fails the test
            errors.append(exc)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []


def test_a_base_without_tiers_says_so() -> None:
    cache = BaseCache(default_ttl=30)
    assert (cache.default_ttl, cache.get_ttl(), cache.get_ttl(ttl=5)) == (30, 30, 5)
    with pytest.raises(NotImplementedError, match="BaseCache"):
        cache.get_cache("k")


async def test_a_subclass_of_the_base_may_bring_methods_of_its_own() -> None:
    class Own(BaseCache):
        async def async_get_cache(self, key: str, **kwargs: Any) -> Any:
            return f"own {key}"

    async with Own() as cache:
        assert await cache.async_get_cache("k", parent_otel_span=None) == "own k"
        with pytest.raises(NotImplementedError):
            await cache.async_set_cache("k", 1)


def test_the_python_source_needs_no_litellm_and_no_event_loop() -> None:
    cache = InMemoryCache()
    cache.set_cache("k", 1)
    assert repr(cache) == "<InMemoryCache litellm: memory>"
    with cache:
        assert cache.hexcache.stats()["tiers"]["memory"]["items"] == 1
