"""The memory tier against a plain model, under any sequence of calls."""

from __future__ import annotations

from math import inf

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from hexcache.adapters.outbound.memory.tier import InMemoryTier
from hexcache.domain.entry import Entry
from hexcache.domain.eviction.policy import policy_names
from hexcache.domain.fence import Fence
from hexcache.domain.key import is_within, name_prefix
from hexcache.testing.clock import MovedClock
from tests.unit.memory.entries import check_sound, entry

NAMES = st.sampled_from([*"abcdef", name_prefix("n") + "a", name_prefix("n/m") + "b", name_prefix("nm") + "c"])
LIVES = st.sampled_from([1.0, 3.0, inf])
WEIGHTS = st.integers(1, 45)
MAX_ITEM_BYTES = 40


class TierMachine(RuleBasedStateMachine):
    """The model is what would be held without bounds: the tier may hold less, never anything else."""

    @initialize(policy=st.sampled_from(policy_names()), max_items=st.integers(1, 6))
    def begin(self, policy: str, max_items: int) -> None:
        self.clock = MovedClock()
        self.tier = InMemoryTier(
            self.clock.monotonic, max_items=max_items, max_bytes=100, max_item_bytes=MAX_ITEM_BYTES, policy=policy
        )
        self.model: dict[str, Entry] = {}
        self.fences: dict[str, Fence] = {}

    @rule(name=NAMES)
    def observe(self, name: str) -> None:
        self.fences[name] = self.tier.observe(name)

    @rule(name=NAMES, life=LIVES, stale=st.sampled_from([0.0, 2.0]), weight=WEIGHTS, fenced=st.booleans())
    def install(self, name: str, life: float, stale: float, weight: int, fenced: bool) -> None:
        now = self.clock.monotonic()
        new = entry(name, object(), fresh_until=now + life, dead_at=now + life + stale, weight=weight)
        fence = self.fences.get(name) if fenced else None
        moved = fence is not None and self.tier.observe(name) != fence
        before = self.tier.observe(name)
        assert self.tier.install(new, fence) is (not moved and weight <= MAX_ITEM_BYTES)
        assert (self.tier.observe(name) == before) is (fence is not None)
        if moved:
            return
        if weight <= MAX_ITEM_BYTES:
            self.model[name] = new
            assert self.tier.peek(name) is new
        else:
            self.model.pop(name, None)
            assert self.tier.peek(name) is None

    @rule(name=NAMES)
    def get(self, name: str) -> None:
        found = self.tier.get(name)
        if found is not None:
            assert found is self.model[name]
            assert found.quiet_until > self.clock.monotonic()

    @rule(name=NAMES)
    def invalidate(self, name: str) -> None:
        held = self.tier.peek(name) is not None
        fence = self.tier.observe(name)
        assert self.tier.invalidate(name) is held
        assert self.tier.observe(name) != fence
        self.model.pop(name, None)

    @rule(name=NAMES)
    def expire(self, name: str) -> None:
        held = self.tier.peek(name)
        fence = self.tier.observe(name)
        assert self.tier.expire(name) is (held is not None)
        assert self.tier.observe(name) != fence
        assert self.tier.get(name) is None
        assert self.tier.peek(name) is held

    @rule(path=st.sampled_from(["", "n", "n/m", "other"]))
    def clear(self, path: str) -> None:
        fences = {name: self.tier.observe(name) for name in "ab"}
        gone = [name for name in self.tier.names() if is_within(name, path)]
        assert self.tier.clear(path) == len(gone)
        assert all(self.tier.observe(name) != fence for name, fence in fences.items())
        for name in [name for name in self.model if is_within(name, path)]:
            del self.model[name]

    @rule(seconds=st.sampled_from([0.5, 1.0, 4.0]))
    def pass_time(self, seconds: float) -> None:
        self.clock.advance(seconds)

    @invariant()
    def sound(self) -> None:
        if not hasattr(self, "tier"):
            return
        check_sound(self.tier)
        now = self.clock.monotonic()
        names = list(self.tier.names())
        assert all(self.tier.peek(name) is self.model[name] for name in names)
        assert all(self.model[name].dead_at > now for name in names)
        deadlines = [self.model[name].dead_at for name in self.tier.oldest(3)]
        assert deadlines == sorted(self.model[name].dead_at for name in names)[:3]
        stats = self.tier.stats()
        assert (stats["items"], stats["bytes"]) == (len(self.tier), self.tier.weight)


TestTierMachine = TierMachine.TestCase
TestTierMachine.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
