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
        published: every message, in order.
    """

    def __init__(self) -> None:
        self.published: list[Invalidation] = []
        self._handlers: list[tuple[str, Callable[[Invalidation], None]]] = []

    def publish(self, topic: str, message: Invalidation, /) -> None:
        """Remember the message and hand it to every subscriber of the topic."""
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

    def close(self) -> None:
        """Do nothing: the bus belongs to the test, which several caches may share."""
