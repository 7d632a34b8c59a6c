"""Eviction policies: which entry leaves when a memory tier is full.

Rule: a policy orders entries and nothing else. It holds no lock, reads no clock and draws no number: the tier that owns
it provides mutual exclusion and tells the time, so that equal calls have equal outcomes. It keeps no reference to an
entry that it does not hold any more, and what it needs beside the entries is bounded by a constant for each item.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

from hexcache.domain.entry import Entry
from hexcache.domain.errors import InvalidSetting
from hexcache.domain.eviction.expiry import EarliestExpiry
from hexcache.domain.eviction.lru import Lru
from hexcache.domain.eviction.s3fifo import S3Fifo


class EvictionPolicy(Protocol):
    """An order of entries with distinct names. Each entry admitted is once a victim, replaced, discarded or cleared."""

    @property
    def mark_limit(self) -> int:
        """A hit raises ``entry.mark`` by one up to this, without a lock (a lost mark is no harm); 0 for no marks."""
        ...

    @property
    def reorders_on_hit(self) -> bool:
        """Whether the tier has to call ``touch`` on each hit, under its lock."""
        ...

    def admit(self, entry: Entry, now: float, /) -> None:
        """Hold an entry whose name is not held. O(1) amortised, O(log n) where the order is by deadline."""
        ...

    def replace(self, old: Entry, new: Entry, now: float, /) -> None:
        """Hold ``new`` instead of ``old``, which is held and has the same name; it keeps its place and counts a hit."""
        ...

    def touch(self, entry: Entry, /) -> None:
        """Count a hit of an entry, which may have left meanwhile."""
        ...

    def discard(self, entry: Entry, /) -> None:
        """Let an entry go that was deleted or expired; nothing happens when it is not held. Its ``home`` becomes 0."""
        ...

    def victim(self, now: float, /) -> Entry:
        """Let the entry go that is worth least at ``now`` (seconds on the clock of ``entry.dead_at``) and return it.

        Raises:
            LookupError: nothing is held.
        """
        ...

    def clear(self) -> None:
        """Let everything go, and forget what was known of names that are not held."""
        ...

    def __len__(self) -> int:
        """How many entries are held."""
        ...

    def __iter__(self) -> Iterator[Entry]:
        """The entries held, in no promised order; the policy must not change meanwhile."""
        ...


_POLICIES: dict[str, Callable[[int], EvictionPolicy]] = {
    "expiry": EarliestExpiry,
    "lru": Lru,
    "s3fifo": S3Fifo,
}


def policy_names() -> tuple[str, ...]:
    """The names that :func:`policy_named` accepts, sorted."""
    return tuple(sorted(_POLICIES))


def policy_named(name: str, max_items: int) -> EvictionPolicy:
    """A new, empty policy.

    Args:
        name: one of :func:`policy_names`.
        max_items: the most entries that the owner will ever hold, 1 or more; bounds what the policy remembers.

    Raises:
        InvalidSetting: no policy has this name, or ``max_items`` is not a positive whole number.
    """
    if name not in _POLICIES:
        raise InvalidSetting(f"eviction policy {name!r}: accepted are {', '.join(policy_names())}")
    if not isinstance(max_items, int) or isinstance(max_items, bool) or max_items < 1:
        raise InvalidSetting(f"max_items is {max_items!r}: accepted is a whole number, 1 or more")
    return _POLICIES[name](max_items)
