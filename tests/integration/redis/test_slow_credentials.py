"""A provider of credentials that does not answer holds nobody up."""

from __future__ import annotations

import asyncio
import threading

import pytest
from redis.credentials import CredentialProvider

from hexcache.adapters.outbound.redis.aio.opening import open_link as open_async_link
from hexcache.adapters.outbound.redis.sync.opening import open_link
from hexcache.domain.errors import StoreTimeout, StoreUnavailable
from tests.integration.redis.peer import Peer
from tests.integration.redis.settings import settings_at
from tests.integration.redis.timing import Within

QUICK = {"deadline": 0.5, "connect_deadline": 0.3, "operation_deadline": 0.2, "pool_wait": 0.2}


class Stuck(CredentialProvider):
    """Answers when it is released."""

    def __init__(self) -> None:
        self.released = threading.Event()

    def get_credentials(self) -> tuple[str, ...]:  # type: ignore[override] # redis-py says a pair
        self.released.wait(30)
        return ("secret",)


class Failing(CredentialProvider):
    """Raises what it was made with, by its own awaitable call as well."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def get_credentials(self) -> tuple[str, ...]:  # type: ignore[override] # redis-py says a pair
        raise self.error

    async def get_credentials_async(self) -> tuple[str, ...]:  # type: ignore[override] # redis-py says a pair
        raise self.error


def test_a_thread_waits_no_longer_than_for_a_connection(peer: Peer) -> None:
    provider = Stuck()
    link = open_link(settings_at(peer.port, credential_provider=provider, **QUICK))
    with Within(0.3), pytest.raises(StoreTimeout):
        link.get(b"plain:1")
    provider.released.set()
    assert link.get(b"plain:1") == b"plain:1"
    link.close()


async def test_a_task_waits_no_longer_and_the_loop_goes_on(peer: Peer) -> None:
    provider = Stuck()
    link = open_async_link(settings_at(peer.port, credential_provider=provider, **QUICK))
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0.01)
            ticks += 1

    ticking = asyncio.ensure_future(tick())
    with Within(0.3), pytest.raises(StoreTimeout):
        await link.get(b"plain:1")
    ticking.cancel()
    assert ticks >= 3
    provider.released.set()
    assert await link.get(b"plain:1") == b"plain:1"
    await link.aclose()


async def test_what_a_provider_raises_is_told_as_its_kind(peer: Peer) -> None:
    for error, kind in ((StoreUnavailable("no token"), StoreUnavailable), (OSError("hidden"), StoreUnavailable)):
        settings = settings_at(peer.port, credential_provider=Failing(error), **QUICK)
        link, waiting = open_link(settings), open_async_link(settings)
        for _ in range(2):
            with pytest.raises(kind):
                link.get(b"plain:1")
            with pytest.raises(kind):
                await waiting.get(b"plain:1")
        link.close()
        await waiting.aclose()
