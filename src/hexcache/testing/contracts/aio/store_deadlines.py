"""Laws of a store about deadlines: a blob is there until its deadline and gone at it."""

from __future__ import annotations

import pytest

from hexcache.ports.aio.store import AsyncStore
from hexcache.ports.finding import Absent
from hexcache.testing.clock import MovedClock
from hexcache.testing.contracts.aio.store_ground import NEVER, AsyncStoreGround

DAY = 86_400.0


class AsyncStoreDeadlineLaws(AsyncStoreGround):
    """Expiry, to the tick. A store without ``physical_expiry`` may be late, but then returns the very blob."""

    async def gone(self, store: AsyncStore, address: str, late: bytes) -> None:
        """Check that the address is absent; without ``physical_expiry`` the late blob itself may still be found."""
        finding = await self.blob_at(store, address)
        if self.capabilities.physical_expiry:
            assert finding is None, "a blob is found after its deadline"
        else:
            assert finding in {None, late}

    async def test_an_entry_is_gone_at_its_deadline(self, store: AsyncStore, clock: MovedClock) -> None:
        """At ``dead_at`` itself the blob is absent already."""
        await store.put(self.at("a"), b"blob", dead_at=clock.wall() + 10)
        await self.pass_time(clock, 10)
        await self.gone(store, self.at("a"), b"blob")

    async def test_an_entry_is_there_until_its_deadline(self, store: AsyncStore, clock: MovedClock) -> None:
        """One tick before ``dead_at`` the blob is still found."""
        await store.put(self.at("a"), b"blob", dead_at=clock.wall() + 10)
        await self.pass_time(clock, 10 - self.tick)
        assert await self.blob_at(store, self.at("a")) == b"blob"

    @pytest.mark.parametrize("life", [26 * DAY, 400 * DAY, NEVER], ids=["26 days", "400 days", "never"])
    async def test_a_long_life_is_kept(self, store: AsyncStore, clock: MovedClock, life: float) -> None:
        """Lives longer than 32 bits of milliseconds, and endless ones, do not end early."""
        await store.put(self.at("a"), b"blob", dead_at=clock.wall() + life)
        await self.pass_time(clock, min(life, 1_000 * DAY) - DAY)
        assert await self.blob_at(store, self.at("a")) == b"blob"

    async def test_a_deadline_in_the_past_is_a_miss(self, store: AsyncStore, clock: MovedClock) -> None:
        """What is dead when it is put is not found, and its predecessor is not either."""
        await store.put(self.at("a"), b"older", dead_at=NEVER)
        await store.put(self.at("a"), b"dead", dead_at=clock.wall() - 1)
        await self.gone(store, self.at("a"), b"dead")

    async def test_overwriting_lengthens_the_life(self, store: AsyncStore, clock: MovedClock) -> None:
        """The deadline of the last write counts: the first one's ends nothing."""
        await store.put(self.at("a"), b"short", dead_at=clock.wall() + 10)
        await store.put(self.at("a"), b"long", dead_at=clock.wall() + 100)
        await self.pass_time(clock, 50)
        assert await self.blob_at(store, self.at("a")) == b"long"

    async def test_overwriting_shortens_the_life(self, store: AsyncStore, clock: MovedClock) -> None:
        """The deadline of the last write counts, also when it is earlier than the first one's."""
        await store.put(self.at("a"), b"long", dead_at=NEVER)
        await store.put(self.at("a"), b"short", dead_at=clock.wall() + 10)
        await self.pass_time(clock, 11)
        await self.gone(store, self.at("a"), b"short")

    async def test_reading_does_not_lengthen_the_life(self, store: AsyncStore, clock: MovedClock) -> None:
        """A deadline is absolute; reads leave it alone."""
        await store.put(self.at("a"), b"blob", dead_at=clock.wall() + 10)
        for _ in range(4):
            await self.pass_time(clock, 3)
            await store.get(self.at("a"))
        await self.gone(store, self.at("a"), b"blob")

    async def test_a_conditional_write_has_its_own_deadline(self, store: AsyncStore, clock: MovedClock) -> None:
        """``put_if`` sets the deadline that it is given."""
        token = await self.token_at(store, self.at("a"))
        assert await store.put_if(self.at("a"), b"blob", dead_at=clock.wall() + 10, token=token)
        await self.pass_time(clock, 9)
        assert await self.blob_at(store, self.at("a")) == b"blob"
        await self.pass_time(clock, 2)
        await self.gone(store, self.at("a"), b"blob")

    async def test_each_blob_of_a_bulk_write_has_its_own_deadline(self, store: AsyncStore, clock: MovedClock) -> None:
        """``put_many`` keeps one deadline for each address."""
        short, long, endless = (self.at(key) for key in ("short", "long", "endless"))
        now = clock.wall()
        await store.put_many({short: (b"s", now + 10), endless: (b"e", NEVER), long: (b"l", now + 100)})
        await self.pass_time(clock, 11)
        await self.gone(store, short, b"s")
        assert await self.blob_at(store, long) == b"l"
        await self.pass_time(clock, 100)
        await self.gone(store, long, b"l")
        assert await self.blob_at(store, endless) == b"e"

    async def test_bulk_reads_leave_out_what_has_expired(self, store: AsyncStore, clock: MovedClock) -> None:
        """``get_many`` answers ``Absent`` for a dead address (a late store: may still find it)."""
        await store.put(self.at("dead"), b"d", dead_at=clock.wall() + 10)
        await self.pass_time(clock, 11)
        finding = (await store.get_many([self.at("dead")]))[self.at("dead")]
        assert isinstance(finding, Absent) or (not self.capabilities.physical_expiry and finding.blob == b"d")

    async def test_deleting_what_has_expired_finds_nothing(self, store: AsyncStore, clock: MovedClock) -> None:
        """``delete`` answers False for a dead address (a late store: may answer True), and it is absent then."""
        await store.put(self.at("a"), b"blob", dead_at=clock.wall() + 10)
        await self.pass_time(clock, 11)
        there = await store.delete(self.at("a"))
        assert there is False or not self.capabilities.physical_expiry
        assert await self.blob_at(store, self.at("a")) is None
