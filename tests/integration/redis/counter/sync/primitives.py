"""What the tests of the blocking world run on. Written by hand in each world."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import pytest
from redis import Redis

from hexcache.adapters.outbound.redis.sync.client_link import ClientLink
from tests.servers.single import Server

fixture: Final = pytest.fixture
"""Declares a fixture that may wait."""


@contextmanager
def linked(server: Server) -> Iterator[ClientLink]:
    """A link over a client of redis-py, until the context is left."""
    with Redis.from_url(server.url, socket_timeout=20.0) as client:
        yield ClientLink(client)
