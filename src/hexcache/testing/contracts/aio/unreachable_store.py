"""The contract of a store whose backend cannot be reached: every call fails in the port's own words.

Rule: a vendor's exception never leaves an adapter; it is the cause of a ``StoreError``, and no message holds a blob.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from math import inf
from typing import Any

import pytest

from hexcache.domain.errors import StoreError
from hexcache.ports.aio.store import AsyncStore
from hexcache.testing.contracts.aio.primitives import MARKS, fixture

CALLS = ["get", "get_many", "put", "put_if", "put_many", "delete", "delete_many", "scan", "clear", "ping"]
BLOB = b"a blob that no message may hold"


class AsyncUnreachableStoreContract:
    """Every law of a store that cannot do its work: supply the fixture ``store``, pointed at nothing.

    Attributes:
        translates: whether the failure comes from an exception of a vendor, which is then the cause of ours.
    """

    pytestmark = MARKS
    translates = True

    @pytest.fixture
    def store(self) -> AsyncStore:
        """A store whose backend cannot be reached; override it. Making it does no I/O, so it does not fail."""
        raise NotImplementedError("override the fixture `store(self)` and return a store that points at nothing")

    @fixture(autouse=True)
    async def closed_at_the_end(self, store: AsyncStore) -> AsyncIterator[None]:
        """After each test the store can be closed all the same, and closed again."""
        yield
        await store.aclose()
        await store.aclose()

    async def listing(self, store: AsyncStore) -> list[str]:
        """What ``scan`` lists."""
        return [address async for address in store.scan("kit:")]

    @pytest.mark.parametrize("call", CALLS)
    async def test_a_call_fails_as_a_store_error(self, store: AsyncStore, call: str) -> None:
        """Each method raises a ``StoreError`` with its cause, twice in a row, and keeps the blob to itself."""
        calls: dict[str, Any] = {
            "get": lambda: store.get("kit:a"),
            "get_many": lambda: store.get_many(["kit:a", "kit:b"]),
            "put": lambda: store.put("kit:a", BLOB, dead_at=inf),
            "put_if": lambda: store.put_if("kit:a", BLOB, dead_at=inf, token=None),
            "put_many": lambda: store.put_many({"kit:a": (BLOB, inf)}),
            "delete": lambda: store.delete("kit:a"),
            "delete_many": lambda: store.delete_many(["kit:a"]),
            "scan": lambda: self.listing(store),
            "clear": lambda: store.clear("kit:"),
            "ping": store.ping,
        }
        for _ in range(2):
            with pytest.raises(StoreError) as caught:
                await calls[call]()
            assert BLOB.decode() not in str(caught.value)
            assert (caught.value.__cause__ is not None) or not self.translates

    async def test_empty_bulk_calls_need_no_backend(self, store: AsyncStore) -> None:
        """Nothing asked is answered without I/O."""
        assert await store.get_many([]) == {}
        assert await store.put_many({}) == {}
        assert await store.delete_many([]) == 0
