"""What the buses of these tests listen with, and how often they beat."""

from __future__ import annotations

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from hexcache.adapters.outbound.redis.bus.clients import clients_of
from hexcache.adapters.outbound.redis.bus.rule import BusRule
from hexcache.adapters.outbound.redis.bus.session import Connect

QUICK = BusRule(heartbeat=0.2, missed=100, deadline=20.0, retry_first=0.05, retry_most=0.2)
"""Beats often, so that tests wait for short, and is patient, so that a busy machine is not taken for a silent one."""

PATIENT = 20.0
"""Seconds that a client waits where nothing is to fail."""


def client_of(url: str, patience: float = PATIENT, *, retries: int = 0) -> redis.Redis:
    """A blocking client."""
    return redis.Redis.from_url(
        url, socket_timeout=patience, socket_connect_timeout=patience, retry=Retry(NoBackoff(), retries)
    )


def connect_to(url: str, patience: float = PATIENT, *, retries: int = 0) -> Connect:
    """Listen at a server with any client of redis-py."""
    return clients_of(lambda: client_of(url, patience, retries=retries))
