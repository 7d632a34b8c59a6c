"""The bus inside one process: caches that share a tier there hear of each other's changes at once.

Rule: when ``publish`` returns, every other subscriber of the topic has been told. More exactly:

* each subscriber hears each message once, in the order in which messages were published, the same for all: publishers
  take turns, and what a handler publishes itself comes after the message that it is handling;
* the object that publishes does not hear its own messages; two bus objects on one hub hear each other;
* a handler that fails keeps nobody else from being told; the publisher gets a ``StoreUnavailable`` when all have been;
* a subscription that is ended hears nothing that is published after that; nothing that was published before it began;
* nothing is lost and nothing is kept: there are no gaps, and no history; what a publisher says it lost makes everything
  doubtful for the others at once;
* a child process has the subscriptions that it inherited, on a hub of its own: what it publishes does not reach its
  parent. Processes need a bus over a server.

Threads and tasks may use one hub together: both forms of the bus tell their handlers in the publisher's thread.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Iterable
from typing import TypeAlias

from hexcache.domain.errors import StoreUnavailable
from hexcache.ports.invalidation import Invalidation

Handler: TypeAlias = Callable[[Invalidation], None]


class _Subscription:
    __slots__ = ("handler", "listener", "live", "topic")

    def __init__(self, listener: object, topic: str, handler: Handler) -> None:
        self.listener = listener
        self.topic = topic
        self.handler = handler
        self.live = True


class LocalHub:
    """Where the buses of one process meet. Safe for threads."""

    def __init__(self) -> None:
        self._subscriptions: tuple[_Subscription, ...] = ()
        self._waiting: deque[tuple[object, str, Invalidation]] = deque()
        self._telling = False
        self._turn = threading.RLock()
        self._pid = os.getpid()

    def add(self, listener: object, topic: str, handler: Handler) -> Callable[[], None]:
        """Have the handler told of what others publish; returns what ends it, which may be called again."""
        subscription = _Subscription(listener, topic, handler)
        with self._own_turn():
            self._subscriptions = (*self._subscriptions, subscription)

        def end() -> None:
            subscription.live = False
            with self._own_turn():
                self._subscriptions = tuple(other for other in self._subscriptions if other is not subscription)

        return end

    def tell(self, sender: object, topic: str, messages: Iterable[Invalidation]) -> Exception | None:
        """Tell everybody else; returns what a handler raised, once all others were told."""
        with self._own_turn():
            self._waiting.extend((sender, topic, message) for message in messages)
            return None if self._telling else self._tell_waiting()

    def listeners(self, listener: object, topic: str) -> bool:
        """Whether this object has a subscription to the topic."""
        return any(one.listener is listener and one.topic == topic for one in self._subscriptions)

    def _tell_waiting(self) -> Exception | None:
        failure: Exception | None = None
        self._telling = True
        try:
            while self._waiting:
                sender, topic, message = self._waiting.popleft()
                for subscription in self._subscriptions:
                    if subscription.topic == topic and subscription.listener is not sender and subscription.live:
                        failure = _told(subscription, message) or failure
        finally:
            self._telling = False
        return failure

    def _own_turn(self) -> threading.RLock:
        """The lock; in a child process a new one, since a thread of the parent may have held the old."""
        if self._pid != os.getpid():
            self._pid = os.getpid()
            self._turn = threading.RLock()
            self._telling = False
            self._waiting.clear()
        return self._turn


def _told(subscription: _Subscription, message: Invalidation) -> Exception | None:
    try:
        subscription.handler(message)
    except Exception as exc:  # noqa: BLE001  (a handler's failure is told to the publisher once all others were told)
        return exc
    return None


class LocalBus:
    """The bus for threads; a :class:`~hexcache.ports.sync.bus.Bus`.

    Attributes:
        bounded_calls: handlers run in the publisher's thread, and one that breaks its contract may hang.
    """

    bounded_calls = False

    def __init__(self, hub: LocalHub) -> None:
        self._hub = hub
        self._ends: list[Callable[[], None]] = []
        self._published = self._heard = self._failures = 0

    def publish(self, topic: str, /, *messages: Invalidation) -> None:
        """Tell every subscriber of the topic but those of this object.

        Raises:
            StoreUnavailable: a handler failed; all others were told.
        """
        self._published += len(messages)
        failure = self._hub.tell(self, topic, messages)
        if failure is not None:
            self._failures += 1
            raise StoreUnavailable(f"bus: a subscriber failed with {type(failure).__name__}") from failure

    def lost(self, topic: str, /) -> None:
        """Tell every other subscriber of the topic that everything is doubtful."""
        self._hub.tell(self, topic, (Invalidation(b"", 0, "epoch", ""),))

    def subscribe(self, topic: str, handler: Handler, /) -> Callable[[], None]:
        """Have the handler told; returns what ends it."""

        def heard(message: Invalidation) -> None:
            self._heard += 1
            handler(message)

        end = self._hub.add(self, topic, heard)
        self._ends.append(end)
        return end

    def hears(self, topic: str, /) -> bool:
        """Whether this object has a subscription: then it hears everything."""
        return self._hub.listeners(self, topic)

    def stats(self) -> dict[str, int]:
        """Counters; see the port."""
        return {
            "connected": True, "published": self._published, "heard": self._heard, "gaps": 0, "silences": 0,
            "reconnects": 0, "errors": 0, "ignored": 0, "handler_errors": self._failures,
        }  # fmt: skip

    def close(self) -> None:
        """End every subscription of this object. May be called again."""
        while self._ends:
            self._ends.pop()()


class AsyncLocalBus:
    """The bus for tasks; an :class:`~hexcache.ports.aio.bus.AsyncBus`. Nothing in it waits for a loop.

    Attributes:
        bounded_calls: as in the other world.
    """

    bounded_calls = False

    def __init__(self, hub: LocalHub) -> None:
        self._bus = LocalBus(hub)

    async def publish(self, topic: str, /, *messages: Invalidation) -> None:
        """Tell every subscriber of the topic but those of this object.

        Raises:
            StoreUnavailable: a handler failed; all others were told.
        """
        self._bus.publish(topic, *messages)

    def lost(self, topic: str, /) -> None:
        """Tell every other subscriber of the topic that everything is doubtful."""
        self._bus.lost(topic)

    async def subscribe(self, topic: str, handler: Handler, /) -> Callable[[], None]:
        """Have the handler told; returns what ends it."""
        return self._bus.subscribe(topic, handler)

    def hears(self, topic: str, /) -> bool:
        """Whether this object has a subscription: then it hears everything."""
        return self._bus.hears(topic)

    def stats(self) -> dict[str, int]:
        """Counters; see the port."""
        return self._bus.stats()

    async def aclose(self) -> None:
        """End every subscription of this object. May be called again."""
        self._bus.close()
