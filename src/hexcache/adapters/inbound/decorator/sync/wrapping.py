# Generated from src/hexcache/adapters/inbound/decorator/aio/wrapping.py by tools/unasync.py. Do not edit.
"""The wrapper around a decorated function.

Rule: a hit finds its key by the arguments and asks the nearest memory tier; everything else is ``get_or_set``.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, cast

from hexcache.adapters.inbound.decorator.decorated import CacheInfo
from hexcache.adapters.inbound.decorator.memo import Memo
from hexcache.adapters.inbound.decorator.naming import Naming
from hexcache.domain.lifetime import UNSET
from hexcache.domain.lookup import MISS
from hexcache.domain.report import WriteReport
from hexcache.ports.sync.cache import CachePort


def wrap(  # noqa: C901 - the hit path is written out, as each further call costs as much as a look-up
    cache: CachePort[Any], function: Callable[..., Any], naming: Naming, options: dict[str, Any]
) -> Any:
    """Decorate a function of this world; the wrapper's first lines are the hit path."""
    memo = Memo()
    single = memo.single
    nowait, get_or_set = cache.get_nowait, cache.get_or_set
    remembers = naming.repeatable and options["max_age"] is UNSET
    hits = others = loads = 0

    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        nonlocal hits, others
        if not kwargs:
            if len(args) == 1:
                arg = args[0]
                try:
                    known = single.get(arg)
                except TypeError:  # an argument without a hash: its key is built below, or refused there
                    known = None
                name = known[1] if known is not None and known[0] is arg.__class__ else None
            else:
                name = memo.find(args)
            if name is not None:
                value = nowait(name, MISS)
                if value is not MISS:
                    hits += 1
                    return value
        others += 1
        return call(args, kwargs)

    def call(args: tuple[Any, ...], kwargs: dict[str, Any], **changed: Any) -> Any:
        name = naming.key(args, kwargs)
        if remembers and not kwargs:
            memo.remember(args, name)

        def load() -> Any:
            nonlocal loads
            loads += 1
            return function(*args, **kwargs)

        return get_or_set(name, load, tags=naming.tags(args, kwargs), **options | changed)

    def invalidate(*args: Any, **kwargs: Any) -> WriteReport:
        return cache.delete(naming.key(args, kwargs))

    def refresh(*args: Any, **kwargs: Any) -> Any:
        return call(args, kwargs, max_age=0)

    decorated = cast(Any, wrapper)
    decorated.cache = cache
    decorated.key_for = lambda *args, **kwargs: naming.key(args, kwargs)
    decorated.invalidate = invalidate
    decorated.refresh = refresh
    decorated.cache_info = lambda: CacheInfo(hits, others, loads, len(memo))
    return decorated
