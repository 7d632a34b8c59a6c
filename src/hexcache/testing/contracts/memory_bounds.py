"""Laws of a memory tier about bounds, namespaces and threads."""

from __future__ import annotations

import random
import threading
from concurrent.futures import ThreadPoolExecutor

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hexcache.domain.key import name_prefix
from hexcache.ports.memory_tier import MemoryTier
from hexcache.testing.clock import MovedClock
from hexcache.testing.contracts.memory_ground import MAX_BYTES, MAX_ITEM_BYTES, MAX_ITEMS, MemoryTierGround
from hexcache.testing.held import SAFETY_LIMIT

names = st.sampled_from([prefix + key for prefix in ("", name_prefix("n"), name_prefix("n/m")) for key in "abcdefgh"])
steps = st.lists(
    st.one_of(
        st.tuples(st.just("install"), names, st.integers(0, MAX_ITEM_BYTES + 50), st.sampled_from([1.0, 5.0, 1e9])),
        st.tuples(st.sampled_from(["get", "peek", "invalidate", "expire"]), names, st.just(0), st.just(0.0)),
        st.tuples(st.just("advance"), st.just(""), st.just(0), st.sampled_from([0.5, 1.0, 5.0])),
        st.tuples(st.just("clear"), st.sampled_from(["", "n", "n/m"]), st.just(0), st.just(0.0)),
    ),
    max_size=120,
)


class MemoryTierBoundLaws(MemoryTierGround):
    """Items, bytes, heavy entries, ``clear``, threads."""

    def test_items_are_bounded(self, tier: MemoryTier, clock: MovedClock) -> None:
        """However many are installed, no more than the bound are held, each newcomer among them; others are evicted."""
        for number in range(MAX_ITEMS * 3):
            assert tier.install(self.entry(clock, f"n{number}")) is True
            assert tier.peek(f"n{number}") is not None, "an entry was evicted for itself"
            assert len(tier) == min(number + 1, MAX_ITEMS)
        assert tier.stats()["evictions"] == MAX_ITEMS * 2

    def test_bytes_are_bounded(self, tier: MemoryTier, clock: MovedClock) -> None:
        """However heavy they are, what is held weighs no more than the bound."""
        for number in range(40):
            assert tier.install(self.entry(clock, f"n{number}", weight=100 + number * 20)) is True
            assert tier.weight <= MAX_BYTES
            assert tier.peek(f"n{number}") is not None, "an entry was evicted for itself"

    def test_replacing_keeps_the_bounds(self, tier: MemoryTier, clock: MovedClock) -> None:
        """An entry that grows pushes others out, not itself."""
        for number in range(20):
            tier.install(self.entry(clock, f"n{number}", weight=200))
        for number in range(20):
            assert tier.install(self.entry(clock, f"n{number}", weight=MAX_ITEM_BYTES)) is True
            assert tier.peek(f"n{number}") is not None
            assert tier.weight <= MAX_BYTES

    def test_an_entry_of_the_greatest_weight_is_held(self, tier: MemoryTier, clock: MovedClock) -> None:
        """The limit for one item is inclusive."""
        assert tier.install(self.entry(clock, weight=MAX_ITEM_BYTES)) is True
        assert tier.weight == MAX_ITEM_BYTES

    def test_a_heavier_entry_is_rejected(self, tier: MemoryTier, clock: MovedClock) -> None:
        """Above the limit for one item nothing is held, nobody is pushed out, and the rejection is counted."""
        tier.install(self.entry(clock, "other"))
        assert tier.install(self.entry(clock, weight=MAX_ITEM_BYTES + 1)) is False
        assert tier.peek("a") is None
        assert tier.peek("other") is not None
        assert tier.stats()["rejections"] == 1

    def test_a_rejected_entry_leaves_no_predecessor(self, tier: MemoryTier, clock: MovedClock) -> None:
        """What was there before a rejected entry is gone, with a fence and without."""
        tier.install(self.entry(clock, value="older"))
        assert tier.install(self.entry(clock, weight=MAX_ITEM_BYTES + 1)) is False
        assert tier.peek("a") is None, "the predecessor of a rejected entry is still served"
        tier.install(self.entry(clock, value="older"))
        assert tier.install(self.entry(clock, weight=MAX_ITEM_BYTES + 1), tier.observe("a")) is False
        assert tier.peek("a") is None

    def test_the_dead_make_room(self, tier: MemoryTier, clock: MovedClock) -> None:
        """A tier full of dead entries holds as many live ones as an empty one, and evicts none of them."""
        for number in range(MAX_ITEMS):
            tier.install(self.entry(clock, f"dead{number}", ttl=1))
        clock.advance(1)
        for number in range(MAX_ITEMS):
            assert tier.install(self.entry(clock, f"n{number}")) is True
        assert len(tier) <= MAX_ITEMS
        assert tier.stats()["expirations"] > 0

    def test_clear_removes_a_namespace_and_below(self, tier: MemoryTier, clock: MovedClock) -> None:
        """The namespace and those below it go; its neighbours and the root stay; the count is of what lived."""
        gone = [name_prefix("n") + "a", name_prefix("n") + "b", name_prefix("n/m") + "a"]
        kept = ["a", "n", name_prefix("nn") + "a", name_prefix("m/n") + "a"]
        for name in gone + kept:
            tier.install(self.entry(clock, name))
        tier.install(self.entry(clock, name_prefix("n") + "dead", ttl=1))
        clock.advance(1)
        assert tier.clear("n") == len(gone)
        assert sorted(tier.names()) == sorted(kept)

    def test_clear_of_the_root_removes_everything(self, tier: MemoryTier, clock: MovedClock) -> None:
        """Without a path every namespace goes, and the room is free again."""
        for name in ("a", name_prefix("n") + "a"):
            tier.install(self.entry(clock, name))
        assert tier.clear() == 2
        assert (len(tier), tier.weight, tier.clear()) == (0, 0, 0)

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.differing_executors])
    @given(steps=steps)
    def test_bounds_hold_whatever_is_called(self, steps: list[tuple[str, str, int, float]]) -> None:
        """After each of any calls the bounds hold and a look finds the last entry installed, or none."""
        clock = MovedClock()
        tier = self.make(clock, max_items=MAX_ITEMS, max_bytes=MAX_BYTES, max_item_bytes=MAX_ITEM_BYTES)
        last: dict[str, int] = {}
        for turn, (call, name, weight, seconds) in enumerate(steps):
            if call == "install":
                held = tier.install(self.entry(clock, name, turn, ttl=seconds, weight=weight))
                assert held is (weight <= MAX_ITEM_BYTES)
                last[name] = turn
            elif call == "advance":
                clock.advance(seconds)
            else:
                getattr(tier, call)(name)
            self.check(tier)
            found = tier.peek(name) if name in last else None
            assert found is None or (found.value == last[name] and call != "invalidate")

    def test_threads_do_not_break_it(self, tier: MemoryTier, clock: MovedClock) -> None:
        """Eight threads that do everything at once leave bounds and counts right, and no error."""
        start = threading.Barrier(8, timeout=SAFETY_LIMIT)

        def work(seed: int) -> None:
            draw = random.Random(seed)
            start.wait()
            for _ in range(400):
                name = f"n{draw.randrange(60)}"
                fence = tier.observe(name)
                tier.install(self.entry(clock, name, weight=draw.randrange(1_100)), draw.choice([fence, None]))
                draw.choice([tier.get, tier.peek, tier.invalidate, tier.expire])(f"n{draw.randrange(60)}")
                list(tier.names())
                tier.oldest(3)
                tier.stats()

        with ThreadPoolExecutor(8) as threads:
            for done in [threads.submit(work, seed) for seed in range(8)]:
                done.result(SAFETY_LIMIT)
        self.check(tier)
        held = [entry for entry in map(tier.peek, list(tier.names())) if entry is not None]
        assert (len(held), sum(entry.weight for entry in held)) == (len(tier), tier.weight)
