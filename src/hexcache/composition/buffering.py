"""Write buffers before the stores of a tier.

Rule: the stores of both worlds that a tier opens share what is pending, so that neither brings back what the other
removed; a buffer is made with the tier and reaches nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TypeVar

from hexcache.adapters.outbound.buffering.aio.store import AsyncBufferedStore, deferred
from hexcache.adapters.outbound.buffering.ledger import Ledger
from hexcache.adapters.outbound.buffering.sync.store import BufferedStore
from hexcache.composition.stores import Stores
from hexcache.composition.tier_settings import StoreTierSettings
from hexcache.ports.clock import Clocks
from hexcache.ports.entropy import Entropy

S = TypeVar("S")
B = TypeVar("B")


def buffered(settings: StoreTierSettings, stores: Stores, clocks: Clocks, entropy: Entropy) -> Stores:
    """The stores of a tier, behind a write buffer if its settings ask for one."""
    own = settings.write_buffer
    if own is None or not own.enabled:
        return stores
    ledger = Ledger(own.rule(), clocks, entropy)
    deadline = settings.deadline if own.deadline is None else own.deadline
    return replace(
        stores,
        capabilities=deferred(stores.capabilities),
        blocking=_maker(stores.blocking, partial(BufferedStore, ledger=ledger, clocks=clocks, deadline=deadline)),
        awaited=_maker(stores.awaited, partial(AsyncBufferedStore, ledger=ledger, clocks=clocks, deadline=deadline)),
        behind=stores,
    )


def _maker(make: Callable[[], S] | None, wrap: Callable[[S], B]) -> Callable[[], B] | None:
    return None if make is None else lambda: wrap(make())
