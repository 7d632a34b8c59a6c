"""Where bounded connections of the blocking world come from: redis-py's pools, which know the server or ask for it.

Rule: a pool of redis-py makes connections and names their server; how many there are and who has one is decided by the
:class:`~hexcache.adapters.outbound.redis.shelf.Shelf` above it.
"""

from __future__ import annotations

from typing import Any

from redis import Redis
from redis.connection import BlockingConnectionPool, ConnectionPool
from redis.sentinel import Sentinel, SentinelConnectionPool

from hexcache.adapters.outbound.redis.blocking_connection import (
    BoundedConnection,
    BoundedSentinelConnection,
    BoundedSentinelSSLConnection,
    BoundedSSLConnection,
)
from hexcache.adapters.outbound.redis.connecting import place, sentinel_options, server_options, share_of_a_sentinel
from hexcache.adapters.outbound.redis.credentials_in_time import BlockingCredentials
from hexcache.adapters.outbound.redis.settings import Address, RedisSettings


def pool_to(address: Address, settings: RedisSettings) -> BlockingConnectionPool:
    """Connections to one server."""
    patience: Any = settings.pool_wait
    return BlockingConnectionPool(
        max_connections=settings.pool_size,
        timeout=patience,
        connection_class=BoundedConnection if settings.tls is None else BoundedSSLConnection,
        socket_timeout=settings.deadline,
        socket_connect_timeout=settings.connect_deadline,
        **place(address),
        **server_options(settings, BlockingCredentials),
    )


def pool_by_sentinels(settings: RedisSettings, *, replicas: bool) -> SentinelConnectionPool:
    """Connections to the primary that Sentinels name, or to its replicas in turn."""
    said = settings.sentinel
    sentinel = Sentinel([])
    sentinel.sentinels = [_asking(address, settings) for address in settings.addresses]
    return SentinelConnectionPool(
        "" if said is None else said.service,
        sentinel,
        is_master=not replicas,
        max_connections=settings.pool_size,
        connection_class=BoundedSentinelConnection if settings.tls is None else BoundedSentinelSSLConnection,
        socket_timeout=settings.deadline,
        socket_connect_timeout=settings.connect_deadline,
        **server_options(settings, BlockingCredentials),
    )


def _asking(address: Address, settings: RedisSettings) -> Any:
    encrypted = settings.sentinel is not None and settings.sentinel.tls is not None
    share = share_of_a_sentinel(settings)
    pool = ConnectionPool(
        max_connections=2 * settings.pool_size,  # as many as ask at one moment: for the primary and for replicas
        connection_class=BoundedSSLConnection if encrypted else BoundedConnection,
        socket_timeout=share,
        socket_connect_timeout=share,
        **place(address),
        **sentinel_options(settings),
    )
    return Redis(connection_pool=pool)


def close_pool(pool: Any) -> None:
    """Close what the pool itself keeps open: connections to Sentinels."""
    manager = getattr(pool, "sentinel_manager", None)
    for sentinel in () if manager is None else manager.sentinels:
        sentinel.connection_pool.disconnect()
