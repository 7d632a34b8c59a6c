# Generated from src/hexcache/testing/aio/bus.py by tools/unasync.py. Do not edit.
"""A bus that remembers what was published.

Rule: it delivers to whoever subscribed, at once and in order, to the publisher as well; caches ignore their own
messages by the origin that stands in them.
"""

from __future__ import annotations

from collections.abc import Callable

from hexcache.ports.invalidation import Invalidation


class RecordingBus:
    """Connects the caches that are given it.

    Attributes:
        bounded_calls: nothing here waits.
        published: every message, in order.
        deaf: set it to have the bus say that nobody is heard.
    """

    bounded_calls = True

    def __init__(self) -> None:
        self.published: list[Invalidation] = []
        self.deaf = False
        self._handlers: list[tuple[str, Callable[[Invalidation], None]]] = []

    def publish(self, topic: str, /, *messages: Invalidation) -> None:
        """Remember the messages and hand each to every subscriber of the topic."""
        for message in messages:
            self._tell(topic, message)

    def lost(self, topic: str, /) -> None:
        """Tell every subscriber that everything is doubtful."""
        self._tell(topic, Invalidation(b"", 0, "epoch", ""))

    def _tell(self, topic: str, message: Invalidation) -> None:
        self.published.append(message)
        for heard, handler in list(self._handlers):
            if heard == topic:
                handler(message)

    def subscribe(self, topic: str, handler: Callable[[Invalidation], None], /) -> Callable[[], None]:
        """Hand every later message of the topic to ``handler``, until the returned function is called."""
        place = (topic, handler)
        self._handlers.append(place)

        def end() -> None:
            if place in self._handlers:
                self._handlers.remove(place)

        return end

    def hears(self, topic: str, /) -> bool:
        """Whether there is a subscriber."""
        return not self.deaf and any(heard == topic for heard, _ in self._handlers)

    def stats(self) -> dict[str, int]:
        """How many messages were published, each of which was heard."""
        sent = len(self.published)
        return {
            "connected": not self.deaf, "published": sent, "heard": sent, "gaps": 0, "silences": 0, "reconnects": 0,
            "errors": 0, "ignored": 0, "handler_errors": 0,
        }  # fmt: skip

    def close(self) -> None:
        """Do nothing: the bus belongs to the test, which several caches may share."""
