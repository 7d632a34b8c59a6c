"""The caches that services hold: the use cases, with the decorator as a method.

Rule: nothing is added here that an inbound adapter does; the two classes only bring ``cached`` within reach.
"""

from __future__ import annotations

from typing import TypeVar

from hexcache.application.aio.cache import AsyncCache as AsyncUseCases
from hexcache.application.sync.cache import Cache as UseCases

V = TypeVar("V")


class Cache(UseCases[V]):
    """A cache for threads: several tiers behind one object. The calls are described in the driving port."""


class AsyncCache(AsyncUseCases[V]):
    """A cache for tasks: several tiers behind one object. The calls are described in the driving port."""
