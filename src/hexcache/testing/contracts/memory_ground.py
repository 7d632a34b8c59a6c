"""The ground that all laws of a memory tier stand on: fixtures, hooks and what holds after each test."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf
from typing import Final

import pytest

from hexcache.domain.entry import PLAIN, Entry
from hexcache.ports.memory_tier import MemoryTier
from hexcache.testing.clock import MovedClock

NEVER: Final = inf
"""The deadline of what does not expire."""
MAX_ITEMS: Final = 32
MAX_BYTES: Final = 4_000
MAX_ITEM_BYTES: Final = 1_000
STATS: Final = frozenset({"items", "bytes", "evictions", "expirations", "rejections", "refusals"})


class MemoryTierGround:
    """Fixtures and hooks of the memory tier contract: override :meth:`make`."""

    def make(self, clock: MovedClock, *, max_items: int, max_bytes: int, max_item_bytes: int) -> MemoryTier:
        """An empty tier with these bounds, reading ``clock.monotonic``; override it."""
        raise NotImplementedError("override `make(self, clock, *, max_items, max_bytes, max_item_bytes)`")

    @pytest.fixture
    def clock(self) -> MovedClock:
        """The time that the tier under test is given."""
        return MovedClock()

    @pytest.fixture
    def tier(self, clock: MovedClock) -> MemoryTier:
        """The tier under test: 32 items, 4 000 bytes, 1 000 bytes an item."""
        return self.make(clock, max_items=MAX_ITEMS, max_bytes=MAX_BYTES, max_item_bytes=MAX_ITEM_BYTES)

    @pytest.fixture(autouse=True)
    def sound(self, tier: MemoryTier) -> Iterator[None]:
        """After each test: the bounds hold, the counts agree with what is held, and nothing is left after ``clear``."""
        yield
        self.check(tier)
        tier.clear()
        assert (len(tier), tier.weight, list(tier.names())) == (0, 0, [])

    def check(self, tier: MemoryTier) -> None:
        """What holds whenever a method has returned."""
        assert len(tier) <= MAX_ITEMS, "more items than the bound"
        assert tier.weight <= MAX_BYTES, "more bytes than the bound"
        alive = [entry for entry in map(tier.peek, tier.names()) if entry is not None]
        assert len(alive) <= len(tier)
        assert sum(entry.weight for entry in alive) <= tier.weight, "live entries weigh more than the tier counts"
        stats = tier.stats()
        assert set(stats) >= STATS
        assert (stats["items"], stats["bytes"]) == (len(tier), tier.weight)

    def entry(
        self,
        clock: MovedClock,
        name: str = "a",
        value: object = "value",
        *,
        ttl: float = NEVER,
        stale_ttl: float = 0.0,
        quiet: float | None = None,
        weight: int = 10,
    ) -> Entry:
        """An entry with these seconds of life from now on."""
        now = clock.monotonic()
        quiet_until = None if quiet is None else now + quiet
        return Entry(
            name, value, PLAIN, now + ttl, now + ttl + stale_ttl, now, quiet_until=quiet_until, weight=weight
        )  # fmt: skip

    def value_of(self, entry: Entry | None) -> object:
        """The value of a found entry."""
        assert entry is not None, "no entry"
        return entry.value
