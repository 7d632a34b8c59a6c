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
from hexcache.adapters.outbound.redis.aio.link import AsyncLink
from hexcache.adapters.outbound.redis.aio.opening import open_link
from hexcache.adapters.outbound.redis.settings import RedisSettings
from tests.integration.redis.counter.counting import hasty_settings, patient_settings
from tests.servers.cluster import Cluster
from tests.servers.single import Server

fixture: Final = pytest_asyncio.fixture
"""Declares a fixture that may wait."""


@asynccontextmanager
async def linked(server: Server | Cluster, *, ours: bool = False) -> AsyncIterator[AsyncLink]:
    """A link of ours, or one over a client of redis-py, until the context is left."""
    if ours:
        async with _opened(patient_settings(server)) as link:
            yield link
    else:
        async with Redis.from_url(server.url, socket_timeout=20.0) as client:
            yield AsyncClientLink(client)


@asynccontextmanager
async def hasty(url: str, *, ours: bool) -> AsyncIterator[AsyncLink]:
    """A link that waits a tenth of a second for an answer, and sends nothing twice that changes anything."""
    if ours:
        async with _opened(hasty_settings(url)) as link:
            yield link
    else:
        retry = Retry(NoBackoff(), 0)
        async with Redis.from_url(url, socket_timeout=0.1, socket_connect_timeout=1.0, retry=retry) as client:
            yield AsyncClientLink(client)


async def pause(seconds: float) -> None:
    """Let others work."""
    await asyncio.sleep(seconds)


@asynccontextmanager
async def _opened(settings: RedisSettings) -> AsyncIterator[AsyncLink]:
    link = open_link(settings)
    try:
        yield link
    finally:
        await link.aclose()
