"""Values in and out of entries and records.

Rule: a caller never shares a mutable object with the cache or with another caller, unless the assembly declares its
values shared. What is immutable through and through is kept as it is; everything else is kept as its payload and
decoded for each reader, so that memory gives exactly what any other tier would give.
"""

from __future__ import annotations

from dataclasses import dataclass

from hexcache.domain.early_refresh import applies, quiet_until
from hexcache.domain.entry import MISSING, PLAIN, SEALED, TAGGED, Entry
from hexcache.domain.lifetime import Lifetime
from hexcache.domain.record import Record
from hexcache.domain.weight import weigh
from hexcache.ports.codec import Serializer

ENTRY_OVERHEAD = 200
"""Bytes that an entry counts for beside its name and value: the object, its deadlines, its places in dict and queue."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A value made ready to be kept.

    Attributes:
        kept: what a memory tier holds: the value, or its payload.
        kind: PLAIN or SEALED.
        payload: the serialised value; None when no store needs it.
        weight: bytes that ``kept`` counts for.
    """

    kept: object
    kind: int
    payload: bytes | None
    weight: int


@dataclass(frozen=True, slots=True)
class Stamp:
    """What is stored beside a value.

    Attributes:
        life: freshness and staleness from ``now`` on.
        now: monotonic time of the write.
        wall: wall time of the write.
        cost: seconds that the load took.
        version: token of the write.
        deps: (tag, token) pairs that were current before the load.
        age: seconds since the value was loaded or set, where that was before ``now``.
    """

    life: Lifetime
    now: float
    wall: float
    cost: float = 0.0
    version: bytes = b""
    deps: tuple[tuple[str, bytes], ...] = ()
    age: float = 0.0


class Sealer:
    """Seals values by one serializer.

    Attributes:
        shared: values are handed to every caller as they are.
        loads: opens a payload, as the serializer does.
    """

    __slots__ = ("_beta", "_serializer", "_stores", "loads", "shared")

    def __init__(self, serializer: Serializer, *, stores: bool, shared: bool, beta: float) -> None:
        self._serializer = serializer
        self._stores = stores
        self._beta = beta
        self.shared = shared
        self.loads = serializer.loads

    @property
    def serializer(self) -> str:
        """The serializer's name."""
        return self._serializer.name

    def seal(self, value: object) -> Sealed:
        """Make a value ready to be kept.

        Raises:
            UnsupportedValue: the serializer cannot keep it.
        """
        share = self.shared or self._serializer.shares(value)
        if share:
            return Sealed(value, PLAIN, self._serializer.dumps(value) if self._stores else None, weigh(value))
        payload = self._serializer.dumps(value)
        return Sealed(payload, SEALED, payload, len(payload))

    def open(self, entry: Entry) -> object:
        """The value of an entry, owned by the caller; ``None`` for a negative result.

        Raises:
            Undecodable: the payload is not what the serializer writes.
        """
        if entry.kind & SEALED and isinstance(entry.value, bytes):
            return self._serializer.loads(entry.value)
        return entry.value

    def entry(self, name: str, sealed: Sealed, stamp: Stamp) -> Entry:
        """An entry for memory tiers."""
        life = stamp.life
        fresh = stamp.now + life.ttl
        return Entry(
            name, sealed.kept, sealed.kind | (TAGGED if stamp.deps else 0),
            fresh, fresh + life.stale_ttl, stamp.now - stamp.age,
            quiet_until=self._quiet(life.ttl, fresh, stamp.cost), cost=stamp.cost, version=stamp.version,
            deps=stamp.deps, weight=ENTRY_OVERHEAD + len(name) + sealed.weight,
        )  # fmt: skip

    def missing_entry(self, name: str, stamp: Stamp) -> Entry:
        """An entry that says: the origin has no such thing."""
        fresh = stamp.now + stamp.life.ttl
        kind = MISSING | (TAGGED if stamp.deps else 0)
        return Entry(
            name, None, kind, fresh, fresh + stamp.life.stale_ttl, stamp.now,
            cost=stamp.cost, version=stamp.version, deps=stamp.deps, weight=ENTRY_OVERHEAD + len(name),
        )  # fmt: skip

    def record(self, sealed: Sealed | None, stamp: Stamp) -> Record:
        """A record for stores; ``None`` makes a negative result."""
        fresh = stamp.wall + stamp.life.ttl
        payload = b"" if sealed is None or sealed.payload is None else sealed.payload
        return Record(
            payload, stamp.wall - stamp.age, fresh, fresh + stamp.life.stale_ttl,
            cost=stamp.cost, version=stamp.version, deps=stamp.deps, missing=sealed is None,
        )  # fmt: skip

    def from_record(self, name: str, record: Record, now: float, wall: float) -> tuple[Entry, object]:
        """The entry for a record read at ``now`` (monotonic) and ``wall``, with the value already opened.

        Life is never extended: a record from a machine whose clock is ahead gets at most its original lifetime.

        Raises:
            Undecodable: the payload is not what the serializer writes.
        """
        fresh = now + min(record.fresh_until - wall, record.fresh_until - record.created)
        dead = now + min(record.dead_at - wall, record.dead_at - record.created)
        value = None if record.missing else self._serializer.loads(record.payload)
        kind = MISSING if record.missing else PLAIN
        kept, weight = value, 0
        if not record.missing:
            if self.shared or self._serializer.shares(value):
                weight = weigh(value)
            else:
                kind, kept, weight = SEALED, record.payload, len(record.payload)
        entry = Entry(
            name, kept, kind | (TAGGED if record.deps else 0), fresh, dead, now - max(0.0, wall - record.created),
            quiet_until=self._quiet(record.fresh_until - record.created, fresh, record.cost),
            cost=record.cost, version=record.version, deps=record.deps,
            weight=ENTRY_OVERHEAD + len(name) + weight,
        )  # fmt: skip
        return entry, value

    def _quiet(self, ttl: float, fresh: float, cost: float) -> float:
        if self._beta and cost and applies(ttl, cost):
            return quiet_until(fresh, cost, self._beta)
        return fresh


def capped(record: Record, wall: float, cap: float) -> Record:
    """The record with no more than ``cap`` seconds of life left."""
    end = wall + cap
    if record.dead_at <= end:
        return record
    return Record(
        record.payload, record.created, min(record.fresh_until, end), end,
        cost=record.cost, version=record.version, deps=record.deps, missing=record.missing,
    )  # fmt: skip


def cap_entry(entry: Entry, now: float, cap: float) -> Entry:
    """The entry cut in place to no more than ``cap`` seconds of life."""
    end = now + cap
    if entry.dead_at > end:
        entry.dead_at = end
        entry.fresh_until = min(entry.fresh_until, end)
        entry.quiet_until = min(entry.quiet_until, entry.fresh_until)
    return entry
