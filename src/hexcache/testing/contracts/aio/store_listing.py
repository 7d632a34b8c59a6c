"""Laws of a store about prefixes: ``scan`` lists and ``clear`` removes exactly what begins with the prefix."""

from __future__ import annotations

import pytest

from hexcache.domain.errors import Unsupported
from hexcache.ports.aio.store import AsyncStore
from hexcache.ports.finding import Found
from hexcache.testing.clock import MovedClock
from hexcache.testing.contracts.aio.store_ground import NEVER, AsyncStoreGround

GLOBS = ("*", "?", "[ab]", "a*", "%", "_", "\\*", "a.", "^", "$")
"""Keys that mean more than themselves to one pattern language or another."""


class AsyncStoreListingLaws(AsyncStoreGround):
    """``scan`` and ``clear``; a store that has not the capability raises ``Unsupported`` and changes nothing."""

    async def listed(self, store: AsyncStore, prefix: str) -> list[str]:
        """What ``scan`` lists, sorted."""
        return sorted([address async for address in store.scan(prefix)])

    async def fill(self, store: AsyncStore, *addresses: str) -> None:
        """Put each address into itself."""
        await store.put_many({address: (address.encode(), NEVER) for address in addresses})

    async def left(self, store: AsyncStore, addresses: list[str]) -> list[str]:
        """Which of these addresses are there."""
        return [address for address in addresses if isinstance(await store.get(address), Found)]

    async def check_scan(self, store: AsyncStore, prefix: str, expected: list[str]) -> None:
        """Check a listing; without the capability, that it is refused."""
        if self.capabilities.scan:
            assert await self.listed(store, prefix) == sorted(expected)
            return
        with pytest.raises(Unsupported):
            await self.listed(store, prefix)

    async def check_clear(self, store: AsyncStore, prefix: str, gone: list[str], kept: list[str]) -> None:
        """Check what ``clear`` removes, counts and leaves; without the capability, that it is refused."""
        everything = [*gone, *kept]
        if self.capabilities.clear:
            assert await store.clear(prefix) == len(gone)
            assert sorted(await self.left(store, everything)) == sorted(kept)
            return
        with pytest.raises(Unsupported):
            await store.clear(prefix)
        assert sorted(await self.left(store, everything)) == sorted(everything)

    async def test_scan_lists_what_begins_with_the_prefix(self, store: AsyncStore) -> None:
        """Every live address below the prefix is listed once, and no other."""
        mine = [self.at(key) for key in ("a", "ab", "a:b", "b")]
        await self.fill(store, *mine, self.at("a", "sub"), f"{self.root}2:a", f"x{self.root}:a")
        await self.check_scan(store, self.at(""), mine)
        await self.check_scan(store, self.at("a"), mine[:3])

    async def test_scan_of_nothing_is_empty(self, store: AsyncStore) -> None:
        """A prefix that nothing begins with lists nothing."""
        await self.check_scan(store, self.at("nobody"), [])

    async def test_scan_leaves_out_what_has_expired(self, store: AsyncStore, clock: MovedClock) -> None:
        """Dead addresses are not listed (a late store: may list them)."""
        await store.put(self.at("dead"), b"d", dead_at=clock.wall() + 10)
        await self.fill(store, self.at("alive"))
        await self.pass_time(clock, 11)
        if self.capabilities.scan and not self.capabilities.physical_expiry:
            assert set(await self.listed(store, self.at(""))) - {self.at("dead")} == {self.at("alive")}
            return
        await self.check_scan(store, self.at(""), [self.at("alive")])

    async def test_scan_lists_no_tombstones(self, store: AsyncStore) -> None:
        """Whatever remembers a deletion is not an address."""
        await self.fill(store, self.at("a"), self.at("kept"))
        await store.delete_many([self.at("a"), self.at("never")])
        await self.check_scan(store, self.at(""), [self.at("kept")])

    @pytest.mark.parametrize("key", GLOBS)
    async def test_scan_takes_a_prefix_literally(self, store: AsyncStore, key: str) -> None:
        """Characters that mean something to a pattern stand for themselves in a prefix."""
        await self.fill(store, self.at("abc"), self.at("a1"), self.at("zz"), self.at(key + "!"))
        await self.check_scan(store, self.at(key), [self.at(key + "!")])

    async def test_scan_bears_changes_meanwhile(self, store: AsyncStore) -> None:
        """Writes and deletes during a listing disturb nothing that they do not touch."""
        kept = [self.at(f"kept{number}") for number in range(20)]
        await self.fill(store, *kept, *(self.at(f"gone{number}") for number in range(20)))
        if not self.capabilities.scan:
            await self.check_scan(store, self.at(""), [])
            return
        seen = []
        async for address in store.scan(self.at("")):
            seen.append(address)
            await store.delete(self.at(f"gone{len(seen)}"))
            await store.put(self.at(f"new{len(seen)}"), b"new", dead_at=NEVER)
            if len(seen) > 200:
                pytest.fail("scan lists what is written meanwhile without end")
        assert len(seen) == len(set(seen))
        assert set(kept) <= set(seen)

    async def test_clear_removes_what_begins_with_the_prefix(self, store: AsyncStore) -> None:
        """One namespace goes; its neighbours, those below it, and those that merely look like it stay."""
        gone = [self.at(key) for key in ("a", "ab", "b")]
        kept = [self.at("a", "sub"), f"{self.root}2:a", f"{self.root}/{self.root}:a", f"x{self.root}:a"]
        await self.fill(store, *gone, *kept)
        await self.check_clear(store, self.at(""), gone, kept)

    @pytest.mark.parametrize("key", GLOBS)
    async def test_clear_takes_a_prefix_literally(self, store: AsyncStore, key: str) -> None:
        """Characters that mean something to a pattern stand for themselves in a prefix."""
        kept = [self.at("abc"), self.at("a1"), self.at("zz")]
        await self.fill(store, *kept, self.at(key + "!"))
        await self.check_clear(store, self.at(key), [self.at(key + "!")], kept)

    async def test_clear_may_be_repeated(self, store: AsyncStore) -> None:
        """Clearing what is empty removes nothing, and what is put afterwards is found."""
        await self.check_clear(store, self.at(""), [], [])
        await self.check_clear(store, self.at(""), [], [])
        await self.fill(store, self.at("a"))
        assert await self.blob_at(store, self.at("a")) == self.at("a").encode()

    async def test_clear_does_not_count_what_has_expired(self, store: AsyncStore, clock: MovedClock) -> None:
        """The count is of live blobs (a late store: may count the dead)."""
        await store.put(self.at("dead"), b"d", dead_at=clock.wall() + 10)
        await self.fill(store, self.at("alive"))
        await self.pass_time(clock, 11)
        if self.capabilities.clear and not self.capabilities.physical_expiry:
            assert await store.clear(self.at("")) in {1, 2}
            return
        await self.check_clear(store, self.at(""), [self.at("alive")], [])
