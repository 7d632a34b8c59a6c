"""What the buses of these tests listen with, and how often they beat."""

from __future__ import annotations

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from hexcache.adapters.outbound.redis.bus.clients import of_a_server
from hexcache.adapters.outbound.redis.bus.rule import BusRule
from hexcache.adapters.outbound.redis.bus.session import Connect

QUICK = BusRule(heartbeat=0.2, missed=20, deadline=20.0, retry_most=0.3)
"""Beats often, so that tests wait for short, and is patient, so that a busy machine is not taken for a silent one."""


def client_of(port: int, timeout: float = 20.0) -> redis.Redis:
    """A blocking client that repeats nothing."""
    return redis.Redis(port=port, socket_timeout=timeout, socket_connect_timeout=timeout, retry=Retry(NoBackoff(), 0))


def connect_to(port: int, timeout: float = 20.0) -> Connect:
    """Listen at a server."""
    return of_a_server(lambda: client_of(port, timeout))
