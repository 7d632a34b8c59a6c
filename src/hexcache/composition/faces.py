"""The caches that services hold: the use cases, with the decorator as a method.

Rule: nothing is decided here; the two classes bring ``cached`` within reach and keep what the tiers were built for.
"""

from __future__ import annotations

from typing import Any, Self, TypeVar, Unpack

from hexcache.adapters.inbound.decorator import AsyncDecorator, CachedOptions, Decorator, cached
from hexcache.application.aio.cache import AsyncCache as AsyncUseCases
from hexcache.application.core import Core
from hexcache.application.policy import CachePolicy
from hexcache.application.sync.cache import Cache as UseCases
from hexcache.domain.errors import InvalidSetting

V = TypeVar("V")


def check_load_timeout(core: Core, policy: CachePolicy) -> None:
    """Hold a namespace to the longest load that the stores' tombstones were made for.

    Raises:
        InvalidSetting: it wants longer loads, after which a deleted value could come back.
    """
    if core.states and policy.load_timeout > core.policy.load_timeout:
        raise InvalidSetting(
            f"load_timeout of a namespace is {policy.load_timeout:g} s; accepted over store tiers: at most the cache's "
            f"own, {core.policy.load_timeout:g} s"
        )


class Cache(UseCases[V]):
    """A cache for threads: several tiers behind one object. The calls are described in the driving port."""

    def namespace(self, name: str, **defaults: Any) -> Self:
        """A view with a prefix of its own and, if given, other policy values; see the driving port."""
        view = super().namespace(name, **defaults)
        check_load_timeout(self._core, view.policy)
        return view

    def cached(self, **options: Unpack[CachedOptions]) -> Decorator:
        """Decorate a plain function so that its results are kept here; see :func:`hexcache.cached`."""
        return cached(self, **options)


class AsyncCache(AsyncUseCases[V]):
    """A cache for tasks: several tiers behind one object. The calls are described in the driving port."""

    def namespace(self, name: str, **defaults: Any) -> Self:
        """A view with a prefix of its own and, if given, other policy values; see the driving port."""
        view = super().namespace(name, **defaults)
        check_load_timeout(self._core, view.policy)
        return view

    def cached(self, **options: Unpack[CachedOptions]) -> AsyncDecorator:
        """Decorate a coroutine function so that its results are kept here; see :func:`hexcache.cached`."""
        return cached(self, **options)
