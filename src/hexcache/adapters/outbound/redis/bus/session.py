"""One Pub/Sub connection of redis-py, and one beside it for what is published meanwhile.

Rule: for one thread. Nothing here waits longer than it is told, or than the client's own timeouts. A client that
connects again by itself subscribes again too, and is caught at that: it is told as a new ``subscribed``.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from enum import Enum
from typing import Any, Final, NamedTuple, Protocol

from redis import exceptions as vendor

from hexcache.adapters.outbound.redis.bus.channels import Channels
from hexcache.domain.errors import StoreUnavailable


class Connect(Protocol):
    """Makes clients for a bus."""

    def __call__(self, channel: bytes, /) -> Any:
        """A new ``redis.Redis`` (the blocking one) of the server on which a channel lives.

        The bus closes it, with its pool. It decodes no responses, has timeouts, and repeats nothing by itself. On a
        cluster it is the client of the primary that has the channel's slot; behind Sentinels, of the present primary.
        Making it may raise whatever redis-py raises.
        """
        ...


class What(Enum):
    """What arrived."""

    SUBSCRIBED = 0
    MESSAGE = 1
    ENDED = 2


class Arrival(NamedTuple):
    """Something from the server."""

    what: What
    channel: bytes
    data: object


_KINDS: Final = {
    "subscribe": What.SUBSCRIBED,
    "ssubscribe": What.SUBSCRIBED,
    "message": What.MESSAGE,
    "smessage": What.MESSAGE,
    "unsubscribe": What.ENDED,
    "sunsubscribe": What.ENDED,
}


class Session:
    """Subscriptions at a server for as long as a connection lasts."""

    def __init__(self, client: Any, channels: Channels) -> None:
        self._client = client
        self._pubsub = client.pubsub()
        self._channels = channels
        self._leaving: Counter[bytes] = Counter()

    def subscribe(self, channel: bytes) -> None:
        """Ask for a channel; an arrival will say that it is heard."""
        (self._pubsub.ssubscribe if self._channels.sharded else self._pubsub.subscribe)(channel)

    def unsubscribe(self, channel: bytes) -> None:
        """Hear a channel no more."""
        self._leaving[channel] += 1
        (self._pubsub.sunsubscribe if self._channels.sharded else self._pubsub.unsubscribe)(channel)

    def next(self, seconds: float) -> Arrival | None:
        """What arrives within so many seconds; None if nothing does, or nothing that matters.

        Raises:
            StoreUnavailable: the server ended a subscription, as when its slot moves to another one.
        """
        got = self._pubsub.get_message(timeout=seconds)
        if got is None or (what := _KINDS.get(got["type"])) is None:
            return None
        channel = got["channel"]
        if what is What.ENDED:
            if not self._leaving[channel]:
                raise StoreUnavailable("redis: the server ended a subscription")
            self._leaving[channel] -= 1
        return Arrival(what, channel, got["data"])

    def publish(self, channel: bytes, data: bytes) -> None:
        """Send something over the connection beside.

        Raises:
            StoreUnavailable: the channel lives elsewhere.
            Exception: whatever redis-py raises.
        """
        try:
            self._client.execute_command(self._channels.publish, channel, data)
        except vendor.MovedError as exc:
            raise StoreUnavailable("redis: the channel has moved to another server") from exc

    def close(self) -> None:
        """Close both connections."""
        with suppress(Exception):  # what cannot be closed is gone
            self._pubsub.close()
        with suppress(Exception):
            self._client.close()
