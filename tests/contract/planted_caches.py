"""Caches over tiers with one fault each, and laws of the driving port that the fault must break.

Not collected by itself: ``test_planted_caches`` runs it and looks at what fails.
"""

from math import inf
from typing import Any, ClassVar

from hexcache.adapters.outbound.codecs.plain import JsonSerializer
from hexcache.adapters.outbound.memory.blobs import BlobTable
from hexcache.adapters.outbound.memory.sync.store import MemoryStore
from hexcache.adapters.outbound.memory.tier import InMemoryTier
from hexcache.domain.entry import Entry
from hexcache.domain.fence import Fence
from hexcache.ports.sync.store import Store
from hexcache.testing.clock import MovedClock
from hexcache.testing.sync.faults import FaultyStore
from tests.contract.sync.assemblies import Assembled
from tests.unit.testing.sync import planted


class Planted(Assembled):
    """A memory tier over one store, one of which is wrong."""

    breaks: ClassVar[set[str]]

    def make_store(self, clock: MovedClock, place: int) -> Store:
        return MemoryStore(BlobTable(clock.wall))


class IgnoresFences(InMemoryTier):
    """Installs whatever was loaded, however old it is."""

    def install(self, entry: Entry, fence: Fence | None = None, /) -> bool:
        return super().install(entry, None)


class TestIgnoresFences(Planted):
    """The memory tier takes what a slow reader brings."""

    tier = IgnoresFences
    breaks: ClassVar = {"test_a_slow_reader_fills_nothing_old", "test_a_slow_reader_does_not_overwrite_a_write"}


class KeepsWhatIsInvalid(InMemoryTier):
    """Moves the fence and keeps the entry."""

    def invalidate(self, name: str, /) -> bool:
        entry = self.peek(name)
        super().invalidate(name)
        return entry is not None and super().install(entry)


class TestKeepsWhatIsInvalid(Planted):
    """The memory tier goes on serving what was deleted."""

    tier = KeepsWhatIsInvalid
    breaks: ClassVar = {"test_delete_removes_from_every_tier", "test_delete_many_removes_each"}


class LivesForEver(InMemoryTier):
    """Forgets every deadline."""

    def install(self, entry: Entry, fence: Fence | None = None, /) -> bool:
        entry.quiet_until = entry.fresh_until = entry.dead_at = inf
        return super().install(entry, fence)


class TestLivesForEver(Planted):
    """The memory tier promotes with a life of its own."""

    tier = LivesForEver
    breaks: ClassVar = {"test_a_value_is_fresh_until_its_ttl", "test_promotion_keeps_the_remaining_life"}


class TestLosesDeletes(Planted):
    """The store says that it deleted."""

    breaks: ClassVar = {"test_delete_removes_from_every_tier", "test_a_delete_under_way_lets_nothing_be_filled_again"}

    def make_store(self, clock: MovedClock, place: int) -> Store:
        store = FaultyStore(super().make_store(clock, place))
        store.lose("delete", "delete_many")
        return store


class TestForgetsTokens(Planted):
    """The store writes whatever the condition is."""

    breaks: ClassVar = {"test_adds_of_two_caches_are_decided_by_the_store"}

    def make_store(self, clock: MovedClock, place: int) -> Store:
        store = FaultyStore(super().make_store(clock, place))
        store.ignore_tokens()
        return store


class TestFoldsCase(Planted):
    """The store takes addresses for one another that differ in case."""

    breaks: ClassVar = {"test_keys_that_look_alike_are_kept_apart"}

    def make_store(self, clock: MovedClock, place: int) -> Store:
        return planted.FoldsCase(clock.wall)


class Flattened(JsonSerializer):
    """Writes a tuple as a list."""

    def dumps(self, value: Any, /) -> bytes:
        return super().dumps(list(value) if isinstance(value, tuple) else value)


class TestFlattens(Planted):
    """The serializer changes types on the way."""

    serializer = Flattened()
    breaks: ClassVar = {"test_every_tier_gives_the_same_value", "test_falsy_values_round_trip_in_every_tier"}
