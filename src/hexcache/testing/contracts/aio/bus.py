"""The contract of the bus port: subclass it and supply the fixtures ``bus`` and ``second_bus``."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Literal, TypeAlias

import pytest

from hexcache.ports.aio.bus import AsyncBus
from hexcache.ports.invalidation import Invalidation
from hexcache.testing.contracts.aio.primitives import MARKS, fixture

Kind: TypeAlias = Literal["key", "tag", "namespace", "epoch"]


class AsyncBusContract:
    """Every law of the bus port, with two objects that are connected.

    Attributes:
        topic: the topic that most tests use.
    """

    pytestmark = MARKS
    topic = "kit"

    @pytest.fixture
    def bus(self) -> AsyncBus:
        """The bus under test; override it."""
        raise NotImplementedError("override the fixture `bus(self)`")

    @pytest.fixture
    def second_bus(self, bus: AsyncBus) -> AsyncBus:
        """Another object that is connected with ``bus``; override it."""
        raise NotImplementedError("override the fixture `second_bus(self, bus)`")

    async def settle(self) -> None:
        """Wait until what was published has arrived; override it where that takes time."""

    @fixture(autouse=True)
    async def closed_at_the_end(self, bus: AsyncBus, second_bus: AsyncBus) -> AsyncIterator[None]:
        """After each test both objects can be closed, and closed again."""
        yield
        for ended in (bus, second_bus, bus, second_bus):
            await ended.aclose()

    def message(self, seq: int, *, origin: bytes = b"one", subject: str = "a", soft: bool = False) -> Invalidation:
        """A message of a publisher."""
        return Invalidation(origin, seq, "key", subject, soft)

    async def test_a_message_reaches_the_other_side(self, bus: AsyncBus, second_bus: AsyncBus) -> None:
        """What one object publishes, a handler of the other is given, field by field."""
        got: list[Invalidation] = []
        await second_bus.subscribe(self.topic, got.append)
        sent = self.message(1, subject="\x1fn\x1f\u00e9", soft=True)
        await bus.publish(self.topic, sent)
        await self.settle()
        assert got == [sent]

    @pytest.mark.parametrize("kind", ["key", "tag", "namespace", "epoch"])
    async def test_every_kind_arrives(self, bus: AsyncBus, second_bus: AsyncBus, kind: Kind) -> None:
        """Keys, tags, namespaces and everything."""
        got: list[Invalidation] = []
        await second_bus.subscribe(self.topic, got.append)
        await bus.publish(self.topic, Invalidation(b"one", 1, kind, "s"))
        await self.settle()
        assert [message.kind for message in got] == [kind]

    async def test_messages_of_a_publisher_keep_their_order(self, bus: AsyncBus, second_bus: AsyncBus) -> None:
        """A hundred messages arrive as they were sent, none twice."""
        got: list[int] = []
        await second_bus.subscribe(self.topic, lambda message: got.append(message.seq))
        for seq in range(1, 101):
            await bus.publish(self.topic, self.message(seq))
        await self.settle()
        assert got == list(range(1, 101))

    async def test_every_subscriber_is_told(self, bus: AsyncBus, second_bus: AsyncBus) -> None:
        """Two handlers of one object are both given the message."""
        first: list[Invalidation] = []
        second: list[Invalidation] = []
        await second_bus.subscribe(self.topic, first.append)
        await second_bus.subscribe(self.topic, second.append)
        await bus.publish(self.topic, self.message(1))
        await self.settle()
        assert first == second == [self.message(1)]

    async def test_topics_are_kept_apart(self, bus: AsyncBus, second_bus: AsyncBus) -> None:
        """A handler is given the messages of its own topic."""
        got: list[Invalidation] = []
        await second_bus.subscribe(self.topic, got.append)
        await bus.publish(self.topic + "2", self.message(1))
        await bus.publish(self.topic, self.message(2))
        await self.settle()
        assert got == [self.message(2)]

    async def test_an_ended_subscription_is_silent(self, bus: AsyncBus, second_bus: AsyncBus) -> None:
        """After its end a handler is given nothing; ending it again does nothing; others go on."""
        ended: list[Invalidation] = []
        going: list[Invalidation] = []
        end = await second_bus.subscribe(self.topic, ended.append)
        await second_bus.subscribe(self.topic, going.append)
        end()
        end()
        await bus.publish(self.topic, self.message(1))
        await self.settle()
        assert (ended, going) == ([], [self.message(1)])

    async def test_nobody_listening_is_no_error(self, bus: AsyncBus) -> None:
        """A message without subscribers is gone."""
        await bus.publish(self.topic, self.message(1))

    async def test_closing_ends_the_subscriptions(self, bus: AsyncBus, second_bus: AsyncBus) -> None:
        """A closed object's handlers are given nothing, and the other object goes on."""
        got: list[Invalidation] = []
        await second_bus.subscribe(self.topic, got.append)
        await second_bus.aclose()
        await bus.publish(self.topic, self.message(1))
        await self.settle()
        assert got == []
