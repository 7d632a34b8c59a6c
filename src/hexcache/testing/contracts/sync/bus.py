# Generated from src/hexcache/testing/contracts/aio/bus.py by tools/unasync.py. Do not edit.
"""The contract of the bus port: subclass it and supply the fixtures ``bus`` and ``second_bus``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from typing import Final, Literal, TypeAlias

import pytest

from hexcache.domain.errors import StoreError
from hexcache.ports.sync.bus import Bus
from hexcache.ports.invalidation import Invalidation
from hexcache.testing.contracts.sync.primitives import MARKS, eventually, fixture, together

Kind: TypeAlias = Literal["key", "tag", "namespace", "epoch"]


COUNTERS: Final = {
    "connected", "published", "heard", "gaps", "silences", "reconnects", "errors", "ignored", "handler_errors",
}  # fmt: skip
"""What every bus tells of itself."""


class BusContract:
    """Every law of the bus port, with two objects that are connected.

    Losses are told when the bus notices them, for which it may need as long as it needs: a bus that beats should beat
    often in its test.

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

    def test_several_messages_go_in_one_call_in_their_order(self, bus: Bus, second_bus: Bus) -> None:
        """Three hundred at once; none at all is no error."""
        got: list[int] = []
        second_bus.subscribe(self.topic, lambda message: got.append(message.seq))
        bus.publish(self.topic)
        bus.publish(self.topic, *[self.message(seq) for seq in range(1, 301)])
        bus.publish(self.topic, self.message(301))
        self.settle()
        assert got == list(range(1, 302))

    def test_publishers_at_once_are_each_heard_in_order(self, bus: Bus, second_bus: Bus) -> None:
        """Four publishers over one object: all that each sent, as it sent it, and nothing counts as lost."""
        got: list[Invalidation] = []
        bus.subscribe(self.topic, got.append)
        second_bus.subscribe(self.topic, got.append)

        def send(origin: bytes) -> None:
            for seq in range(1, 41):
                bus.publish(self.topic, self.message(seq, origin=origin))

        together([partial(send, bytes([number])) for number in range(4)])
        self.settle()
        for number in range(4):
            assert [message.seq for message in got if message.origin == bytes([number])] == list(range(1, 41))
        assert len(got) == 160
        assert second_bus.stats()["gaps"] == 0

    def test_a_publisher_does_not_hear_itself(self, bus: Bus, second_bus: Bus) -> None:
        """What an object publishes its own handlers are not given."""
        own: list[Invalidation] = []
        got: list[Invalidation] = []
        bus.subscribe(self.topic, own.append)
        second_bus.subscribe(self.topic, got.append)
        bus.publish(self.topic, self.message(1))
        self.settle()
        assert (own, got) == ([], [self.message(1)])

    def test_what_was_before_is_not_heard(self, bus: Bus, second_bus: Bus) -> None:
        """A subscription begins with what comes after it, and nothing is taken for lost."""
        got: list[Invalidation] = []
        bus.subscribe(self.topic, lambda _: None)
        bus.publish(self.topic, self.message(1), self.message(2))
        self.settle()
        second_bus.subscribe(self.topic, got.append)
        bus.publish(self.topic, self.message(3))
        self.settle()
        assert got == [self.message(3)]

    def test_a_handler_that_fails_keeps_nobody_from_being_told(self, bus: Bus, second_bus: Bus) -> None:
        """The other handlers are given every message, and so is the failing one."""
        asked: list[Invalidation] = []
        got: list[Invalidation] = []

        def fail(message: Invalidation) -> None:
            asked.append(message)
            raise ValueError("a handler's own trouble")

        second_bus.subscribe(self.topic, fail)
        second_bus.subscribe(self.topic, got.append)
        for seq in (1, 2):
            with suppress(StoreError):
                bus.publish(self.topic, self.message(seq))
        self.settle()
        assert asked == got == [self.message(1), self.message(2)]

    def test_what_a_publisher_lost_makes_everything_doubtful(self, bus: Bus, second_bus: Bus) -> None:
        """Subscribers of the topic are told an epoch, those of another one are not; then all goes on."""
        got: list[Invalidation] = []
        other: list[Invalidation] = []
        bus.subscribe(self.topic, lambda _: None)
        second_bus.subscribe(self.topic, got.append)
        second_bus.subscribe(self.topic + "2", other.append)
        bus.publish(self.topic, self.message(1))
        self.settle()
        bus.lost(self.topic)
        eventually(partial(self.kinds, got), ["key", "epoch"])
        bus.publish(self.topic, self.message(2))
        self.settle()
        assert self.kinds_of(got) == ["key", "epoch", "key"]
        assert other == []

    def kinds(self, got: list[Invalidation]) -> list[str]:
        """The kinds of what was heard."""
        return self.kinds_of(got)

    def kinds_of(self, got: list[Invalidation]) -> list[str]:
        """The kinds of what was heard."""
        return [message.kind for message in got]

    def test_it_says_whether_others_are_heard(self, bus: Bus, second_bus: Bus) -> None:
        """From the subscription to its end, for its topic."""
        assert not second_bus.hears(self.topic)
        second_bus.subscribe(self.topic, lambda _: None)
        assert second_bus.hears(self.topic)
        assert not second_bus.hears(self.topic + "2")
        assert not bus.hears(self.topic)
        second_bus.close()
        assert not second_bus.hears(self.topic)

    def test_it_counts_what_it_does(self, bus: Bus, second_bus: Bus) -> None:
        """Published here, heard there; every counter has its name."""
        second_bus.subscribe(self.topic, lambda _: None)
        bus.publish(self.topic, self.message(1), self.message(2))
        self.settle()
        sent, heard = bus.stats(), second_bus.stats()
        assert set(sent) == set(heard) == COUNTERS
        assert (sent["published"], sent["heard"], heard["published"], heard["heard"]) == (2, 0, 0, 2)
        assert heard["connected"]
        assert not any(heard[name] for name in COUNTERS - {"connected", "published", "heard"})

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
