"""The bus port: invalidations told to the other caches that share a tier.

Rule: a message carries no value, only what is no longer current. Losing one costs freshness for a bounded time, never a
value that outlives its deadline. A message is published after the shared tier accepted the change, also for a key that
the publisher does not hold itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from hexcache.ports.invalidation import Invalidation


class AsyncBus(Protocol):
    """Tells invalidations to every subscriber of a topic."""

    async def publish(self, topic: str, message: Invalidation, /) -> None:
        """Send to every subscriber but the publisher.

        Raises:
            StoreError: the message may not have reached everybody; the caller counts it and goes on.
        """
        ...

    async def subscribe(self, topic: str, handler: Callable[[Invalidation], None], /) -> Callable[[], None]:
        """Have ``handler`` called for each message, in the order of each publisher; returns what ends it.

        The handler does not block and may be called from any thread.
        """
        ...

    async def aclose(self) -> None:
        """End every subscription of this object. May be called again."""
        ...
