# Generated from src/hexcache/ports/aio/bus.py by tools/unasync.py. Do not edit.
"""The bus port: invalidations told to the other caches that share a tier.

Rule: a message carries no value, only what is no longer current. Losing one costs freshness for a bounded time, never a
value that outlives its deadline. A message is published after the shared tier accepted the change, also for a key that
the publisher does not hold itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True)
class Invalidation:
    """What is no longer current.

    Attributes:
        origin: the node that publishes; a node ignores its own messages.
        seq: the publisher's message number, from 1, without gaps.
        kind: what ``subject`` is: a key's name, a tag, a namespace path, or everything (``epoch``).
        subject: which one.
        soft: stale from now on, instead of gone.
    """

    origin: bytes
    seq: int
    kind: Literal["key", "tag", "namespace", "epoch"]
    subject: str
    soft: bool = False


class Bus(Protocol):
    """Tells invalidations to every subscriber of a topic."""

    def publish(self, topic: str, message: Invalidation, /) -> None:
        """Send to every subscriber but the publisher.

        Raises:
            StoreError: the message may not have reached everybody; the caller counts it and goes on.
        """
        ...

    def subscribe(self, topic: str, handler: Callable[[Invalidation], None], /) -> Callable[[], None]:
        """Have ``handler`` called for each message, in the order of each publisher; returns what ends it.

        The handler does not block and may be called from any thread.
        """
        ...

    def close(self) -> None:
        """End every subscription of this object. May be called again."""
        ...
