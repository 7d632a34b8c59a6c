"""The store port: a tier that may wait.

Rule: a store keeps bytes under addresses until a deadline. It never looks into a blob, never decides freshness, and has
no default lifetime. Every method is safe to call from several tasks and threads at once.

Outcomes common to all methods:

* failure: a :class:`~hexcache.domain.errors.StoreError` of the right kind, raised ``from`` the vendor's exception.
  ``StoreUnavailable`` (unreachable), ``StoreTimeout`` (no answer in time), ``StoreRejected`` (answered no),
  ``StoreUnchanged`` (answered no, and keeps what was to go). Nothing else leaves an adapter, and no message holds a
  blob or a secret.
* cancellation: the call ends at once; a change that was under way may or may not have happened, and nothing is half
  written: a later read finds the old blob or the new one.
* constructors and imports do no I/O: the first call connects.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Protocol

from hexcache.ports.capabilities import Capabilities
from hexcache.ports.finding import StoreFinding, Token


class AsyncStore(Protocol):
    """A place for bytes: disk, Redis, an object store."""

    @property
    def capabilities(self) -> Capabilities:
        """What this store can do; constant for the life of the object."""
        ...

    async def get(self, address: str, /) -> StoreFinding:
        """Read one address.

        Returns:
            ``Found`` with the blob and its token, or ``Absent`` with the token of the absence. A blob whose deadline
            has passed by the store's own clock is ``Absent``; a store that expires late may still return it, and the
            caller checks the deadline that the envelope holds.
        """
        ...

    async def get_many(self, addresses: Sequence[str], /) -> dict[str, StoreFinding]:
        """Read several addresses: one answer for each distinct one; an empty request answers ``{}`` without I/O."""
        ...

    async def put(self, address: str, blob: bytes, /, *, dead_at: float) -> None:
        """Write whatever is there now.

        Args:
            address: where.
            blob: what.
            dead_at: wall time from which the blob is of no use, seconds since the epoch; ``inf`` for never.

        Raises:
            StoreRejected: the store cannot hold it. What was there before is then gone or replaced, never served on.
            StoreUnchanged: the store does not take it, nor lets go of what was there before.
        """
        ...

    async def put_if(self, address: str, blob: bytes, /, *, dead_at: float, token: Token) -> bool:
        """Write only if the address is still as it was when ``token`` was handed out.

        Returns:
            True when written, False when somebody wrote or deleted in between. A store without
            ``conditional_write`` writes and returns True.
        """
        ...

    async def put_many(self, blobs: Mapping[str, tuple[bytes, float]], /) -> dict[str, str]:
        """Write several, each as ``put`` would.

        Args:
            blobs: address -> (blob, dead_at).

        Returns:
            address -> reason, for those that the store did not take (each of them is then absent, as with ``put``).
        """
        ...

    async def delete(self, address: str, /) -> bool:
        """Remove a blob and change the token of the address, so that a ``put_if`` with an older one loses.

        The token changes also when nothing was there. What remembers it (a tombstone) lives for at least the
        ``tombstone_ttl`` that the adapter was configured with, which exceeds the longest load.

        Returns:
            True when a live blob was there.
        """
        ...

    async def delete_many(self, addresses: Sequence[str], /) -> int:
        """Remove several, each as ``delete`` would; returns how many were there."""
        ...

    def scan(self, prefix: str, /) -> AsyncIterator[str]:
        """List the live addresses that begin with ``prefix``, in no order, each at most once.

        What is written or removed meanwhile may or may not be listed. Tombstones are not.

        Raises:
            Unsupported: the capability is absent.
        """
        ...

    async def clear(self, prefix: str, /) -> int:
        """Remove every address that begins with ``prefix`` and nothing else; returns how many were there.

        Afterwards a ``put_if`` below the prefix loses if its token was handed out before, also for an absent address.

        Raises:
            Unsupported: the capability is absent.
        """
        ...

    async def ping(self) -> None:
        """Prove that the store answers, by a real round trip.

        Raises:
            StoreError: it does not.
        """
        ...

    async def aclose(self) -> None:
        """Release what this object opened (never a client that was handed in). May be called again."""
        ...
