"""Counters for tests: on a server, under a prefix of the test's own, at a time that the test moves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from redis import Redis

from hexcache.adapters.outbound.redis.settings import Address, RedisSettings
from hexcache.adapters.outbound.redis.sync.client_link import ClientLink
from hexcache.adapters.outbound.redis.sync.counter import RedisCounter
from hexcache.testing.entropy import SeededEntropy
from tests.integration.redis.settings import settings_at, settings_of
from tests.servers.cluster import Cluster
from tests.servers.single import Server


def patient_settings(server: Server | Cluster) -> RedisSettings:
    """For a link whose calls a busy machine does not end."""
    if isinstance(server, Server):
        return settings_of(server)
    nodes = server.nodes
    return replace(settings_of(nodes[0]), mode="cluster", addresses=tuple(Address(it.host, it.port) for it in nodes))


def hasty_settings(url: str) -> RedisSettings:
    """For a link that waits a tenth of a second for an answer."""
    return settings_at(urlsplit(url).port or 0, deadline=1.0, connect_deadline=1.0, operation_deadline=0.1)


class Time:
    """A wall clock that stands wherever it is put."""

    def __init__(self, now: float = 1_700_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


class Desk:
    """A counter, its time, and the server behind it.

    Attributes:
        client: of redis-py, to look at what is stored.
        time: of the counter.
        counter: the one under test.
    """

    def __init__(self, client: Any, prefix: str) -> None:
        self.client = client
        self.prefix = prefix
        self.time = Time()
        self.link = ClientLink(client)
        self.counter = RedisCounter(self.link, entropy=SeededEntropy(), prefix=prefix, wall=self.time)
        self.on_its_own_time = RedisCounter(self.link, entropy=SeededEntropy(), prefix=prefix)
        self._addresses = 0

    def key(self, address: str) -> bytes:
        """Where the counter keeps an address."""
        return f"{self.prefix}\x1fcount:{address}".encode()

    def head(self, address: str) -> str:
        """The first element of what is kept there."""
        [head] = self.client.zrange(self.key(address), 0, 0)
        return str(head, "ascii")

    def new_address(self) -> str:
        """An address that nothing was kept at."""
        self._addresses += 1
        return f"kit:{self._addresses}"


@contextmanager
def desk(server: Server, prefix: str) -> Iterator[Desk]:
    """A desk, until the context is left."""
    with Redis.from_url(server.url, socket_timeout=20.0) as client:
        yield Desk(client, prefix)
