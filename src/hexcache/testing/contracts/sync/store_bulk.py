# Generated from src/hexcache/testing/contracts/aio/store_bulk.py by tools/unasync.py. Do not edit.
"""Laws of a store about bulk calls: each is what the single calls would have done, answered by address."""

from __future__ import annotations

from hexcache.ports.sync.store import Store
from hexcache.ports.finding import Found
from hexcache.testing.contracts.sync.store_ground import NEVER, StoreGround


class StoreBulkLaws(StoreGround):
    """``get_many``, ``put_many``, ``delete_many``."""

    def test_bulk_answers_are_keyed_by_address(self, store: Store) -> None:
        """Each address gets its own answer, in whatever order they are asked for and whichever of them are absent."""
        there = {self.at(key): key.encode() for key in ("c", "a", "d")}
        for address, blob in there.items():
            store.put(address, blob, dead_at=NEVER)
        asked = [self.at(key) for key in ("d", "x", "a", "y", "c")]
        answers = store.get_many(asked)
        assert set(answers) == set(asked)
        for address in asked:
            finding = answers[address]
            assert (finding.blob if isinstance(finding, Found) else None) == there.get(address)

    def test_an_address_asked_twice_is_answered_once(self, store: Store) -> None:
        """Duplicates in a request are one address."""
        store.put(self.at("a"), b"blob", dead_at=NEVER)
        answers = store.get_many([self.at("a"), self.at("a"), self.at("a")])
        assert list(answers) == [self.at("a")]
        assert isinstance(answers[self.at("a")], Found)

    def test_empty_bulk_calls_do_nothing(self, store: Store) -> None:
        """Nothing asked, nothing written, nothing deleted: empty answers, no error."""
        assert store.get_many([]) == {}
        assert store.put_many({}) == {}
        assert store.delete_many([]) == 0

    def test_a_bulk_write_writes_each(self, store: Store) -> None:
        """``put_many`` puts every blob at its own address and says that none was refused."""
        blobs = {self.at(key): key.encode() * 3 for key in ("b", "c", "a")}
        assert store.put_many({address: (blob, NEVER) for address, blob in blobs.items()}) == {}
        for address, blob in blobs.items():
            assert self.blob_at(store, address) == blob

    def test_a_bulk_write_replaces(self, store: Store) -> None:
        """``put_many`` overwrites what was there."""
        store.put(self.at("a"), b"old", dead_at=NEVER)
        store.put_many({self.at("a"): (b"new", NEVER)})
        assert self.blob_at(store, self.at("a")) == b"new"

    def test_a_refused_blob_does_not_keep_the_others_out(self, store: Store) -> None:
        """``put_many`` names what it did not take, leaves nothing older there, and takes the rest."""
        limit = self.capabilities.max_value_bytes
        store.put(self.at("big"), b"older", dead_at=NEVER)
        big = b"n" * (70_000 if limit is None else limit + 1)
        refused = store.put_many({self.at("a"): (b"a", NEVER), self.at("big"): (big, NEVER)})
        assert self.blob_at(store, self.at("a")) == b"a"
        if limit is None:
            assert refused == {}
            assert self.blob_at(store, self.at("big")) == big
        else:
            assert set(refused) == {self.at("big")}
            assert refused[self.at("big")], "a refusal has a reason"
            assert self.blob_at(store, self.at("big")) is None

    def test_a_bulk_delete_removes_each(self, store: Store) -> None:
        """``delete_many`` removes what is named and nothing else."""
        store.put_many({self.at(key): (key.encode(), NEVER) for key in "abcd"})
        store.delete_many([self.at("c"), self.at("a")])
        assert [self.blob_at(store, self.at(key)) for key in "abcd"] == [None, b"b", None, b"d"]

    def test_a_bulk_delete_counts_what_was_there(self, store: Store) -> None:
        """``delete_many`` counts live blobs, each once, and absent addresses not at all."""
        store.put_many({self.at(key): (b"x", NEVER) for key in "ab"})
        assert store.delete_many([self.at("a"), self.at("never"), self.at("b"), self.at("a")]) == 2
        assert store.delete_many([self.at("a"), self.at("b")]) == 0

    def test_large_bulks_are_answered_in_full(self, store: Store) -> None:
        """A thousand addresses and more are one call for the caller, whatever the backend's own limit is."""
        addresses = [self.at(f"n{number}") for number in range(self.bulk)]
        assert store.put_many(dict.fromkeys(addresses, (b"blob", NEVER))) == {}
        answers = store.get_many(addresses)
        assert len(answers) == len(addresses)
        assert all(isinstance(finding, Found) for finding in answers.values())
        assert store.delete_many(addresses) == len(addresses)
