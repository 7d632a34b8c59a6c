"""The disk tier for tasks.

Rule: nothing touches the disk in the event loop's thread; every call goes to the few threads of an :class:`Offload`.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Mapping, Sequence

from hexcache.adapters.outbound.disk.offload import Offload
from hexcache.adapters.outbound.disk.settings import DiskSettings
from hexcache.adapters.outbound.disk.store import capabilities_of
from hexcache.adapters.outbound.disk.table import DiskTable
from hexcache.ports.capabilities import Capabilities
from hexcache.ports.clock import Clock
from hexcache.ports.entropy import Entropy
from hexcache.ports.finding import StoreFinding, Token


class AsyncDiskStore:
    """Blobs in a directory; an :class:`~hexcache.ports.aio.store.AsyncStore`.

    It may be used from several event loops. A cancelled call ends at once; its change is made or not, never by halves.
    Each call ends by the deadline, also when the disk hangs; ``scan`` and ``clear`` go in steps, each of which does.
    What :class:`~hexcache.adapters.outbound.disk.store.DiskStore` says about the directory holds here as well.
    """

    def __init__(self, table: DiskTable) -> None:
        """Serve a table that somebody else closes."""
        self._table = table
        self._owns = False
        self._capabilities = capabilities_of(table)
        self._offload = Offload("hexcache-disk", table.settings.workers, table.settings.deadline)
        self._submit = self._offload.submit
        self._submit_quick = self._offload.submit_quick

    @classmethod
    def from_settings(
        cls, settings: DiskSettings, *, wall: Clock = time.time, entropy: Entropy | None = None
    ) -> AsyncDiskStore:
        """A store with a table of its own, which it closes. Nothing is opened before the first call.

        Args:
            settings: where and how.
            wall: wall time, against which deadlines are checked.
            entropy: where the first token of a new directory comes from; None for the operating system.
        """
        store = cls(DiskTable(settings, wall=wall, entropy=entropy))
        store._owns = True
        return store

    @property
    def capabilities(self) -> Capabilities:
        """Durable, shared, with conditional writes and bounded calls."""
        return self._capabilities

    async def get(self, address: str, /) -> StoreFinding:
        """Read one address."""
        return await self._submit_quick(self._table.get, address)

    async def get_many(self, addresses: Sequence[str], /) -> dict[str, StoreFinding]:
        """Read several addresses."""
        return await self._submit(self._table.get_many, addresses) if addresses else {}

    async def put(self, address: str, blob: bytes, /, *, dead_at: float) -> None:
        """Write whatever is there now."""
        await self._submit(self._table.put, address, blob, dead_at)

    async def put_if(self, address: str, blob: bytes, /, *, dead_at: float, token: Token) -> bool:
        """Write only if the address is still as it was when the token was handed out."""
        return await self._submit(self._table.put_if, address, blob, dead_at, token)

    async def put_many(self, blobs: Mapping[str, tuple[bytes, float]], /) -> dict[str, str]:
        """Write several, in one transaction."""
        return await self._submit(self._table.put_many, blobs) if blobs else {}

    async def delete(self, address: str, /) -> bool:
        """Remove a blob and leave a tombstone."""
        return await self._submit(self._table.delete, address)

    async def delete_many(self, addresses: Sequence[str], /) -> int:
        """Remove several, in one transaction."""
        return await self._submit(self._table.delete_many, addresses) if addresses else 0

    async def scan(self, prefix: str, /) -> AsyncIterator[str]:
        """List the live addresses that begin with a prefix."""
        after: bytes | None = None
        while True:
            found, after = await self._submit(self._table.page, prefix, after)
            for address in found:
                yield address
            if after is None:
                return

    async def clear(self, prefix: str, /) -> int:
        """Remove every address that begins with a prefix."""
        number = await self._submit(self._table.begin_clear, prefix)
        gone, after = await self._submit(self._table.clear_step, prefix, number, None)
        while after is not None:
            more, after = await self._submit(self._table.clear_step, prefix, number, after)
            gone += more
        return gone

    async def ping(self) -> None:
        """Read from the database."""
        await self._submit_quick(self._table.ping)

    def stats(self) -> dict[str, int]:
        """Counters of the table: see :data:`~hexcache.adapters.outbound.disk.tally.EVENTS`."""
        return self._table.stats()

    async def aclose(self) -> None:
        """End the threads once what they were given is done, and close the table if it is this store's own.

        May be called again.
        """
        owns, self._owns = self._owns, False
        await self._offload.aclose(self._table.close if owns else None)
