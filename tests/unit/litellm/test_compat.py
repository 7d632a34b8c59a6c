"""Old behaviours that can be asked for: each is there with ``compat="litellm"`` and is not there without."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hexcache import InvalidLifetime, NotANumber, UnsupportedValue
from hexcache.adapters.inbound.litellm import Behaviour, Rules
from hexcache.adapters.inbound.litellm.behaviour import OLD, Compat
from hexcache.litellm import DiskCache, DualCache, InMemoryCache
from hexcache.testing.clock import MovedClock


def both(clock: MovedClock, **options: Any) -> tuple[InMemoryCache, InMemoryCache]:
    """A cache as it is, and one as it was."""
    return (
        InMemoryCache(clock=clock.monotonic, **options),
        InMemoryCache(clock=clock.monotonic, compat="litellm", **options),
    )


def test_a_live_key_keeps_its_end() -> None:
    clock = MovedClock()
    new, old = both(clock)
    for cache in (new, old):
        cache.set_cache("k", 1, ttl=10)
        cache.set_cache("k", 2, ttl=100)
    assert (new.allow_ttl_override("k"), old.allow_ttl_override("k")) == (True, False)
    assert old.get_cache("k") == 2
    clock.advance(50)
    assert (new.get_cache("k"), old.get_cache("k")) == (2, None)
    assert old.allow_ttl_override("k")


def test_a_text_is_read() -> None:
    new, old = both(MovedClock())
    for cache in (new, old):
        for text in ("123", "true", "null", "word", '{"a": [1]}'):
            cache.set_cache(text, text)
    assert [new.get_cache(text) for text in ("123", "true", "null", "word")] == ["123", "true", "null", "word"]
    assert [old.get_cache(text) for text in ("123", "true", "null", "word")] == [123, True, None, "word"]
    assert old.batch_get_cache(['{"a": [1]}', "absent"]) == [{"a": [1]}, None]


async def test_a_remaining_life_is_told_as_a_moment() -> None:
    clock = MovedClock(monotonic=5000.0)
    new, old = both(clock)
    for cache in (new, old):
        cache.set_cache("k", 1, ttl=10)
    assert (await new.async_get_ttl("k"), await old.async_get_ttl("k")) == (10, 5010)


def test_a_value_is_shared_and_may_be_anything() -> None:
    new, old = both(MovedClock())
    thing, words = object(), ["one"]
    with pytest.raises(UnsupportedValue):
        new.set_cache("k", thing)
    old.set_cache("k", thing)
    assert old.get_cache("k") is thing
    for cache in (new, old):
        cache.set_cache("l", words)
    words.append("two")
    assert (new.get_cache("l"), old.get_cache("l")) == (["one"], ["one", "two"])


def test_what_ends_first_leaves_first() -> None:
    _, old = both(MovedClock(), max_size_in_memory=3)
    old.set_cache("hot", 1, ttl=10)
    for number in range(3):
        old.get_cache("hot")
        old.set_cache(f"k{number}", number, ttl=500)
    assert old.get_cache("hot") is None


def test_what_is_no_number_counts_as_nothing(tmp_path: Path) -> None:
    with DiskCache(tmp_path / "new") as new, DiskCache(tmp_path / "old", compat="litellm") as old:
        for cache in (new, old):
            cache.set_cache("k", "word")
        with pytest.raises(NotANumber):
            new.increment_cache("k", 2)
        assert old.increment_cache("k", 2) == 2
        assert old.get_cache("k") == 2


def test_what_cannot_be_stored_is_passed_over() -> None:
    with DualCache(compat="litellm") as cache:
        cache.set_cache("k", 1)
        cache.set_cache("", 1)
        assert cache.get_cache("k") == 1


async def test_a_pipeline_of_increments_slides() -> None:
    clock = MovedClock()
    caches = []
    compats: tuple[Compat, ...] = (None, "litellm")
    for compat in compats:
        near = InMemoryCache(clock=clock.monotonic, compat=compat)
        caches.append(DualCache(near, compat=compat))
    step = [{"key": "n", "increment_value": 1, "ttl": 10}]
    for cache in caches:
        await cache.async_increment_pipeline(step)
    clock.advance(8)
    answers = [await cache.async_increment_pipeline(step) for cache in caches]
    assert answers == [[2], [2]]
    clock.advance(8)
    assert [cache.get_cache("n") for cache in caches] == [None, 2]


def rules(**options: Any) -> Rules:
    return Rules(token=lambda: "t", wall=lambda: 0.0, default_ttl=60.0, **options)


def test_a_ttl_loses_its_fraction_and_what_cannot_be_read_is_the_default() -> None:
    old = rules(behaviour=Behaviour(whole_ttl=True))
    said: tuple[Any, ...] = (1.9, "7", "soon", [], float("nan"), None, -3)
    assert [old.ttl(one) for one in said] == [1, 7, 60, 60, 60, 60, 0]
    new = rules()
    understood: tuple[Any, ...] = (1.9, "7s", None, -3, float("inf"))
    assert [new.ttl(one) for one in understood] == [1.9, 7, 60, 0, None]
    unreadable: tuple[Any, ...] = ("soon", [], float("nan"), True)
    for one in unreadable:
        with pytest.raises(InvalidLifetime):
            new.ttl(one)


def test_a_namespace_before_a_key_is_the_namespace() -> None:
    old = rules(behaviour=Behaviour(aliases=True), namespace="ns")
    assert [old.key(key) for key in ("k", "ns:k", "ns:ns:k", 7)] == ["k", "k", "ns:k", 7]
    assert rules(namespace="ns").key("ns:k") == "ns:k"


def test_there_is_a_behaviour_for_each_kind_and_none_is_empty() -> None:
    assert {"memory", "redis", "disk", "dual", "s3", "gcs", "azure"} == OLD.keys()
    assert Behaviour() not in OLD.values()
