# Generated from tests/unit/testing/aio/dict_store.py by tools/unasync.py. Do not edit.
"""A store in a dict: everything that it takes to pass the contract kit."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from itertools import count

from hexcache.domain.errors import StoreUnavailable
from hexcache.ports.capabilities import Capabilities
from hexcache.ports.clock import Clock
from hexcache.ports.finding import Absent, Found, StoreFinding, Token


class DictStore:
    capabilities = Capabilities()

    def __init__(self, now: Clock) -> None:
        self.now, self.lock, self.closed, self.changes = now, threading.RLock(), False, count(1)
        self.rows: dict[str, tuple[bytes, float, int]] = {}  # blob, deadline, token; a tombstone is a dead row
        self.floor = 0  # the token of every address without a row

    def look(self, address: str) -> StoreFinding:
        if self.closed:
            raise StoreUnavailable("this store was closed")
        blob, dead_at, token = self.rows.get(address, (b"", 0.0, self.floor))
        return Found(blob, token) if self.now() < dead_at else Absent(token)

    def write(self, address: str, blob: bytes, dead_at: float) -> bool:
        with self.lock:
            there = isinstance(self.look(address), Found)
            self.rows[address] = (bytes(blob), dead_at, next(self.changes))
            return there

    def get(self, address: str, /) -> StoreFinding:
        return self.look(address)

    def get_many(self, addresses: Sequence[str], /) -> dict[str, StoreFinding]:
        return {address: self.look(address) for address in addresses}

    def put(self, address: str, blob: bytes, /, *, dead_at: float) -> None:
        self.write(address, blob, dead_at)

    def put_if(self, address: str, blob: bytes, /, *, dead_at: float, token: Token) -> bool:
        with self.lock:
            same = self.look(address).token == token
            if same:
                self.write(address, blob, dead_at)
            return same

    def put_many(self, blobs: Mapping[str, tuple[bytes, float]], /) -> dict[str, str]:
        for address, (blob, dead_at) in blobs.items():
            self.write(address, blob, dead_at)
        return {}

    def delete(self, address: str, /) -> bool:
        return self.write(address, b"", 0.0)

    def delete_many(self, addresses: Sequence[str], /) -> int:
        return sum([self.write(address, b"", 0.0) for address in addresses])

    def scan(self, prefix: str, /) -> Iterator[str]:
        for address in list(self.rows):
            if address.startswith(prefix) and isinstance(self.look(address), Found):
                yield address

    def clear(self, prefix: str, /) -> int:
        with self.lock:
            self.floor = next(self.changes)
            return sum([self.write(address, b"", 0.0) for address in list(self.rows) if address.startswith(prefix)])

    def ping(self) -> None:
        self.look("")

    def close(self) -> None:
        self.closed = True
