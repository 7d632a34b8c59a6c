"""The disk tier for threads.

Rule: nothing is done here but what the port asks; the work is :class:`DiskTable`'s.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence

from hexcache.adapters.outbound.disk.settings import DiskSettings
from hexcache.adapters.outbound.disk.table import DiskTable
from hexcache.ports.capabilities import Capabilities
from hexcache.ports.clock import Clock
from hexcache.ports.entropy import Entropy
from hexcache.ports.finding import StoreFinding, Token


def capabilities_of(table: DiskTable) -> Capabilities:
    """What a disk tier can do, in either world."""
    limit = table.settings.value_limit
    return Capabilities(bounded_calls=True, durable=True, shared=True, max_value_bytes=limit)


class DiskStore:
    """Blobs in a directory; a :class:`~hexcache.ports.sync.store.Store`.

    Several processes may use one directory. What was acknowledged survives the end of the process, kill -9 included;
    after a power failure the last seconds may be missing. On a full disk reads go on and writes are refused; a
    read-only directory is read as it is.

    A call waits for other users of the directory no longer than the deadline; ``scan`` and ``clear`` go in steps, each
    of which does.
    """

    def __init__(self, table: DiskTable) -> None:
        """Serve a table that somebody else closes, such as the one that an :class:`AsyncDiskStore` serves too."""
        self._table = table
        self._owns = False
        self._capabilities = capabilities_of(table)

    @classmethod
    def from_settings(
        cls, settings: DiskSettings, *, wall: Clock = time.time, entropy: Entropy | None = None
    ) -> DiskStore:
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

    def get(self, address: str, /) -> StoreFinding:
        """Read one address."""
        return self._table.get(address)

    def get_many(self, addresses: Sequence[str], /) -> dict[str, StoreFinding]:
        """Read several addresses."""
        return self._table.get_many(addresses)

    def put(self, address: str, blob: bytes, /, *, dead_at: float) -> None:
        """Write whatever is there now."""
        self._table.put(address, blob, dead_at)

    def put_if(self, address: str, blob: bytes, /, *, dead_at: float, token: Token) -> bool:
        """Write only if the address is still as it was when the token was handed out."""
        return self._table.put_if(address, blob, dead_at, token)

    def put_many(self, blobs: Mapping[str, tuple[bytes, float]], /) -> dict[str, str]:
        """Write several, in one transaction."""
        return self._table.put_many(blobs)

    def delete(self, address: str, /) -> bool:
        """Remove a blob and leave a tombstone."""
        return self._table.delete(address)

    def delete_many(self, addresses: Sequence[str], /) -> int:
        """Remove several, in one transaction."""
        return self._table.delete_many(addresses)

    def scan(self, prefix: str, /) -> Iterator[str]:
        """List the live addresses that begin with a prefix."""
        after: bytes | None = None
        while True:
            found, after = self._table.page(prefix, after)
            yield from found
            if after is None:
                return

    def clear(self, prefix: str, /) -> int:
        """Remove every address that begins with a prefix."""
        number = self._table.begin_clear(prefix)
        gone, after = self._table.clear_step(prefix, number, None)
        while after is not None:
            more, after = self._table.clear_step(prefix, number, after)
            gone += more
        return gone

    def ping(self) -> None:
        """Read from the database."""
        self._table.ping()

    def stats(self) -> dict[str, int]:
        """Counters of the table: see :data:`~hexcache.adapters.outbound.disk.tally.EVENTS`."""
        return self._table.stats()

    def close(self) -> None:
        """Close the table if it is this store's own. May be called again."""
        if self._owns:
            self._table.close()
