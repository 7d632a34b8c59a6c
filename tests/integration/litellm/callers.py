"""LiteLLM's methods as a thread or a task calls them, by one name each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from hexcache.litellm import BaseCache

WORLDS: Final = ("threads", "tasks", "both")
"""Who calls; ``both``: threads write and tasks read."""


class Caller:
    """Calls of one cache.

    Args:
        cache: the cache.
        world: one of :data:`WORLDS`.
        mapping: whether its batches are answered by a mapping.
    """

    def __init__(self, cache: BaseCache, world: str, *, mapping: bool) -> None:
        self.cache = cache
        self.mapping = mapping
        self._writes_blocking = world != "tasks"
        self._reads_blocking = world == "threads"

    async def set(self, key: str, value: Any, **options: Any) -> Any:
        if self._writes_blocking:
            return self.cache.set_cache(key, value, **options)
        return await self.cache.async_set_cache(key, value, **options)

    async def set_many(self, pairs: Sequence[tuple[str, Any]], **options: Any) -> None:
        if self._writes_blocking:
            return self.cache.set_cache_pipeline(pairs, **options)
        return await self.cache.async_set_cache_pipeline(pairs, **options)

    async def get(self, key: str, **options: Any) -> Any:
        if self._reads_blocking:
            return self.cache.get_cache(key, **options)
        return await self.cache.async_get_cache(key, **options)

    async def get_many(self, keys: Sequence[str], **options: Any) -> Any:
        if self._reads_blocking:
            return self.cache.batch_get_cache(keys, **options)
        return await self.cache.async_batch_get_cache(keys, **options)

    async def increment(self, key: str, value: float, **options: Any) -> float:
        if self._writes_blocking:
            return self.cache.increment_cache(key, value, **options)
        return await self.cache.async_increment(key, value, **options)

    async def delete(self, key: str) -> None:
        if self._writes_blocking:
            return self.cache.delete_cache(key)
        return await self.cache.async_delete_cache(key)

    async def flush(self) -> None:
        if self._writes_blocking:
            return self.cache.flush_cache()
        return await self.cache.async_flush_cache()
