"""The client of the blocking world. Written by hand."""

from __future__ import annotations

from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from hexcache.adapters.outbound.redis.sync.client_link import ClientLink

Client = Redis


def client_at(url: str) -> Redis:
    """A client that tries once and waits as long as a busy machine may need."""
    return Redis.from_url(url, socket_timeout=20.0, socket_connect_timeout=20.0, retry=Retry(NoBackoff(), 0))


def link_over(client: Redis) -> ClientLink:
    """A link over a client."""
    return ClientLink(client)
