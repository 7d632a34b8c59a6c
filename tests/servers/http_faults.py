"""What can go wrong with one request over HTTP.

Rule: a fault holds for the requests whose line (``PUT /bucket/name?query``) its pattern finds, for so many of them;
the first fault that holds is the one that happens.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

FOREVER = 1 << 30
"""So many requests that a test sends fewer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, from the server or in its place."""

    status: int
    body: bytes = b""
    headers: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Cut:
    """The server's answer arrives in part, then the connection ends in order.

    Attributes:
        keep: bytes of the body that arrive; the header promises all of it.
    """

    keep: int


@dataclass(frozen=True, slots=True)
class Reset:
    """The connection ends with an RST.

    Attributes:
        served: whether the server got the request and did what it asks: then only its answer is lost.
    """

    served: bool


@dataclass(frozen=True, slots=True)
class BlackHole:
    """The request is read, and nothing ever answers; it ends when the proxy heals or stops, without an answer."""


@dataclass(frozen=True, slots=True)
class Slow:
    """The answer comes late.

    Attributes:
        seconds: before its first byte.
    """

    seconds: float


Fault: TypeAlias = Answer | Cut | Reset | BlackHole | Slow


@dataclass(slots=True)
class _Planned:
    fault: Fault
    pattern: re.Pattern[str]
    left: int


@dataclass(slots=True)
class Plan:
    """The faults that are to happen; safe to use from several threads."""

    _planned: list[_Planned] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, fault: Fault, *, match: str = "", times: int = FOREVER) -> None:
        """Let it happen to the next so many requests whose line holds the pattern; ``""`` is in every line."""
        with self._lock:
            self._planned.append(_Planned(fault, re.compile(match), times))

    def clear(self) -> None:
        """Plan nothing any more."""
        with self._lock:
            self._planned.clear()

    def taken(self, line: str) -> Fault | None:
        """What happens to a request with this line."""
        with self._lock:
            for planned in self._planned:
                if planned.left > 0 and planned.pattern.search(line):
                    planned.left -= 1
                    return planned.fault
        return None
