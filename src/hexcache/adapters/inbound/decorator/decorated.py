"""What a decorated function is, for readers and type checkers.

Rule: calling it looks exactly like calling the function; what is added is reached by attributes.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Generic, ParamSpec, Protocol, TypeVar, overload

from hexcache.domain.report import WriteReport
from hexcache.ports.aio.cache import AsyncCachePort
from hexcache.ports.sync.cache import CachePort

P = ParamSpec("P")
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)


@dataclass(frozen=True, slots=True)
class CacheInfo:
    """What a decorated function has done.

    Attributes:
        hits: calls answered by the nearest memory tier without a second look.
        others: calls that took a second look: deeper tiers, joined loads, loads.
        loads: runs of the function itself.
        remembered: keys that are found without being built.
    """

    hits: int
    others: int
    loads: int
    remembered: int


class CachedFunction(Protocol, Generic[P, R_co]):
    """A blocking function whose results are cached."""

    cache: CachePort[Any]

    @property
    def __wrapped__(self) -> Callable[..., R_co]:
        """The function itself."""
        ...

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R_co:
        """The cached result, computed if need be; errors of the function come out as they are."""
        ...

    @overload
    def __get__(self, instance: None, owner: type, /) -> CachedFunction[P, R_co]: ...
    @overload
    def __get__(self, instance: object, owner: type, /) -> Callable[..., R_co]: ...

    def invalidate(self, *args: P.args, **kwargs: P.kwargs) -> WriteReport:
        """Forget the result of this call."""
        ...

    def refresh(self, *args: P.args, **kwargs: P.kwargs) -> R_co:
        """Compute the result anew, store it and return it."""
        ...

    def key_for(self, *args: P.args, **kwargs: P.kwargs) -> str:
        """The key of this call."""
        ...

    def cache_info(self) -> CacheInfo:
        """What this function has done."""
        ...


class CachedCoroutineFunction(Protocol, Generic[P, R_co]):
    """A coroutine function whose results are cached."""

    cache: AsyncCachePort[Any]

    @property
    def __wrapped__(self) -> Callable[..., Awaitable[R_co]]:
        """The function itself."""
        ...

    async def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R_co:
        """The cached result, computed if need be; errors of the function come out as they are."""
        ...

    @overload
    def __get__(self, instance: None, owner: type, /) -> CachedCoroutineFunction[P, R_co]: ...
    @overload
    def __get__(self, instance: object, owner: type, /) -> Callable[..., Awaitable[R_co]]: ...

    async def invalidate(self, *args: P.args, **kwargs: P.kwargs) -> WriteReport:
        """Forget the result of this call."""
        ...

    async def refresh(self, *args: P.args, **kwargs: P.kwargs) -> R_co:
        """Compute the result anew, store it and return it."""
        ...

    def key_for(self, *args: P.args, **kwargs: P.kwargs) -> str:
        """The key of this call."""
        ...

    def cache_info(self) -> CacheInfo:
        """What this function has done."""
        ...


class Decorate(Protocol):
    """What ``cached(...)`` over a blocking cache returns."""

    def __call__(self, function: Callable[P, R], /) -> CachedFunction[P, R]:
        """Decorate a function."""
        ...


class DecorateCoroutine(Protocol):
    """What ``cached(...)`` over an awaited cache returns."""

    def __call__(self, function: Callable[P, Awaitable[R]], /) -> CachedCoroutineFunction[P, R]:
        """Decorate a coroutine function."""
        ...
