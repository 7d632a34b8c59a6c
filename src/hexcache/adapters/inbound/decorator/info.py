"""What a decorated function has done.

Rule: a call counts once, by whether the function ran for it; runs count by themselves. Additions are plain, as those of
the cache's own statistics are.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CacheInfo:
    """Counters of one decorated function since it was decorated.

    Attributes:
        hits: calls that were answered without running the function for them: from a tier, or by another caller's run.
        misses: calls for which the function ran, or that failed.
        loads: how often the function ran, refreshes behind callers' backs included.
        failures: runs that raised.
    """

    hits: int
    misses: int
    loads: int
    failures: int


class Account:
    """The counters, while they grow; hits of the fast path are counted where they happen."""

    __slots__ = ("failures", "hits", "loads", "misses")

    def __init__(self) -> None:
        self.hits = 0
        self.misses = 0
        self.loads = 0
        self.failures = 0

    def info(self, quick: int) -> CacheInfo:
        """The counters now; ``quick`` are the hits of the fast path."""
        return CacheInfo(self.hits + quick, self.misses, self.loads, self.failures)
