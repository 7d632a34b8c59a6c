# Generated from src/hexcache/adapters/inbound/decorator/aio/decorated.py by tools/unasync.py. Do not edit.
"""What a decorated coroutine function is, for type checkers.

Rule: the signature of the function is kept exactly, and a coroutine function stays one; what the decorator adds takes
the same arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, Concatenate, ParamSpec, Protocol, Self, TypeVar, overload

from hexcache.adapters.inbound.decorator.info import CacheInfo
from hexcache.domain.report import WriteReport
from hexcache.ports.sync.cache import CachePort

P = ParamSpec("P")
Q = ParamSpec("Q")
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)
S = TypeVar("S")


class CachedFunction(Protocol[P, R_co]):
    """A function whose results are cached. A method's extra calls take the instance as their first argument."""

    @property
    def __wrapped__(self) -> Callable[P, R_co]:
        """The function itself; calling it asks no cache."""
        ...

    @property
    def __name__(self) -> str:
        """The function's name."""
        ...

    @property
    def cache(self) -> CachePort[Any]:
        """Where the results are kept."""
        ...

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R_co:
        """The result, from the cache or by running the function; one run a key, however many callers wait.

        Raises:
            Exception: the function's own error, unless a stale result covers it.
            LoadTimeout: the function did not end within the policy's ``load_timeout``.
            InvalidKey: an argument cannot be told from others reliably.
        """
        ...

    def invalidate(self, *args: P.args, **kwargs: P.kwargs) -> WriteReport:
        """Forget the result of this call; a run that is under way is not stored."""
        ...

    def refresh(self, *args: P.args, **kwargs: P.kwargs) -> R_co:
        """Run the function now and store its result, whatever is stored; a run that is under way is shared.

        Raises:
            Exception: the function's own error; what was stored stays.
        """
        ...

    def key_for(self, *args: P.args, **kwargs: P.kwargs) -> str:
        """The key of this call in :attr:`cache`."""
        ...

    def cache_info(self) -> CacheInfo:
        """Counters since the function was decorated."""
        ...

    @overload
    def __get__(self, instance: None, owner: type, /) -> Self: ...
    @overload
    def __get__(
        self: CachedFunction[Concatenate[S, Q], R], instance: S, owner: type | None = None, /
    ) -> Callable[Q, R]: ...
