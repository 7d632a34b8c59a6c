# Generated from src/hexcache/testing/contracts/aio/store_conditions.py by tools/unasync.py. Do not edit.
"""Laws of a store about tokens: a conditional write loses to every change since its token was handed out.

These laws keep a slow load from overwriting what was written, or reviving what was deleted, while it ran.
"""

from __future__ import annotations

from hexcache.ports.sync.store import Store
from hexcache.ports.finding import Absent
from hexcache.testing.clock import MovedClock
from hexcache.testing.contracts.sync.store_ground import NEVER, StoreGround


class StoreConditionLaws(StoreGround):
    """``put_if`` against everything that may happen in between; without the capability it writes in every case."""

    def test_the_token_of_an_absence_creates(self, store: Store) -> None:
        """``put_if`` with the token of an absence writes when nothing happened since."""
        token = self.token_at(store, self.at("a"))
        assert store.put_if(self.at("a"), b"created", dead_at=NEVER, token=token) is True
        assert self.blob_at(store, self.at("a")) == b"created"

    def test_the_token_of_a_blob_replaces_it(self, store: Store) -> None:
        """``put_if`` with the token of a blob replaces that blob when nothing happened since."""
        store.put(self.at("a"), b"old", dead_at=NEVER)
        token = self.token_at(store, self.at("a"))
        assert store.put_if(self.at("a"), b"new", dead_at=NEVER, token=token) is True
        assert self.blob_at(store, self.at("a")) == b"new"

    def test_the_token_of_a_tombstone_creates(self, store: Store) -> None:
        """``put_if`` with the token that a deleted address has writes when nothing happened since."""
        store.put(self.at("a"), b"old", dead_at=NEVER)
        store.delete(self.at("a"))
        token = self.token_at(store, self.at("a"))
        assert store.put_if(self.at("a"), b"new", dead_at=NEVER, token=token) is True
        assert self.blob_at(store, self.at("a")) == b"new"

    def test_a_token_of_a_bulk_read_serves_as_well(self, store: Store) -> None:
        """``get_many`` hands out tokens that ``put_if`` takes."""
        token = (store.get_many([self.at("a")]))[self.at("a")].token
        assert store.put_if(self.at("a"), b"created", dead_at=NEVER, token=token) is True
        assert self.blob_at(store, self.at("a")) == b"created"

    def test_reading_leaves_tokens_valid(self, store: Store) -> None:
        """Reads change no state, so a token outlives them."""
        token = self.token_at(store, self.at("a"))
        store.get(self.at("a"))
        store.get_many([self.at("a")])
        assert store.put_if(self.at("a"), b"created", dead_at=NEVER, token=token) is True

    def test_another_address_leaves_tokens_valid(self, store: Store) -> None:
        """A token is about one address: writes and deletes elsewhere do not spend it."""
        token = self.token_at(store, self.at("a"))
        store.put(self.at("b"), b"other", dead_at=NEVER)
        store.delete(self.at("b"))
        assert store.put_if(self.at("a"), b"created", dead_at=NEVER, token=token) is True

    def test_a_token_serves_one_write(self, store: Store) -> None:
        """The write that a token allowed spends it."""
        token = self.token_at(store, self.at("a"))
        assert store.put_if(self.at("a"), b"first", dead_at=NEVER, token=token) is True
        self.refuses(store, self.at("a"), token)

    def test_an_absence_token_loses_to_a_write(self, store: Store) -> None:
        """Absent, written, ``put_if`` with the old token: refused."""
        token = self.token_at(store, self.at("a"))
        store.put(self.at("a"), b"written", dead_at=NEVER)
        self.refuses(store, self.at("a"), token)

    def test_an_absence_token_loses_to_a_bulk_write(self, store: Store) -> None:
        """``put_many`` spends tokens as ``put`` does."""
        token = self.token_at(store, self.at("a"))
        store.put_many({self.at("a"): (b"written", NEVER)})
        self.refuses(store, self.at("a"), token)

    def test_a_blob_token_loses_to_a_write(self, store: Store) -> None:
        """Found, overwritten, ``put_if`` with the old token: refused."""
        store.put(self.at("a"), b"old", dead_at=NEVER)
        token = self.token_at(store, self.at("a"))
        store.put(self.at("a"), b"newer", dead_at=NEVER)
        self.refuses(store, self.at("a"), token)

    def test_a_blob_token_loses_to_a_delete(self, store: Store) -> None:
        """Found, deleted, ``put_if`` with the old token: refused."""
        store.put(self.at("a"), b"old", dead_at=NEVER)
        token = self.token_at(store, self.at("a"))
        store.delete(self.at("a"))
        self.refuses(store, self.at("a"), token)

    def test_a_delete_of_nothing_changes_the_token(self, store: Store) -> None:
        """Absent, deleted all the same, ``put_if`` with the old token: refused."""
        token = self.token_at(store, self.at("a"))
        store.delete(self.at("a"))
        self.refuses(store, self.at("a"), token)

    def test_a_bulk_delete_of_nothing_changes_the_token(self, store: Store) -> None:
        """``delete_many`` spends tokens as ``delete`` does, also of absent addresses."""
        token = self.token_at(store, self.at("a"))
        store.delete_many([self.at("b"), self.at("a")])
        self.refuses(store, self.at("a"), token)

    def test_written_and_deleted_is_not_the_same_absence(self, store: Store) -> None:
        """Absent, written, deleted, ``put_if`` with the first token: refused, though it looks as it was (ABA)."""
        token = self.token_at(store, self.at("a"))
        store.put(self.at("a"), b"in between", dead_at=NEVER)
        store.delete(self.at("a"))
        self.refuses(store, self.at("a"), token)

    def test_deleted_and_written_is_not_the_same_blob(self, store: Store) -> None:
        """Found, deleted, written anew, ``put_if`` with the first token: refused."""
        store.put(self.at("a"), b"first", dead_at=NEVER)
        token = self.token_at(store, self.at("a"))
        store.delete(self.at("a"))
        store.put(self.at("a"), b"other", dead_at=NEVER)
        self.refuses(store, self.at("a"), token)

    def test_written_and_expired_is_not_the_same_absence(self, store: Store, clock: MovedClock) -> None:
        """Absent, written, expired, ``put_if`` with the first token: refused, as expiry forgets no write."""
        token = self.token_at(store, self.at("a"))
        store.put(self.at("a"), b"in between", dead_at=clock.wall() + 1)
        self.pass_time(clock, 2)
        self.refuses(store, self.at("a"), token)

    def test_a_deletion_is_remembered_for_its_time(self, store: Store, clock: MovedClock) -> None:
        """A tick before the end of ``tombstone_ttl`` an older token still loses."""
        token = self.token_at(store, self.at("a"))
        store.delete(self.at("a"))
        self.pass_time(clock, self.tombstone_ttl - self.tick)
        self.refuses(store, self.at("a"), token)

    def test_clearing_changes_the_token_of_a_blob(self, store: Store) -> None:
        """Found, cleared, ``put_if`` with the old token: refused (without ``clear``: deleted instead)."""
        store.put(self.at("a"), b"old", dead_at=NEVER)
        token = self.token_at(store, self.at("a"))
        self.wipe(store, self.at("a"))
        assert isinstance(store.get(self.at("a")), Absent)
        self.refuses(store, self.at("a"), token)

    def test_clearing_changes_the_token_of_an_absence(self, store: Store) -> None:
        """Absent, cleared, ``put_if`` with the old token: refused (without ``clear``: deleted instead)."""
        token = self.token_at(store, self.at("a"))
        self.wipe(store, self.at("a"))
        self.refuses(store, self.at("a"), token)

    def test_clearing_changes_the_token_of_a_tombstone(self, store: Store) -> None:
        """Deleted, cleared, ``put_if`` with the tombstone's token: refused (without ``clear``: deleted again)."""
        store.put(self.at("a"), b"old", dead_at=NEVER)
        store.delete(self.at("a"))
        token = self.token_at(store, self.at("a"))
        self.wipe(store, self.at("a"))
        self.refuses(store, self.at("a"), token)

    def wipe(self, store: Store, address: str) -> None:
        """Clear the kit's namespace; without the capability, delete the address as the cache would have to."""
        if self.capabilities.clear:
            store.clear(self.at(""))
        else:
            store.delete(address)
