"""Who is told: handlers that come and go while messages arrive."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeAlias

from hexcache.ports.invalidation import Invalidation

Handler: TypeAlias = Callable[[Invalidation], None]


class Subscription:
    """A handler of a topic.

    Attributes:
        topic: which.
        handler: called by the listener.
        live: whether it is still called.
        stands: resolves when the handler hears what is published.
    """

    __slots__ = ("handler", "live", "stands", "topic")

    def __init__(self, topic: str, handler: Handler) -> None:
        self.topic = topic
        self.handler = handler
        self.live = True
        self.stands: Future[None] = Future()
        self.stands.set_running_or_notify_cancel()  # who waits for it may give up, but not cancel it
