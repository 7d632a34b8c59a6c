"""An entry: a value with its deadlines, as memory tiers hold it.

Rule: deadlines in an entry are on the process's monotonic clock; those in a :class:`~hexcache.domain.record.Record`
are wall time. An entry whose ``kind`` is 0 may be handed to a caller as it is; every other kind needs a second look,
so that the hit path asks one question only.
"""

from __future__ import annotations

from typing import Final

PLAIN: Final = 0
"""The value may be served as it is."""
SEALED: Final = 1
"""The value is the serialised payload; each read decodes its own copy."""
TAGGED: Final = 2
"""The entry depends on tags, whose tokens must still be current."""
MISSING: Final = 4
"""The entry says that the origin has no such thing (a negative result)."""


class Entry:
    """A value in a memory tier.

    ``mark``, ``weight`` and ``home`` belong to the memory tier that holds the entry and to its eviction policy; nobody
    else writes them. An entry that enters a second memory tier is copied.

    Attributes:
        name: which entry this is.
        value: the value, or its payload when ``kind`` says SEALED.
        kind: 0 or a sum of SEALED, TAGGED, MISSING.
        quiet_until: until then a hit is served without a thought; at most ``fresh_until``, earlier when the entry may
            be refreshed early.
        fresh_until: end of freshness, seconds on the monotonic clock; ``inf`` for never.
        dead_at: end of the stale window; from then on the entry is never served.
        created: when the value was loaded or set, seconds on the monotonic clock (may be negative).
        cost: how long the load took, seconds; 0 when unknown.
        version: opaque token of the write; equality is its only meaning.
        deps: (tag, token) pairs that were current when the value was loaded.
        mark: the policy's memory of hits.
        weight: bytes that the entry counts for.
        home: which queue of the policy holds the entry; 0 for none.
    """

    __slots__ = (
        "cost", "created", "dead_at", "deps", "fresh_until", "home", "kind", "mark", "name", "quiet_until", "value",
        "version", "weight",
    )  # fmt: skip

    def __init__(
        self,
        name: str,
        value: object,
        kind: int,
        fresh_until: float,
        dead_at: float,
        created: float,
        *,
        quiet_until: float | None = None,
        cost: float = 0.0,
        version: bytes = b"",
        deps: tuple[tuple[str, bytes], ...] = (),
        weight: int = 0,
    ) -> None:
        self.name = name
        self.value = value
        self.kind = kind
        self.fresh_until = fresh_until
        self.quiet_until = fresh_until if quiet_until is None else quiet_until
        self.dead_at = dead_at
        self.created = created
        self.cost = cost
        self.version = version
        self.deps = deps
        self.weight = weight
        self.mark = 0
        self.home = 0

    def copy(self) -> Entry:
        """The same entry, unmarked, for another memory tier."""
        return Entry(
            self.name, self.value, self.kind, self.fresh_until, self.dead_at, self.created,
            quiet_until=self.quiet_until, cost=self.cost, version=self.version, deps=self.deps, weight=self.weight,
        )  # fmt: skip

    def __repr__(self) -> str:
        return f"<Entry {self.name!r} kind={self.kind} weight={self.weight}>"
