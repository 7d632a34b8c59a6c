# Generated from src/hexcache/adapters/outbound/memory/aio/store.py by tools/unasync.py. Do not edit.
"""The store port over a table of blobs in this process.

Rule: a store is a view; what it shows belongs to the table, which any number of stores share.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from hexcache.adapters.outbound.memory.blobs import BlobTable
from hexcache.domain.errors import StoreRejected, StoreUnavailable
from hexcache.ports.capabilities import Capabilities
from hexcache.ports.finding import StoreFinding, Token


class MemoryStore:
    """Bytes in memory: a tier of its own, and a store for tests that behaves as a store should.

    No method waits: each ends when the table has answered, so every call is bounded and none can be interrupted half
    way. Closing ends this view; the table and its other views live on.
    """

    def __init__(self, table: BlobTable) -> None:
        """Look at a table.

        Args:
            table: where the blobs are; hand the same one to several stores for them to share it.
        """
        self._table = table
        self._open = True
        self._capabilities = Capabilities(bounded_calls=True, max_value_bytes=table.max_value_bytes)

    @property
    def capabilities(self) -> Capabilities:
        """All of them, except that nothing outlives the process or leaves it."""
        return self._capabilities

    def get(self, address: str, /) -> StoreFinding:
        """Read one address; see the port."""
        return self._opened().read(address)

    def get_many(self, addresses: Sequence[str], /) -> dict[str, StoreFinding]:
        """Read several addresses; see the port."""
        table = self._opened()
        return {address: table.read(address) for address in dict.fromkeys(addresses)}

    def put(self, address: str, blob: bytes, /, *, dead_at: float) -> None:
        """Write whatever is there now; see the port."""
        self._opened().write(address, blob, dead_at)

    def put_if(self, address: str, blob: bytes, /, *, dead_at: float, token: Token) -> bool:
        """Write if the token still fits; see the port."""
        return self._opened().write_if(address, blob, dead_at, token)

    def put_many(self, blobs: Mapping[str, tuple[bytes, float]], /) -> dict[str, str]:
        """Write several; see the port."""
        table = self._opened()
        refused: dict[str, str] = {}
        for address, (blob, dead_at) in blobs.items():
            try:
                table.write(address, blob, dead_at)
            except StoreRejected as exc:
                refused[address] = str(exc)
        return refused

    def delete(self, address: str, /) -> bool:
        """Remove a blob and change the token; see the port."""
        return self._opened().delete(address)

    def delete_many(self, addresses: Sequence[str], /) -> int:
        """Remove several; see the port."""
        table = self._opened()
        return sum([table.delete(address) for address in dict.fromkeys(addresses)])

    def scan(self, prefix: str, /) -> Iterator[str]:
        """List live addresses; see the port. Those of the moment at which the listing begins."""
        for address in self._opened().addresses(prefix):
            yield address

    def clear(self, prefix: str, /) -> int:
        """Remove by prefix; see the port."""
        return self._opened().clear(prefix)

    def ping(self) -> None:
        """Answer; there is nothing that could not be reached."""
        self._opened()

    def close(self) -> None:
        """End this view; may be called again."""
        self._open = False

    def reset_after_fork(self) -> None:
        """Make the table usable in a forked child; see :meth:`BlobTable.reset_after_fork`."""
        self._table.reset_after_fork()

    def _opened(self) -> BlobTable:
        if not self._open:
            raise StoreUnavailable("this memory store was closed")
        return self._table
