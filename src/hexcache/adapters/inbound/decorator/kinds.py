"""Which functions can be cached in which world.

Rule: a function of the wrong world is refused where it is decorated, not where it is called: a cached coroutine object
could be awaited once.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from hexcache.domain.errors import InvalidSetting, WrongWorld


def is_awaited(cache: object) -> bool:
    """Whether a cache is one for tasks.

    Raises:
        InvalidSetting: it is no cache.
    """
    get = getattr(cache, "get", None)
    if not callable(get) or not callable(getattr(cache, "get_or_set", None)) or isinstance(cache, type):
        raise InvalidSetting(
            f"cached is given a {type(cache).__name__} for a cache; accepted: a Cache or an AsyncCache"
        )
    return inspect.iscoroutinefunction(get)


def check_function(function: Callable[..., Any], *, awaited: bool) -> None:
    """Let pass what can be cached.

    Args:
        function: what is decorated.
        awaited: whether the cache is an ``AsyncCache``.

    Raises:
        WrongWorld: a coroutine function for a ``Cache``, a plain function for an ``AsyncCache``.
        InvalidSetting: something else that cannot be cached.
    """
    if isinstance(function, (staticmethod, classmethod, property)):
        kind = type(function).__name__
        raise InvalidSetting(f"a {kind} cannot be decorated; put @{kind} above the cached(...) line, not below it")
    if not callable(function) or isinstance(function, type):
        what = f"class {function.__name__}" if isinstance(function, type) else f"a {type(function).__name__}"
        raise InvalidSetting(f"cached decorates functions, not {what}")
    name = getattr(function, "__qualname__", type(function).__name__)
    if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
        raise InvalidSetting(
            f"{name} is a generator, which can be read only once; return a list or a tuple of what it yields"
        )
    coroutine = inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(type(function).__call__)
    if coroutine and not awaited:
        raise WrongWorld(f"{name} is a coroutine function; a Cache takes plain functions: use an AsyncCache for it")
    if awaited and not coroutine:
        raise WrongWorld(f"{name} is a plain function; an AsyncCache takes coroutine functions: use a Cache for it")
