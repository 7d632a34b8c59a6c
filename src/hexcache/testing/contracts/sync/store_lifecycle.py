# Generated from src/hexcache/testing/contracts/aio/store_lifecycle.py by tools/unasync.py. Do not edit.
"""Laws of a store about its beginning and its end: it answers until it is closed, and says so afterwards."""

from __future__ import annotations

import pytest

from hexcache.domain.errors import CacheClosed, StoreError
from hexcache.ports.sync.store import Store
from hexcache.testing.contracts.sync.store_ground import NEVER, StoreGround


class StoreLifecycleLaws(StoreGround):
    """``ping`` and closing."""

    def test_ping_answers(self, store: Store) -> None:
        """A store that is there answers, before the first use and after it."""
        store.ping()
        store.put(self.at("a"), b"blob", dead_at=NEVER)
        store.ping()
        assert self.blob_at(store, self.at("a")) == b"blob"

    def test_closing_may_be_repeated(self, store: Store) -> None:
        """Closing again does nothing, also when the store was never used."""
        self.closed = True
        for _ in range(3):
            store.close()

    @pytest.mark.parametrize("call", ["get", "get_many", "put", "put_if", "put_many", "delete", "delete_many", "ping"])
    def test_calls_after_closing_raise(self, store: Store, call: str) -> None:
        """A closed store raises a ``StoreError`` or ``CacheClosed``; it neither reopens nor answers with a miss."""
        token = self.token_at(store, self.at("a"))
        store.put(self.at("a"), b"blob", dead_at=NEVER)
        store.close()
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
            calls[call]()

    def test_what_was_acknowledged_survives_closing(self, store: Store, second_store: Store) -> None:
        """A durable or shared store's data outlives the object that wrote it; any other's ends with it."""
        store.put(self.at("a"), b"blob", dead_at=NEVER)
        store.close()
        self.closed = True
        if second_store is store:
            with pytest.raises((StoreError, CacheClosed)):
                store.get(self.at("a"))
            return
        assert self.blob_at(second_store, self.at("a")) == b"blob"
        second_store.close()
