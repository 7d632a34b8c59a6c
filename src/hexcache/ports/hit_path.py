"""The hit path, handed out: for a caller that asks so often that a call of the cache costs it as much as the look-up.

Rule: who holds it serves plain entries and nothing else (``entry.kind == 0``), counts what it serves, and stops when it
is told to; everything that is not a plain hit goes through the cache.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from hexcache.domain.entry import Entry


class Tally(Protocol):
    """Where hits are counted."""

    memory_hits: int


class Reader(Protocol):
    """Whoever holds a hit path."""

    def shut(self) -> None:
        """The cache was closed: use the path no more."""
        ...


@dataclass(frozen=True, slots=True)
class HitPath:
    """The nearest memory tier's look-up.

    Attributes:
        find: gives the entry of a name if it may be served without a thought; see ``MemoryTier.get``.
        prefix: what stands before a key to make its name.
        tally: ``memory_hits`` is to be raised by each hit that is served.
    """

    find: Callable[[str], Entry | None]
    prefix: str
    tally: Tally
