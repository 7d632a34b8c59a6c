"""Laws of a cache about namespaces, listings, the bus, bad arguments and the end."""

from __future__ import annotations

from typing import Any

import pytest

from hexcache.domain.errors import (
    CacheClosed,
    InvalidKey,
    InvalidLifetime,
    InvalidNamespace,
    InvalidSetting,
    UnsupportedValue,
)
from hexcache.domain.key import MAX_KEY_BYTES
from hexcache.testing.aio.bus import AsyncRecordingBus
from hexcache.testing.contracts.aio.cache_ground import AsyncCacheGround, AsyncLab, AsyncOrigin

BAD_KEYS: list[Any] = ["", "a\nb", "\x00", "\ud800", "k" * (MAX_KEY_BYTES + 1), b"k", 1, None, ("k",)]
BAD_TTLS: list[Any] = [0, -1, "", "10", "1w", float("nan"), True, b"1s", []]


class AsyncCacheScopeLaws(AsyncCacheGround):
    """``namespace``, ``clear``, ``keys``, and what every call refuses."""

    async def test_namespaces_are_kept_apart(self, lab: AsyncLab) -> None:
        """The same key in the root, in a namespace and in one below it are three entries, in every tier."""
        cache = lab.open()
        views = [cache, cache.namespace("a"), cache.namespace("a").namespace("b"), cache.namespace("A")]
        for number, view in enumerate(views):
            await view.set("k", number)
        cold = lab.cold(cache)
        again = [cold, cold.namespace("a"), cold.namespace("a/b"), cold.namespace("A")]
        assert [await view.get("k") for view in again] == [0, 1, 2, 3]
        await views[1].delete("k")
        assert [await view.get("k") for view in again[2:]] == [2, 3]
        assert await views[0].get("k") == 0

    async def test_a_namespace_has_its_own_defaults(self, lab: AsyncLab) -> None:
        """Policy values given to a view hold there and below it, not above."""
        cache = lab.open(ttl=100.0)
        short = cache.namespace("short", ttl=10)
        await short.set("k", 1)
        await short.namespace("below").set("k", 2)
        await cache.set("k", 3)
        told = [await view.ttl("k") for view in (short, short.namespace("below"), cache)]
        assert told == [10.0, 10.0, 100.0]

    async def test_clear_removes_a_namespace_and_what_is_below(self, lab: AsyncLab) -> None:
        """Its neighbours, those whose names begin alike, and what is above it stay."""
        cache = lab.open()
        gone = [cache.namespace("a"), cache.namespace("a/b")]
        kept = [cache, cache.namespace("ab"), cache.namespace("b/a"), cache.namespace("A"), cache.namespace("a.")]
        for view in gone + kept:
            await view.set("k", "v")
        report = await gone[0].clear()
        assert report.complete
        await self.misses(*gone, lab.cold(cache).namespace("a"), lab.cold(cache).namespace("a/b"))
        await self.holds("v", *kept, lab.cold(cache), lab.cold(cache).namespace("ab"))

    async def test_clear_of_the_root_removes_everything_of_this_cache(self, lab: AsyncLab) -> None:
        """Everything of this cache goes; what others keep in the same stores stays."""
        cache = lab.open()
        await cache.set("k", "v")
        await cache.namespace("a").set("k", "v")
        for store in lab.stores:
            await store.inner.put("kit2:k", b"another's", dead_at=float("inf"))
        await cache.clear()
        await self.misses(cache, cache.namespace("a"), lab.cold(cache), lab.cold(cache).namespace("a"))
        for store in lab.stores:
            assert "kit2:k" in [address async for address in store.inner.scan("")]
        await cache.set("k", "anew")
        await self.holds("anew", cache, lab.cold(cache))

    async def test_keys_lists_what_is_there(self, lab: AsyncLab) -> None:
        """Each live key of the namespace once, from whichever tier; the dead and the deleted are not listed."""
        cache = lab.open()
        await cache.set_many({"a": 1, "b:c": 2, "gone": 3})
        await cache.set("dead", 1, ttl=1)
        await cache.namespace("n").set("below", 1)
        await cache.delete("gone")
        lab.clock.advance(1)
        for asked in (cache, lab.cold(cache)):
            assert sorted([key async for key in asked.keys()]) == ["a", "b:c"]  # noqa: SIM118  (no mapping)
            assert [key async for key in asked.namespace("n").keys()] == ["below"]  # noqa: SIM118  (no mapping)

    async def test_changes_are_published_even_if_nothing_was_held(self, lab: AsyncLab) -> None:
        """T31: a delete, a write, a clear and a tag's end are told to the others, also of what is not here."""
        bus = AsyncRecordingBus()
        cache = lab.open(bus=bus)
        await cache.delete("never held")
        await cache.namespace("n").set("k", "v")
        await cache.namespace("n").clear()
        await cache.invalidate_tags("t")
        told = [(message.kind, message.subject) for message in bus.published]
        if not self.published:
            assert told == []
            return
        assert ("key", "never held") in told
        assert ("key", "\x1fn\x1fk") in told
        assert ("namespace", "n") in told
        assert ("tag", "t") in told
        assert [message.seq for message in bus.published] == list(range(1, len(told) + 1))

    @pytest.mark.parametrize("key", BAD_KEYS, ids=lambda key: repr(key)[:12])
    async def test_bad_keys_are_refused(self, lab: AsyncLab, key: Any) -> None:
        """``InvalidKey`` from every call that takes one, before anything is changed."""
        cache, origin = lab.open(), AsyncOrigin("v")
        calls: list[Any] = [
            lambda: cache.get(key), lambda: cache.get_entry(key), lambda: cache.set(key, 1), lambda: cache.add(key, 1),
            lambda: cache.get_or_set(key, origin), lambda: cache.delete(key), lambda: cache.touch(key),
            lambda: cache.ttl(key), lambda: cache.has(key), lambda: cache.get_many(["a", key]),
            lambda: cache.set_many({"a": 1, key: 2}), lambda: cache.delete_many([key]),
            lambda: cache.get_or_set_many([key], origin),
        ]  # fmt: skip
        for call in calls:
            with pytest.raises(InvalidKey):
                await call()
        assert origin.calls == 0
        await self.misses(cache, key="a")

    @pytest.mark.parametrize("ttl", BAD_TTLS, ids=repr)
    async def test_bad_lives_are_refused(self, lab: AsyncLab, ttl: Any) -> None:
        """``InvalidLifetime``, and what was there stays."""
        cache, origin = lab.open(), AsyncOrigin("loaded")
        await cache.set("k", "v")
        calls: list[Any] = [
            lambda: cache.set("k", 1, ttl=ttl), lambda: cache.add("l", 1, ttl=ttl), lambda: cache.touch("k", ttl),
            lambda: cache.set_many({"k": 1}, ttl=ttl), lambda: cache.get_or_set("l", origin, ttl=ttl),
        ]  # fmt: skip
        for call in calls:
            with pytest.raises(InvalidLifetime):
                await call()
        await self.holds("v", cache, lab.cold(cache))
        await self.misses(cache, key="l")

    async def test_values_that_cannot_be_kept_are_refused(self, lab: AsyncLab) -> None:
        """``UnsupportedValue`` with the path to the trouble, and what was there stays."""
        cache = lab.open()
        await cache.set("k", "v")
        for call in (cache.set, cache.add):
            with pytest.raises(UnsupportedValue) as caught:
                await call("k", {"a": [1, object()]})
            assert caught.value.path == "$.a[1]"
        with pytest.raises(UnsupportedValue):
            await cache.get_or_set("l", AsyncOrigin(object()))
        await self.holds("v", cache, lab.cold(cache))

    async def test_bad_namespaces_are_refused(self, lab: AsyncLab) -> None:
        """``InvalidNamespace`` for the name, ``InvalidSetting`` for a default that is none."""
        cache: Any = lab.open()
        for name in ("", "a b", "/a", "a//b", "a:b", None):
            with pytest.raises(InvalidNamespace):
                cache.namespace(name)
        with pytest.raises(InvalidSetting):
            cache.namespace("a", tttl=5)

    async def test_a_closed_cache_says_so(self, lab: AsyncLab) -> None:
        """After closing, which may be repeated, every call raises ``CacheClosed``, the hit path included."""
        cache = lab.open()
        view = cache.namespace("a")
        await cache.set("k", "v")
        await view.set("k", "v")
        first = await cache.aclose()
        assert first.clean
        assert (await cache.aclose(), await view.aclose()) == (first, first)
        origin = AsyncOrigin("v")
        for closed in (cache, view):
            calls: list[Any] = [
                lambda closed=closed: closed.get("k"), lambda closed=closed: closed.get_entry("k"),
                lambda closed=closed: closed.get_many(["k"]), lambda closed=closed: closed.set("k", 1),
                lambda closed=closed: closed.set_many({"k": 1}), lambda closed=closed: closed.add("k", 1),
                lambda closed=closed: closed.get_or_set("k", origin), lambda closed=closed: closed.delete("k"),
                lambda closed=closed: closed.clear(), lambda closed=closed: closed.invalidate_tags("t"),
                lambda closed=closed: closed.touch("k"), lambda closed=closed: closed.incr("n"),
                lambda closed=closed: closed.incr_many([]), lambda closed=closed: closed.count("n"),
                lambda closed=closed: closed.reset_count("n"), lambda closed=closed: closed.members("s"),
                lambda closed=closed: closed.add_members("s", ["a"]),
                lambda closed=closed: closed.flush(), lambda closed=closed: closed.health(),
            ]  # fmt: skip
            for call in calls:
                with pytest.raises(CacheClosed):
                    await call()
            with pytest.raises(CacheClosed):
                closed.get_nowait("k", None)
            with pytest.raises(CacheClosed):
                closed.oldest(1)
        assert origin.calls == 0
