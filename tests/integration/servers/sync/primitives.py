"""The blocking client of redis-py. Written by hand."""

from __future__ import annotations

from typing import Any

from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

__all__ = ["Redis", "client_at"]


def client_at(port: int, *, timeout: float = 30.0, **more: Any) -> Redis:
    """A client that tries once, and waits so many seconds for a connection and for each reply."""
    once = Retry(NoBackoff(), 0)
    return Redis(port=port, socket_timeout=timeout, socket_connect_timeout=timeout, retry=once, **more)
