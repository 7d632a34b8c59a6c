"""Fences: a value observed before an invalidation is never installed after it.

Rule: a reader observes the fence *before it reads the first tier* and installs only if the fence is unchanged; every
invalidation moves it, also for a key that is not there.

The table is striped: names share counters by hash, so its size is fixed and nothing expires. A shared stripe can only
refuse an install that would have been right (a lost back-fill), never allow a wrong one. Protocol 11 in the model of
``tests/coherence`` is checked over all interleavings; without this fence it has a counter-example of eight steps.
"""

from __future__ import annotations

from typing import NewType

Fence = NewType("Fence", int)
"""What was observed; equality is its only meaning."""

STRIPES = 4096
"""Number of counters; a power of two."""


class FenceTable:
    """Counters striped by name under one epoch. The caller provides mutual exclusion for bumps and installs."""

    __slots__ = ("_counters", "_epoch", "_mask")

    def __init__(self, stripes: int = STRIPES) -> None:
        if stripes < 1 or stripes & (stripes - 1):
            raise ValueError(f"stripes is {stripes}: a power of two is needed")
        self._counters = [0] * stripes
        self._mask = stripes - 1
        self._epoch = 0

    def observe(self, name: str) -> Fence:
        """What an install must find unchanged."""
        return Fence(self._counters[hash(name) & self._mask] + self._epoch)

    def bump(self, name: str) -> Fence:
        """Refuse every install of this name that was observed before; returns the new observation."""
        self._counters[hash(name) & self._mask] += 1
        return self.observe(name)

    def bump_all(self) -> None:
        """Refuse every install that was observed before."""
        self._epoch += 1
