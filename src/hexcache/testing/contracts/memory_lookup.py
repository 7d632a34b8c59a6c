"""Laws of a memory tier about single entries: the hit path, the second look, and deadlines."""

from __future__ import annotations

import pytest

from hexcache.domain.entry import TAGGED, Entry
from hexcache.ports.memory_tier import MemoryTier
from hexcache.testing.clock import MovedClock
from hexcache.testing.contracts.memory_ground import NEVER, MemoryTierGround


class MemoryTierLookupLaws(MemoryTierGround):
    """``get``, ``peek``, ``expire``, ``names``, ``oldest``."""

    def test_a_name_never_installed_is_not_there(self, tier: MemoryTier) -> None:
        """A miss is None from both looks."""
        assert tier.get("never") is None
        assert tier.peek("never") is None

    def test_what_was_installed_is_found(self, tier: MemoryTier, clock: MovedClock) -> None:
        """Both looks find the entry, with everything that it was installed with."""
        now = clock.monotonic()
        deps = (("t", b"1"),)
        entry = Entry("a", ["v"], TAGGED, now + 5, now + 9, now - 1, cost=0.5, version=b"w", deps=deps, weight=7)
        assert tier.install(entry) is True
        for found in (tier.get("a"), tier.peek("a")):
            assert found is not None
            told = (found.name, found.value, found.kind, found.fresh_until, found.dead_at, found.created)
            assert told == ("a", ["v"], TAGGED, now + 5, now + 9, now - 1)
            assert (found.cost, found.version, found.deps, found.weight) == (0.5, b"w", deps, 7)

    @pytest.mark.parametrize("value", [None, False, 0, "", b"", (), [], {}], ids=repr)
    def test_a_falsy_value_is_a_hit(self, tier: MemoryTier, clock: MovedClock, value: object) -> None:
        """``None`` and its like are values; only the absence of an entry is a miss."""
        tier.install(self.entry(clock, value=value))
        assert self.value_of(tier.get("a")) is value

    def test_get_stops_at_the_end_of_the_quiet_time(self, tier: MemoryTier, clock: MovedClock) -> None:
        """A tick before ``quiet_until`` the hit path serves, at it no longer; the second look finds the entry."""
        tier.install(self.entry(clock, ttl=20, quiet=10))
        clock.advance(10 - 2**-10)
        assert tier.get("a") is not None
        clock.advance(2**-10)
        assert tier.get("a") is None
        assert tier.peek("a") is not None

    def test_peek_finds_a_stale_entry(self, tier: MemoryTier, clock: MovedClock) -> None:
        """In the stale window the hit path is silent and ``peek`` is not."""
        tier.install(self.entry(clock, ttl=10, stale_ttl=10))
        clock.advance(15)
        assert tier.get("a") is None
        assert self.value_of(tier.peek("a")) == "value"

    def test_an_entry_is_gone_at_its_deadline(self, tier: MemoryTier, clock: MovedClock) -> None:
        """A tick before ``dead_at`` it is there, at ``dead_at`` it is not."""
        tier.install(self.entry(clock, ttl=10))
        clock.advance(10 - 2**-10)
        assert tier.peek("a") is not None
        clock.advance(2**-10)
        assert tier.peek("a") is None
        assert tier.get("a") is None

    def test_an_entry_without_deadline_stays(self, tier: MemoryTier, clock: MovedClock) -> None:
        """``inf`` never comes."""
        tier.install(self.entry(clock, ttl=NEVER))
        clock.advance(1e9)
        assert self.value_of(tier.get("a")) == "value"

    def test_peek_removes_what_is_dead(self, tier: MemoryTier, clock: MovedClock) -> None:
        """A dead entry that is met is reclaimed and counted."""
        tier.install(self.entry(clock, ttl=10))
        clock.advance(10)
        assert tier.peek("a") is None
        assert (len(tier), tier.weight, tier.stats()["expirations"]) == (0, 0, 1)

    def test_installing_again_replaces(self, tier: MemoryTier, clock: MovedClock) -> None:
        """Value, deadline and weight are those of the last entry."""
        tier.install(self.entry(clock, value="old", ttl=10, weight=100))
        tier.install(self.entry(clock, value="new", ttl=100, weight=30))
        clock.advance(50)
        assert self.value_of(tier.get("a")) == "new"
        assert (len(tier), tier.weight) == (1, 30)

    def test_expire_makes_stale(self, tier: MemoryTier, clock: MovedClock) -> None:
        """From ``expire`` on the entry is stale; its end stands."""
        tier.install(self.entry(clock, ttl=10, stale_ttl=10))
        clock.advance(1)
        assert tier.expire("a") is True
        assert tier.get("a") is None
        found = tier.peek("a")
        assert found is not None
        assert found.fresh_until <= clock.monotonic()
        assert found.dead_at == clock.monotonic() + 19
        clock.advance(19)
        assert tier.peek("a") is None

    def test_expire_lengthens_nothing(self, tier: MemoryTier, clock: MovedClock) -> None:
        """What is stale already stays as stale as it was; what is dead or absent is not there to be expired."""
        tier.install(self.entry(clock, ttl=10, stale_ttl=10))
        clock.advance(15)
        assert tier.expire("a") is True
        found = tier.peek("a")
        assert found is not None
        assert found.fresh_until <= clock.monotonic() - 5
        clock.advance(5)
        assert tier.expire("a") is False
        assert tier.expire("never") is False

    def test_invalidate_removes(self, tier: MemoryTier, clock: MovedClock) -> None:
        """What was invalidated is gone from both looks, and its bytes with it."""
        tier.install(self.entry(clock))
        tier.install(self.entry(clock, "b"))
        assert tier.invalidate("a") is True
        assert tier.get("a") is None
        assert tier.peek("a") is None
        assert (len(tier), tier.weight) == (1, 10)

    def test_invalidate_says_whether_something_was_there(self, tier: MemoryTier, clock: MovedClock) -> None:
        """True for a live entry, False for none, for a dead one, and the second time."""
        tier.install(self.entry(clock, "dead", ttl=5))
        tier.install(self.entry(clock))
        clock.advance(5)
        told = [tier.invalidate(name) for name in ("a", "a", "dead", "never")]
        assert told == [True, False, False, False]

    def test_names_leave_out_the_dead(self, tier: MemoryTier, clock: MovedClock) -> None:
        """Live and stale entries are listed once each, dead ones are not."""
        tier.install(self.entry(clock, "dead", ttl=5))
        tier.install(self.entry(clock, "stale", ttl=5, stale_ttl=10))
        tier.install(self.entry(clock, "fresh"))
        clock.advance(5)
        assert sorted(tier.names()) == ["fresh", "stale"]

    def test_names_are_those_of_the_moment_of_the_call(self, tier: MemoryTier, clock: MovedClock) -> None:
        """A listing that was begun does not mind what happens meanwhile."""
        for name in "abc":
            tier.install(self.entry(clock, name))
        listing = tier.names()
        tier.invalidate("b")
        tier.install(self.entry(clock, "d"))
        assert sorted(listing) == ["a", "b", "c"]

    def test_oldest_lists_what_dies_soonest(self, tier: MemoryTier, clock: MovedClock) -> None:
        """Soonest first, at most ``n``, the endless last, the dead not at all."""
        for name, ttl in (("c", 30.0), ("dead", 1.0), ("a", 10.0), ("never", NEVER), ("b", 20.0)):
            tier.install(self.entry(clock, name, ttl=ttl))
        clock.advance(1)
        assert [tier.oldest(n) for n in (0, 2, 9)] == [[], ["a", "b"], ["a", "b", "c", "never"]]
