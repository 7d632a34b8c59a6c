"""Laws of a store about its beginning and its end: it answers until it is closed, and says so afterwards."""

from __future__ import annotations

import pytest

from hexcache.domain.errors import CacheClosed, StoreError
from hexcache.ports.aio.store import AsyncStore
from hexcache.testing.contracts.aio.store_ground import NEVER, AsyncStoreGround


class AsyncStoreLifecycleLaws(AsyncStoreGround):
    """``ping`` and closing."""

    async def test_ping_answers(self, store: AsyncStore) -> None:
        """A store that is there answers, before the first use and after it."""
        await store.ping()
        await store.put(self.at("a"), b"blob", dead_at=NEVER)
        await store.ping()
        assert await self.blob_at(store, self.at("a")) == b"blob"

    async def test_closing_may_be_repeated(self, store: AsyncStore) -> None:
        """Closing again does nothing, also when the store was never used."""
        self.closed = True
        for _ in range(3):
            await store.aclose()

    @pytest.mark.parametrize("call", ["get", "get_many", "put", "put_if", "put_many", "delete", "delete_many", "ping"])
    async def test_calls_after_closing_raise(self, store: AsyncStore, call: str) -> None:
        """A closed store raises a ``StoreError`` or ``CacheClosed``; it neither reopens nor answers with a miss."""
        token = await self.token_at(store, self.at("a"))
        await store.put(self.at("a"), b"blob", dead_at=NEVER)
        await store.aclose()
        self.closed = True
        calls = {
            "get": lambda: store.get(self.at("a")),
            "get_many": lambda: store.get_many([self.at("a")]),
            "put": lambda: store.put(self.at("a"), b"x", dead_at=NEVER),
            "put_if": lambda: store.put_if(self.at("a"), b"x", dead_at=NEVER, token=token),
            "put_many": lambda: store.put_many({self.at("a"): (b"x", NEVER)}),
            "delete": lambda: store.delete(self.at("a")),
            "delete_many": lambda: store.delete_many([self.at("a")]),
            "ping": store.ping,
        }
        with pytest.raises((StoreError, CacheClosed)):
            await calls[call]()

    async def test_what_was_acknowledged_survives_closing(self, store: AsyncStore, second_store: AsyncStore) -> None:
        """A durable or shared store's data outlives the object that wrote it; any other's ends with it."""
        await store.put(self.at("a"), b"blob", dead_at=NEVER)
        await store.aclose()
        self.closed = True
        if second_store is store:
            with pytest.raises((StoreError, CacheClosed)):
                await store.get(self.at("a"))
            return
        assert await self.blob_at(second_store, self.at("a")) == b"blob"
        await second_store.aclose()
