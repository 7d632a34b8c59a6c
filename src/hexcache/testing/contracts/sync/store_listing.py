# Generated from src/hexcache/testing/contracts/aio/store_listing.py by tools/unasync.py. Do not edit.
"""Laws of a store about prefixes: ``scan`` lists and ``clear`` removes exactly what begins with the prefix."""

from __future__ import annotations

import pytest

from hexcache.domain.errors import Unsupported
from hexcache.ports.sync.store import Store
from hexcache.ports.finding import Found
from hexcache.testing.clock import MovedClock
from hexcache.testing.contracts.sync.store_ground import NEVER, StoreGround

GLOBS = ("*", "?", "[ab]", "a*", "%", "_", "\\*", "a.", "^", "$")
"""Keys that mean more than themselves to one pattern language or another."""


class StoreListingLaws(StoreGround):
    """``scan`` and ``clear``; a store that has not the capability raises ``Unsupported`` and changes nothing."""

    def listed(self, store: Store, prefix: str) -> list[str]:
        """What ``scan`` lists, sorted."""
        return sorted([address for address in store.scan(prefix)])

    def fill(self, store: Store, *addresses: str) -> None:
        """Put each address into itself."""
        store.put_many({address: (address.encode(), NEVER) for address in addresses})

    def left(self, store: Store, addresses: list[str]) -> list[str]:
        """Which of these addresses are there."""
        return [address for address in addresses if isinstance(store.get(address), Found)]

    def check_scan(self, store: Store, prefix: str, expected: list[str]) -> None:
        """Check a listing; without the capability, that it is refused."""
        if self.capabilities.scan:
            assert self.listed(store, prefix) == sorted(expected)
            return
        with pytest.raises(Unsupported):
            self.listed(store, prefix)

    def check_clear(self, store: Store, prefix: str, gone: list[str], kept: list[str]) -> None:
        """Check what ``clear`` removes, counts and leaves; without the capability, that it is refused."""
        everything = [*gone, *kept]
        if self.capabilities.clear:
            assert store.clear(prefix) == len(gone)
            assert sorted(self.left(store, everything)) == sorted(kept)
            return
        with pytest.raises(Unsupported):
            store.clear(prefix)
        assert sorted(self.left(store, everything)) == sorted(everything)

    def test_scan_lists_what_begins_with_the_prefix(self, store: Store) -> None:
        """Every live address below the prefix is listed once, and no other."""
        mine = [self.at(key) for key in ("a", "ab", "a:b", "b")]
        self.fill(store, *mine, self.at("a", "sub"), f"{self.root}2:a", f"x{self.root}:a")
        self.check_scan(store, self.at(""), mine)
        self.check_scan(store, self.at("a"), mine[:3])

    def test_scan_of_nothing_is_empty(self, store: Store) -> None:
        """A prefix that nothing begins with lists nothing."""
        self.check_scan(store, self.at("nobody"), [])

    def test_scan_leaves_out_what_has_expired(self, store: Store, clock: MovedClock) -> None:
        """Dead addresses are not listed (a late store: may list them)."""
        store.put(self.at("dead"), b"d", dead_at=clock.wall() + 10)
        self.fill(store, self.at("alive"))
        self.pass_time(clock, 11)
        if self.capabilities.scan and not self.capabilities.physical_expiry:
            assert set(self.listed(store, self.at(""))) - {self.at("dead")} == {self.at("alive")}
            return
        self.check_scan(store, self.at(""), [self.at("alive")])

    def test_scan_lists_no_tombstones(self, store: Store) -> None:
        """Whatever remembers a deletion is not an address."""
        self.fill(store, self.at("a"), self.at("kept"))
        store.delete_many([self.at("a"), self.at("never")])
        self.check_scan(store, self.at(""), [self.at("kept")])

    @pytest.mark.parametrize("key", GLOBS)
    def test_scan_takes_a_prefix_literally(self, store: Store, key: str) -> None:
        """Characters that mean something to a pattern stand for themselves in a prefix."""
        self.fill(store, self.at("abc"), self.at("a1"), self.at("zz"), self.at(key + "!"))
        self.check_scan(store, self.at(key), [self.at(key + "!")])

    def test_scan_bears_changes_meanwhile(self, store: Store) -> None:
        """Writes and deletes during a listing disturb nothing that they do not touch."""
        kept = [self.at(f"kept{number}") for number in range(20)]
        self.fill(store, *kept, *(self.at(f"gone{number}") for number in range(20)))
        if not self.capabilities.scan:
            self.check_scan(store, self.at(""), [])
            return
        seen = []
        for address in store.scan(self.at("")):
            seen.append(address)
            store.delete(self.at(f"gone{len(seen)}"))
            store.put(self.at(f"new{len(seen)}"), b"new", dead_at=NEVER)
            if len(seen) > 200:
                pytest.fail("scan lists what is written meanwhile without end")
        assert len(seen) == len(set(seen))
        assert set(kept) <= set(seen)

    def test_clear_removes_what_begins_with_the_prefix(self, store: Store) -> None:
        """One namespace goes; its neighbours, those below it, and those that merely look like it stay."""
        gone = [self.at(key) for key in ("a", "ab", "b")]
        kept = [self.at("a", "sub"), f"{self.root}2:a", f"{self.root}/{self.root}:a", f"x{self.root}:a"]
        self.fill(store, *gone, *kept)
        self.check_clear(store, self.at(""), gone, kept)

    @pytest.mark.parametrize("key", GLOBS)
    def test_clear_takes_a_prefix_literally(self, store: Store, key: str) -> None:
        """Characters that mean something to a pattern stand for themselves in a prefix."""
        kept = [self.at("abc"), self.at("a1"), self.at("zz")]
        self.fill(store, *kept, self.at(key + "!"))
        self.check_clear(store, self.at(key), [self.at(key + "!")], kept)

    def test_clear_may_be_repeated(self, store: Store) -> None:
        """Clearing what is empty removes nothing, and what is put afterwards is found."""
        self.check_clear(store, self.at(""), [], [])
        self.check_clear(store, self.at(""), [], [])
        self.fill(store, self.at("a"))
        assert self.blob_at(store, self.at("a")) == self.at("a").encode()

    def test_clear_does_not_count_what_has_expired(self, store: Store, clock: MovedClock) -> None:
        """The count is of live blobs (a late store: may count the dead)."""
        store.put(self.at("dead"), b"d", dead_at=clock.wall() + 10)
        self.fill(store, self.at("alive"))
        self.pass_time(clock, 11)
        if self.capabilities.clear and not self.capabilities.physical_expiry:
            assert store.clear(self.at("")) in {1, 2}
            return
        self.check_clear(store, self.at(""), [self.at("alive")], [])
