"""A store that takes writes now and brings them later, as the cache sees it.

Rule: what such a store has accepted is seen through it at once and by others once it has landed. It never waits to
accept, and what it was told not to bring any more it does not bring, except what is on its way already.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol, runtime_checkable

from hexcache.ports.aio.store import AsyncStore


class AsyncFlushListener(Protocol):
    """Is told what becomes of writes that were accepted. Its errors are the store's to swallow and count."""

    def flushed(self, entries: int, /) -> None:
        """A batch arrived."""
        ...

    def flush_failed(self, reason: str, /, *, timeout: bool) -> None:
        """A batch did not arrive; it is kept and tried again. ``reason`` never holds a value or a secret."""
        ...

    def refused(self, address: str, reason: str, /) -> None:
        """The store answered no to one write; the address is absent there."""
        ...

    def unwritten(self, entries: int, /) -> None:
        """The store was closed and these did not arrive in time; they are lost."""
        ...

    async def landed(self, addresses: Sequence[str], /) -> None:
        """Others see these changes from now on."""
        ...


@runtime_checkable
class AsyncDeferringStore(AsyncStore, Protocol):
    """A store with the capability ``deferred``."""

    def accept(self, blobs: Mapping[str, tuple[bytes, float]], /) -> bool:
        """Take these writes (address -> (blob, dead_at)) to be brought later.

        Returns:
            True when all were taken; False, and none was, when there is no room or the store has to decide: then
            ``put`` and ``put_many`` say what becomes of them. It never waits.
        """
        ...

    def withdraw(self, addresses: Collection[str], /) -> None:
        """These are to be removed, and the store could not be told: what is pending for them becomes a removal."""
        ...

    def withdraw_below(self, prefix: str, /) -> None:
        """The same for all addresses that begin with ``prefix``."""
        ...

    def is_pending(self, address: str, /) -> bool:
        """Whether a change of the address has not landed yet."""
        ...

    async def put_through(self, address: str, blob: bytes, /, *, dead_at: float) -> None:
        """As ``put``, but at once: it has arrived when this returns."""
        ...

    async def flush(self, seconds: float | None = None, /) -> int:
        """Bring what is pending now; returns how much of it is still pending, after a failure or after ``seconds``."""
        ...

    async def drain(self, seconds: float | None = None, /) -> int:
        """Accept nothing more and bring what is pending, trying again until ``seconds`` are over; returns what is left.

        The store answers everything else until it is closed.
        """
        ...

    def backlog(self) -> dict[str, float]:
        """What is pending and how flushes went, by name: ``entries``, ``bytes``, ``oldest_age``, ``flushes``..."""
        ...

    def listen(self, listener: AsyncFlushListener, /) -> None:
        """Tell this listener from now on."""
        ...
