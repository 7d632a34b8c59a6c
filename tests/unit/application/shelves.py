"""Blobs in a dict, shared by stores of both worlds: what several processes see of one server."""

from __future__ import annotations

import threading
from itertools import count

from hexcache.adapters.outbound.codecs.envelope import Envelope
from hexcache.adapters.outbound.codecs.faithful import FaithfulSerializer
from hexcache.domain.lookup import MISS
from hexcache.ports.clock import Clock
from hexcache.ports.finding import Absent, Found, StoreFinding


class Shelves:
    """Address -> (blob, deadline, token). Every change of an address gives it a token that it never had."""

    def __init__(self, now: Clock) -> None:
        self.now = now
        self.lock = threading.RLock()
        self.rows: dict[str, tuple[bytes, float, int]] = {}
        self.changes = count(1)
        self.floor = 0

    def look(self, address: str) -> StoreFinding:
        """What is there; an expired row is absent under its own token."""
        with self.lock:
            blob, dead_at, token = self.rows.get(address, (b"", 0.0, self.floor))
            return Found(blob, token) if self.now() < dead_at else Absent(token)

    def write(self, address: str, blob: bytes, dead_at: float) -> bool:
        """Change a row; True when a live one was there."""
        with self.lock:
            there = isinstance(self.look(address), Found)
            self.rows[address] = (bytes(blob), dead_at, next(self.changes))
            return there

    def below(self, prefix: str) -> list[str]:
        """The live addresses below a prefix."""
        with self.lock:
            return [a for a in self.rows if a.startswith(prefix) and isinstance(self.look(a), Found)]

    def held(self, address: str) -> object:
        """The value at an address, however old; MISS when there is none."""
        blob, _, _ = self.rows.get(address, (b"", 0.0, 0))
        if not blob:
            return MISS
        record = Envelope().decode(address, blob)
        return None if record.missing else FaithfulSerializer().loads(record.payload)
