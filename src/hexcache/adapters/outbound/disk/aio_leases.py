"""The disk's leases for tasks.

Rule: nothing touches the disk in the event loop's thread; every call goes to the one thread of an :class:`Offload`.
"""

from __future__ import annotations

import time

from hexcache.adapters.outbound.disk.lease_table import LeaseTable
from hexcache.adapters.outbound.disk.offload import Offload
from hexcache.adapters.outbound.disk.settings import DiskSettings
from hexcache.domain.lease import LeaseAnswer
from hexcache.ports.clock import Clock
from hexcache.ports.entropy import Entropy


class AsyncDiskLeases:
    """Leases in a directory; an :class:`~hexcache.ports.aio.lease.AsyncLeaseKeeper`.

    Exact across the processes of one machine, also when one is killed: its leases end by their ttl. A cancelled call
    ends at once; its change is made or not.
    """

    def __init__(self, table: LeaseTable) -> None:
        """Serve a table that somebody else closes."""
        self._table = table
        self._owns = False
        self._offload = Offload("hexcache-leases", 1, table.settings.deadline)

    @classmethod
    def from_settings(
        cls, settings: DiskSettings, *, wall: Clock = time.time, entropy: Entropy | None = None
    ) -> AsyncDiskLeases:
        """Leases with a table of their own, which they close. Nothing is opened before the first call.

        Args:
            settings: those of the disk tier; the leases live in ``leases`` below its directory.
            wall: wall time, on which leases end.
            entropy: where the first number of a new directory comes from; None for the operating system.
        """
        leases = cls(LeaseTable(settings, wall=wall, entropy=entropy))
        leases._owns = True
        return leases

    async def acquire(self, address: str, holder: bytes, /, *, ttl: float) -> LeaseAnswer:
        """Ask for a lease."""
        return await self._offload.submit(self._table.acquire, address, holder, ttl)

    async def renew(self, address: str, holder: bytes, /, *, ttl: float) -> bool:
        """Let a lease live on."""
        return await self._offload.submit(self._table.renew, address, holder, ttl)

    async def release(self, address: str, holder: bytes, /, *, rest: float = 0.0) -> bool:
        """Give a lease back."""
        return await self._offload.submit(self._table.release, address, holder, rest)

    async def aclose(self) -> None:
        """End the thread once what it was given is done, and close the table if it is this object's own.

        May be called again.
        """
        owns, self._owns = self._owns, False
        await self._offload.aclose(self._table.close if owns else None)
