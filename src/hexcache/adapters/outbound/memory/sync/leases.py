# Generated from src/hexcache/adapters/outbound/memory/aio/leases.py by tools/unasync.py. Do not edit.
"""The lease port over a table of leases in this process.

Rule: a keeper is a view; the leases belong to the table, which any number of keepers share.
"""

from __future__ import annotations

from hexcache.adapters.outbound.memory.lease_table import LeaseTable
from hexcache.domain.errors import StoreUnavailable
from hexcache.domain.lease import LeaseAnswer


class MemoryLeases:
    """Leases in memory, among the caches of one process that share a table; for tests, and for tiers in memory.

    No method waits: each ends when the table has answered, so none can be interrupted half way. Closing ends this view;
    the table, its leases and its other views live on.
    """

    def __init__(self, table: LeaseTable) -> None:
        """Look at a table.

        Args:
            table: where the leases are; hand the same one to several objects for them to share it.
        """
        self._table = table
        self._open = True

    def acquire(self, address: str, holder: bytes, /, *, ttl: float) -> LeaseAnswer:
        """Ask for a lease; see the port.

        Raises:
            StoreRejected: the lease is new and the table full.
        """
        return self._opened().acquire(address, holder, ttl)

    def renew(self, address: str, holder: bytes, /, *, ttl: float) -> bool:
        """Let a lease live on; see the port."""
        return self._opened().renew(address, holder, ttl)

    def release(self, address: str, holder: bytes, /, *, rest: float = 0.0) -> bool:
        """Give a lease back; see the port."""
        return self._opened().release(address, holder, rest)

    def close(self) -> None:
        """End this view; may be called again."""
        self._open = False

    def reset_after_fork(self) -> None:
        """Make the table usable in a forked child; see :meth:`LeaseTable.reset_after_fork`."""
        self._table.reset_after_fork()

    def _opened(self) -> LeaseTable:
        if not self._open:
            raise StoreUnavailable("this memory lease keeper was closed")
        return self._table
