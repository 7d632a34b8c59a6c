"""The parts of one Redis tier, over one link that they share.

Rule: the link is opened by the first part that is made and closed with the last one that is closed; nothing is
connected before a call needs it. However many trips a call of the store or of the leases makes, all of them together
take no longer than the tier's deadline.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence

from hexcache.adapters.outbound.redis.aio.counter import AsyncRedisCounter
from hexcache.adapters.outbound.redis.aio.leases import AsyncRedisLeases
from hexcache.adapters.outbound.redis.aio.link import AsyncLink
from hexcache.adapters.outbound.redis.aio.opening import open_link
from hexcache.adapters.outbound.redis.aio.store import AsyncRedisStore
from hexcache.adapters.outbound.redis.budget import Budget
from hexcache.adapters.outbound.redis.settings import RedisSettings
from hexcache.domain.lease import LeaseAnswer
from hexcache.ports.clock import Clock
from hexcache.ports.entropy import Entropy
from hexcache.ports.finding import StoreFinding, Token


class AsyncSharedLink:
    """One link for several parts."""

    def __init__(self, settings: RedisSettings) -> None:
        """Open nothing.

        Args:
            settings: where the server is and how it is used.
        """
        self.settings = settings
        self._lock = threading.Lock()
        self._link: AsyncLink | None = None
        self._users = 0

    def borrow(self) -> AsyncLink:
        """The link, until it is given back as often."""
        with self._lock:
            if self._link is None:
                self._link = open_link(self.settings)
            self._users += 1
            return self._link

    async def give_back(self) -> None:
        """One part is closed; after the last one the link is, too."""
        with self._lock:
            self._users -= 1
            link = None if self._users else self._link
            if link is not None:
                self._link = None
        if link is not None:
            await link.aclose()


class AsyncTierStore(AsyncRedisStore):
    """A store whose calls end by the tier's deadline, and which closes what it opened."""

    def __init__(
        self, shared: AsyncSharedLink, *, wall: Clock, entropy: Entropy, tombstone_ttl: float, prefix: str = ""
    ) -> None:
        super().__init__(shared.borrow(), wall=wall, entropy=entropy, tombstone_ttl=tombstone_ttl, prefix=prefix)
        self._shared: AsyncSharedLink | None = shared
        self._most = shared.settings.deadline

    async def get(self, address: str, /) -> StoreFinding:
        """Read one address; see the store."""
        with Budget(self._most):
            return await super().get(address)

    async def get_many(self, addresses: Sequence[str], /) -> dict[str, StoreFinding]:
        """Read several addresses; see the store."""
        with Budget(self._most):
            return await super().get_many(addresses)

    async def put(self, address: str, blob: bytes, /, *, dead_at: float) -> None:
        """Write whatever is there now; see the store."""
        with Budget(self._most):
            await super().put(address, blob, dead_at=dead_at)

    async def put_if(self, address: str, blob: bytes, /, *, dead_at: float, token: Token) -> bool:
        """Write if nobody changed it; see the store."""
        with Budget(self._most):
            return await super().put_if(address, blob, dead_at=dead_at, token=token)

    async def put_many(self, blobs: Mapping[str, tuple[bytes, float]], /) -> dict[str, str]:
        """Write several; see the store."""
        with Budget(self._most):
            return await super().put_many(blobs)

    async def delete(self, address: str, /) -> bool:
        """Remove one; see the store."""
        with Budget(self._most):
            return await super().delete(address)

    async def delete_many(self, addresses: Sequence[str], /) -> int:
        """Remove several; see the store."""
        with Budget(self._most):
            return await super().delete_many(addresses)

    async def aclose(self) -> None:
        """Answer no more. May be called again."""
        await super().aclose()
        shared, self._shared = self._shared, None
        if shared is not None:
            await shared.give_back()


class AsyncTierCounter(AsyncRedisCounter):
    """A counter that closes what it opened."""

    def __init__(
        self, shared: AsyncSharedLink, *, entropy: Entropy, prefix: str = "", wall: Clock | None = None
    ) -> None:
        super().__init__(shared.borrow(), entropy=entropy, prefix=prefix, wall=wall)
        self._shared: AsyncSharedLink | None = shared

    async def aclose(self) -> None:
        """Take no more calls. May be called again."""
        await super().aclose()
        shared, self._shared = self._shared, None
        if shared is not None:
            await shared.give_back()


class AsyncTierLeases(AsyncRedisLeases):
    """Leases whose calls end by the tier's deadline, and which close what they opened."""

    def __init__(self, shared: AsyncSharedLink, *, prefix: str = "") -> None:
        super().__init__(shared.borrow(), prefix=prefix)
        self._shared: AsyncSharedLink | None = shared
        self._most = shared.settings.deadline

    async def acquire(self, address: str, holder: bytes, /, *, ttl: float) -> LeaseAnswer:
        """Ask for a lease; see the leases."""
        with Budget(self._most):
            return await super().acquire(address, holder, ttl=ttl)

    async def renew(self, address: str, holder: bytes, /, *, ttl: float) -> bool:
        """Let a lease live on; see the leases."""
        with Budget(self._most):
            return await super().renew(address, holder, ttl=ttl)

    async def release(self, address: str, holder: bytes, /, *, rest: float = 0.0) -> bool:
        """Give a lease back; see the leases."""
        with Budget(self._most):
            return await super().release(address, holder, rest=rest)

    async def aclose(self) -> None:
        """End this keeper. May be called again."""
        await super().aclose()
        shared, self._shared = self._shared, None
        if shared is not None:
            await shared.give_back()
