"""The memory tier with one fault each, and the very laws that the fault must break.

Not collected by itself: ``test_planted_tiers`` runs it and looks at what fails.
"""

from typing import ClassVar

from hexcache.adapters.outbound.memory.tier import InMemoryTier
from hexcache.domain.entry import Entry
from hexcache.domain.fence import Fence
from hexcache.testing.clock import MovedClock
from hexcache.testing.contracts.memory_tier import MemoryTierContract


class Planted(MemoryTierContract):
    """The contract over a tier that is wrong."""

    tier_type: ClassVar[type[InMemoryTier]]
    breaks: ClassVar[set[str]]

    def make(self, clock: MovedClock, *, max_items: int, max_bytes: int, max_item_bytes: int) -> InMemoryTier:
        return self.tier_type(
            clock.monotonic, max_items=max_items, max_bytes=max_bytes, max_item_bytes=max_item_bytes
        )  # fmt: skip


class WritesBehindTheFence(InMemoryTier):
    """A write that leaves the fence where it was, as if a load had been installed."""

    def install(self, entry: Entry, fence: Fence | None = None, /) -> bool:
        return super().install(entry, self.observe(entry.name) if fence is None else fence)


class TestWritesBehindTheFence(Planted):
    """A load from before a write replaces it."""

    tier_type = WritesBehindTheFence
    breaks: ClassVar = {
        "test_a_write_refuses_older_loads",
        "test_a_write_that_was_too_heavy_refuses_older_loads",
        "test_a_refused_entry_that_is_too_heavy_changes_nothing",
    }


class ForgetsAbsentNames(InMemoryTier):
    """An invalidation that does nothing where nothing is held."""

    def invalidate(self, name: str, /) -> bool:
        return self.peek(name) is not None and super().invalidate(name)


class TestForgetsAbsentNames(Planted):
    """A load in flight survives the invalidation of its name."""

    tier_type = ForgetsAbsentNames
    breaks: ClassVar = {"test_invalidating_nothing_refuses_older_loads"}


class MixesUpNamespaces(InMemoryTier):
    """A ``clear`` that goes by the beginning of the name."""

    def clear(self, path: str = "", /) -> int:
        gone = [name for name in self.names() if name.startswith(f"\x1f{path}")] if path else []
        return sum([self.invalidate(name) for name in gone]) if path else super().clear()


class TestMixesUpNamespaces(Planted):
    """A namespace takes its neighbours along, and loads in flight survive."""

    tier_type = MixesUpNamespaces
    breaks: ClassVar = {"test_clear_removes_a_namespace_and_below", "test_clearing_refuses_older_loads"}


class CountsTheDead(InMemoryTier):
    """An invalidation that takes the dead for living."""

    def invalidate(self, name: str, /) -> bool:
        held = len(self)
        return super().invalidate(name) or len(self) < held


class TestCountsTheDead(Planted):
    """What was dead counts as something."""

    tier_type = CountsTheDead
    breaks: ClassVar = {"test_invalidate_says_whether_something_was_there"}


class LengthensTheStale(InMemoryTier):
    """An ``expire`` that begins the stale window anew."""

    def expire(self, name: str, /) -> bool:
        entry = self.peek(name)
        if entry is not None:
            entry.dead_at += 5
        return super().expire(name)


class TestLengthensTheStale(Planted):
    """What was expired outlives its end."""

    tier_type = LengthensTheStale
    breaks: ClassVar = {"test_expire_makes_stale", "test_expire_lengthens_nothing"}


class ListsBackwards(InMemoryTier):
    """An order of death that begins with the endless."""

    def oldest(self, n: int, /) -> list[str]:
        return super().oldest(1_000)[::-1][:n]


class TestListsBackwards(Planted):
    """The oldest are the youngest."""

    tier_type = ListsBackwards
    breaks: ClassVar = {"test_oldest_lists_what_dies_soonest"}
