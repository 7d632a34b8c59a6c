# Generated from tests/integration/objects/s3/aio/fleet.py by tools/unasync.py. Do not edit.
"""Several caches at the same time, as several processes have them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

from hexcache import Cache


class Fleet:
    """Caches that are opened and closed together."""

    def __init__(self, size: int, make: Callable[[], Cache[Any]]) -> None:
        self.caches = [make() for _ in range(size)]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        for cache in self.caches:
            cache.close()
