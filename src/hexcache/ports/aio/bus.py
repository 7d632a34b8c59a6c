"""The bus port: invalidations told to the other caches that share a tier.

Rule: a message carries no value, only what is no longer current. Losing one costs freshness for a bounded time, never a
value that outlives its deadline. A message is published after the shared tier accepted the change, also for a key that
the publisher does not hold itself.

A bus finds out what was lost on the way, and tells those who may have missed it that everything is doubtful: an
invalidation of kind ``epoch``, once for all that is missing. While it cannot find out, ``hears`` says so.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from hexcache.ports.invalidation import Invalidation


class AsyncBus(Protocol):
    """Tells invalidations to every subscriber of a topic.

    Attributes:
        bounded_calls: each call ends by itself within a deadline of the bus, come what may.
    """

    bounded_calls: bool

    async def publish(self, topic: str, /, *messages: Invalidation) -> None:
        """Send to every subscriber but the publisher, in this order.

        Raises:
            StoreError: some may not have reached everybody; the caller says so by :meth:`lost` and goes on.
        """
        ...

    def lost(self, topic: str, /) -> None:
        """Something was not published, or may not have been: the others are to be told, as soon as that is possible.

        Never waits and never fails.
        """
        ...

    async def subscribe(self, topic: str, handler: Callable[[Invalidation], None], /) -> Callable[[], None]:
        """Have ``handler`` called for each message, in the order of each publisher; returns what ends it.

        What was published before this call has returned may not be heard. The handler does not block and may be called
        from any thread; one that fails keeps nobody else from being told.

        Raises:
            StoreError: the subscription does not stand, and the handler will not be called.
        """
        ...

    def hears(self, topic: str, /) -> bool:
        """Whether what others publish is heard now, as far as this object can know. Never waits.

        False without a subscription, while there is no connection, and while somebody who should be there is silent.
        """
        ...

    def stats(self) -> dict[str, int]:
        """Counters since construction, and the state now.

        Returns:
            ``connected`` (whether every subscription stands), ``published`` and ``heard`` messages, ``gaps`` and
            ``silences`` that were found, ``reconnects``, ``errors`` of the connection or of publishing, ``ignored``
            messages of others that are none, ``handler_errors``.
        """
        ...

    async def aclose(self) -> None:
        """End every subscription of this object. May be called again."""
        ...
