"""The caches that services hold: the use cases, with the decorator as a method.

Rule: nothing is added here that an inbound adapter does; the two classes only bring ``cached`` within reach.
"""

from __future__ import annotations

from typing import TypeVar, Unpack

from hexcache.adapters.inbound.decorator import AsyncDecorator, CachedOptions, Decorator, cached
from hexcache.application.aio.cache import AsyncCache as AsyncUseCases
from hexcache.application.sync.cache import Cache as UseCases

V = TypeVar("V")


class Cache(UseCases[V]):
    """A cache for threads: several tiers behind one object. The calls are described in the driving port."""

    def cached(self, **options: Unpack[CachedOptions]) -> Decorator:
        """Decorate a plain function so that its results are kept here; see :func:`hexcache.cached`."""
        return cached(self, **options)


class AsyncCache(AsyncUseCases[V]):
    """A cache for tasks: several tiers behind one object. The calls are described in the driving port."""

    def cached(self, **options: Unpack[CachedOptions]) -> AsyncDecorator:
        """Decorate a coroutine function so that its results are kept here; see :func:`hexcache.cached`."""
        return cached(self, **options)
