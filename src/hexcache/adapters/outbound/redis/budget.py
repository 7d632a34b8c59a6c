"""The time of a call that makes several trips.

Rule: whoever makes several trips for one call says once how long all of them may take; each then takes what is left
and no more. A trip that nobody spoke for has its own deadline alone.
"""

from __future__ import annotations

import math
import time
from contextlib import suppress
from contextvars import ContextVar, Token

monotonic = time.monotonic

_until: ContextVar[float] = ContextVar("hexcache_redis_until", default=math.inf)

spoken_for = _until.get
"""Until when the trips of the call that is being made may last, monotonic time; ``inf`` where nobody said."""


class Budget:
    """A ``with`` block whose trips together take at most so many seconds; of nested ones the outer bounds the inner."""

    __slots__ = ("_seconds", "_token")

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def __enter__(self) -> None:
        self._token: Token[float] = _until.set(min(_until.get(), monotonic() + self._seconds))

    def __exit__(self, *_: object) -> None:
        with suppress(ValueError):  # a coroutine that was given up is closed elsewhere, where there is nothing to reset
            _until.reset(self._token)
