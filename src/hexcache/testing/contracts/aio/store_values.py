"""Laws of a store about single blobs: what was put is found, byte for byte, until it is deleted."""

from __future__ import annotations

from typing import cast

import pytest

from hexcache.domain.errors import StoreError, StoreRejected
from hexcache.ports.aio.store import AsyncStore
from hexcache.ports.finding import Absent, Found
from hexcache.testing.contracts.aio.primitives import interrupted
from hexcache.testing.contracts.aio.store_ground import NEVER, AsyncStoreGround


class AsyncStoreValueLaws(AsyncStoreGround):
    """Putting, finding, deleting one blob."""

    async def test_the_store_declares_what_is_asked_of_it(self, store: AsyncStore) -> None:
        """The capabilities of the store are those that this class tests."""
        assert store.capabilities == self.capabilities

    async def test_an_address_never_written_is_absent(self, store: AsyncStore) -> None:
        """A miss is an ``Absent``, not ``None`` and not an error."""
        assert isinstance(await store.get(self.at("never")), Absent)

    async def test_what_was_put_is_found(self, store: AsyncStore) -> None:
        """A blob that was put is found, as ``bytes``."""
        await store.put(self.at("a"), b"blob", dead_at=NEVER)
        finding = await store.get(self.at("a"))
        assert isinstance(finding, Found)
        assert finding.blob == b"blob"
        assert type(finding.blob) is bytes

    async def test_an_empty_blob_is_found(self, store: AsyncStore) -> None:
        """An empty blob is a blob like any other, not a miss."""
        await store.put(self.at("empty"), b"", dead_at=NEVER)
        finding = await store.get(self.at("empty"))
        assert isinstance(finding, Found), "an empty blob was taken for a miss"
        assert finding.blob == b""

    @pytest.mark.parametrize(
        "blob", [bytes(range(256)), b"\0", b"\r\n", b"None", b"\xff\xfe", b" blank ", b"0"], ids=repr
    )
    async def test_every_byte_comes_back(self, store: AsyncStore, blob: bytes) -> None:
        """A store never looks into a blob, trims it or takes it for text."""
        await store.put(self.at("bytes"), blob, dead_at=NEVER)
        assert await self.blob_at(store, self.at("bytes")) == blob

    async def test_a_later_put_replaces_the_blob(self, store: AsyncStore) -> None:
        """The last write is what is found."""
        await store.put(self.at("a"), b"first, and longer", dead_at=NEVER)
        await store.put(self.at("a"), b"second", dead_at=NEVER)
        assert await self.blob_at(store, self.at("a")) == b"second"

    async def test_a_blob_does_not_alias_the_callers_buffer(self, store: AsyncStore) -> None:
        """A buffer that is changed after ``put`` leaves the stored blob alone (or is refused in the first place)."""
        buffer = bytearray(b"as it was put")
        try:
            await store.put(self.at("alias"), cast("bytes", buffer), dead_at=NEVER)
        except (TypeError, StoreError):
            assert isinstance(await store.get(self.at("alias")), Absent)
            return
        buffer[:] = b"changed later"
        assert await self.blob_at(store, self.at("alias")) == b"as it was put"

    async def test_a_large_blob_comes_back_whole(self, store: AsyncStore) -> None:
        """A blob of ``large_value_bytes`` (or of the declared limit) is kept whole."""
        limit = self.capabilities.max_value_bytes
        size = self.large_value_bytes if limit is None else min(limit, self.large_value_bytes)
        blob = bytes(range(251)) * (size // 251 + 1)
        await store.put(self.at("large"), blob[:size], dead_at=NEVER)
        assert await self.blob_at(store, self.at("large")) == blob[:size]

    async def test_a_blob_over_the_limit_leaves_nothing_older(self, store: AsyncStore) -> None:
        """A blob that is too large is rejected and its predecessor gone; a store without a limit takes any."""
        limit = self.capabilities.max_value_bytes
        await store.put(self.at("over"), b"older", dead_at=NEVER)
        if limit is None:
            await store.put(self.at("over"), b"n" * 70_000, dead_at=NEVER)
            assert await self.blob_at(store, self.at("over")) == b"n" * 70_000
            return
        with pytest.raises(StoreRejected):
            await store.put(self.at("over"), b"n" * (limit + 1), dead_at=NEVER)
        assert await self.blob_at(store, self.at("over")) is None

    async def test_delete_removes_the_blob(self, store: AsyncStore) -> None:
        """What was deleted is absent."""
        await store.put(self.at("a"), b"blob", dead_at=NEVER)
        await store.delete(self.at("a"))
        assert isinstance(await store.get(self.at("a")), Absent), "a deleted blob is still there"

    async def test_delete_says_whether_something_was_there(self, store: AsyncStore) -> None:
        """``delete`` answers True for a live blob and False for an absent address."""
        assert await store.delete(self.at("never")) is False
        await store.put(self.at("a"), b"blob", dead_at=NEVER)
        assert await store.delete(self.at("a")) is True

    async def test_delete_may_be_repeated(self, store: AsyncStore) -> None:
        """Deleting again is no error; what is put afterwards is found."""
        for _ in range(3):
            await store.delete(self.at("a"))
        await store.put(self.at("a"), b"anew", dead_at=NEVER)
        assert await self.blob_at(store, self.at("a")) == b"anew"

    async def test_delete_leaves_other_addresses_alone(self, store: AsyncStore) -> None:
        """``delete`` is about one address, not about what begins with it."""
        for key in ("a", "ab", "a/b", "a:b"):
            await store.put(self.at(key), key.encode(), dead_at=NEVER)
        await store.delete(self.at("a"))
        for key in ("ab", "a/b", "a:b"):
            assert await self.blob_at(store, self.at(key)) == key.encode()

    @pytest.mark.parametrize("turns", [0, 1, 2, 5])
    async def test_an_interrupted_put_leaves_a_whole_blob(self, store: AsyncStore, turns: int) -> None:
        """After a cancelled ``put`` the old blob or the new one is found, never a mixture."""
        old, new = b"o" * 100_000, b"n" * 200_000
        await store.put(self.at("a"), old, dead_at=NEVER)
        await interrupted(lambda: store.put(self.at("a"), new, dead_at=NEVER), turns)
        assert await self.blob_at(store, self.at("a")) in {old, new}
