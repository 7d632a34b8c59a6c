"""Redis: our store and a whole cache over it, beside redis-py, LiteLLM, cashews and aiocache, and above a raw socket.

Rule: every contestant reads and writes as many bytes; those that turn values into bytes get text of that length. The
server is one of those that the tests start; its own CPU time is not counted.
"""

from __future__ import annotations

import asyncio
import math
import os
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any

import redis
import redis.asyncio

import hexcache
from benchmarks.measuring import Contestant
from benchmarks.redis_floor import Floor
from benchmarks.suites import peer
from hexcache.adapters.outbound.clock.system import system_clocks, system_entropy
from hexcache.adapters.outbound.redis.aio.server_link import AsyncServerLink
from hexcache.adapters.outbound.redis.aio.store import AsyncRedisStore
from hexcache.adapters.outbound.redis.settings import Address, RedisSettings
from hexcache.adapters.outbound.redis.sync.server_link import ServerLink
from hexcache.adapters.outbound.redis.sync.store import RedisStore
from tests.servers.binaries import find_any
from tests.servers.single import Server, single

KEYS = [f"bench:{number}" for number in range(100)]
PASSES = 4
"""Passes over the keys in a round."""

CROWD = 64
"""Tasks that read at one moment."""

TTL = 3600


class Field:
    """The contestants of one size of blobs.

    Attributes:
        entered: what is closed at the end.
        loop: where awaited contestants run.
    """

    def __init__(self, server: Server, size: int, entered: ExitStack) -> None:
        self.server = server
        self.blob = os.urandom(size // 2).hex().encode()
        self.entered = entered
        self.loop = asyncio.new_event_loop()
        entered.callback(self.loop.close)
        self.contestants: list[Contestant] = []

    def close_awaited(self, close: Callable[[], Awaitable[object]]) -> None:
        """Close something in the loop at the end."""
        self.entered.callback(lambda: self.loop.run_until_complete(_await(close)))

    def add(self, name: str, call: Callable[[str], object]) -> None:
        """A contestant that is called once for each key."""

        def work() -> None:
            for _ in range(PASSES):
                for key in KEYS:
                    call(key)

        self.contestants.append(Contestant(name, work, PASSES * len(KEYS)))

    def add_awaited(self, name: str, call: Callable[[str], Awaitable[object]], crowd: int = 1) -> None:
        """A contestant that is awaited for each key, ``crowd`` keys at a time."""

        async def work() -> None:
            for _ in range(PASSES):
                for first in range(0, len(KEYS), crowd):
                    if crowd == 1:
                        await call(KEYS[first])
                    else:
                        await asyncio.gather(*[call(key) for key in KEYS[first : first + crowd]])

        self.contestants.append(Contestant(name, lambda: self.loop.run_until_complete(work()), PASSES * len(KEYS)))

    def add_bulk(self, name: str, call: Callable[[], object]) -> None:
        """A contestant that does all keys in one call; the time is one key's."""
        self.contestants.append(Contestant(name, call, len(KEYS)))

    def add_awaited_bulk(self, name: str, call: Callable[[], Awaitable[object]]) -> None:
        """The same, awaited."""
        self.add_bulk(name, lambda: self.loop.run_until_complete(_await(call)))


async def _await(call: Callable[[], Awaitable[object]]) -> None:
    await call()


def _floor(field: Field) -> None:
    floor = Floor(field.server.host, field.server.port)
    field.entered.callback(floor.close)
    keys = [f"floor:{key}".encode() for key in KEYS]
    puts = dict(zip(KEYS, floor.requests(keys, blob=field.blob), strict=True))
    gets = dict(zip(KEYS, floor.requests(keys), strict=True))
    reply = len(b"$%d\r\n" % len(field.blob)) + len(field.blob) + 2
    field.add("raw socket set", lambda key: floor.ask(puts[key], 5))
    field.add("raw socket get", lambda key: floor.ask(gets[key], reply))


def _vendor(field: Field) -> None:
    client = redis.Redis.from_url(field.server.url)
    waiting = redis.asyncio.Redis.from_url(field.server.url, max_connections=CROWD)
    field.entered.callback(client.close)
    field.close_awaited(waiting.aclose)
    blob, names = field.blob, [f"vendor:{key}" for key in KEYS]

    def piped() -> None:
        pipeline = client.pipeline(transaction=False)
        for name in names:
            pipeline.set(name, blob, ex=TTL)
        pipeline.execute()

    async def awaited_piped() -> None:
        pipeline = waiting.pipeline(transaction=False)
        for name in names:
            pipeline.set(name, blob, ex=TTL)
        await pipeline.execute()

    field.add("redis-py set", lambda key: client.set(f"vendor:{key}", blob, ex=TTL))
    field.add("redis-py get", lambda key: client.get(f"vendor:{key}"))
    field.add_bulk("redis-py mget 100", lambda: client.mget(names))
    field.add_bulk("redis-py pipeline set 100", piped)
    field.add_awaited("redis.asyncio set", lambda key: waiting.set(f"vendor:{key}", blob, ex=TTL))
    field.add_awaited("redis.asyncio get", lambda key: waiting.get(f"vendor:{key}"))
    field.add_awaited("redis.asyncio get, 64 tasks", lambda key: waiting.get(f"vendor:{key}"), CROWD)
    field.add_awaited_bulk("redis.asyncio mget 100", lambda: waiting.mget(names))
    field.add_awaited_bulk("redis.asyncio pipeline set 100", awaited_piped)


def _ours(field: Field) -> None:
    settings = RedisSettings(
        addresses=(Address(field.server.host, field.server.port),), deadline=10, operation_deadline=10
    )
    clocks, entropy = system_clocks(), system_entropy()
    options: dict[str, Any] = {"wall": clocks.wall, "entropy": entropy, "tombstone_ttl": 600.0, "prefix": "ours:"}
    link, waiting_link = ServerLink(settings), AsyncServerLink(settings)
    store, waiting = RedisStore(link, **options), AsyncRedisStore(waiting_link, **options)
    field.entered.callback(link.close)
    field.close_awaited(waiting_link.aclose)
    blob, never = field.blob, math.inf
    blobs = dict.fromkeys(KEYS, (blob, clocks.wall() + TTL))
    field.add("hexcache store put", lambda key: store.put(key, blob, dead_at=never))
    field.add("hexcache store get", store.get)
    field.add_bulk("hexcache store get_many 100", partial(store.get_many, KEYS))
    field.add_bulk("hexcache store put_many 100", partial(store.put_many, blobs))
    field.add_awaited("hexcache awaited store put", lambda key: waiting.put(key, blob, dead_at=never))
    field.add_awaited("hexcache awaited store get", waiting.get)
    field.add_awaited("hexcache awaited store get, 64 tasks", waiting.get, CROWD)
    field.add_awaited_bulk("hexcache awaited store get_many 100", partial(waiting.get_many, KEYS))
    field.add_awaited_bulk("hexcache awaited store put_many 100", partial(waiting.put_many, blobs))
    _our_caches(field)


def _our_caches(field: Field) -> None:
    url = field.server.url + "?deadline=10&operation_deadline=10"
    cache = field.entered.enter_context(hexcache.open_cache(url, namespace="whole"))
    waiting = hexcache.open_async_cache(url, namespace="whole")
    field.close_awaited(waiting.aclose)
    text = field.blob.decode()
    field.add("hexcache Cache.set", lambda key: cache.set(key, text, ttl=TTL))
    field.add("hexcache Cache.get", cache.get)
    field.add_awaited("hexcache AsyncCache.set", lambda key: waiting.set(key, text, ttl=TTL))
    field.add_awaited("hexcache AsyncCache.get", waiting.get)
    field.add_bulk("hexcache Cache.get_many 100", partial(cache.get_many, KEYS))


def _litellm(field: Field) -> None:
    caching = peer("litellm.caching.redis_cache")
    if caching is None:
        return
    cache = caching.RedisCache(host=field.server.host, port=field.server.port)
    text = field.blob.decode()
    names = [f"lite:{key}" for key in KEYS]
    field.add("litellm RedisCache.set_cache", lambda key: cache.set_cache(f"lite:{key}", text, ttl=TTL))
    field.add("litellm RedisCache.get_cache", lambda key: cache.get_cache(f"lite:{key}"))
    field.add_bulk("litellm batch_get_cache 100", lambda: cache.batch_get_cache(names))
    field.add_awaited("litellm async_get_cache", lambda key: cache.async_get_cache(f"lite:{key}"))
    field.close_awaited(cache.disconnect)


def _others(field: Field) -> None:
    text = field.blob.decode()
    if cashews := peer("cashews"):
        theirs = cashews.Cache()
        theirs.setup(field.server.url.replace("/0", "/1"), client_side=False)
        field.close_awaited(theirs.close)
        field.add_awaited("cashews set", lambda key: theirs.set(key, text, expire=TTL))
        field.add_awaited("cashews get", theirs.get)
        field.add_awaited_bulk("cashews get_many 100", lambda: theirs.get_many(*KEYS))
    if aiocache := peer("aiocache"):
        serializer = peer("aiocache.serializers").JsonSerializer()
        other = _aiocache(aiocache, field.server, serializer)
        field.close_awaited(other.close)
        field.add_awaited("aiocache set", lambda key: other.set(key, text, ttl=TTL))
        field.add_awaited("aiocache get", other.get)
        field.add_awaited_bulk("aiocache multi_get 100", lambda: other.multi_get(KEYS))


def _aiocache(aiocache: Any, server: Server, serializer: Any) -> Any:
    return aiocache.Cache(
        aiocache.Cache.REDIS, endpoint=server.host, port=server.port, db=2, namespace="aio", serializer=serializer
    )


def suite(size: int) -> Callable[[], Any]:
    """The contestants with blobs of ``size`` bytes."""

    @contextmanager
    def contestants() -> Iterator[Sequence[Contestant]]:
        with ExitStack() as entered:
            field = Field(entered.enter_context(single(find_any())), size, entered)
            for add in (_floor, _vendor, _ours, _litellm, _others):
                add(field)
            yield field.contestants

    return contestants


SUITES = {"redis-100": suite(100), "redis-1k": suite(1024), "redis-100k": suite(102_400)}
