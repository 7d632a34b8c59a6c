# Generated from src/hexcache/adapters/outbound/redis/bus/aio/tier_bus.py by tools/unasync.py. Do not edit.
"""The bus of one Redis tier: messages go through the tier's link, a connection of its own listens.

Rule: the bus is configured by what configures the tier, and gives the link back when it is closed.
"""

from __future__ import annotations

from hexcache.adapters.outbound.redis.sync.tier import SharedLink
from hexcache.adapters.outbound.redis.bus.sync.bus import RedisBus
from hexcache.adapters.outbound.redis.bus.clients import clients_by
from hexcache.adapters.outbound.redis.bus.rule import BusRule
from hexcache.ports.entropy import Entropy


class TierBus(RedisBus):
    """A bus beside a store on the same server or cluster."""

    def __init__(self, shared: SharedLink, *, entropy: Entropy, rule: BusRule, prefix: str = "") -> None:
        connect = clients_by(shared.settings)
        super().__init__(shared.borrow(), connect, entropy=entropy, prefix=prefix, rule=rule)
        self._shared: SharedLink | None = shared

    def close(self) -> None:
        """Hear and tell nothing more. May be called again."""
        super().close()
        shared, self._shared = self._shared, None
        if shared is not None:
            shared.give_back()
