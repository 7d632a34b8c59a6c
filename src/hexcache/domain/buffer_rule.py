"""How much a write buffer holds, when it is flushed, and what becomes of a write for which it has no room.

Rule: a buffer is bounded in entries and in bytes, and every entry in it has an end: its age at the latest.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, get_args

from hexcache.domain.errors import InvalidSetting

Overflow: TypeAlias = Literal["block", "write_through", "refuse"]
"""What becomes of a write that does not fit: it waits for a flush; it goes straight to the store; it is refused.

What was accepted before is never given up for it.
"""

OVERFLOWS: Final[tuple[Overflow, ...]] = get_args(Overflow)


@dataclass(frozen=True, slots=True, kw_only=True)
class BufferRule:
    """Bounds and triggers of a write buffer.

    Attributes:
        max_items: most entries held, those on their way to the store included.
        max_bytes: most bytes of addresses and blobs held.
        flush_size: entries that make a flush due; also the most that one flush takes.
        flush_bytes: bytes that make a flush due; also the most that one flush takes, unless one entry has more.
        flush_age: seconds after which an entry makes a flush due; so long a write may be unseen by others.
        overflow: what becomes of a write that does not fit.
        retry: first pause after a flush that failed, seconds; doubles up to ``retry_max``.
        retry_max: longest such pause, seconds.

    Raises:
        InvalidSetting: a number out of bounds, or a trigger beyond the bound that it belongs to.
    """

    max_items: int = 10_000
    max_bytes: int = 64 * 1024 * 1024
    flush_size: int = 100
    flush_bytes: int = 1024 * 1024
    flush_age: float = 1.0
    overflow: Overflow = "block"
    retry: float = 0.1
    retry_max: float = 10.0

    def __post_init__(self) -> None:
        for name in ("max_items", "max_bytes", "flush_size", "flush_bytes"):
            value = getattr(self, name)
            if not isinstance(value, int) or isinstance(value, bool) or value < 1:
                raise InvalidSetting(f"{name} is {value!r}; accepted: a whole number of 1 or more")
        for name in ("flush_age", "retry", "retry_max"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < math.inf:
                raise InvalidSetting(f"{name} is {value!r}; accepted: seconds as a number above 0")
        if self.overflow not in OVERFLOWS:
            raise InvalidSetting(f"overflow is {self.overflow!r}; accepted: {', '.join(OVERFLOWS)}")
        self._check("flush_size", self.flush_size, "max_items", self.max_items)
        self._check("flush_bytes", self.flush_bytes, "max_bytes", self.max_bytes)
        self._check("retry", self.retry, "retry_max", self.retry_max)

    @staticmethod
    def _check(name: str, value: float, bound: str, most: float) -> None:
        if value > most:
            raise InvalidSetting(f"{name} is {value!r}; accepted: at most {most!r} ({bound})")
