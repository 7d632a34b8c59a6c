"""Where connections of the awaited world come from: redis.asyncio's pools, which know the server or ask for it.

Rule: a pool of redis-py makes connections and names their server; how many there are and who has one is decided by the
:class:`~hexcache.adapters.outbound.redis.loop_shelf.LoopShelf` above it. A pool belongs to one event loop.
"""

from __future__ import annotations

from typing import Any

from redis.asyncio import Redis
from redis.asyncio.connection import BlockingConnectionPool, ConnectionPool
from redis.asyncio.sentinel import Sentinel, SentinelConnectionPool

from hexcache.adapters.outbound.redis.awaited_connection import (
    DroppableConnection,
    DroppableSentinelConnection,
    DroppableSentinelSSLConnection,
    DroppableSSLConnection,
)
from hexcache.adapters.outbound.redis.connecting import place, sentinel_options, server_options, share_of_a_sentinel
from hexcache.adapters.outbound.redis.credentials_in_time import AwaitedCredentials
from hexcache.adapters.outbound.redis.settings import Address, RedisSettings


def pool_to(address: Address, settings: RedisSettings) -> BlockingConnectionPool:
    """Connections to one server."""
    return BlockingConnectionPool(
        max_connections=settings.pool_size,
        timeout=settings.pool_wait,
        connection_class=DroppableConnection if settings.tls is None else DroppableSSLConnection,
        socket_timeout=None,
        socket_connect_timeout=None,
        **place(address),
        **server_options(settings, AwaitedCredentials),
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
        connection_class=DroppableSentinelConnection if settings.tls is None else DroppableSentinelSSLConnection,
        socket_timeout=None,
        socket_connect_timeout=None,
        **server_options(settings, AwaitedCredentials),
    )


def _asking(address: Address, settings: RedisSettings) -> Any:
    encrypted = settings.sentinel is not None and settings.sentinel.tls is not None
    share = share_of_a_sentinel(settings)
    pool = ConnectionPool(
        max_connections=2 * settings.pool_size,  # as many as ask at one moment: for the primary and for replicas
        connection_class=DroppableSSLConnection if encrypted else DroppableConnection,
        socket_timeout=share,
        socket_connect_timeout=share,
        **place(address),
        **sentinel_options(settings),
    )
    return Redis(connection_pool=pool)


async def close_pool(pool: Any) -> None:
    """Close what the pool itself keeps open: connections to Sentinels."""
    manager = getattr(pool, "sentinel_manager", None)
    for sentinel in () if manager is None else manager.sentinels:
        await sentinel.connection_pool.disconnect()
