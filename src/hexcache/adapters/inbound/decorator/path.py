"""Holding the cache's hit path, until the cache is closed."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

from hexcache.domain.errors import CacheClosed


class PathReader:
    """A holder of a hit path; the cache tells it to stop, and refers to it weakly."""

    __slots__ = ("__weakref__", "_stop")

    def __init__(self, stop: Callable[[], None]) -> None:
        self._stop = stop

    def shut(self) -> None:
        """The cache was closed."""
        self._stop()


def closed(_: str, /) -> NoReturn:
    """What a look-up becomes when the cache is closed.

    Raises:
        CacheClosed: always.
    """
    raise CacheClosed("the cache of this function is closed; open another one and decorate the function for it")
