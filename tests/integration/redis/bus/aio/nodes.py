"""Nodes on a bus: each with its link, its listener, and what it was told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count

from hexcache.adapters.outbound.redis.aio.opening import open_link
from hexcache.adapters.outbound.redis.bus.aio.bus import AsyncRedisBus
from hexcache.adapters.outbound.redis.bus.clients import clients_by
from hexcache.adapters.outbound.redis.bus.rule import BusRule
from hexcache.adapters.outbound.redis.settings import RedisSettings
from hexcache.ports.invalidation import Invalidation
from hexcache.testing.entropy import SeededEntropy
from tests.integration.redis.bus.aio.primitives import link_to
from tests.integration.redis.bus.clients import PATIENT, QUICK, connect_to

SEEDS = count(5_000)
"""No two nodes have one name."""

TOPIC = "t"


def message_of(subject: object) -> Invalidation:
    """A message about a key."""
    return Invalidation(b"somebody", 1, "key", str(subject))


class AsyncNode:
    """A bus and what it heard."""

    def __init__(self, bus: AsyncRedisBus) -> None:
        self.bus = bus
        self.got: list[Invalidation] = []

    async def listen(self) -> None:
        """Begin to hear."""
        await self.bus.subscribe(TOPIC, self.got.append)

    async def say(self, subject: str) -> None:
        """Publish one message."""
        await self.bus.publish(TOPIC, message_of(subject))

    @property
    def subjects(self) -> list[str]:
        """What was heard, ``epoch`` for an epoch."""
        return [message.subject or message.kind for message in self.got]

    @property
    def epochs(self) -> int:
        """How often everything was doubtful."""
        return self.subjects.count("epoch")

    @property
    def hears(self) -> bool:
        """Whether it hears everybody."""
        return self.bus.hears(TOPIC)

    def counted(self, name: str) -> int:
        """One of its counters."""
        return self.bus.stats()[name]


@asynccontextmanager
async def node(
    url: str, prefix: str, rule: BusRule = QUICK, *, patience: float = PATIENT, retries: int = 0
) -> AsyncIterator[AsyncNode]:
    """A node at a server, until the context is left."""
    async with link_to(url, patience) as link:
        bus = AsyncRedisBus(
            link,
            connect_to(url, patience, retries=retries),
            entropy=SeededEntropy(next(SEEDS)),
            prefix=prefix,
            rule=rule,
        )
        try:
            yield AsyncNode(bus)
        finally:
            await bus.aclose()


@asynccontextmanager
async def node_by(settings: RedisSettings, prefix: str, rule: BusRule = QUICK) -> AsyncIterator[AsyncNode]:
    """A node with the links and clients that settings describe, until the context is left."""
    link = open_link(settings)
    bus = AsyncRedisBus(link, clients_by(settings), entropy=SeededEntropy(next(SEEDS)), prefix=prefix, rule=rule)
    try:
        yield AsyncNode(bus)
    finally:
        await bus.aclose()
        await link.aclose()
