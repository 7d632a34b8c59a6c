"""Links of the awaited world to a server of the tests. Written by hand in each world, with the same names."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import redis.asyncio
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from hexcache.adapters.outbound.redis.aio.client_link import AsyncClientLink
from hexcache.testing.held import SAFETY_LIMIT
from tests.integration.redis.bus.clients import PATIENT


@asynccontextmanager
async def link_to(url: str, patience: float = PATIENT) -> AsyncIterator[AsyncClientLink]:
    """A link to a server, over a client that is closed in the end."""
    client = redis.asyncio.Redis.from_url(
        url, socket_timeout=patience, socket_connect_timeout=patience, retry=Retry(NoBackoff(), 0)
    )
    try:
        yield AsyncClientLink(client)
    finally:
        await client.aclose()


async def until(true: Callable[[], object]) -> None:
    """Wait until something becomes true; what never does fails the test."""
    end = time.monotonic() + SAFETY_LIMIT
    while not true():
        assert time.monotonic() < end, "what was waited for did not come"
        await asyncio.sleep(0.005)


async def pause(seconds: float) -> None:
    """Let time pass."""
    await asyncio.sleep(seconds)
