# Generated from src/hexcache/testing/contracts/aio/store_deadlines.py by tools/unasync.py. Do not edit.
"""Laws of a store about deadlines: a blob is there until its deadline and gone at it."""

from __future__ import annotations

import pytest

from hexcache.ports.sync.store import Store
from hexcache.ports.finding import Absent
from hexcache.testing.clock import MovedClock
from hexcache.testing.contracts.sync.store_ground import NEVER, StoreGround

DAY = 86_400.0


class StoreDeadlineLaws(StoreGround):
    """Expiry, to the tick. A store without ``physical_expiry`` may be late, but then returns the very blob."""

    def gone(self, store: Store, address: str, late: bytes) -> None:
        """Check that the address is absent; without ``physical_expiry`` the late blob itself may still be found."""
        finding = self.blob_at(store, address)
        if self.capabilities.physical_expiry:
            assert finding is None, "a blob is found after its deadline"
        else:
            assert finding in {None, late}

    def test_an_entry_is_gone_at_its_deadline(self, store: Store, clock: MovedClock) -> None:
        """At ``dead_at`` itself the blob is absent already."""
        store.put(self.at("a"), b"blob", dead_at=clock.wall() + 10)
        self.pass_time(clock, 10)
        self.gone(store, self.at("a"), b"blob")

    def test_an_entry_is_there_until_its_deadline(self, store: Store, clock: MovedClock) -> None:
        """One tick before ``dead_at`` the blob is still found."""
        store.put(self.at("a"), b"blob", dead_at=clock.wall() + 10)
        self.pass_time(clock, 10 - self.tick)
        assert self.blob_at(store, self.at("a")) == b"blob"

    @pytest.mark.parametrize("life", [26 * DAY, 400 * DAY, NEVER], ids=["26 days", "400 days", "never"])
    def test_a_long_life_is_kept(self, store: Store, clock: MovedClock, life: float) -> None:
        """Lives longer than 32 bits of milliseconds, and endless ones, do not end early."""
        store.put(self.at("a"), b"blob", dead_at=clock.wall() + life)
        self.pass_time(clock, min(life, 1_000 * DAY) - DAY)
        assert self.blob_at(store, self.at("a")) == b"blob"

    def test_a_deadline_in_the_past_is_a_miss(self, store: Store, clock: MovedClock) -> None:
        """What is dead when it is put is not found, and its predecessor is not either."""
        store.put(self.at("a"), b"older", dead_at=NEVER)
        store.put(self.at("a"), b"dead", dead_at=clock.wall() - 1)
        self.gone(store, self.at("a"), b"dead")

    def test_overwriting_lengthens_the_life(self, store: Store, clock: MovedClock) -> None:
        """The deadline of the last write counts: the first one's ends nothing."""
        store.put(self.at("a"), b"short", dead_at=clock.wall() + 10)
        store.put(self.at("a"), b"long", dead_at=clock.wall() + 100)
        self.pass_time(clock, 50)
        assert self.blob_at(store, self.at("a")) == b"long"

    def test_overwriting_shortens_the_life(self, store: Store, clock: MovedClock) -> None:
        """The deadline of the last write counts, also when it is earlier than the first one's."""
        store.put(self.at("a"), b"long", dead_at=NEVER)
        store.put(self.at("a"), b"short", dead_at=clock.wall() + 10)
        self.pass_time(clock, 11)
        self.gone(store, self.at("a"), b"short")

    def test_reading_does_not_lengthen_the_life(self, store: Store, clock: MovedClock) -> None:
        """A deadline is absolute; reads leave it alone."""
        store.put(self.at("a"), b"blob", dead_at=clock.wall() + 10)
        for _ in range(4):
            self.pass_time(clock, 3)
            store.get(self.at("a"))
        self.gone(store, self.at("a"), b"blob")

    def test_a_conditional_write_has_its_own_deadline(self, store: Store, clock: MovedClock) -> None:
        """``put_if`` sets the deadline that it is given."""
        token = self.token_at(store, self.at("a"))
        assert store.put_if(self.at("a"), b"blob", dead_at=clock.wall() + 10, token=token)
        self.pass_time(clock, 9)
        assert self.blob_at(store, self.at("a")) == b"blob"
        self.pass_time(clock, 2)
        self.gone(store, self.at("a"), b"blob")

    def test_each_blob_of_a_bulk_write_has_its_own_deadline(self, store: Store, clock: MovedClock) -> None:
        """``put_many`` keeps one deadline for each address."""
        short, long, endless = (self.at(key) for key in ("short", "long", "endless"))
        now = clock.wall()
        store.put_many({short: (b"s", now + 10), endless: (b"e", NEVER), long: (b"l", now + 100)})
        self.pass_time(clock, 11)
        self.gone(store, short, b"s")
        assert self.blob_at(store, long) == b"l"
        self.pass_time(clock, 100)
        self.gone(store, long, b"l")
        assert self.blob_at(store, endless) == b"e"

    def test_bulk_reads_leave_out_what_has_expired(self, store: Store, clock: MovedClock) -> None:
        """``get_many`` answers ``Absent`` for a dead address (a late store: may still find it)."""
        store.put(self.at("dead"), b"d", dead_at=clock.wall() + 10)
        self.pass_time(clock, 11)
        finding = (store.get_many([self.at("dead")]))[self.at("dead")]
        assert isinstance(finding, Absent) or (not self.capabilities.physical_expiry and finding.blob == b"d")

    def test_deleting_what_has_expired_finds_nothing(self, store: Store, clock: MovedClock) -> None:
        """``delete`` answers False for a dead address (a late store: may answer True), and it is absent then."""
        store.put(self.at("a"), b"blob", dead_at=clock.wall() + 10)
        self.pass_time(clock, 11)
        there = store.delete(self.at("a"))
        assert there is False or not self.capabilities.physical_expiry
        assert self.blob_at(store, self.at("a")) is None
