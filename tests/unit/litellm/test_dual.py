"""Two tiers as one cache, wired as LiteLLM wires them: late, changed, and the nearer one alone."""

from __future__ import annotations

from pathlib import Path

import pytest

import hexcache
from hexcache import InvalidSetting, NotANumber
from hexcache.litellm import DiskCache, DualCache, InMemoryCache
from hexcache.testing.clock import MovedClock


@pytest.fixture
def near() -> InMemoryCache:
    return InMemoryCache()


async def test_a_call_may_be_for_the_nearer_tier_alone(near: InMemoryCache, tmp_path: Path) -> None:
    with DiskCache(tmp_path) as far, DualCache(near, far) as dual:
        dual.set_cache("k", "here", local_only=True)
        await dual.async_set_cache_pipeline([("l", 1)], local_only=True)
        assert [far.get_cache("k"), far.get_cache("l")] == [None, None]
        assert [dual.get_cache("k"), await dual.async_get_cache("l", local_only=True)] == ["here", 1]
        far.set_cache("m", "there")
        assert dual.get_cache("m", local_only=True) is None
        assert dual.batch_get_cache(["k", "m"], local_only=True) == ["here", None]
        assert dual.get_cache("m") == "there"
        assert dual.get_cache("m", local_only=True) == "there"  # brought nearer by the look-up before
        dual.set_cache("k", "both")
        assert [near.get_cache("k"), far.get_cache("k")] == ["both", "both"]
        dual.delete_cache("k")
        assert [near.get_cache("k"), far.get_cache("k")] == [None, None]


async def test_a_number_of_the_nearer_tier_is_read_and_taken_over(near: InMemoryCache, tmp_path: Path) -> None:
    with DiskCache(tmp_path) as far, DualCache(near, far) as dual:
        assert dual.increment_cache("n", 2, local_only=True) == 2
        assert await dual.async_increment("n", 1, local_only=True) == 3
        assert [dual.get_cache("n"), await dual.async_get_cache("n")] == [3, 3]
        assert dual.batch_get_cache(["n", "x"]) == [3, None]
        assert far.get_cache("n") is None
        assert await dual.async_increment("n", 1) == 4
        assert [far.get_cache("n"), dual.get_cache("n")] == [4, 4]
        with pytest.raises(NotANumber, match="elsewhere"):
            near.increment_cache("n")
        assert await dual.async_set_cache_sadd("s", ["a"], ttl=60, local_only=True) == ["a"]
        assert dual.get_cache("s") == {"a"}


def test_the_nearer_tier_is_the_one_that_was_given(near: InMemoryCache, tmp_path: Path) -> None:
    with DiskCache(tmp_path) as far, DualCache(near, far) as dual:
        near.set_cache("k", "old")
        assert dual.get_cache("k") == "old"
        dual.set_cache("k", "new")
        assert near.get_cache("k") == "new"
        assert dual.in_memory_cache is near
        assert dual.redis_cache is far


def test_a_farther_tier_may_come_later(near: InMemoryCache, tmp_path: Path) -> None:
    with DiskCache(tmp_path) as far, DualCache(near) as dual:
        dual.set_cache("k", 1)
        assert dual.default_ttl == 600
        dual.attach_redis_cache(far, default_redis_ttl=30)
        dual.attach_redis_cache(DiskCache(tmp_path / "never used"))
        assert dual.redis_cache is far
        assert dual.default_ttl == 30
        assert dual.get_cache("k") == 1  # what the nearer one held
        dual.set_cache("l", 2)
        assert far.get_cache("l") == 2
        dual.attach_redis_cache(None)


async def test_each_tier_has_a_life_of_its_own(tmp_path: Path) -> None:
    clock = MovedClock(monotonic=2_000.0)
    near = InMemoryCache(clock=clock.monotonic)
    far = DiskCache(tmp_path)
    with far, DualCache(near, far, default_in_memory_ttl=5, default_redis_ttl=3600) as dual:
        dual.set_cache("k", 1)
        assert await near.async_get_ttl("k") == 5
        assert await dual.async_get_ttl("k") == 3600
        clock.advance(6)
        assert near.get_cache("k") is None
        assert dual.get_cache("k") == 1
        dual.update_cache_ttl(None, 60)
        dual.set_cache("l", 1)
        assert await dual.async_get_ttl("l") == 60
        assert dual.default_in_memory_ttl == 5


def test_alone_it_has_the_life_of_the_nearer_tier() -> None:
    assert DualCache(default_in_memory_ttl=7).get_ttl() == 7
    assert DualCache(InMemoryCache(default_ttl=8)).get_ttl() == 8


def test_what_is_too_heavy_for_the_nearer_tier_is_kept_in_the_farther(tmp_path: Path) -> None:
    near = InMemoryCache(max_size_per_item=1)
    with DiskCache(tmp_path) as far, DualCache(near, far) as dual:
        heavy = "x" * 20_000
        assert not dual.check_value_size(heavy)
        dual.set_cache("k", "light")
        dual.set_cache("k", heavy)
        assert near.get_cache("k") is None
        assert dual.get_cache("k") == heavy


def test_memory_cannot_stand_behind_a_store(tmp_path: Path) -> None:
    with DiskCache(tmp_path) as disk, pytest.raises(InvalidSetting, match="memory tiers first"):
        DualCache(disk, InMemoryCache())


def test_two_stores_have_one_namespace(tmp_path: Path) -> None:
    near = DiskCache(tmp_path / "near", namespace="team:a")
    with DiskCache(tmp_path / "far", namespace="team/a") as far, near, DualCache(near, far) as dual:
        dual.set_cache("k", 1)
        assert (near.get_cache("k"), far.get_cache("k")) == (1, 1)
    with DiskCache(tmp_path / "other") as other, pytest.raises(InvalidSetting, match="namespaces"):
        DualCache(near, other)


def test_old_behaviours_are_those_of_both(near: InMemoryCache) -> None:
    with pytest.raises(InvalidSetting, match="compat"):
        DualCache(near, compat="litellm")


def test_a_look_up_for_a_second_cache_is_a_hit_of_the_farther_tier(tmp_path: Path) -> None:
    with DiskCache(tmp_path) as far, DualCache(InMemoryCache(), far) as one, DualCache(InMemoryCache(), far) as other:
        one.set_cache("k", ["v"])
        assert other.batch_get_cache(["k"]) == [["v"]]
        assert other.batch_get_cache(["later"]) == [None]
        one.set_cache("later", 1)
        assert other.batch_get_cache(["later"]) == [1]  # LiteLLM answers a miss for ten seconds
        assert other.get_cache("none", default=hexcache.MISS) is hexcache.MISS
