"""A cache as a ``MutableMapping``.

Rule: what expired, what is stale and what is a negative result is not in the mapping; ``len`` and iteration list every
tier and cost as much.
"""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from typing import Any

from hexcache.domain.errors import InvalidKey
from hexcache.domain.lookup import MISS


class CacheMapping(MutableMapping[str, Any]):
    """A view of a cache (or of a namespace) by the mapping protocol; values get the policy's lifetime."""

    def __init__(self, cache: Any) -> None:
        self._cache = cache

    def __getitem__(self, key: str) -> Any:
        value = self._cache.get(key, MISS)
        if value is MISS:
            raise KeyError(key)
        return value

    def __setitem__(self, key: str, value: Any) -> None:
        self._cache.set(key, value)

    def __delitem__(self, key: str) -> None:
        if not self._cache.delete(key).found:
            raise KeyError(key)

    def __contains__(self, key: object) -> bool:
        try:
            return bool(self._cache.has(key))
        except InvalidKey:
            return False

    def __iter__(self) -> Iterator[str]:
        for key in self._cache.keys():
            if self._cache.has(key):
                yield key

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def clear(self) -> None:
        """Clear the cache's namespace."""
        self._cache.clear()


def mapping_of(cache: Any) -> CacheMapping:
    """The view of a blocking cache."""
    return CacheMapping(cache)
