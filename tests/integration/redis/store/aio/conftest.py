"""A bench on each of the servers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack

import pytest

from tests.integration.redis.store.aio.bench import AsyncBench
from tests.integration.redis.store.aio.primitives import client_at
from tests.integration.redis.store.cleaning import cleaned
from tests.servers.binaries import find
from tests.servers.choice import Ways
from tests.servers.fixtures import offered
from tests.servers.single import Server, single


@pytest.fixture
async def bench(any_redis: Server, redis_prefix: str) -> AsyncIterator[AsyncBench]:
    with cleaned(any_redis, redis_prefix):
        async with client_at(any_redis.url) as client:
            yield AsyncBench(any_redis, client, redis_prefix)


@pytest.fixture(params=["valkey", "redis"], scope="module")
def private_server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A server of each kind for the tests of one module, to be configured as they like."""
    with ExitStack() as stack:
        yield offered(Ways(f"private_{request.param}", local=lambda: single(find(request.param))), stack)


@pytest.fixture
async def private_bench(private_server: Server, redis_prefix: str) -> AsyncIterator[AsyncBench]:
    """A bench on it; afterwards it is empty and takes writes again."""
    async with client_at(private_server.url) as client:
        yield AsyncBench(private_server, client, redis_prefix)
    for setting in ("maxmemory", "min-replicas-to-write"):
        private_server.ask("CONFIG", "SET", setting, 0)
    private_server.ask("FLUSHALL")
