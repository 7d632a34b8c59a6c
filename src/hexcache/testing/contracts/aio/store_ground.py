"""The ground that all laws of a store stand on: fixtures, hooks and what holds after each test.

Rule: a hook has a default that suits a store with an injected clock; a store on a real server overrides hooks, no laws.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from math import inf
from typing import Final

import pytest

from hexcache.ports.aio.deferring import AsyncDeferringStore
from hexcache.ports.aio.store import AsyncStore
from hexcache.ports.capabilities import Capabilities
from hexcache.ports.finding import Found, Token
from hexcache.testing.clock import MovedClock
from hexcache.testing.contracts.aio.primitives import MARKS, fixture

NEVER: Final = inf
"""The deadline of what does not expire."""


class AsyncStoreGround:
    """Fixtures and hooks of the store contract.

    Attributes:
        capabilities: what the store under test declares; they decide what is asked of it.
        root: every address of the kit begins with it and a colon, or a slash, a path and a colon.
        tick: the finest difference between two deadlines that the store can tell, seconds.
        tombstone_ttl: what the store under test was configured with, seconds.
        large_value_bytes: size of the large blob.
        bulk: addresses of the largest bulk; fewer where each is a request of its own and the run is to be short.
        patience: how long a store with the capability ``deferred`` may take to bring what is pending, seconds.
    """

    pytestmark = MARKS
    capabilities = Capabilities()
    root = "kit"
    tick = 2.0**-10
    tombstone_ttl = 60.0
    large_value_bytes = 8 * 1024 * 1024
    bulk = 1_100
    patience = 20.0
    closed = False

    @pytest.fixture
    def clock(self) -> MovedClock:
        """The time that the store under test is given."""
        return MovedClock()

    @pytest.fixture
    def store(self, clock: MovedClock) -> AsyncStore:
        """The store under test, empty; override it."""
        raise NotImplementedError("override the fixture `store(self, clock)` and return your store, empty")

    @pytest.fixture
    def second_store(self, store: AsyncStore) -> AsyncStore:
        """Another object on the same data; override it when the capability ``shared`` or ``durable`` is declared."""
        if self.capabilities.shared or self.capabilities.durable:
            raise NotImplementedError("override the fixture `second_store`: another object on the data of `store`")
        return store

    async def pass_time(self, clock: MovedClock, seconds: float) -> None:
        """Let time pass for the store; override it where the store's time cannot be moved."""
        clock.advance(seconds)

    async def arrive(self, store: AsyncStore) -> None:
        """Let what a store with the capability ``deferred`` has pending arrive, so that others see it."""
        if self.capabilities.deferred:
            assert isinstance(store, AsyncDeferringStore), "a store that is deferred keeps the port of those that are"
            assert await store.flush(self.patience) == 0

    @fixture(autouse=True)
    async def sound(self, store: AsyncStore) -> AsyncIterator[None]:
        """After each test: what is listed is there, nothing is listed twice, and the store can be closed."""
        yield
        if not self.closed and self.capabilities.scan:
            listed = [address async for address in store.scan(self.root)]
            assert len(listed) == len(set(listed)), "scan lists an address twice"
            for address in listed:
                assert isinstance(await store.get(address), Found), f"scan lists {address!r}, which is absent"
        await store.aclose()

    def at(self, key: str, path: str = "") -> str:
        """The address of a key, as a cache would make it."""
        return f"{self.root}/{path}:{key}" if path else f"{self.root}:{key}"

    async def blob_at(self, store: AsyncStore, address: str) -> bytes | None:
        """The blob, or None when the address is absent."""
        finding = await store.get(address)
        return finding.blob if isinstance(finding, Found) else None

    async def token_at(self, store: AsyncStore, address: str) -> Token:
        """The token of the state that the address is in."""
        return (await store.get(address)).token

    async def refuses(self, store: AsyncStore, address: str, token: Token) -> None:
        """Check that ``put_if`` loses and changes nothing; without the capability, that it writes and says so."""
        before = await self.blob_at(store, address)
        written = await store.put_if(address, b"too late", dead_at=NEVER, token=token)
        after = await self.blob_at(store, address)
        if self.capabilities.conditional_write:
            assert not written, "put_if wrote although the address had changed since the token was handed out"
            assert after == before, "put_if lost and changed the blob all the same"
        else:
            assert written, "a store without conditional_write writes whatever the token is"
            assert after == b"too late"
