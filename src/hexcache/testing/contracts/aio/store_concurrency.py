"""Laws of a store about callers at the same time, in one object and in two objects on the same data."""

from __future__ import annotations

from functools import partial

from hexcache.ports.aio.store import AsyncStore
from hexcache.testing.contracts.aio.primitives import together
from hexcache.testing.contracts.aio.store_ground import NEVER, AsyncStoreGround

RACERS = 16


class AsyncStoreConcurrencyLaws(AsyncStoreGround):
    """Tasks (in the blocking world: threads) that call at once, and two objects that agree."""

    async def race(self, stores: list[AsyncStore], address: str) -> list[bool]:
        """Have sixteen callers use the same token at once, in turn through these stores."""
        token = await self.token_at(stores[0], address)
        calls = [
            partial(stores[number % len(stores)].put_if, address, b"by %d" % number, dead_at=NEVER, token=token)
            for number in range(RACERS)
        ]
        return await together(calls)

    async def check_race(self, store: AsyncStore, address: str, won: list[bool]) -> None:
        """Check that one caller won and its blob is there; without ``conditional_write`` all did and one's blob is."""
        winners = [b"by %d" % number for number, written in enumerate(won) if written]
        assert len(winners) == (1 if self.capabilities.conditional_write else RACERS)
        assert await self.blob_at(store, address) in winners

    async def test_one_of_many_racers_creates(self, store: AsyncStore) -> None:
        """Sixteen ``put_if`` with the token of one absence: one writes."""
        await self.check_race(store, self.at("a"), await self.race([store], self.at("a")))

    async def test_one_of_many_racers_replaces(self, store: AsyncStore) -> None:
        """Sixteen ``put_if`` with the token of one blob: one writes."""
        await store.put(self.at("a"), b"old", dead_at=NEVER)
        await self.check_race(store, self.at("a"), await self.race([store], self.at("a")))

    async def test_racers_on_two_objects_are_one_race(self, store: AsyncStore, second_store: AsyncStore) -> None:
        """The condition is decided where the data is, not in the object that asks."""
        await self.check_race(store, self.at("a"), await self.race([store, second_store], self.at("a")))

    async def test_concurrent_writers_lose_nothing(self, store: AsyncStore) -> None:
        """Writers of different addresses do not disturb each other."""
        addresses = [self.at(f"w{number}") for number in range(RACERS * 4)]
        await together([partial(store.put, address, address.encode(), dead_at=NEVER) for address in addresses])
        for address in addresses:
            assert await self.blob_at(store, address) == address.encode()

    async def test_concurrent_writers_leave_one_whole_blob(self, store: AsyncStore) -> None:
        """Writers of one address leave one of their blobs, never a mixture."""
        blobs = [b"%c" % (ord("A") + number) * (1_000 * (number + 1)) for number in range(RACERS)]
        await together([partial(store.put, self.at("a"), blob, dead_at=NEVER) for blob in blobs])
        assert await self.blob_at(store, self.at("a")) in blobs

    async def test_two_objects_on_one_store_agree(self, store: AsyncStore, second_store: AsyncStore) -> None:
        """What one object writes or deletes, the other finds or misses (once it has arrived, where it is deferred)."""
        await store.put(self.at("a"), b"from the first", dead_at=NEVER)
        await self.arrive(store)
        assert await self.blob_at(second_store, self.at("a")) == b"from the first"
        await second_store.put(self.at("a"), b"from the second", dead_at=NEVER)
        await self.arrive(second_store)
        assert await self.blob_at(store, self.at("a")) == b"from the second"
        await store.delete(self.at("a"))
        assert await self.blob_at(second_store, self.at("a")) == await self.blob_at(store, self.at("a"))

    async def test_a_token_of_one_object_serves_the_other(self, store: AsyncStore, second_store: AsyncStore) -> None:
        """Tokens are the store's, not the object's, and so are the changes that spend them."""
        token = await self.token_at(store, self.at("a"))
        assert await second_store.put_if(self.at("a"), b"blob", dead_at=NEVER, token=token) is True
        await self.refuses(store, self.at("a"), token)
        token = await self.token_at(store, self.at("a"))
        await second_store.delete(self.at("a"))
        await self.refuses(store, self.at("a"), token)
