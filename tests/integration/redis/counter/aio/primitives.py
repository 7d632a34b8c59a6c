"""What the tests of the awaited world run on. Written by hand in each world."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import pytest_asyncio
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from hexcache.adapters.outbound.redis.aio.client_link import AsyncClientLink
from tests.servers.single import Server

fixture: Final = pytest_asyncio.fixture
"""Declares a fixture that may wait."""


@asynccontextmanager
async def linked(server: Server) -> AsyncIterator[AsyncClientLink]:
    """A link over a client of redis-py, until the context is left."""
    async with Redis.from_url(server.url, socket_timeout=20.0) as client:
        yield AsyncClientLink(client)


@asynccontextmanager
async def hasty(url: str) -> AsyncIterator[AsyncClientLink]:
    """A link that waits a tenth of a second for an answer, and whose client sends nothing twice by itself."""
    client = Redis.from_url(url, socket_timeout=0.1, socket_connect_timeout=1.0, retry=Retry(NoBackoff(), 0))
    try:
        yield AsyncClientLink(client)
    finally:
        await client.aclose()


async def pause(seconds: float) -> None:
    """Let others work."""
    await asyncio.sleep(seconds)
