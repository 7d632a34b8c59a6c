"""The contract of an eviction policy.

Rule: whatever order a policy keeps, no entry is lost in it, none leaves twice, and equal calls have equal outcomes.
"""

from __future__ import annotations

import gc
import weakref
from math import inf

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hexcache.domain.entry import PLAIN, Entry
from hexcache.domain.eviction.policy import EvictionPolicy

CAPACITY = 12
calls = st.lists(
    st.tuples(
        st.sampled_from(["set", "set", "set", "hit", "hit", "discard", "discard", "victim", "wait", "clear"]),
        st.integers(0, 30),
        st.sampled_from([1.0, 5.0, inf]),
    ),
    max_size=200,
)


class Tier:
    """What a memory tier does with a policy, and nothing else: at most ``CAPACITY`` entries by name."""

    def __init__(self, policy: EvictionPolicy) -> None:
        self.policy = policy
        self.held: dict[str, Entry] = {}
        self.left: list[str] = []
        self.now = 1_000.0

    def set(self, number: int, ttl: float = inf) -> Entry:
        """Hold a new entry, in place of one of its name or of a victim."""
        end = self.now + ttl
        entry = Entry(f"n{number}", number, PLAIN, end, end, self.now, weight=1)
        old = self.held.pop(entry.name, None)
        if old is not None:
            self.policy.replace(old, entry, self.now)
        else:
            if len(self.held) == CAPACITY:
                self.evict()
            self.policy.admit(entry, self.now)
        self.held[entry.name] = entry
        return entry

    def evict(self) -> Entry:
        """Let the policy choose who leaves."""
        victim = self.policy.victim(self.now)
        assert self.held.pop(victim.name, None) is victim, "the victim was not held"
        assert victim.home == 0, "an entry that left still has a home"
        self.left.append(victim.name)
        return victim

    def hit(self, number: int) -> None:
        """What a tier does on a hit."""
        entry = self.held.get(f"n{number}")
        if entry is not None:
            if self.policy.reorders_on_hit:
                self.policy.touch(entry)
            elif entry.mark < self.policy.mark_limit:
                entry.mark += 1

    def discard(self, number: int) -> None:
        """Delete an entry."""
        entry = self.held.pop(f"n{number}", None)
        if entry is not None:
            self.policy.discard(entry)
            assert entry.home == 0, "an entry that left still has a home"

    def call(self, what: str, number: int, ttl: float) -> None:
        """One call by name."""
        if what == "set":
            self.set(number, ttl)
        elif what == "hit":
            self.hit(number)
        elif what == "discard":
            self.discard(number)
        elif what == "victim":
            if self.held:
                self.evict()
        elif what == "wait":
            self.now += 1
        else:
            self.policy.clear()
            self.held.clear()

    def check(self) -> None:
        """The policy holds exactly what the tier holds."""
        assert len(self.policy) == len(self.held)
        assert {id(entry) for entry in self.policy} == {id(entry) for entry in self.held.values()}


class Watched:
    """A value that can be referred to weakly."""


def watch(tier: Tier, number: int) -> weakref.ref[Watched]:
    """Hold an entry with a watched value."""
    value = Watched()
    tier.set(number).value = value
    return weakref.ref(value)


class EvictionPolicyContract:
    """Every law of the eviction policy protocol: override ``make``."""

    def make(self, max_items: int) -> EvictionPolicy:
        """A new, empty policy; override it."""
        raise NotImplementedError("override `make(self, max_items)`")

    @pytest.fixture
    def tier(self) -> Tier:
        """A tier with the policy under test."""
        return Tier(self.make(CAPACITY))

    @settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.differing_executors])
    @given(calls=calls)
    def test_it_holds_what_was_admitted_and_has_not_left(self, calls: list[tuple[str, int, float]]) -> None:
        """After each of any calls, the entries held are those that were admitted and neither left nor were removed."""
        tier = Tier(self.make(CAPACITY))
        for call in calls:
            tier.call(*call)
            tier.check()

    @settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.differing_executors])
    @given(calls=calls)
    def test_equal_calls_have_equal_outcomes(self, calls: list[tuple[str, int, float]]) -> None:
        """No clock and no chance: the same calls let the same entries go in the same order."""
        one, other = Tier(self.make(CAPACITY)), Tier(self.make(CAPACITY))
        for call in calls:
            one.call(*call)
            other.call(*call)
        assert one.left == other.left

    def test_everything_leaves_once(self, tier: Tier) -> None:
        """Asked for victims until none is left, a policy gives each entry once, and then says so."""
        for number in range(CAPACITY):
            tier.set(number)
            tier.hit(number % 5)
        victims = [tier.evict().name for _ in range(CAPACITY)]
        assert sorted(victims) == sorted(f"n{number}" for number in range(CAPACITY))
        with pytest.raises(LookupError):
            tier.policy.victim(tier.now)

    def test_an_empty_policy_has_no_victim(self, tier: Tier) -> None:
        """``LookupError`` from the start, and after everything was discarded or cleared."""
        with pytest.raises(LookupError):
            tier.policy.victim(tier.now)
        tier.set(1)
        tier.discard(1)
        with pytest.raises(LookupError):
            tier.policy.victim(tier.now)
        tier.set(1)
        tier.call("clear", 0, 0)
        with pytest.raises(LookupError):
            tier.policy.victim(tier.now)

    def test_what_has_left_may_be_touched_and_discarded(self, tier: Tier) -> None:
        """A hit or a delete that comes late changes nothing."""
        kept, gone = tier.set(1), tier.set(2)
        tier.discard(2)
        tier.policy.touch(gone)
        tier.policy.discard(gone)
        tier.check()
        assert tier.evict() is kept
        tier.policy.touch(kept)
        tier.policy.discard(kept)
        assert len(tier.policy) == 0

    def test_a_replaced_entry_has_left(self, tier: Tier) -> None:
        """Of two entries of one name the new one is held; the old one does not come up as a victim."""
        old = tier.set(1)
        new = tier.set(1)
        tier.policy.discard(old)
        tier.check()
        assert tier.evict() is new
        assert len(tier.policy) == 0

    def test_no_entry_is_kept_alive(self, tier: Tier) -> None:
        """A policy holds no reference to what left, however it left."""
        watched = [watch(tier, number) for number in range(4)]
        tier.set(0)
        tier.discard(1)
        while tier.held:
            tier.evict()
        gc.collect()
        assert [reference() for reference in watched] == [None] * 4

    def test_the_limit_of_marks_is_a_small_number(self, tier: Tier) -> None:
        """Marks are bounded, and a policy either takes marks or wants to be told of hits."""
        assert 0 <= tier.policy.mark_limit < 256
        assert tier.policy.mark_limit == 0 or not tier.policy.reorders_on_hit
