"""Several caches at the same time, as several processes have them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

from hexcache import AsyncCache


class AsyncFleet:
    """Caches that are opened and closed together."""

    def __init__(self, size: int, make: Callable[[], AsyncCache[Any]]) -> None:
        self.caches = [make() for _ in range(size)]

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        for cache in self.caches:
            await cache.aclose()
