"""The decorator: calls of a coroutine function, answered from a cache.

Rule: a hit in the nearest memory tier binds no arguments, makes no key and allocates no loader; everything else goes
through ``get_or_set`` with one run a key.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from functools import update_wrapper
from typing import Any, ParamSpec, TypeVar, cast

from hexcache.adapters.inbound.decorator.aio.decorated import AsyncCachedFunction
from hexcache.adapters.inbound.decorator.info import Account, CacheInfo
from hexcache.adapters.inbound.decorator.keys import CallNames
from hexcache.adapters.inbound.decorator.kinds import check_function, is_awaited
from hexcache.adapters.inbound.decorator.lifetimes import lifetimes_of, limits_age
from hexcache.adapters.inbound.decorator.memo import SingleMemo, TupleMemo
from hexcache.adapters.inbound.decorator.options import CachedOptions
from hexcache.adapters.inbound.decorator.path import PathReader, closed
from hexcache.domain.entry import Entry
from hexcache.domain.lookup import MISS
from hexcache.domain.report import WriteReport
from hexcache.ports.aio.cache import AsyncCachePort
from hexcache.ports.hit_path import HitPath

P = ParamSpec("P")
R = TypeVar("R")

Wrapper = tuple[Callable[..., Awaitable[Any]], Callable[[], int]]
"""A replacement for a function, and how often its fast path was taken."""

_NOTHING: Any = object()
_PAIR = 2


class AsyncCachedCalls:
    """The calls of one decorated function, beyond the fast path."""

    def __init__(
        self,
        cache: AsyncCachePort[Any],
        function: Callable[..., Awaitable[Any]],
        names: CallNames,
        lifetime: dict[str, Any],
    ) -> None:
        self.cache = cache
        self.names = names
        self.account = Account()
        self._function = function
        self._lifetime = lifetime
        self._reader: PathReader | None = None
        self._cut = 0

    async def fetch(self, args: tuple[Any, ...], kwargs: dict[str, Any], key: str, **options: Any) -> Any:
        """The result of a call, by key."""
        account = self.account
        ran = False

        async def load() -> Any:
            nonlocal ran
            ran = True
            account.loads += 1
            try:
                return await self._function(*args, **kwargs)
            except BaseException:
                account.failures += 1
                raise

        answered = False
        tags = self.names.tags(args, kwargs)
        try:
            value = await self.cache.get_or_set(key, load, tags=tags, **{**self._lifetime, **options})
            answered = not ran
        finally:
            account.hits += answered
            account.misses += not answered
        return value

    async def look_again(self, args: tuple[Any, ...], name: str, entry: Entry | None) -> Any:
        """The result of a call that was no plain hit: a copy of what memory holds, or whatever ``fetch`` gives."""
        key = name[self._cut :]
        if entry is not None:
            value = self.cache.get_nowait(key, MISS)
            if value is not MISS:
                self.account.hits += 1
                return value
        return await self.fetch(args, {}, key)

    def hold(self, stop: Callable[[], None]) -> HitPath:
        """The cache's hit path; ``stop`` is called when the cache is closed."""
        self._reader = PathReader(stop)  # the cache refers to it weakly
        path = self.cache.hit_path(self._reader)
        self._cut = len(path.prefix)
        return path

    async def invalidate(self, *args: Any, **kwargs: Any) -> WriteReport:
        """Forget the result of this call."""
        return await self.cache.delete(self.names.key(args, kwargs))

    async def refresh(self, *args: Any, **kwargs: Any) -> Any:
        """Run the function now and store its result."""
        return await self.fetch(args, kwargs, self.names.key(args, kwargs), max_age=0)

    def key_for(self, *args: Any, **kwargs: Any) -> str:
        """The key of this call."""
        return self.names.key(args, kwargs)


def _one_argument(calls: AsyncCachedCalls) -> Wrapper:
    """For functions of one parameter: the argument itself is looked up."""
    fetch, look_again, make, memo = calls.fetch, calls.look_again, calls.names.key, SingleMemo()
    by_type, nothing = memo.by_type, _NOTHING
    find: Callable[[str], Entry | None] = closed
    hits = 0

    def stop() -> None:
        nonlocal find
        find = closed

    path = calls.hold(stop)
    find, prefix, tally = path.find, path.prefix, path.tally

    async def wrapper(argument: Any = _NOTHING, /, *rest: Any, **kwargs: Any) -> Any:
        nonlocal hits
        if rest or kwargs or argument is nothing:
            args = rest if argument is nothing else (argument, *rest)
            return await fetch(args, kwargs, make(args, kwargs))
        try:
            name = by_type[argument.__class__][argument]
        except (KeyError, TypeError):  # not remembered, or never will be
            name = prefix + make((argument,), kwargs)
            memo.remember(argument, name)
        entry = find(name)
        if entry is None or entry.kind:
            return await look_again((argument,), name, entry)
        tally.memory_hits += 1
        hits += 1
        return entry.value

    return wrapper, lambda: hits


def _any_arguments(calls: AsyncCachedCalls) -> Wrapper:
    """For the others: the tuple of arguments is looked up, with their types."""
    fetch, look_again, make, memo = calls.fetch, calls.look_again, calls.names.key, TupleMemo()
    recall, skip = memo.known.get, calls.names.skip
    find: Callable[[str], Entry | None] = closed
    hits = 0

    def stop() -> None:
        nonlocal find
        find = closed

    path = calls.hold(stop)
    find, prefix, tally = path.find, path.prefix, path.tally

    async def wrapper(*args: Any, **kwargs: Any) -> Any:
        nonlocal hits
        if kwargs:
            return await fetch(args, kwargs, make(args, kwargs))
        told = args[skip:] if skip else args
        try:
            known = recall(told)
        except TypeError:  # an argument that cannot be looked up by its hash
            known = None
        if known is not None and (
            known[0] == tuple(map(type, told))
            if len(told) != _PAIR  # two are compared one by one, at a quarter of the cost
            else told[0].__class__ is known[0][0] and told[1].__class__ is known[0][1]
        ):
            name = known[1]
        else:
            name = prefix + make(args, kwargs)
            memo.remember(told, name)
        entry = find(name)
        if entry is None or entry.kind:
            return await look_again(args, name, entry)
        tally.memory_hits += 1
        hits += 1
        return entry.value

    return wrapper, lambda: hits


def _each_time(calls: AsyncCachedCalls) -> Wrapper:
    """Where a key may differ between equal calls, or a hit must be judged by its age."""
    fetch, make = calls.fetch, calls.names.key

    async def wrapper(*args: Any, **kwargs: Any) -> Any:
        return await fetch(args, kwargs, make(args, kwargs))

    return wrapper, lambda: 0


def decorated(
    cache: AsyncCachePort[Any], function: Callable[P, Coroutine[Any, Any, R]], options: CachedOptions
) -> AsyncCachedFunction[P, R]:
    """The function with its results kept in ``cache``.

    Raises:
        WrongWorld: the function belongs to the other world.
        InvalidSetting: it cannot be cached, or the options do not fit it.
    """
    check_function(function, awaited=is_awaited(cache))
    namespace = options.get("namespace")
    home = cache if namespace is None else cache.namespace(namespace)
    names = CallNames(
        function,
        key=options.get("key"),
        tags=options.get("tags", ()),
        name=options.get("name"),
        version=options.get("version", ""),
        ignore=options.get("ignore", ()),
    )
    calls = AsyncCachedCalls(home, function, names, lifetimes_of(options))
    if not names.lasting or limits_age(home, options):
        wrapper, quick = _each_time(calls)
    else:
        wrapper, quick = _one_argument(calls) if names.single else _any_arguments(calls)
    return _dressed(wrapper, quick, function, calls)


def _dressed(
    wrapper: Callable[..., Awaitable[Any]],
    quick: Callable[[], int],
    function: Callable[P, Coroutine[Any, Any, R]],
    calls: AsyncCachedCalls,
) -> AsyncCachedFunction[P, R]:
    def cache_info() -> CacheInfo:
        return calls.account.info(quick())

    dressed: Any = update_wrapper(wrapper, function)
    dressed.cache = calls.cache
    dressed.invalidate = calls.invalidate
    dressed.refresh = calls.refresh
    dressed.key_for = calls.key_for
    dressed.cache_info = cache_info
    return cast("AsyncCachedFunction[P, R]", dressed)
