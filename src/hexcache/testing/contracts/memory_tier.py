"""The contract of the memory tier port: subclass it and override ``make``.

Rule: the laws are the port's docstrings, one test each; they are sorted by topic into the modules beside this one.
"""

from __future__ import annotations

from hexcache.testing.contracts.memory_bounds import MemoryTierBoundLaws
from hexcache.testing.contracts.memory_fences import MemoryTierFenceLaws
from hexcache.testing.contracts.memory_lookup import MemoryTierLookupLaws


class MemoryTierContract(MemoryTierLookupLaws, MemoryTierFenceLaws, MemoryTierBoundLaws):
    """Every law of the memory tier port."""


__all__ = ["MemoryTierContract"]
