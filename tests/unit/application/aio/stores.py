"""A store over shelves, in the awaited world."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence

from hexcache.domain.errors import StoreUnavailable
from hexcache.ports.capabilities import Capabilities
from hexcache.ports.clock import Clock
from hexcache.ports.finding import StoreFinding, Token
from tests.unit.application.shelves import Shelves


class AsyncShelf:
    """Every method of the port, over shelves of its own or shared ones."""

    def __init__(self, now: Clock, *, shelves: Shelves | None = None, capabilities: Capabilities | None = None) -> None:
        self.shelves = Shelves(now) if shelves is None else shelves
        self.capabilities = capabilities or Capabilities()
        self.closed = False

    def held(self, address: str) -> object:
        return self.shelves.held(address)

    async def get(self, address: str, /) -> StoreFinding:
        if self.closed:
            raise StoreUnavailable("this store was closed")
        return self.shelves.look(address)

    async def get_many(self, addresses: Sequence[str], /) -> dict[str, StoreFinding]:
        return {address: self.shelves.look(address) for address in addresses}

    async def put(self, address: str, blob: bytes, /, *, dead_at: float) -> None:
        self.shelves.write(address, blob, dead_at)

    async def put_if(self, address: str, blob: bytes, /, *, dead_at: float, token: Token) -> bool:
        with self.shelves.lock:
            same = not self.capabilities.conditional_write or self.shelves.look(address).token == token
            if same:
                self.shelves.write(address, blob, dead_at)
            return same

    async def put_many(self, blobs: Mapping[str, tuple[bytes, float]], /) -> dict[str, str]:
        for address, (blob, dead_at) in blobs.items():
            self.shelves.write(address, blob, dead_at)
        return {}

    async def delete(self, address: str, /) -> bool:
        return self.shelves.write(address, b"", 0.0)

    async def delete_many(self, addresses: Sequence[str], /) -> int:
        return sum([self.shelves.write(address, b"", 0.0) for address in addresses])

    async def scan(self, prefix: str, /) -> AsyncIterator[str]:
        for address in self.shelves.below(prefix):
            yield address

    async def clear(self, prefix: str, /) -> int:
        with self.shelves.lock:
            self.shelves.floor = next(self.shelves.changes)
            return sum([self.shelves.write(address, b"", 0.0) for address in self.shelves.below(prefix)])

    async def ping(self) -> None:
        if self.closed:
            raise StoreUnavailable("this store was closed")

    async def aclose(self) -> None:
        self.closed = True
