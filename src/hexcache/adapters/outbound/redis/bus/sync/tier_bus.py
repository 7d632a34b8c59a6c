# Generated from src/hexcache/adapters/outbound/redis/bus/aio/tier_bus.py by tools/unasync.py. Do not edit.
"""The bus of one Redis tier: messages go through the tier's link, a connection of its own listens.

Rule: the bus is configured by what configures the tier, and gives the link back when it is closed.
"""

from __future__ import annotations

from functools import partial

from hexcache.adapters.outbound.redis.sync.tier import SharedLink
from hexcache.adapters.outbound.redis.bus.sync.bus import RedisBus
from hexcache.adapters.outbound.redis.bus.clients import of_a_cluster, of_a_server
from hexcache.adapters.outbound.redis.bus.rule import BusRule
from hexcache.adapters.outbound.redis.vendor_clients import client_of
from hexcache.ports.clock import Clock
from hexcache.ports.entropy import Entropy


class TierBus(RedisBus):
    """A bus beside a store on the same server or cluster."""

    def __init__(
        self, shared: SharedLink, *, entropy: Entropy, clock: Clock, rule: BusRule, prefix: str = ""
    ) -> None:
        make = partial(client_of, shared.settings)
        super().__init__(
            shared.borrow(),
            of_a_cluster(make) if shared.settings.mode == "cluster" else of_a_server(make),
            entropy=entropy,
            clock=clock,
            prefix=prefix,
            rule=rule,
        )
        self._shared: SharedLink | None = shared

    def close(self) -> None:
        """Hear and tell nothing more. May be called again."""
        super().close()
        shared, self._shared = self._shared, None
        if shared is not None:
            shared.give_back()
