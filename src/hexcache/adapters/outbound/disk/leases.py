"""The disk's leases for threads.

Rule: nothing is done here but what the port asks; the work is :class:`LeaseTable`'s.
"""

from __future__ import annotations

import time

from hexcache.adapters.outbound.disk.lease_table import LeaseTable
from hexcache.adapters.outbound.disk.settings import DiskSettings
from hexcache.domain.lease import LeaseAnswer
from hexcache.ports.clock import Clock
from hexcache.ports.entropy import Entropy


class DiskLeases:
    """Leases in a directory; a :class:`~hexcache.ports.sync.lease.LeaseKeeper`.

    Exact across the processes of one machine, also when one is killed: its leases end by their ttl.
    """

    def __init__(self, table: LeaseTable) -> None:
        """Serve a table that somebody else closes."""
        self._table = table
        self._owns = False

    @classmethod
    def from_settings(
        cls, settings: DiskSettings, *, wall: Clock = time.time, entropy: Entropy | None = None
    ) -> DiskLeases:
        """Leases with a table of their own, which they close. Nothing is opened before the first call.

        Args:
            settings: those of the disk tier; the leases live in ``leases`` below its directory.
            wall: wall time, on which leases end.
            entropy: where the first number of a new directory comes from; None for the operating system.
        """
        leases = cls(LeaseTable(settings, wall=wall, entropy=entropy))
        leases._owns = True
        return leases

    def acquire(self, address: str, holder: bytes, /, *, ttl: float) -> LeaseAnswer:
        """Ask for a lease."""
        return self._table.acquire(address, holder, ttl)

    def renew(self, address: str, holder: bytes, /, *, ttl: float) -> bool:
        """Let a lease live on."""
        return self._table.renew(address, holder, ttl)

    def release(self, address: str, holder: bytes, /, *, rest: float = 0.0) -> bool:
        """Give a lease back."""
        return self._table.release(address, holder, rest)

    def close(self) -> None:
        """Close the table if it is this object's own. May be called again."""
        if self._owns:
            self._table.close()
