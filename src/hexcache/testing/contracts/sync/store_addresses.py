# Generated from src/hexcache/testing/contracts/aio/store_addresses.py by tools/unasync.py. Do not edit.
"""Laws of a store about addresses: two different ones never meet, however alike, long or strange they are."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings

from hexcache.ports.sync.store import Store
from hexcache.testing.contracts.sync.store_ground import NEVER, StoreGround
from hexcache.testing.strategies import LOOKALIKES, address_pairs

MANY = settings(
    max_examples=40,
    deadline=None,
    # One store serves all examples (the laws hold whatever it holds), and every subclass runs the inherited test.
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.differing_executors, HealthCheck.too_slow],
)


class StoreAddressLaws(StoreGround):
    """The mapping of addresses to the backend's own alphabet is injective."""

    def test_addresses_that_look_alike_are_kept_apart(self, store: Store) -> None:
        """Colons, slashes, dots, case, blanks, escapes, reserved names and accents make different addresses."""
        blobs = {self.at(key): b"blob %d" % number for number, key in enumerate(LOOKALIKES)}
        for address, blob in blobs.items():
            store.put(address, blob, dead_at=NEVER)
        for address, blob in blobs.items():
            assert self.blob_at(store, address) == blob, f"{address!r} holds what was put elsewhere"

    def test_namespaces_that_look_alike_are_kept_apart(self, store: Store) -> None:
        """The root, the paths below it and keys that look like paths do not meet."""
        addresses = [
            self.at("a"), self.at("a", "a"), self.at("a", "A"), self.at("A", "a"), self.at("a/a"), self.at("a:a"),
            self.at("a", "a/a"), self.at("/a:a"), self.at("a", ".."), self.at("a", "."), self.at("a", "a."),
            self.at("a", "a_a"), f"{self.root.upper()}:a", f"{self.root}.:a",
        ]  # fmt: skip
        for address in addresses:
            store.put(address, address.encode(), dead_at=NEVER)
        for address in addresses:
            assert self.blob_at(store, address) == address.encode()

    def test_deleting_a_lookalike_leaves_the_others(self, store: Store) -> None:
        """Deletes go by the same mapping as writes."""
        blobs = {self.at(key): b"blob %d" % number for number, key in enumerate(LOOKALIKES)}
        store.put_many({address: (blob, NEVER) for address, blob in blobs.items()})
        removed = list(blobs)[::3]
        store.delete_many(removed)
        for address, blob in blobs.items():
            assert self.blob_at(store, address) == (None if address in removed else blob)

    def test_long_addresses_are_kept_apart(self, store: Store) -> None:
        """Addresses of a thousand and of five thousand bytes that differ in their last character are different."""
        stems = ["k" * 995, "\u00e9" * 500, "/".join(["part"] * 200), "k" * 4_090, "\u65e5" * 1_360]
        blobs = {self.at(stem + last): (stem[:9] + last).encode() for stem in stems for last in "ab"}
        blobs[self.at("k" * 4_096, "/".join("p" * 8))] = b"the longest"
        store.put_many({address: (blob, NEVER) for address, blob in blobs.items()})
        for address, blob in blobs.items():
            assert self.blob_at(store, address) == blob

    def test_long_addresses_are_listed_as_they_are(self, store: Store) -> None:
        """``scan`` gives back the very address; one longer than ``max_key_bytes`` may be left out, never mangled."""
        long, odd = self.at("k" * 3_000), self.at("\u00e9/%2F:\U0001f600 ..")
        store.put_many({long: (b"l", NEVER), odd: (b"o", NEVER)})
        if not self.capabilities.scan:
            assert self.blob_at(store, long) == b"l"
            return
        listed = {address for address in store.scan(self.at(""))}
        limit = self.capabilities.max_key_bytes
        optional = {a for a in (long, odd) if limit is not None and len(a.encode()) > limit}
        assert listed | optional == {long, odd}

    def test_clear_reaches_long_addresses(self, store: Store) -> None:
        """``clear`` of a namespace removes its long addresses too, hashed or not."""
        long = self.at("k" * 4_000, "cleared")
        store.put(long, b"l", dead_at=NEVER)
        if self.capabilities.clear:
            store.clear(self.at("", "cleared"))
            assert self.blob_at(store, long) is None
        else:
            assert store.delete(long) is True

    @MANY
    @given(pair=address_pairs())
    def test_any_two_addresses_are_kept_apart(self, store: Store, pair: tuple[str, str]) -> None:
        """Whatever two addresses a cache can make, each keeps its own blob."""
        one, other = pair
        store.put(one, b"one", dead_at=NEVER)
        store.put(other, b"other", dead_at=NEVER)
        assert self.blob_at(store, other) == b"other"
        assert self.blob_at(store, one) == (b"other" if one == other else b"one")
