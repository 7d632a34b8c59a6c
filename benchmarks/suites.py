"""What is measured: hits of the memory tier, of the facade, of ``@cached``, of a store tier, and of the disk.

Rule: every contestant holds the same keys and values with a lifetime that does not end during the run, and does what
its documentation recommends for this use. A peer that is not installed is left out and said to be.
"""

from __future__ import annotations

import asyncio
import importlib
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import hexcache
from benchmarks.measuring import Contestant, each

KEYS = [f"user:{n}:profile" for n in range(100)]
VALUE = "a value that is immutable"
REPEAT = 200
"""Passes over the keys in a round; disk contestants take fewer."""

absent: set[str] = set()


def peer(module: str) -> Any:
    """A peer's module, or None with a note that it is absent."""
    try:
        return importlib.import_module(module)
    except ImportError:
        absent.add(module.partition(".")[0])
        return None


def sync(name: str, call: Callable[[str], object], repeat: int = REPEAT) -> Contestant:
    """A contestant that is called."""
    return Contestant(name, each(call, KEYS, repeat), len(KEYS) * repeat)


def awaited(
    name: str, call: Callable[[str], Awaitable[object]], loop: asyncio.AbstractEventLoop, repeat: int = REPEAT
) -> Contestant:
    """A contestant that is awaited."""

    async def work() -> None:
        for _ in range(repeat):
            for key in KEYS:
                await call(key)

    return Contestant(name, lambda: loop.run_until_complete(work()), len(KEYS) * repeat)


@contextmanager
def memory() -> Iterator[list[Contestant]]:
    """Hits of the nearest memory tier, bare and through the facade, blocking and awaited."""
    loop = asyncio.new_event_loop()
    plain = dict.fromkeys(KEYS, VALUE)
    cache = hexcache.open_cache("memory:?max_items=10000")
    waiting = hexcache.open_async_cache("memory:?max_items=10000")
    for key in KEYS:
        cache.set(key, VALUE, ttl=3600)
        loop.run_until_complete(waiting.set(key, VALUE, ttl=3600))
    tier = cache._core.memory[0].tier  # the bare tier is not a public name; row M1 is about it
    field = [
        sync("dict.get", plain.get),
        sync("hexcache memory tier", tier.get),
        sync("hexcache Cache.get", cache.get),
        awaited("hexcache AsyncCache.get", waiting.get, loop),
    ]
    field += _memory_peers(loop)
    yield field
    cache.close()
    loop.run_until_complete(waiting.aclose())
    loop.close()


def _memory_peers(loop: asyncio.AbstractEventLoop) -> Iterator[Contestant]:
    if cachetools := peer("cachetools"):
        box = cachetools.TTLCache(10_000, 3600)
        box.update(dict.fromkeys(KEYS, VALUE))
        yield sync("cachetools.TTLCache.get", box.get)
    if cachebox := peer("cachebox"):
        rust = cachebox.TTLCache(10_000, 3600)
        for key in KEYS:
            rust[key] = VALUE
        yield sync("cachebox.TTLCache.get", rust.get)
    if moka := peer("moka_py"):
        tiny = moka.Moka(10_000, ttl=3600)
        for key in KEYS:
            tiny.set(key, VALUE)
        yield sync("moka_py.Moka.get", tiny.get)
    if caching := peer("litellm.caching"):
        lite = caching.InMemoryCache(max_size_in_memory=10_000, default_ttl=3600)
        dual = caching.DualCache(in_memory_cache=lite)
        for key in KEYS:
            lite.set_cache(key, VALUE)
        yield sync("litellm InMemoryCache.get_cache", lite.get_cache)
        yield awaited("litellm DualCache.async_get_cache", dual.async_get_cache, loop)


@contextmanager
def decorator() -> Iterator[list[Contestant]]:
    """Hits of a decorated function of one argument."""
    loop = asyncio.new_event_loop()
    cache = hexcache.open_cache("memory:?max_items=10000")
    waiting = hexcache.open_async_cache("memory:?max_items=10000")

    @cache.cached(ttl=3600)
    def ours(key: str) -> str:
        return VALUE

    @waiting.cached(ttl=3600)
    async def ours_awaited(key: str) -> str:
        return VALUE

    field = [sync("hexcache @cached", ours), awaited("hexcache @cached awaited", ours_awaited, loop)]
    if cachebox := peer("cachebox"):
        field.append(sync("cachebox.cached", cachebox.cached(cachebox.TTLCache(10_000, 3600))(lambda key: VALUE)))
    if cachetools := peer("cachetools"):
        field.append(sync("cachetools.cached", cachetools.cached(cachetools.TTLCache(10_000, 3600))(lambda key: VALUE)))
    if async_lru := peer("async_lru"):

        @async_lru.alru_cache(maxsize=10_000, ttl=3600)
        async def theirs(key: str) -> str:
            return VALUE

        field.append(awaited("async_lru.alru_cache", theirs, loop))
    yield field
    cache.close()
    loop.run_until_complete(waiting.aclose())
    if async_lru:
        loop.run_until_complete(theirs.cache_close())
    loop.close()


@contextmanager
def disk() -> Iterator[list[Contestant]]:
    """Hits of the disk: our store's table, the whole cache over disk alone, and ``diskcache`` with the same bytes."""
    with tempfile.TemporaryDirectory() as folder:
        diskcache = peer("diskcache")
        bare = diskcache.Cache(f"{folder}/theirs")
        blob = b"x" * 1024
        cache = hexcache.open_cache(f"disk:{folder}/ours", namespace="bench")
        for key in KEYS:
            bare.set(key, blob, expire=3600)
            cache.set(key, blob, ttl=3600)
        store = cache._use.tiers[0].store  # the bare store is not a public name; row D1 is about it
        yield [
            sync("diskcache.Cache.get", bare.get, 20),
            sync("hexcache disk store", lambda key: store.get(f"bench:{key}"), 20),
            sync("hexcache Cache.get over disk", cache.get, 20),
        ]
        cache.close()
        bare.close()


@contextmanager
def store() -> Iterator[list[Contestant]]:
    """Hits of a store tier that stands alone: what guard, envelope and serializer cost beside a store in memory."""
    loop = asyncio.new_event_loop()
    cache = hexcache.open_cache("memory-store:", namespace="bench")
    waiting = hexcache.open_async_cache("memory-store:", namespace="bench")
    for key in KEYS:
        cache.set(key, VALUE, ttl=3600)
        loop.run_until_complete(waiting.set(key, VALUE, ttl=3600))
    bare = cache._use.tiers[0].store  # the bare store is not a public name
    yield [
        sync("hexcache memory store", lambda key: bare.get(f"bench:{key}"), 20),
        sync("hexcache Cache.get over it", cache.get, 20),
        awaited("hexcache AsyncCache.get over it", waiting.get, loop, 20),
    ]
    cache.close()
    loop.run_until_complete(waiting.aclose())
    loop.close()


SUITES = {"memory": memory, "decorator": decorator, "store": store, "disk": disk}
