"""Both worlds of one assembly behind one object, each opened when it is first used.

Rule: making an engine reaches nothing. Both worlds share memory tiers, fences and write buffers, so each sees the
other's changes at once. Whoever closes closes both; the next call opens anew.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any, Final

from hexcache.adapters.inbound.litellm.aio.operations import AsyncOperations
from hexcache.adapters.inbound.litellm.rules import Rules
from hexcache.adapters.inbound.litellm.sync.operations import Operations
from hexcache.ports.aio.cache import AsyncCachePort
from hexcache.ports.sync.cache import CachePort

CLOSING: Final = 60.0
"""Longest wait for the awaited cache to close from a thread; it bounds each of its own steps by ``close_timeout``."""


class Engine:
    """The operations of both worlds.

    Args:
        open_blocking: opens the cache for threads.
        open_awaited: opens the cache for tasks, over the same assembly.
        rules: how arguments are read.
        probe: opens another cache for tasks with the same settings, which shares nothing with this one.
        near: of a cache that has a tier with this one in common and counts for itself; None if there is none.
    """

    def __init__(
        self,
        open_blocking: Callable[[], CachePort[Any]],
        open_awaited: Callable[[], AsyncCachePort[Any]],
        rules: Rules,
        probe: Callable[[], AsyncCachePort[Any]],
        near: Engine | None = None,
    ) -> None:
        self._open_blocking = open_blocking
        self._open_awaited = open_awaited
        self.rules = rules
        self.probe = probe
        self.near = near
        self._lock = threading.Lock()
        self._blocking: tuple[CachePort[Any], Operations] | None = None
        self._awaited: tuple[AsyncCachePort[Any], AsyncOperations] | None = None

    @property
    def blocking(self) -> Operations:
        """The operations for threads."""
        opened = self._blocking
        return (self._open_now() if opened is None else opened)[1]

    @property
    def awaited(self) -> AsyncOperations:
        """The operations for tasks."""
        opened = self._awaited
        return (self._open_later() if opened is None else opened)[1]

    @property
    def cache(self) -> CachePort[Any]:
        """The cache for threads itself."""
        opened = self._blocking
        return (self._open_now() if opened is None else opened)[0]

    @property
    def async_cache(self) -> AsyncCachePort[Any]:
        """The cache for tasks itself."""
        opened = self._awaited
        return (self._open_later() if opened is None else opened)[0]

    def close(self) -> None:
        """Close what was opened, from a thread; bounded, even where an event loop runs in it."""
        blocking, awaited = self._taken()
        if blocking is not None:
            blocking.close()
        if awaited is not None:
            closing = threading.Thread(target=lambda: asyncio.run(_closed(awaited)), daemon=True)
            closing.start()
            closing.join(CLOSING)

    async def aclose(self) -> None:
        """Close what was opened, from a task."""
        blocking, awaited = self._taken()
        if awaited is not None:
            await awaited.aclose()
        if blocking is not None:
            await asyncio.to_thread(blocking.close)

    def _open_now(self) -> tuple[CachePort[Any], Operations]:
        with self._lock:
            if self._blocking is None:
                cache = self._open_blocking()
                near = None if self.near is None else self.near.blocking
                self._blocking = cache, Operations(cache, self.rules, near)
            return self._blocking

    def _open_later(self) -> tuple[AsyncCachePort[Any], AsyncOperations]:
        with self._lock:
            if self._awaited is None:
                cache = self._open_awaited()
                near = None if self.near is None else self.near.awaited
                self._awaited = cache, AsyncOperations(cache, self.rules, near)
            return self._awaited

    def _taken(self) -> tuple[CachePort[Any] | None, AsyncCachePort[Any] | None]:
        """What is open, which nobody else closes any more."""
        with self._lock:
            blocking, awaited = self._blocking, self._awaited
            self._blocking = self._awaited = None
        return (blocking and blocking[0]), (awaited and awaited[0])


async def _closed(cache: AsyncCachePort[Any]) -> None:
    await cache.aclose()
