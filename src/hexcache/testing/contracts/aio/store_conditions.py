"""Laws of a store about tokens: a conditional write loses to every change since its token was handed out.

These laws keep a slow load from overwriting what was written, or reviving what was deleted, while it ran.
"""

from __future__ import annotations

from hexcache.ports.aio.store import AsyncStore
from hexcache.ports.finding import Absent
from hexcache.testing.clock import MovedClock
from hexcache.testing.contracts.aio.store_ground import NEVER, AsyncStoreGround


class AsyncStoreConditionLaws(AsyncStoreGround):
    """``put_if`` against everything that may happen in between; without the capability it writes in every case."""

    async def test_the_token_of_an_absence_creates(self, store: AsyncStore) -> None:
        """``put_if`` with the token of an absence writes when nothing happened since."""
        token = await self.token_at(store, self.at("a"))
        assert await store.put_if(self.at("a"), b"created", dead_at=NEVER, token=token) is True
        assert await self.blob_at(store, self.at("a")) == b"created"

    async def test_the_token_of_a_blob_replaces_it(self, store: AsyncStore) -> None:
        """``put_if`` with the token of a blob replaces that blob when nothing happened since."""
        await store.put(self.at("a"), b"old", dead_at=NEVER)
        token = await self.token_at(store, self.at("a"))
        assert await store.put_if(self.at("a"), b"new", dead_at=NEVER, token=token) is True
        assert await self.blob_at(store, self.at("a")) == b"new"

    async def test_the_token_of_a_tombstone_creates(self, store: AsyncStore) -> None:
        """``put_if`` with the token that a deleted address has writes when nothing happened since."""
        await store.put(self.at("a"), b"old", dead_at=NEVER)
        await store.delete(self.at("a"))
        token = await self.token_at(store, self.at("a"))
        assert await store.put_if(self.at("a"), b"new", dead_at=NEVER, token=token) is True
        assert await self.blob_at(store, self.at("a")) == b"new"

    async def test_a_token_of_a_bulk_read_serves_as_well(self, store: AsyncStore) -> None:
        """``get_many`` hands out tokens that ``put_if`` takes."""
        token = (await store.get_many([self.at("a")]))[self.at("a")].token
        assert await store.put_if(self.at("a"), b"created", dead_at=NEVER, token=token) is True
        assert await self.blob_at(store, self.at("a")) == b"created"

    async def test_reading_leaves_tokens_valid(self, store: AsyncStore) -> None:
        """Reads change no state, so a token outlives them."""
        token = await self.token_at(store, self.at("a"))
        await store.get(self.at("a"))
        await store.get_many([self.at("a")])
        assert await store.put_if(self.at("a"), b"created", dead_at=NEVER, token=token) is True

    async def test_another_address_leaves_tokens_valid(self, store: AsyncStore) -> None:
        """A token is about one address: writes and deletes elsewhere do not spend it."""
        token = await self.token_at(store, self.at("a"))
        await store.put(self.at("b"), b"other", dead_at=NEVER)
        await store.delete(self.at("b"))
        assert await store.put_if(self.at("a"), b"created", dead_at=NEVER, token=token) is True

    async def test_a_token_serves_one_write(self, store: AsyncStore) -> None:
        """The write that a token allowed spends it."""
        token = await self.token_at(store, self.at("a"))
        assert await store.put_if(self.at("a"), b"first", dead_at=NEVER, token=token) is True
        await self.refuses(store, self.at("a"), token)

    async def test_an_absence_token_loses_to_a_write(self, store: AsyncStore) -> None:
        """Absent, written, ``put_if`` with the old token: refused."""
        token = await self.token_at(store, self.at("a"))
        await store.put(self.at("a"), b"written", dead_at=NEVER)
        await self.refuses(store, self.at("a"), token)

    async def test_an_absence_token_loses_to_a_bulk_write(self, store: AsyncStore) -> None:
        """``put_many`` spends tokens as ``put`` does."""
        token = await self.token_at(store, self.at("a"))
        await store.put_many({self.at("a"): (b"written", NEVER)})
        await self.refuses(store, self.at("a"), token)

    async def test_a_blob_token_loses_to_a_write(self, store: AsyncStore) -> None:
        """Found, overwritten, ``put_if`` with the old token: refused."""
        await store.put(self.at("a"), b"old", dead_at=NEVER)
        token = await self.token_at(store, self.at("a"))
        await store.put(self.at("a"), b"newer", dead_at=NEVER)
        await self.refuses(store, self.at("a"), token)

    async def test_a_blob_token_loses_to_a_delete(self, store: AsyncStore) -> None:
        """Found, deleted, ``put_if`` with the old token: refused."""
        await store.put(self.at("a"), b"old", dead_at=NEVER)
        token = await self.token_at(store, self.at("a"))
        await store.delete(self.at("a"))
        await self.refuses(store, self.at("a"), token)

    async def test_a_delete_of_nothing_changes_the_token(self, store: AsyncStore) -> None:
        """Absent, deleted all the same, ``put_if`` with the old token: refused."""
        token = await self.token_at(store, self.at("a"))
        await store.delete(self.at("a"))
        await self.refuses(store, self.at("a"), token)

    async def test_a_bulk_delete_of_nothing_changes_the_token(self, store: AsyncStore) -> None:
        """``delete_many`` spends tokens as ``delete`` does, also of absent addresses."""
        token = await self.token_at(store, self.at("a"))
        await store.delete_many([self.at("b"), self.at("a")])
        await self.refuses(store, self.at("a"), token)

    async def test_written_and_deleted_is_not_the_same_absence(self, store: AsyncStore) -> None:
        """Absent, written, deleted, ``put_if`` with the first token: refused, though it looks as it was (ABA)."""
        token = await self.token_at(store, self.at("a"))
        await store.put(self.at("a"), b"in between", dead_at=NEVER)
        await store.delete(self.at("a"))
        await self.refuses(store, self.at("a"), token)

    async def test_deleted_and_written_is_not_the_same_blob(self, store: AsyncStore) -> None:
        """Found, deleted, written anew, ``put_if`` with the first token: refused."""
        await store.put(self.at("a"), b"first", dead_at=NEVER)
        token = await self.token_at(store, self.at("a"))
        await store.delete(self.at("a"))
        await store.put(self.at("a"), b"other", dead_at=NEVER)
        await self.refuses(store, self.at("a"), token)

    async def test_written_and_expired_is_not_the_same_absence(self, store: AsyncStore, clock: MovedClock) -> None:
        """Absent, written, expired, ``put_if`` with the first token: refused, as expiry forgets no write."""
        token = await self.token_at(store, self.at("a"))
        await store.put(self.at("a"), b"in between", dead_at=clock.wall() + 1)
        await self.pass_time(clock, 2)
        await self.refuses(store, self.at("a"), token)

    async def test_a_deletion_is_remembered_for_its_time(self, store: AsyncStore, clock: MovedClock) -> None:
        """A tick before the end of ``tombstone_ttl`` an older token still loses."""
        token = await self.token_at(store, self.at("a"))
        await store.delete(self.at("a"))
        await self.pass_time(clock, self.tombstone_ttl - self.tick)
        await self.refuses(store, self.at("a"), token)

    async def test_clearing_changes_the_token_of_a_blob(self, store: AsyncStore) -> None:
        """Found, cleared, ``put_if`` with the old token: refused (without ``clear``: deleted instead)."""
        await store.put(self.at("a"), b"old", dead_at=NEVER)
        token = await self.token_at(store, self.at("a"))
        await self.wipe(store, self.at("a"))
        assert isinstance(await store.get(self.at("a")), Absent)
        await self.refuses(store, self.at("a"), token)

    async def test_clearing_changes_the_token_of_an_absence(self, store: AsyncStore) -> None:
        """Absent, cleared, ``put_if`` with the old token: refused (without ``clear``: deleted instead)."""
        token = await self.token_at(store, self.at("a"))
        await self.wipe(store, self.at("a"))
        await self.refuses(store, self.at("a"), token)

    async def test_clearing_changes_the_token_of_a_tombstone(self, store: AsyncStore) -> None:
        """Deleted, cleared, ``put_if`` with the tombstone's token: refused (without ``clear``: deleted again)."""
        await store.put(self.at("a"), b"old", dead_at=NEVER)
        await store.delete(self.at("a"))
        token = await self.token_at(store, self.at("a"))
        await self.wipe(store, self.at("a"))
        await self.refuses(store, self.at("a"), token)

    async def wipe(self, store: AsyncStore, address: str) -> None:
        """Clear the kit's namespace; without the capability, delete the address as the cache would have to."""
        if self.capabilities.clear:
            await store.clear(self.at(""))
        else:
            await store.delete(address)
