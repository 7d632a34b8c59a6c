"""Settings of a memory tier under a name.

Rule: a preset only names values of settings that exist; nothing behaves differently because it came from a preset.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from hexcache.adapters.outbound.memory.tier import InMemoryTier
from hexcache.domain.fence import FenceTable
from hexcache.ports.clock import Clock

_MIB: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class MemoryPreset:
    """Settings of a memory tier and the lifetime that goes with them.

    Attributes:
        max_items: most entries held.
        max_bytes: greatest sum of the entries' weights.
        max_item_bytes: greatest weight of one entry.
        policy: name of the eviction policy.
        ttl: seconds of freshness for a cache to use where the caller names none; None leaves it to the cache.
    """

    max_items: int
    max_bytes: int
    max_item_bytes: int
    policy: str
    ttl: float | None = None

    def tier(self, clock: Clock, *, fences: FenceTable | None = None) -> InMemoryTier:
        """An empty tier with these settings.

        Args:
            clock: monotonic seconds.
            fences: see :class:`InMemoryTier`.

        Raises:
            InvalidSetting: a setting is not usable.
        """
        return InMemoryTier(
            clock,
            max_items=self.max_items,
            max_bytes=self.max_bytes,
            max_item_bytes=self.max_item_bytes,
            policy=self.policy,
            fences=fences,
        )


DEFAULT: Final = MemoryPreset(max_items=10_000, max_bytes=64 * _MIB, max_item_bytes=8 * _MIB, policy="s3fifo")
"""What a memory tier is without any setting: 10 000 entries, 64 MiB, an eighth of them for one entry, S3-FIFO."""

LITELLM: Final = MemoryPreset(
    max_items=200, max_bytes=200 * _MIB, max_item_bytes=_MIB, policy="expiry", ttl=600.0
)  # fmt: skip
"""What LiteLLM's in-memory cache is without any setting: 200 entries of up to 1 MiB, ten minutes, earliest expiry.

It has no bound on the bytes of all entries together; the one here is what its other two bounds amount to.
"""
