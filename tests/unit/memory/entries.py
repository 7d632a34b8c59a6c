"""Entries and tiers for the tests of the memory adapters."""

from __future__ import annotations

from math import inf

from hexcache.adapters.outbound.memory.tier import InMemoryTier
from hexcache.domain.entry import Entry


def entry(
    name: str, value: object = None, *, fresh_until: float = inf, dead_at: float | None = None, weight: int = 1
) -> Entry:
    """An entry; dead when no longer fresh, unless told otherwise."""
    return Entry(name, value, 0, fresh_until, fresh_until if dead_at is None else dead_at, 0.0, weight=weight)


def check_sound(tier: InMemoryTier) -> None:
    """What holds of a tier whenever a method has returned: its books agree with each other and with its bounds."""
    table = tier._table
    held = table.entries
    assert len(tier) == len(held) == len(tier._policy)
    assert {id(kept) for kept in tier._policy} == {id(kept) for kept in held.values()}
    assert all(kept.name == name for name, kept in held.items())
    assert tier.weight == sum(kept.weight for kept in held.values())
    assert len(tier) <= table._max_items
    assert tier.weight <= table._max_bytes
