"""The lease port: who loads a key, among all processes that share a tier.

Rule: at any time a lease has at most one holder, known by his token; it ends when he releases it or when its ttl has
passed since it was last granted or renewed, whatever became of him. Every method is one atomic step for each address.

A lease spares loads and guards no value, so a keeper may lose leases (a server that restarts, say): then two load.

Outcomes common to all methods:

* failure: ``StoreError``; what was asked may have happened or not. The caller goes on without a lease.
* cancellation: as with a failure. A lease that nobody knows of ends by its ttl.
* constructors do no I/O. Calls are bounded like those of the store beside which the leases are kept.
"""

from __future__ import annotations

from typing import Protocol

from hexcache.domain.lease import LeaseAnswer


class AsyncLeaseKeeper(Protocol):
    """Leases by address. Addresses are those of a store; the leases are kept apart from its blobs."""

    async def acquire(self, address: str, holder: bytes, /, *, ttl: float) -> LeaseAnswer:
        """Ask for a lease. To its holder it is granted again, with the whole ttl, so that a retry is harmless.

        Args:
            address: of what is to be loaded.
            holder: token of the one who asks: some bytes that nobody else draws.
            ttl: life of the lease unless it is renewed, seconds.

        Returns:
            ``GRANTED``; ``HELD`` by another, and for how long if he does not renew it; or ``RESTING``: nobody holds it
            and nobody will for so long. ``remaining`` is positive, and at most what was asked for.
        """
        ...

    async def renew(self, address: str, holder: bytes, /, *, ttl: float) -> bool:
        """Let a lease live for ``ttl`` seconds from now on; False, and nothing changes, when it is not the holder's.

        A lease that has ended is nobody's: it is not renewed, also if nobody took it.
        """
        ...

    async def release(self, address: str, holder: bytes, /, *, rest: float = 0.0) -> bool:
        """Give a lease back; False, and nothing changes, when it is not the holder's.

        Args:
            address: of what was loaded.
            holder: token of the one who holds it.
            rest: seconds for which nobody is granted it; 0 for none.
        """
        ...

    async def aclose(self) -> None:
        """Release what this object opened; leases that are held stay so. May be called again."""
        ...
