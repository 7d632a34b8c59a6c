"""What an assembly of tiers must keep.

Rule: each rule is one function that says why; a rule that is broken is an error when the cache is built, never a
surprise when it is used.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from hexcache.composition.parts import MemoryPart, Part, StorePart
from hexcache.domain.errors import InvalidSetting

AUTO_LEASES: Final = "auto"
"""Leases are kept beside the deepest shared tier that can, if there is one."""

NO_LEASES: Final = "none"
"""There are no leases."""


def check_order(parts: Sequence[Part]) -> None:
    """Memory tiers stand before stores: a memory tier behind a store would only be reached by waiting.

    Raises:
        InvalidSetting: one does not.
    """
    behind: str | None = None
    for part in parts:
        if isinstance(part, StorePart):
            behind = part.settings.name
        elif behind is not None:
            raise InvalidSetting(
                f"memory tier {part.settings.name!r} stands behind store {behind!r}; accepted: memory tiers first "
                "(memory-store: makes a store that is kept in memory)"
            )


def memory_cap(part: MemoryPart, stores: Sequence[StorePart], grace: float, *, told: bool) -> float:
    """The longest life in a memory tier, seconds.

    Where a store is shared with other processes and nobody tells of their changes, an entry must not outlive its
    deletion by another process for longer than ``grace``, unless the tier's ``ttl_cap`` says otherwise. Nor must it
    where a store may answer with what was there before a change, which can come into memory after it was told.
    """
    behind = any(store.stores.capabilities.lags for store in stores)
    untold = not told and any(store.shared for store in stores)
    if "ttl_cap" in part.settings.model_fields_set or not (behind or untold):
        return part.settings.ttl_cap
    return grace


def leasing_part(parts: Sequence[Part], said: str) -> StorePart | None:
    """The tier beside which leases of loads are kept: the named one; with ``auto`` the deepest shared one that can.

    Raises:
        InvalidSetting: the named tier is not there, keeps no leases, or is not both read and written.
    """
    able = [part for part in parts if isinstance(part, StorePart) and part.leases is not None]
    if said == NO_LEASES:
        return None
    if said == AUTO_LEASES:
        shared = [part for part in able if part.shared]
        return shared[-1] if shared else None
    for part in able:
        if part.settings.name == said:
            return part
    accepted = ", ".join([AUTO_LEASES, NO_LEASES, *(part.settings.name for part in able)])
    raise InvalidSetting(
        f"leases is {said!r}; accepted: a tier that keeps leases and is both read and written, or a word: {accepted}"
    )


def counting_part(parts: Sequence[Part], name: str | None) -> Part | None:
    """The tier that keeps counters: the named one, else the deepest that can.

    Raises:
        InvalidSetting: the named tier is not there or cannot count.
    """
    able = [part for part in parts if part.counters is not None]
    if name is None:
        return able[-1] if able else None
    for part in able:
        if part.settings.name == name:
            return part
    accepted = ", ".join(part.settings.name for part in able) or "no tier here"
    raise InvalidSetting(f"counters is {name!r}; accepted: a tier that can count: {accepted}")
