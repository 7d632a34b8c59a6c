"""The hit path: what ``InMemoryTier.get`` is, chosen once by what the eviction policy wants to know of a hit.

Rule: a hit of a marking policy takes no lock and calls nothing but the look-up and, for an entry that can expire, the
clock. These are functions over bound names and not methods, because a method would look up its object's attributes on
every hit (about a fifth of its time).

The two tests of ``quiet_until`` read it twice: ``expire`` may move it in between, always to the past, and then either
answer is right, as the read began before ``expire`` returned. A mark that two threads raise at once may rise by one
only, which can change who is evicted and nothing else.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeAlias

from hexcache.domain.entry import Entry
from hexcache.ports.clock import Clock

Find: TypeAlias = Callable[[str], Entry | None]
"""The bound ``get`` of the dictionary that holds the entries."""


def marking_get(find: Find, clock: Clock, mark_limit: int, never: float = math.inf) -> Find:
    """Look-ups that raise the entry's mark up to ``mark_limit``."""

    def get(name: str, /) -> Entry | None:
        entry = find(name)
        if entry is None:
            return None
        if entry.quiet_until != never and entry.quiet_until <= clock():
            return None
        if entry.mark < mark_limit:
            entry.mark += 1
        return entry

    return get


def touching_get(find: Find, clock: Clock, touch: Callable[[Entry], None], never: float = math.inf) -> Find:
    """Look-ups that tell the policy of each hit, by ``touch``, which takes the tier's lock."""

    def get(name: str, /) -> Entry | None:
        entry = find(name)
        if entry is None:
            return None
        if entry.quiet_until != never and entry.quiet_until <= clock():
            return None
        touch(entry)
        return entry

    return get
