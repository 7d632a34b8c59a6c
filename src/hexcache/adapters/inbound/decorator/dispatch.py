"""``cached``: the decorator for whichever world the cache is of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Unpack, overload

from hexcache.adapters.inbound.decorator.aio.caching import decorated as decorated_for_tasks
from hexcache.adapters.inbound.decorator.deciding import AsyncDecorator, Decorator
from hexcache.adapters.inbound.decorator.kinds import is_awaited
from hexcache.adapters.inbound.decorator.options import CachedOptions, check_options
from hexcache.adapters.inbound.decorator.sync.caching import decorated as decorated_for_threads
from hexcache.ports.aio.cache import AsyncCachePort
from hexcache.ports.sync.cache import CachePort


@overload
def cached(cache: CachePort[Any], /, **options: Unpack[CachedOptions]) -> Decorator: ...
@overload
def cached(cache: AsyncCachePort[Any], /, **options: Unpack[CachedOptions]) -> AsyncDecorator: ...
def cached(
    cache: CachePort[Any] | AsyncCachePort[Any], /, **options: Unpack[CachedOptions]
) -> Decorator | AsyncDecorator:
    """Decorate a function so that its results are kept in a cache.

    Also a method: ``@cache.cached(ttl="10m")``. A plain function needs a ``Cache``, a coroutine function an
    ``AsyncCache``. The same call has the same key however it is written: ``f(1)``, ``f(a=1)``, and ``f(1, b=2)`` where
    2 is the default of ``b``. A method's ``self`` is part of the key through its ``__cache_key__``, or is left out by
    ``ignore=["self"]``. The function may return ``Loaded``, ``Missing`` and the rest as a loader may; a ``Missing``
    result is ``None`` for its callers.

    Type checkers see the function's own signature, and of a coroutine function that it stays one. Of a coroutine
    function decorated for a ``Cache`` they see something that cannot be called.

    Two functions of one name (closures made by one factory) share their keys: give each a ``name``.

    Args:
        cache: where results are kept.
        **options: see :class:`~hexcache.adapters.inbound.decorator.options.CachedOptions`.

    Raises:
        InvalidSetting: an option is unknown, or not usable.
        InvalidLifetime: a lifetime is not usable.
        WrongWorld: at decoration, when the function belongs to the other world.
    """
    check_options(options)
    make: Callable[..., Any] = decorated_for_tasks if is_awaited(cache) else decorated_for_threads

    def decorate(function: Callable[..., Any], /) -> Any:
        return make(cache, function, options)

    return decorate
