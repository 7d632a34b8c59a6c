"""What the tests of the blocking world run on. Written by hand in each world."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from hexcache.adapters.outbound.redis.sync.client_link import ClientLink
from hexcache.adapters.outbound.redis.sync.link import Link
from hexcache.adapters.outbound.redis.sync.opening import open_link
from hexcache.adapters.outbound.redis.settings import RedisSettings
from tests.integration.redis.counter.counting import hasty_settings, patient_settings
from tests.servers.cluster import Cluster
from tests.servers.single import Server

fixture: Final = pytest.fixture
"""Declares a fixture that may wait."""


@contextmanager
def linked(server: Server | Cluster, *, ours: bool = False) -> Iterator[Link]:
    """A link of ours, or one over a client of redis-py, until the context is left."""
    if ours:
        with _opened(patient_settings(server)) as link:
            yield link
    else:
        with Redis.from_url(server.url, socket_timeout=20.0) as client:
            yield ClientLink(client)


@contextmanager
def hasty(url: str, *, ours: bool) -> Iterator[Link]:
    """A link that waits a tenth of a second for an answer, and sends nothing twice that changes anything."""
    if ours:
        with _opened(hasty_settings(url)) as link:
            yield link
    else:
        retry = Retry(NoBackoff(), 0)
        with Redis.from_url(url, socket_timeout=0.1, socket_connect_timeout=1.0, retry=retry) as client:
            yield ClientLink(client)


def pause(seconds: float) -> None:
    """Let others work."""
    time.sleep(seconds)


@contextmanager
def _opened(settings: RedisSettings) -> Iterator[Link]:
    link = open_link(settings)
    try:
        yield link
    finally:
        link.close()
