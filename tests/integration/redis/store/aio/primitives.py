"""The client of the awaited world. Written by hand."""

from __future__ import annotations

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from hexcache.adapters.outbound.redis.aio.client_link import AsyncClientLink

AsyncClient = Redis


def client_at(url: str) -> Redis:
    """A client that tries once and waits as long as a busy machine may need."""
    return Redis.from_url(url, socket_timeout=20.0, socket_connect_timeout=20.0, retry=Retry(NoBackoff(), 0))


def link_over(client: Redis) -> AsyncClientLink:
    """A link over a client."""
    return AsyncClientLink(client)
