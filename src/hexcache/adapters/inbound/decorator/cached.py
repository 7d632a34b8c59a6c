"""``@cached``: a function whose results are cached, in the world of the cache that is given.

Rule: the decorated function keeps its signature for readers and type checkers, and the function belongs to the cache's
world: a coroutine function over a blocking cache would cache the coroutine, so it is refused when it is decorated.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from typing import Any, cast, overload

from hexcache.adapters.inbound.decorator.aio.wrapping import wrap as wrap_coroutine
from hexcache.adapters.inbound.decorator.decorated import Decorate, DecorateCoroutine
from hexcache.adapters.inbound.decorator.naming import KeyMaker, Naming, TagMaker
from hexcache.adapters.inbound.decorator.sync.wrapping import wrap as wrap_function
from hexcache.domain.errors import WrongWorld
from hexcache.domain.lifetime import UNSET, TtlLike, Unset
from hexcache.ports.aio.cache import AsyncCachePort
from hexcache.ports.sync.cache import CachePort


@overload
def cached(
    cache: CachePort[Any],
    *,
    ttl: TtlLike | Unset = ...,
    stale_ttl: TtlLike | Unset = ...,
    tags: TagMaker = ...,
    max_age: TtlLike | Unset = ...,
    key: KeyMaker = ...,
    version: str = ...,
    ignore: Iterable[str] = ...,
) -> Decorate: ...
@overload
def cached(
    cache: AsyncCachePort[Any],
    *,
    ttl: TtlLike | Unset = ...,
    stale_ttl: TtlLike | Unset = ...,
    tags: TagMaker = ...,
    max_age: TtlLike | Unset = ...,
    key: KeyMaker = ...,
    version: str = ...,
    ignore: Iterable[str] = ...,
) -> DecorateCoroutine: ...
def cached(
    cache: CachePort[Any] | AsyncCachePort[Any],
    *,
    ttl: TtlLike | Unset = UNSET,
    stale_ttl: TtlLike | Unset = UNSET,
    tags: TagMaker = (),
    max_age: TtlLike | Unset = UNSET,
    key: KeyMaker = None,
    version: str = "",
    ignore: Iterable[str] = (),
) -> Decorate | DecorateCoroutine:
    """Cache the results of a function.

    Args:
        cache: a ``Cache`` for plain functions, an ``AsyncCache`` for coroutine functions, or a namespace of one.
        ttl: freshness of a result; left out: the cache's default.
        stale_ttl: extra life as stale.
        tags: texts, which may be templates (``"user:{user_id}"``), or a function of the arguments.
        max_age: a stored result of this age or older is computed anew.
        key: a template, or a function of the arguments; left out: a digest of all arguments.
        version: part of the key; change it when the function's meaning changes.
        ignore: parameters that the result does not depend on, such as ``self`` or a connection.

    Raises:
        WrongWorld: the function is of the other world, or a generator function.
        InvalidSetting: a template or ``ignore`` names something that is not a parameter.
    """
    options = {"ttl": ttl, "stale_ttl": stale_ttl, "max_age": max_age}
    waits = inspect.iscoroutinefunction(cache.get)

    def decorate(function: Callable[..., Any]) -> Any:
        _check_world(function, waits=waits)
        naming = Naming(function, key=key, tags=tags, version=version, ignore=ignore)
        make = wrap_coroutine if waits else wrap_function
        return make(cast(Any, cache), function, naming, options)

    return cast(Decorate, decorate)


def _check_world(function: Callable[..., Any], *, waits: bool) -> None:
    named = getattr(function, "__qualname__", repr(type(function).__name__))
    if not callable(function) or isinstance(function, type):
        raise WrongWorld(f"cached decorates functions, not {type(function).__name__}")
    if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
        raise WrongWorld(f"{named} is a generator function: its results cannot be replayed; cache a list instead")
    if waits and not inspect.iscoroutinefunction(function):
        raise WrongWorld(f"{named} is not a coroutine function: decorate it over a Cache, or make it async")
    if not waits and inspect.iscoroutinefunction(function):
        raise WrongWorld(f"{named} is a coroutine function: decorate it over an AsyncCache")
