# Generated from src/hexcache/testing/contracts/aio/bus.py by tools/unasync.py. Do not edit.
"""The contract of the bus port: subclass it and supply the fixtures ``bus`` and ``second_bus``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias

import pytest

from hexcache.ports.sync.bus import Bus
from hexcache.ports.invalidation import Invalidation
from hexcache.testing.contracts.sync.primitives import MARKS, fixture

Kind: TypeAlias = Literal["key", "tag", "namespace", "epoch"]


class BusContract:
    """Every law of the bus port, with two objects that are connected.

    Attributes:
        topic: the topic that most tests use.
    """

    pytestmark = MARKS
    topic = "kit"

    @pytest.fixture
    def bus(self) -> Bus:
        """The bus under test; override it."""
        raise NotImplementedError("override the fixture `bus(self)`")

    @pytest.fixture
    def second_bus(self, bus: Bus) -> Bus:
        """Another object that is connected with ``bus``; override it."""
        raise NotImplementedError("override the fixture `second_bus(self, bus)`")

    def settle(self) -> None:
        """Wait until what was published has arrived; override it where that takes time."""

    @fixture(autouse=True)
    def closed_at_the_end(self, bus: Bus, second_bus: Bus) -> Iterator[None]:
        """After each test both objects can be closed, and closed again."""
        yield
        for ended in (bus, second_bus, bus, second_bus):
            ended.close()

    def message(self, seq: int, *, origin: bytes = b"one", subject: str = "a", soft: bool = False) -> Invalidation:
        """A message of a publisher."""
        return Invalidation(origin, seq, "key", subject, soft)

    def test_a_message_reaches_the_other_side(self, bus: Bus, second_bus: Bus) -> None:
        """What one object publishes, a handler of the other is given, field by field."""
        got: list[Invalidation] = []
        second_bus.subscribe(self.topic, got.append)
        sent = self.message(1, subject="\x1fn\x1f\u00e9", soft=True)
        bus.publish(self.topic, sent)
        self.settle()
        assert got == [sent]

    @pytest.mark.parametrize("kind", ["key", "tag", "namespace", "epoch"])
    def test_every_kind_arrives(self, bus: Bus, second_bus: Bus, kind: Kind) -> None:
        """Keys, tags, namespaces and everything."""
        got: list[Invalidation] = []
        second_bus.subscribe(self.topic, got.append)
        bus.publish(self.topic, Invalidation(b"one", 1, kind, "s"))
        self.settle()
        assert [message.kind for message in got] == [kind]

    def test_messages_of_a_publisher_keep_their_order(self, bus: Bus, second_bus: Bus) -> None:
        """A hundred messages arrive as they were sent, none twice."""
        got: list[int] = []
        second_bus.subscribe(self.topic, lambda message: got.append(message.seq))
        for seq in range(1, 101):
            bus.publish(self.topic, self.message(seq))
        self.settle()
        assert got == list(range(1, 101))

    def test_every_subscriber_is_told(self, bus: Bus, second_bus: Bus) -> None:
        """Two handlers of one object are both given the message."""
        first: list[Invalidation] = []
        second: list[Invalidation] = []
        second_bus.subscribe(self.topic, first.append)
        second_bus.subscribe(self.topic, second.append)
        bus.publish(self.topic, self.message(1))
        self.settle()
        assert first == second == [self.message(1)]

    def test_topics_are_kept_apart(self, bus: Bus, second_bus: Bus) -> None:
        """A handler is given the messages of its own topic."""
        got: list[Invalidation] = []
        second_bus.subscribe(self.topic, got.append)
        bus.publish(self.topic + "2", self.message(1))
        bus.publish(self.topic, self.message(2))
        self.settle()
        assert got == [self.message(2)]

    def test_an_ended_subscription_is_silent(self, bus: Bus, second_bus: Bus) -> None:
        """After its end a handler is given nothing; ending it again does nothing; others go on."""
        ended: list[Invalidation] = []
        going: list[Invalidation] = []
        end = second_bus.subscribe(self.topic, ended.append)
        second_bus.subscribe(self.topic, going.append)
        end()
        end()
        bus.publish(self.topic, self.message(1))
        self.settle()
        assert (ended, going) == ([], [self.message(1)])

    def test_nobody_listening_is_no_error(self, bus: Bus) -> None:
        """A message without subscribers is gone."""
        bus.publish(self.topic, self.message(1))

    def test_closing_ends_the_subscriptions(self, bus: Bus, second_bus: Bus) -> None:
        """A closed object's handlers are given nothing, and the other object goes on."""
        got: list[Invalidation] = []
        second_bus.subscribe(self.topic, got.append)
        second_bus.close()
        bus.publish(self.topic, self.message(1))
        self.settle()
        assert got == []
