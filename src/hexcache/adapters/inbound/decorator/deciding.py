"""What ``cached(...)`` gives, for type checkers: the decorators of both worlds.

Rule: a function of the wrong world is refused where types can tell it. A plain function is none for an ``AsyncCache``.
A coroutine function is a plain one for types, which know no "everything but a coroutine"; a blocking decorator makes of
it something that nobody can call, so that checkers complain at its first use, while decorating it raises at once.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec, Protocol, TypeVar, final, overload

from hexcache.adapters.inbound.decorator.aio.decorated import AsyncCachedFunction
from hexcache.adapters.inbound.decorator.sync.decorated import CachedFunction

P = ParamSpec("P")
R = TypeVar("R")


@final
class Untyped:
    """What no function returns: a function that is taken for one that does is typed as returning ``Any``."""


@final
class RefusedCoroutineFunction:
    """What checkers see of a coroutine function that is decorated for a ``Cache``: take an ``AsyncCache`` for it."""


A = TypeVar("A", bound=Untyped)
C = TypeVar("C", bound=Coroutine[Any, Any, Any])


class Decorator(Protocol):
    """What ``cached(...)`` of a blocking cache gives."""

    # A function that returns Any would fit the refusal, too, so there is a line for it before.
    @overload
    def __call__(self, function: Callable[P, A], /) -> CachedFunction[P, Any]: ...
    @overload
    def __call__(self, function: Callable[P, C], /) -> RefusedCoroutineFunction: ...  # type: ignore[overload-overlap]  # the first that fits is meant
    @overload
    def __call__(self, function: Callable[P, R], /) -> CachedFunction[P, R]: ...
    def __call__(self, function: Callable[..., Any], /) -> Any:
        """Decorate a function.

        Raises:
            WrongWorld: it is a coroutine function.
            InvalidSetting: it cannot be cached, or the options do not fit it.
        """
        ...


class AsyncDecorator(Protocol):
    """What ``cached(...)`` of an awaited cache gives."""

    def __call__(self, function: Callable[P, Coroutine[Any, Any, R]], /) -> AsyncCachedFunction[P, R]:
        """Decorate a coroutine function.

        Raises:
            WrongWorld: it is a plain function.
            InvalidSetting: it cannot be cached, or the options do not fit it.
        """
        ...
