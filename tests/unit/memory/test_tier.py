"""The memory tier against its port: what a hit, a miss, a deadline, a fence and a bound do."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import Any

import pytest

from hexcache.adapters.outbound.memory.presets import DEFAULT, LITELLM, MemoryPreset
from hexcache.adapters.outbound.memory.tier import InMemoryTier
from hexcache.domain.entry import Entry
from hexcache.domain.errors import InvalidSetting
from hexcache.domain.eviction.policy import policy_names
from hexcache.domain.fence import FenceTable
from hexcache.domain.key import name_prefix
from hexcache.ports.memory_tier import MemoryTier
from hexcache.testing.clock import MovedClock
from tests.unit.memory.entries import check_sound, entry

NOW = 1_000.0
"""The moved clock's start."""

every_policy = pytest.mark.parametrize("policy", policy_names())


class CountedClock:
    """A clock that counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self) -> float:
        self.asked += 1
        return NOW


@pytest.fixture
def tier(moved_clock: MovedClock) -> InMemoryTier:
    return InMemoryTier(moved_clock.monotonic, max_items=10, max_bytes=1_000)


def test_it_is_a_memory_tier(moved_clock: MovedClock) -> None:
    tier: MemoryTier = InMemoryTier(moved_clock.monotonic)
    assert (len(tier), tier.weight, list(tier.names())) == (0, 0, [])


class TestHits:
    """``get`` and ``peek``."""

    @every_policy
    def test_get_returns_the_very_entry_until_its_quiet_time_ends(self, policy: str, moved_clock: MovedClock) -> None:
        tier = InMemoryTier(moved_clock.monotonic, policy=policy)
        kept = Entry("a", [], 0, NOW + 10, NOW + 20, NOW, quiet_until=NOW + 5)
        assert tier.install(kept)
        moved_clock.advance(5 - 2**-10)
        assert tier.get("a") is kept
        moved_clock.advance(2**-10)
        assert tier.get("a") is None
        assert tier.peek("a") is kept

    @every_policy
    def test_get_of_what_is_not_there_is_none(self, policy: str, moved_clock: MovedClock) -> None:
        assert InMemoryTier(moved_clock.monotonic, policy=policy).get("a") is None

    @every_policy
    def test_a_value_none_is_a_hit(self, policy: str, moved_clock: MovedClock) -> None:
        tier = InMemoryTier(moved_clock.monotonic, policy=policy)
        tier.install(entry("a", None))
        found = tier.get("a")
        assert found is not None
        assert found.value is None

    def test_peek_serves_the_stale_and_removes_the_dead(self, tier: InMemoryTier, moved_clock: MovedClock) -> None:
        tier.install(entry("a", fresh_until=NOW + 5, dead_at=NOW + 10))
        moved_clock.advance(10 - 2**-10)
        assert tier.peek("a") is not None
        moved_clock.advance(2**-10)
        assert tier.peek("a") is None
        assert tier.stats() == {
            "items": 0, "bytes": 0, "evictions": 0, "expirations": 1, "rejections": 0, "refusals": 0
        }  # fmt: skip
        check_sound(tier)

    def test_the_clock_is_asked_once_for_what_can_expire_and_never_for_what_cannot(self) -> None:
        clock = CountedClock()
        tier = InMemoryTier(clock)
        tier.install(entry("mortal", fresh_until=NOW + 1))
        tier.install(entry("immortal"))
        clock.asked = 0
        tier.get("immortal")
        tier.get("absent")
        assert clock.asked == 0
        tier.get("mortal")
        assert clock.asked == 1

    def test_get_marks_and_peek_does_not(self, tier: InMemoryTier) -> None:
        kept = entry("a")
        tier.install(kept)
        tier.peek("a")
        assert kept.mark == 0
        for expected in (1, 2, 3, 3):
            tier.get("a")
            assert kept.mark == expected

    @pytest.mark.parametrize(("policy", "marks"), [("s3fifo", 3), ("lru", 0), ("expiry", 0)])
    def test_marks_go_as_far_as_the_policy_wants(self, policy: str, marks: int, moved_clock: MovedClock) -> None:
        tier = InMemoryTier(moved_clock.monotonic, policy=policy)
        kept = entry("a")
        tier.install(kept)
        for _ in range(5):
            tier.get("a")
        assert kept.mark == marks

    def test_a_hit_decides_who_leaves_under_lru_and_peek_does_not(self, moved_clock: MovedClock) -> None:
        tier = InMemoryTier(moved_clock.monotonic, max_items=3, policy="lru")
        for name in "abc":
            tier.install(entry(name))
        tier.get("a")
        tier.peek("b")
        tier.install(entry("d"))
        assert sorted(tier.names()) == ["a", "c", "d"]


class TestInstalls:
    """``install`` and its fence."""

    @every_policy
    def test_an_overwrite_replaces_entry_and_weight(self, policy: str, moved_clock: MovedClock) -> None:
        tier = InMemoryTier(moved_clock.monotonic, policy=policy)
        tier.install(entry("a", "old", weight=7))
        new = entry("a", "new", weight=3)
        assert tier.install(new)
        assert tier.get("a") is new
        assert (len(tier), tier.weight) == (1, 3)
        check_sound(tier)

    @every_policy
    def test_installing_the_same_entry_again_changes_nothing(self, policy: str, moved_clock: MovedClock) -> None:
        tier = InMemoryTier(moved_clock.monotonic, policy=policy)
        kept = entry("a", weight=5)
        assert tier.install(kept)
        assert tier.install(kept)
        assert tier.get("a") is kept
        check_sound(tier)

    @pytest.mark.parametrize("move", ["invalidate", "expire", "clear", "clear elsewhere"])
    @pytest.mark.parametrize("held", [False, True])
    def test_an_install_observed_before_an_invalidation_is_refused(
        self, tier: InMemoryTier, move: str, held: bool
    ) -> None:
        if held:
            tier.install(entry("a", "old"))
        fence = tier.observe("a")
        moves: dict[str, Callable[[], object]] = {
            "invalidate": lambda: tier.invalidate("a"),
            "expire": lambda: tier.expire("a"),
            "clear": tier.clear,
            "clear elsewhere": lambda: tier.clear("other"),
        }
        moves[move]()
        before = tier.peek("a")
        assert tier.install(entry("a", "late"), fence) is False
        assert tier.peek("a") is before
        assert tier.stats()["refusals"] == 1
        assert tier.install(entry("a", "new"), tier.observe("a")) is True

    @pytest.mark.parametrize("weight", [1, 126])
    def test_an_install_without_a_fence_is_a_write_that_refuses_older_loads(
        self, tier: InMemoryTier, weight: int
    ) -> None:
        tier.invalidate("a")
        fence = tier.observe("a")
        assert tier.install(entry("a", "written", weight=weight)) is (weight == 1)
        assert tier.install(entry("a", "loaded"), fence) is False

    def test_reads_and_back_fills_leave_a_fence_alone(self, tier: InMemoryTier) -> None:
        fence = tier.observe("a")
        for _ in range(3):
            assert tier.install(entry("a"), fence)
            tier.get("a")
            tier.peek("a")

    def test_a_table_of_fences_that_is_handed_in_is_used(self, moved_clock: MovedClock) -> None:
        fences = FenceTable(stripes=1)
        tier = InMemoryTier(moved_clock.monotonic, fences=fences)
        fence = tier.observe("a")
        tier.invalidate("b")
        assert tier.install(entry("a"), fence) is False, "with one stripe every name shares a counter"


class TestBounds:
    """Items, bytes, bytes of one item."""

    @every_policy
    def test_the_number_of_entries_is_bounded(self, policy: str, moved_clock: MovedClock) -> None:
        tier = InMemoryTier(moved_clock.monotonic, max_items=5, policy=policy)
        for number in range(50):
            assert tier.install(entry(f"n{number}"))
            assert tier.get(f"n{number}") is not None, "an entry that was installed is held"
            check_sound(tier)
        assert (len(tier), tier.stats()["evictions"]) == (5, 45)

    @every_policy
    def test_the_sum_of_weights_is_bounded(self, policy: str, moved_clock: MovedClock) -> None:
        tier = InMemoryTier(moved_clock.monotonic, max_bytes=100, max_item_bytes=100, policy=policy)
        for number in range(60):
            assert tier.install(entry(f"n{number}", weight=1 + number * 7 % 100))
            assert tier.get(f"n{number}") is not None
            check_sound(tier)
        assert tier.install(entry("all of it", weight=100))
        assert list(tier.names()) == ["all of it"]

    @every_policy
    def test_a_heavier_overwrite_pushes_others_out_and_stays(self, policy: str, moved_clock: MovedClock) -> None:
        tier = InMemoryTier(moved_clock.monotonic, max_bytes=100, max_item_bytes=100, policy=policy)
        for name in "abcde":
            tier.install(entry(name, weight=20))
        for weight in (30, 60, 100, 1, 100):
            new = entry("a", weight=weight)
            assert tier.install(new)
            assert tier.get("a") is new
            check_sound(tier)
        assert len(tier) == 1

    def test_a_full_tier_takes_an_overwrite_without_evicting(self, tier: InMemoryTier) -> None:
        for number in range(10):
            tier.install(entry(f"n{number}"))
        tier.install(entry("n3"))
        assert (len(tier), tier.stats()["evictions"]) == (10, 0)

    def test_an_entry_that_is_too_heavy_is_rejected_and_its_predecessor_removed(self, tier: InMemoryTier) -> None:
        assert tier.install(entry("a", weight=125))
        assert tier.install(entry("b"))
        assert tier.install(entry("a", weight=126)) is False
        assert tier.install(entry("c", weight=126)) is False
        assert sorted(tier.names()) == ["b"]
        assert (tier.weight, tier.stats()["rejections"]) == (1, 2)
        check_sound(tier)

    def test_one_entry_takes_an_eighth_of_the_bytes_unless_told_otherwise(self, moved_clock: MovedClock) -> None:
        for max_bytes, most in ((800, 100), (5, 1)):
            tier = InMemoryTier(moved_clock.monotonic, max_bytes=max_bytes)
            assert tier.install(entry("a", weight=most))
            assert not tier.install(entry("a", weight=most + 1))

    @pytest.mark.parametrize("wrong", [0, -1, 1.5, "10", True])
    @pytest.mark.parametrize("setting", ["max_items", "max_bytes", "max_item_bytes"])
    def test_a_bound_that_is_no_positive_whole_number_is_refused(
        self, setting: str, wrong: Any, moved_clock: MovedClock
    ) -> None:
        with pytest.raises(InvalidSetting, match=f"{setting} is {wrong!r}: accepted is a whole number, .*1"):
            InMemoryTier(moved_clock.monotonic, **{setting: wrong})

    def test_one_item_cannot_be_given_more_than_there_is(self, moved_clock: MovedClock) -> None:
        with pytest.raises(InvalidSetting, match="max_item_bytes is 101: accepted is a whole number, from 1 to 100"):
            InMemoryTier(moved_clock.monotonic, max_bytes=100, max_item_bytes=101)

    def test_an_unknown_policy_is_refused(self, moved_clock: MovedClock) -> None:
        with pytest.raises(InvalidSetting, match="'fifo': accepted are expiry, lru, s3fifo"):
            InMemoryTier(moved_clock.monotonic, policy="fifo")


class TestChanges:
    """``invalidate``, ``expire``, ``clear``."""

    @every_policy
    def test_what_was_invalidated_is_gone(self, policy: str, moved_clock: MovedClock) -> None:
        tier = InMemoryTier(moved_clock.monotonic, policy=policy)
        tier.install(entry("a"))
        assert tier.invalidate("a") is True
        assert (tier.get("a"), tier.peek("a"), len(tier), tier.weight) == (None, None, 0, 0)
        assert tier.invalidate("a") is False
        check_sound(tier)

    def test_what_is_dead_counts_as_nothing(self, tier: InMemoryTier, moved_clock: MovedClock) -> None:
        for name in ("x", "y", "z"):
            tier.install(entry(name, fresh_until=NOW + 1))
        moved_clock.advance(1)
        assert tier.invalidate("x") is False
        assert tier.expire("y") is False
        assert tier.clear() == 0
        assert len(tier) == 0

    def test_an_expired_entry_is_stale_from_now_on_and_dies_when_it_would_have(
        self, tier: InMemoryTier, moved_clock: MovedClock
    ) -> None:
        tier.install(entry("a", fresh_until=NOW + 10, dead_at=NOW + 20))
        assert tier.expire("a") is True
        found = tier.peek("a")
        assert tier.get("a") is None
        assert found is not None
        assert (found.quiet_until, found.fresh_until, found.dead_at) == (NOW, NOW, NOW + 20)
        moved_clock.advance(5)
        assert tier.expire("a") is True
        assert found.fresh_until == NOW, "what is stale already became stale when it did"
        moved_clock.advance(15)
        assert tier.peek("a") is None

    def test_expiring_what_is_not_there_is_false(self, tier: InMemoryTier) -> None:
        assert tier.expire("a") is False

    def test_an_overwrite_after_an_expiry_is_fresh(self, tier: InMemoryTier) -> None:
        tier.install(entry("a"))
        tier.expire("a")
        tier.install(entry("a"))
        assert tier.get("a") is not None

    @every_policy
    def test_clear_is_about_a_namespace_and_those_below(self, policy: str, moved_clock: MovedClock) -> None:
        tier = InMemoryTier(moved_clock.monotonic, policy=policy)
        inside = [name_prefix("users") + "a", name_prefix("users") + "b", name_prefix("users/eu") + "a"]
        outside = ["a", "users", name_prefix("user") + "a", name_prefix("users2") + "a", name_prefix("x/users") + "a"]
        for name in inside + outside:
            tier.install(entry(name, weight=2))
        assert tier.clear("users") == 3
        assert sorted(tier.names()) == sorted(outside)
        check_sound(tier)
        assert tier.clear() == 5
        assert (len(tier), tier.weight) == (0, 0)
        check_sound(tier)
        tier.install(entry("a"))
        assert tier.get("a") is not None


class TestExpiry:
    """Reclaiming the dead."""

    @every_policy
    def test_the_dead_are_reclaimed_by_later_installs_alone(self, policy: str, moved_clock: MovedClock) -> None:
        tier = InMemoryTier(moved_clock.monotonic, max_items=1_000, policy=policy)
        for number in range(100):
            tier.install(entry(f"dead{number}", fresh_until=NOW + 5))
        moved_clock.advance(5)
        for number in range(250):
            tier.install(entry(f"alive{number}"))
        assert sorted(tier.names()) == sorted(f"alive{number}" for number in range(250))
        assert (len(tier), tier.stats()["expirations"], tier.stats()["evictions"]) == (250, 100, 0)
        check_sound(tier)

    def test_a_cleared_tier_keeps_no_names(self, tier: InMemoryTier) -> None:
        for number in range(10):
            tier.install(entry(f"n{number}"))
        assert tier._table._sweep._lap, "the sweep is amid a lap"
        tier.clear()
        assert not tier._table._sweep._lap

    def test_overwrites_reclaim_as_well(self, moved_clock: MovedClock) -> None:
        tier = InMemoryTier(moved_clock.monotonic)
        for number in range(50):
            tier.install(entry(f"dead{number}", fresh_until=NOW + 5))
        moved_clock.advance(5)
        for _ in range(120):
            tier.install(entry("same"))
        assert len(tier) == 1

    @every_policy
    def test_a_dead_victim_counts_as_expired_not_as_evicted(self, policy: str, moved_clock: MovedClock) -> None:
        tier = InMemoryTier(moved_clock.monotonic, max_items=3, policy=policy)
        for name in "abc":
            tier.install(entry(name, fresh_until=NOW + 5))
        moved_clock.advance(5)
        for name in "def":
            tier.install(entry(name))
        assert tier.stats()["expirations"] == 3
        assert tier.stats()["evictions"] == 0


class TestLists:
    """``names``, ``oldest``, ``stats``."""

    def test_names_are_those_of_the_call_without_the_dead(self, tier: InMemoryTier, moved_clock: MovedClock) -> None:
        tier.install(entry("dead", fresh_until=NOW + 1))
        tier.install(entry("stale", fresh_until=NOW + 1, dead_at=NOW + 9))
        tier.install(entry("alive"))
        moved_clock.advance(1)
        names = tier.names()
        tier.install(entry("later"))
        tier.invalidate("alive")
        assert sorted(names) == ["alive", "stale"]

    def test_the_oldest_die_soonest_and_are_not_dead(self, tier: InMemoryTier, moved_clock: MovedClock) -> None:
        for name, life in (("c", 30.0), ("a", 10.0), ("never", inf), ("dead", 1.0), ("b", 20.0)):
            tier.install(entry(name, fresh_until=NOW + life))
        moved_clock.advance(1)
        assert tier.oldest(2) == ["a", "b"]
        assert tier.oldest(9) == ["a", "b", "c", "never"]
        assert tier.oldest(0) == tier.oldest(-1) == []


@pytest.mark.parametrize(
    ("preset", "items", "item_bytes", "ttl"),
    [(DEFAULT, 10_000, 8 * 1024 * 1024, None), (LITELLM, 200, 1024 * 1024, 600.0)],
)
def test_a_preset_makes_a_tier_with_its_bounds(
    preset: MemoryPreset, items: int, item_bytes: int, ttl: float | None, moved_clock: MovedClock
) -> None:
    tier = preset.tier(moved_clock.monotonic)
    for number in range(items + 1):
        assert tier.install(entry(str(number)))
    assert len(tier) == items
    assert tier.install(entry("fits", weight=item_bytes))
    assert not tier.install(entry("does not", weight=item_bytes + 1))
    assert preset.ttl == ttl


def test_the_default_preset_is_the_tier_without_settings(moved_clock: MovedClock) -> None:
    plain, preset = InMemoryTier(moved_clock.monotonic), DEFAULT.tier(moved_clock.monotonic)
    for setting in ("_max_items", "_max_bytes"):
        assert getattr(plain._table, setting) == getattr(preset._table, setting)
    assert plain._max_item_bytes == preset._max_item_bytes
    assert type(plain._policy) is type(preset._policy)
