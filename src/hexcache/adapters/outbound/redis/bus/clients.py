"""Clients that a bus listens with.

Rule: each connection of a bus begins with a client that is made for it, so that a server which has moved is looked for
anew; it ends with that client. No step of one takes longer than the settings say, the resolving of a name included.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from redis import Redis

from hexcache.adapters.outbound.redis.blocking_connection import monotonic, wait_until
from hexcache.adapters.outbound.redis.blocking_pools import close_pool, pool_by_sentinels, pool_to
from hexcache.adapters.outbound.redis.bus.session import Connect
from hexcache.adapters.outbound.redis.settings import Address, RedisSettings
from hexcache.adapters.outbound.redis.slots import slot_of
from hexcache.adapters.outbound.redis.sync.cluster_table import ClusterTable
from hexcache.adapters.outbound.redis.sync.primitives import Connections
from hexcache.domain.errors import StoreUnavailable

CONNECTIONS: Final = 2
"""Of one listener: one hears, one beats. They are its own, and no part of what a tier's ``pool_size`` bounds."""


def clients_of(make: Callable[[], Any]) -> Connect:
    """Listen with what ``make`` returns: a ``redis.Redis`` with timeouts, without retries, that decodes nothing."""

    def connect(_: bytes, /) -> Any:
        return make()

    return connect


def clients_by(settings: RedisSettings) -> Connect:
    """Listen at the server that the settings name, or the primary, or the node that has a channel's slot."""
    settings = replace(settings, pool_size=CONNECTIONS)

    def connect(channel: bytes, /) -> Any:
        if settings.mode == "sentinel":
            return _Bounded(pool_by_sentinels(settings, replicas=False), settings.deadline)
        address = _node_of(channel, settings) if settings.mode == "cluster" else settings.addresses[0]
        return _Bounded(pool_to(address, settings), settings.deadline)

    return connect


def _node_of(channel: bytes, settings: RedisSettings) -> Address:
    asked: dict[Address, Connections] = {}

    def to(node: tuple[Address, bool]) -> Connections:
        return asked.setdefault(node[0], Connections.to(node[0], settings))

    try:
        table = ClusterTable(settings, to).known(monotonic() + settings.deadline)
    finally:
        for connections in asked.values():
            connections.close()
    address = table.primary(slot_of(channel))
    if address is None:
        raise StoreUnavailable("redis: nobody serves the slot of the bus")
    return address


class _Bounded:
    """A client of one server, and its Pub/Sub, whose steps end in time."""

    def __init__(self, pool: Any, deadline: float) -> None:
        self._pool = pool
        self._client = Redis(connection_pool=pool)
        self._pubsub = self._client.pubsub()
        self._deadline = deadline
        self.subscribe = self._in_time(self._pubsub.subscribe)
        self.ssubscribe = self._in_time(self._pubsub.ssubscribe)
        self.unsubscribe = self._in_time(self._pubsub.unsubscribe)
        self.sunsubscribe = self._in_time(self._pubsub.sunsubscribe)
        self.execute_command = self._in_time(self._client.execute_command)

    def pubsub(self) -> _Bounded:
        """The same object: a session has one of each."""
        return self

    def get_message(self, timeout: float) -> Any:
        """What arrives within so many seconds."""
        wait_until(monotonic() + timeout + self._deadline)
        return self._pubsub.get_message(timeout=timeout)

    def _in_time(self, step: Callable[..., Any]) -> Callable[..., Any]:
        def bounded(*args: Any) -> Any:
            wait_until(monotonic() + self._deadline)
            return step(*args)

        return bounded

    def close(self) -> None:
        """Close every connection; may be called again."""
        self._pubsub.close()
        self._pool.disconnect()
        close_pool(self._pool)
