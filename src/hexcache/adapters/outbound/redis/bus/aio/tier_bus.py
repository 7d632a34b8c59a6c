"""The bus of one Redis tier: messages go through the tier's link, a connection of its own listens.

Rule: the bus is configured by what configures the tier, and gives the link back when it is closed.
"""

from __future__ import annotations

from hexcache.adapters.outbound.redis.aio.tier import AsyncSharedLink
from hexcache.adapters.outbound.redis.bus.aio.bus import AsyncRedisBus
from hexcache.adapters.outbound.redis.bus.clients import clients_by
from hexcache.adapters.outbound.redis.bus.rule import BusRule
from hexcache.ports.entropy import Entropy


class AsyncTierBus(AsyncRedisBus):
    """A bus beside a store on the same server or cluster."""

    def __init__(self, shared: AsyncSharedLink, *, entropy: Entropy, rule: BusRule, prefix: str = "") -> None:
        connect = clients_by(shared.settings)
        super().__init__(shared.borrow(), connect, entropy=entropy, prefix=prefix, rule=rule)
        self._shared: AsyncSharedLink | None = shared

    async def aclose(self) -> None:
        """Hear and tell nothing more. May be called again."""
        await super().aclose()
        shared, self._shared = self._shared, None
        if shared is not None:
            await shared.give_back()
