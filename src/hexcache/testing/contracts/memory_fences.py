"""Laws of a memory tier about fences: what was observed before a change is not installed after it."""

from __future__ import annotations

from hexcache.domain.fence import Fence
from hexcache.domain.key import name_prefix
from hexcache.ports.memory_tier import MemoryTier
from hexcache.testing.clock import MovedClock
from hexcache.testing.contracts.memory_ground import MAX_ITEM_BYTES, MemoryTierGround


class MemoryTierFenceLaws(MemoryTierGround):
    """``observe`` and ``install`` against writes, invalidations, expiries and clearings in between."""

    def refuses(self, tier: MemoryTier, clock: MovedClock, fence: Fence, name: str = "a") -> None:
        """Check that an install with an old fence changes nothing and is counted."""
        before = tier.peek(name)
        refusals = tier.stats()["refusals"]
        assert tier.install(self.entry(clock, name, "too late"), fence) is False, "installed what was observed before"
        assert tier.peek(name) is before
        assert tier.stats()["refusals"] == refusals + 1

    def test_an_undisturbed_load_is_installed(self, tier: MemoryTier, clock: MovedClock) -> None:
        """Nothing happened since the observation: the entry is held."""
        fence = tier.observe("a")
        assert tier.install(self.entry(clock), fence) is True
        assert self.value_of(tier.get("a")) == "value"

    def test_reading_moves_no_fence(self, tier: MemoryTier, clock: MovedClock) -> None:
        """Looks, listings and counts leave observations valid."""
        tier.install(self.entry(clock))
        fence = tier.observe("a")
        tier.get("a")
        tier.peek("a")
        list(tier.names())
        tier.oldest(1)
        tier.stats()
        assert tier.install(self.entry(clock, value="new"), fence) is True
        assert self.value_of(tier.get("a")) == "new"

    def test_invalidating_refuses_older_loads(self, tier: MemoryTier, clock: MovedClock) -> None:
        """Observed, invalidated: not installed."""
        tier.install(self.entry(clock))
        fence = tier.observe("a")
        tier.invalidate("a")
        self.refuses(tier, clock, fence)

    def test_invalidating_nothing_refuses_older_loads(self, tier: MemoryTier, clock: MovedClock) -> None:
        """The fence moves also when the name is not there."""
        fence = tier.observe("a")
        assert tier.invalidate("a") is False
        self.refuses(tier, clock, fence)

    def test_expiring_refuses_older_loads(self, tier: MemoryTier, clock: MovedClock) -> None:
        """What was observed before ``expire`` may be what was expired; it does not come back as fresh."""
        tier.install(self.entry(clock, ttl=10, stale_ttl=10))
        fence = tier.observe("a")
        tier.expire("a")
        self.refuses(tier, clock, fence)
        absent = tier.observe("b")
        tier.expire("b")
        self.refuses(tier, clock, absent, "b")

    def test_a_write_refuses_older_loads(self, tier: MemoryTier, clock: MovedClock) -> None:
        """An install without a fence is a write: a load that was under way does not replace it."""
        fence = tier.observe("a")
        assert tier.install(self.entry(clock, value="written")) is True
        self.refuses(tier, clock, fence)
        assert self.value_of(tier.get("a")) == "written"

    def test_a_write_that_was_too_heavy_refuses_older_loads(self, tier: MemoryTier, clock: MovedClock) -> None:
        """A rejected write is a write all the same: what was observed before it is old."""
        fence = tier.observe("a")
        assert tier.install(self.entry(clock, weight=MAX_ITEM_BYTES + 1)) is False
        self.refuses(tier, clock, fence)

    def test_clearing_refuses_older_loads(self, tier: MemoryTier, clock: MovedClock) -> None:
        """Clearing moves every fence, of whatever namespace, also when nothing was held."""
        inside = name_prefix("n") + "a"
        fences = {name: tier.observe(name) for name in ("a", inside)}
        tier.clear("n")
        for name, fence in fences.items():
            self.refuses(tier, clock, fence, name)
        fences = {name: tier.observe(name) for name in ("a", inside)}
        tier.clear()
        for name, fence in fences.items():
            self.refuses(tier, clock, fence, name)

    def test_a_refused_entry_that_is_too_heavy_changes_nothing(self, tier: MemoryTier, clock: MovedClock) -> None:
        """When the fence has moved, not even the rule for heavy entries applies: the newer entry stays."""
        fence = tier.observe("a")
        tier.install(self.entry(clock, value="written"))
        assert tier.install(self.entry(clock, weight=MAX_ITEM_BYTES + 1), fence) is False
        assert self.value_of(tier.get("a")) == "written"

    def test_a_later_observation_is_good_again(self, tier: MemoryTier, clock: MovedClock) -> None:
        """Whatever happened, what is observed afterwards installs."""
        tier.install(self.entry(clock))
        tier.invalidate("a")
        tier.expire("a")
        tier.clear()
        fence = tier.observe("a")
        assert tier.install(self.entry(clock, value="new"), fence) is True
        assert self.value_of(tier.get("a")) == "new"
