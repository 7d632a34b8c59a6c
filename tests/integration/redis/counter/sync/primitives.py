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
from tests.servers.single import Server

fixture: Final = pytest.fixture
"""Declares a fixture that may wait."""


@contextmanager
def linked(server: Server) -> Iterator[ClientLink]:
    """A link over a client of redis-py, until the context is left."""
    with Redis.from_url(server.url, socket_timeout=20.0) as client:
        yield ClientLink(client)


@contextmanager
def hasty(url: str) -> Iterator[ClientLink]:
    """A link that waits a tenth of a second for an answer, and whose client sends nothing twice by itself."""
    client = Redis.from_url(url, socket_timeout=0.1, socket_connect_timeout=1.0, retry=Retry(NoBackoff(), 0))
    try:
        yield ClientLink(client)
    finally:
        client.close()


def pause(seconds: float) -> None:
    """Let others work."""
    time.sleep(seconds)
