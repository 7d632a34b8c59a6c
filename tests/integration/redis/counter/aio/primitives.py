"""What the tests of the awaited world run on. Written by hand in each world."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import pytest_asyncio
from redis.asyncio import Redis

from hexcache.adapters.outbound.redis.aio.client_link import AsyncClientLink
from tests.servers.single import Server

fixture: Final = pytest_asyncio.fixture
"""Declares a fixture that may wait."""


@asynccontextmanager
async def linked(server: Server) -> AsyncIterator[AsyncClientLink]:
    """A link over a client of redis-py, until the context is left."""
    async with Redis.from_url(server.url, socket_timeout=20.0) as client:
        yield AsyncClientLink(client)
