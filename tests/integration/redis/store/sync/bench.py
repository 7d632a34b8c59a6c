# Generated from tests/integration/redis/store/aio/bench.py by tools/unasync.py. Do not edit.
"""Stores over one server, and a client beside them that plants and removes what it likes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from itertools import count
from typing import Any

from hexcache.adapters.outbound.redis.sync.link import Link
from hexcache.adapters.outbound.redis.sync.store import RedisStore
from hexcache.ports.finding import Found, Token
from hexcache.testing.clock import MovedClock
from hexcache.testing.entropy import SeededEntropy
from tests.integration.redis.store.sync.meddling import MeddlingLink
from tests.integration.redis.store.sync.primitives import Client, link_over
from tests.servers.single import Server

TOMBSTONE_TTL = 600.0
NEVER = float("inf")
SEEDS = count(1_000_000)
"""No two stores draw the same tokens."""


class Bench:
    """A place to try stores.

    Attributes:
        server: the server.
        client: a client of it, which no store knows of.
        prefix: what every key begins with.
        clock: the time of every store.
        store: one of them.
    """

    def __init__(self, server: Server, client: Client, prefix: str) -> None:
        self.server = server
        self.client = client
        self.prefix = prefix
        self.clock = MovedClock()
        self.store = self.open()

    def open(self, link: Link | None = None, prefix: str | None = None) -> RedisStore:
        """Another store over the same keys, or over others."""
        return RedisStore(
            link or link_over(self.client),
            wall=self.clock.wall,
            entropy=SeededEntropy(next(SEEDS)),
            tombstone_ttl=TOMBSTONE_TTL,
            prefix=self.prefix if prefix is None else prefix,
        )

    def meddled(self, doings: Mapping[str, Callable[[], object]]) -> RedisStore:
        """A store before whose first command of each kind something is done."""
        left = dict(doings)

        def before(call: str) -> None:
            doing = left.pop(call, None)
            if doing is not None:
                doing()

        return self.open(MeddlingLink(link_over(self.client), before))

    def key(self, address: str) -> str:
        """The key of an address."""
        return self.prefix + address

    def ask(self, *command: Any) -> Any:
        """The client's answer to a command."""
        call: Any = self.client.execute_command
        return call(*command)

    def blob(self, address: str) -> bytes | None:
        """What the store finds."""
        finding = self.store.get(address)
        return finding.blob if isinstance(finding, Found) else None

    def token(self, address: str) -> Token:
        """The token of an address."""
        return (self.store.get(address)).token

    def loses(self, address: str, token: Token) -> bool:
        """Whether a conditional write with this token is refused and changes nothing. Nobody reads before it does."""
        before = self.ask("GET", self.key(address))
        written = self.store.put_if(address, b"too late", dead_at=NEVER, token=token)
        return not written and self.ask("GET", self.key(address)) == before
