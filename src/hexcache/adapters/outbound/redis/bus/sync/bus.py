# Generated from src/hexcache/adapters/outbound/redis/bus/aio/bus.py by tools/unasync.py. Do not edit.
"""The bus over a server's Pub/Sub.

Rule: what one node publishes every other one that listens is told, or it is told that everything is doubtful:

* a message that was lost is noticed with the publisher's next beat, at most ``heartbeat`` later, and told as one
  ``epoch``, however many there are;
* a node that misses its beats, a connection that was lost and stands again, and nothing heard for ``grace`` seconds are
  told in the same way; ``hears`` is False as long as something is amiss;
* a message that comes twice is told twice, which harms nobody. The object that publishes does not hear its own;
* what a node publishes without listening itself has no beats: its losses are noticed once it listens.

Messages go through the link, one trip for several; a thread of this object, in both worlds the same, listens over a
connection of its own. In a forked child the bus is another node without subscriptions.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Final

from hexcache.adapters.outbound.redis.sync.link import Link
from hexcache.adapters.outbound.redis.bus.sync.primitives import arrival
from hexcache.adapters.outbound.redis.bus.channels import Channels
from hexcache.adapters.outbound.redis.bus.listener import Listener
from hexcache.adapters.outbound.redis.bus.node import Node
from hexcache.adapters.outbound.redis.bus.rule import BusRule
from hexcache.adapters.outbound.redis.bus.session import Connect
from hexcache.adapters.outbound.redis.bus.subscriptions import Handler
from hexcache.adapters.outbound.redis.bus.tally import Tally
from hexcache.adapters.outbound.redis.bus.wire import SENDER_BYTES, Change, frame_of
from hexcache.adapters.outbound.redis.forking import tell_after_fork
from hexcache.domain.errors import StoreRejected, StoreTimeout
from hexcache.ports.clock import Clock
from hexcache.ports.entropy import Entropy
from hexcache.ports.invalidation import Invalidation

TRIP: Final = 128
"""Messages that are sent in one trip: so many are under way at most for each who publishes."""


class RedisBus:
    """A bus over Redis or Valkey; an :class:`~hexcache.ports.sync.bus.Bus`. Nothing is connected before it is used.

    Args:
        link: what messages are sent through; whoever made it closes it.
        connect: makes the clients that listen.
        entropy: for the node's name and for jitter.
        clock: monotonic seconds, by which it beats; a clock that a test moves would let it fall silent.
        prefix: what the names of its channels begin with.
        rule: how often it beats, how patient it is.

    Attributes:
        bounded_calls: a call takes at most the link's deadline for a trip, or the rule's for a subscription.
    """

    bounded_calls = True

    def __init__(
        self,
        link: Link,
        connect: Connect,
        *,
        entropy: Entropy,
        clock: Clock = time.monotonic,
        prefix: str = "",
        rule: BusRule | None = None,
    ) -> None:
        self._link = link
        self._connect = connect
        self._entropy = entropy
        self._clock = clock
        self._rule = rule or BusRule()
        self._channels = Channels(prefix, slots=link.sharded)
        self._tally = Tally()
        self._name = entropy.randbytes(SENDER_BYTES)
        self._begin()
        tell_after_fork(self)

    def _begin(self) -> None:
        self._node = Node(self._name, self._rule, self._clock)
        self._listener = Listener(
            self._node,
            self._channels,
            self._connect,
            self._rule,
            clock=self._clock,
            entropy=self._entropy,
            tally=self._tally,
        )

    def publish(self, topic: str, /, *messages: Invalidation) -> None:
        """Send to every other node, in this order.

        Raises:
            StoreError: some may not have been accepted; what was not is noticed by those who listen.
        """
        for first in range(0, len(messages), TRIP):
            self._publish(topic, messages[first : first + TRIP])

    def _publish(self, topic: str, messages: Sequence[Invalidation]) -> None:
        node = self._node
        numbers = node.allot(topic, len(messages))
        lost = True
        try:
            frames = [
                frame_of(Change(node.name, number, message)) for number, message in zip(numbers, messages, strict=True)
            ]
            self._send(self._channels.name(topic), frames)
            lost = False
        finally:
            node.settle(topic, numbers, lost=lost)
            self._tally.errors += lost
        self._tally.published += len(messages)

    def _send(self, channel: bytes, frames: Sequence[bytes]) -> None:
        channels = self._channels
        try:
            if len(frames) == 1:
                self._link.call(channels.publish, channel, frames[0])
                return
            replies = self._link.call_all([(channels.publish, channel, frame) for frame in frames])
            for reply in replies:
                if isinstance(reply, Exception):
                    raise reply
        except StoreRejected as exc:
            if not channels.give_up_shards(exc.__cause__ or exc):
                raise
            self._send(channel, frames)

    def lost(self, topic: str, /) -> None:
        """Something was not published: the next beat says so."""
        self._node.lose(topic)

    def subscribe(self, topic: str, handler: Handler, /) -> Callable[[], None]:
        """Have the handler told, in the listener's thread; returns what ends it.

        Raises:
            StoreUnavailable: the server cannot be reached, or does not deliver.
            StoreTimeout: the subscription does not stand in time.
            StoreRejected: the server refuses it.
        """
        listener = self._listener
        subscription = listener.add(topic, handler)
        try:
            arrival(subscription.stands, self._rule.deadline)
        except TimeoutError as exc:
            listener.end(subscription)
            raise StoreTimeout("redis: the subscription does not stand in time") from exc
        except BaseException:
            listener.end(subscription)
            raise
        return partial(listener.end, subscription)

    def hears(self, topic: str, /) -> bool:
        """Whether the subscription stands and nobody is silent."""
        return self._listener.hears(topic)

    def stats(self) -> dict[str, int]:
        """Counters; see the port."""
        return {"connected": self._listener.connected, **self._tally.snapshot()}

    def close(self) -> None:
        """End every subscription and the thread; takes at most the rule's deadline. May be called again."""
        with suppress(TimeoutError):
            arrival(self._listener.end_all(), self._rule.deadline)

    def forget_parent(self) -> None:
        """In a forked child: be another node, without subscriptions; the parent's thread and connections stay there."""
        self._listener.abandon()
        self._name = bytes([ours ^ salt for ours, salt in zip(self._name, os.urandom(SENDER_BYTES), strict=True)])
        self._begin()
