"""The bus that a cache has when nobody hands one in.

Rule: a bus is made anew for each cache that is opened, in the world of that cache, and closed with it. Making one
connects nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from hexcache.adapters.outbound.buses.local import AsyncLocalBus, LocalBus, LocalHub
from hexcache.composition.bus_settings import AUTO, LOCAL, NONE, WORDS, BusSettings
from hexcache.composition.parts import Part, StorePart
from hexcache.composition.stores import Buses, BusRequest
from hexcache.domain.errors import InvalidSetting

HUB: Final = LocalHub()
"""Where the caches of this process meet whose bus is ``local``."""


@dataclass(frozen=True, slots=True)
class Carrier:
    """What carries the bus of a cache.

    Attributes:
        name: the tier's, or ``local``.
        buses: makes buses.
        request: how they are to behave.
        far: other processes are told too.
        asked: it was asked for by name, and not found.
    """

    name: str
    buses: Buses
    request: BusRequest
    far: bool = True
    asked: bool = True


def carrier_of(settings: BusSettings, parts: Sequence[Part], grace: float) -> Carrier | None:
    """What carries the bus; None for nothing.

    Args:
        settings: what was asked for.
        parts: the tiers.
        grace: how long memory may keep what it has while nothing is heard, seconds.

    Raises:
        InvalidSetting: the tier that was named cannot carry one.
    """
    if settings.over == NONE:
        return None
    request = BusRequest(heartbeat=settings.heartbeat, missed=settings.missed, grace=grace)
    if settings.over == LOCAL:
        return Carrier(LOCAL, _local(), request, far=False)
    able = {
        part.settings.name: part.stores.buses
        for part in parts
        if isinstance(part, StorePart) and part.stores.buses is not None
    }
    if settings.over == AUTO:
        return None if not able else Carrier(*list(able.items())[-1], request, asked=False)
    if settings.over not in able:
        accepted = ", ".join((*WORDS, *able))
        raise InvalidSetting(f"bus.over is {settings.over!r}; accepted: {accepted} (no other tier here can carry one)")
    return Carrier(settings.over, able[settings.over], request)


def _local() -> Buses:
    return Buses(blocking=lambda _: LocalBus(HUB), awaited=lambda _: AsyncLocalBus(HUB))
