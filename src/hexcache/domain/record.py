"""A record: what a store keeps for an address, before it becomes bytes.

Rule: a record speaks in wall time and carries the serialised payload, not the value, so that it means the same on every
machine and in every tier.
"""

from __future__ import annotations

from typing import NamedTuple


class Record(NamedTuple):
    """A serialised value with everything that is stored beside it. A tuple, as each read of a store makes one.

    Attributes:
        payload: the serialised value; empty for a negative result.
        created: wall time of the load or set, seconds since the epoch.
        fresh_until: wall time at which freshness ends; ``inf`` for never.
        dead_at: wall time from which the record is never served; ``inf`` for never.
        cost: how long the load took, seconds; 0 when unknown.
        version: opaque token of the write, at most 255 bytes.
        deps: (tag, token) pairs that were current when the value was loaded.
        missing: the record says that the origin has no such thing.
    """

    payload: bytes
    created: float
    fresh_until: float
    dead_at: float
    cost: float = 0.0
    version: bytes = b""
    deps: tuple[tuple[str, bytes], ...] = ()
    missing: bool = False
