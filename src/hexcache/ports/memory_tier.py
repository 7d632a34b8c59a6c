"""The memory tier port: a tier that never blocks and so serves threads and tasks alike.

Rule: no method waits for I/O or for anything longer than another method of the same object. ``get`` takes no lock where
the eviction policy permits. Bounds on items and on bytes hold whenever a method has returned.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from hexcache.domain.entry import Entry
from hexcache.domain.fence import Fence


class MemoryTier(Protocol):
    """Entries by name, bounded in number and in bytes."""

    def get(self, name: str, /) -> Entry | None:
        """The hit path: the entry if it is in its quiet time (``quiet_until`` is ahead), and a mark for the policy.

        Returns:
            None when there is no such entry, or when it needs a second look (stale, near its early refresh, dead).
        """
        ...

    def peek(self, name: str, /) -> Entry | None:
        """The entry unless it is dead; leaves no mark. A dead entry is removed on the way."""
        ...

    def observe(self, name: str, /) -> Fence:
        """What ``install`` must find unchanged; observe before the first tier is read."""
        ...

    def install(self, entry: Entry, fence: Fence | None = None, /) -> bool:
        """Hold an entry in place of any other of its name.

        Args:
            entry: the tier owns it from now on.
            fence: what was observed before the first tier was read; None makes this a write: it happens whatever
                happened before, and moves the fence.

        Returns:
            False when the fence moved (nothing changes) or when the entry is heavier than the tier takes (an older
            entry of that name is removed: a rejected value never leaves its predecessor behind).
        """
        ...

    def invalidate(self, name: str, /) -> bool:
        """Remove the entry and move the fence, also when nothing is there; True when something was."""
        ...

    def expire(self, name: str, /) -> bool:
        """Make the entry stale from now on (its stale window stands) and move the fence; True when something was."""
        ...

    def clear(self, path: str = "", /) -> int:
        """Remove every entry of a namespace and below, and move every fence; returns how many there were."""
        ...

    def names(self) -> Iterator[str]:
        """The names held when the call was made, dead entries left out."""
        ...

    def oldest(self, n: int, /) -> list[str]:
        """The ``n`` names that die soonest, soonest first."""
        ...

    def __len__(self) -> int:
        """How many entries are held, dead ones that are not yet reclaimed included."""
        ...

    @property
    def weight(self) -> int:
        """Bytes held, as counted by the entries' weights."""
        ...

    def stats(self) -> dict[str, int]:
        """Counters of this tier: ``items``, ``bytes``, ``evictions``, ``expirations``, ``rejections``, ``refusals``."""
        ...
