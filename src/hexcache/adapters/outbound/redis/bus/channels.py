"""Which channel a topic has, and by which commands it is used.

Rule: on a cluster channels are sharded where the server knows that (Redis and Valkey from 7 on): a message goes to the
nodes of one shard instead of all. All channels of one prefix share a slot, so that one connection hears them. The
version of the messages stands in the name.
"""

from __future__ import annotations

from typing import Final

from hexcache.adapters.outbound.redis.bus.wire import VERSION

_MARK: Final = f"\x1fbus{VERSION}"


class Channels:
    """The channels of one bus.

    Attributes:
        sharded: whether they are sharded.
    """

    def __init__(self, prefix: str, *, slots: bool) -> None:
        """Name them.

        Args:
            prefix: what the server's keys of this cache begin with.
            slots: whether keys live in slots.
        """
        self.sharded = slots
        self._head = (f"{prefix}{{{_MARK}}}:" if slots else f"{prefix}{_MARK}:").encode()

    def name(self, topic: str) -> bytes:
        """The channel of a topic."""
        return self._head + topic.encode()

    @property
    def publish(self) -> str:
        """The command that sends."""
        return "SPUBLISH" if self.sharded else "PUBLISH"

    def give_up_shards(self, exc: BaseException | None) -> bool:
        """Use plain channels from now on, if that is what an error asks for; False if it asks for something else."""
        unknown = self.sharded and "unknown command" in str(exc).lower()
        if unknown:
            self.sharded = False
        return unknown
