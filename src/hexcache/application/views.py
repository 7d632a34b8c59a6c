"""What callers are shown of an entry.

Rule: a view owns its value and says ages and remaining lives, never deadlines of a clock that the caller does not have.
"""

from __future__ import annotations

from typing import Any

from hexcache.application.core import Core
from hexcache.application.landing import NOT_OPENED
from hexcache.domain.entry import MISSING
from hexcache.domain.key import split_name
from hexcache.domain.lookup import Candidate, EntryView


def tier_name(core: Core, position: int) -> str:
    """The name of the tier at a position."""
    stores = position - len(core.memory)
    return core.memory[position].name if stores < 0 else core.states[stores].name


def view_of(core: Core, candidate: Candidate | None, value: object = NOT_OPENED) -> EntryView[Any] | None:
    """The view of a candidate, opened here unless its value is given."""
    if candidate is None:
        return None
    entry, now = candidate.entry, core.now()
    return EntryView(
        key=split_name(entry.name)[1],
        value=core.sealer.open(entry) if value is NOT_OPENED else value,
        age=max(0.0, now - entry.created),
        ttl=max(0.0, entry.fresh_until - now),
        stale_ttl=max(0.0, entry.dead_at - max(now, entry.fresh_until)) if entry.dead_at != entry.fresh_until else 0.0,
        stale=now >= entry.fresh_until,
        missing=bool(entry.kind & MISSING),
        tier=tier_name(core, candidate.tier),
        tags=tuple(split_name(tag)[1] for tag, _ in entry.deps),
        version=entry.version,
        cost=entry.cost,
    )
