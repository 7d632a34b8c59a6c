"""The awaited client of redis-py. Written by hand."""

from __future__ import annotations

from typing import Any

from redis.asyncio import Redis as AsyncRedis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

__all__ = ["AsyncRedis", "client_at"]


def client_at(port: int, *, timeout: float = 30.0, **more: Any) -> AsyncRedis:
    """A client that tries once, and waits so many seconds for a connection and for each reply."""
    once = Retry(NoBackoff(), 0)
    return AsyncRedis(port=port, socket_timeout=timeout, socket_connect_timeout=timeout, retry=once, **more)
