"""From settings and parts to caches: one core for both worlds, one assembly for each.

Rule: what an assembly cannot keep is refused here, before anything is opened.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypedDict

from hexcache.application.aio.assembly import AsyncAssembly
from hexcache.application.core import Core, LeaseSlot, MemorySlot
from hexcache.application.sealing import Sealer
from hexcache.application.sync.assembly import Assembly
from hexcache.application.tag_states import TagStates
from hexcache.application.tier_state import TierState
from hexcache.composition.bus_settings import BusSettings
from hexcache.composition.buses import Carrier, carrier_of
from hexcache.composition.faces import AsyncCache, Cache
from hexcache.composition.parts import MemoryPart, Part, StorePart
from hexcache.composition.rules import AUTO_LEASES, check_order, counting_part, leasing_part, memory_cap
from hexcache.composition.stores import Counters, Leases
from hexcache.composition.surroundings import Surroundings
from hexcache.domain.errors import InvalidSetting
from hexcache.ports.aio.bus import AsyncBus
from hexcache.ports.codec import RecordCodec, Serializer
from hexcache.ports.observer import Observer, TierEvent
from hexcache.ports.sync.bus import Bus


@dataclass(frozen=True, slots=True)
class Heart:
    """What the caches of both worlds share, and what their stores are made from.

    Attributes:
        core: memory tiers, fences, flights, states, counters of events.
        stores: the store tiers, nearest first.
        codec: what stands in stores.
        counting: the tier that keeps counters; None if none can.
        leasing: the store tier beside which leases of loads are kept; None for none.
        told: whether a bus tells of other processes' changes.
        carrier: what carries the bus of a cache that is handed none; None for nothing.
    """

    core: Core
    stores: tuple[StorePart, ...]
    codec: RecordCodec
    counting: Part | None
    leasing: StorePart | None
    told: bool
    carrier: Carrier | None = None


def make_heart(
    root: str,
    parts: Sequence[Part],
    around: Surroundings,
    *,
    serializer: Serializer,
    codec: RecordCodec,
    shared_values: bool = False,
    counters: str | None = None,
    leases: str = AUTO_LEASES,
    bus: bool = False,
    buses: BusSettings | None = None,
    carried: bool = True,
    observers: Sequence[Observer] = (),
) -> Heart:
    """Make what the caches of both worlds share.

    Args:
        root: the root namespace.
        parts: the tiers, nearest first.
        around: clocks, chance and policy.
        serializer: for values.
        codec: for records.
        shared_values: hand out the same object to every caller.
        counters: the tier that keeps counters; None for the deepest that can.
        leases: the tier beside which leases of loads are kept; or ``auto``, ``none``.
        bus: whether a bus is handed in that tells of other processes' changes.
        buses: what is said of buses; None for the defaults.
        carried: whether a cache that is handed no bus has the one that is said.
        observers: who is told of failures.

    Raises:
        InvalidSetting: the tiers stand in an impossible order, or one cannot do what it is named for.
    """
    check_order(parts)
    memory = [part for part in parts if isinstance(part, MemoryPart)]
    stores = tuple(part for part in parts if isinstance(part, StorePart))
    leasing = leasing_part(parts, leases)
    said = buses or BusSettings()
    untold = [memory_cap(part, stores, said.grace, told=False) for part in memory]
    carrier = carrier_of(said, parts, max(untold, default=said.grace)) if carried else None
    bus = bus or (carrier is not None and carrier.far)
    slots = [
        MemorySlot(part.settings.name, part.tier, memory_cap(part, stores, said.grace, told=bus), cap)
        for part, cap in zip(memory, untold, strict=True)
    ]
    told: list[Core] = []

    def tell(event: TierEvent) -> None:
        told[0].tell_tier(event)

    policy, clocks = around.policy, around.clocks
    core = Core(
        root,
        policy=policy,
        clocks=clocks,
        entropy=around.entropy,
        sealer=Sealer(serializer, stores=bool(stores), shared=shared_values, beta=policy.beta),
        memory=slots,
        states=[_state(part, around, tell) for part in stores],
        tags=TagStates(clocks.monotonic, policy.tag_max_age, durable=bool(stores)),
        leases=None
        if leasing is None
        else LeaseSlot(parts.index(leasing), _state(leasing, around, tell, f"{leasing.settings.name} leases")),
        observers=observers,
    )
    told.append(core)
    return Heart(core, stores, codec, counting_part(parts, counters), leasing, bus, carrier)


def _state(part: StorePart, around: Surroundings, tell: Callable[[TierEvent], None], name: str = "") -> TierState:
    return TierState(
        name or part.settings.name,
        rule=part.settings.rule(),
        deadline=part.settings.deadline,
        breaker=part.settings.breaker.rule(),
        max_repairs=around.policy.max_repairs,
        clock=around.clocks.monotonic,
        tell=tell,
    )


def make_cache(heart: Heart, bus: Bus | None = None) -> Cache[Any]:
    """A cache for threads.

    Args:
        heart: what it shares with others.
        bus: tells of changes, and is closed by whoever made it; None for what the settings say.

    Raises:
        OtherWorld: a tier has no blocking store.
    """
    check_world(heart, "blocking")
    carrier = heart.carrier if bus is None else None
    make_bus = None if carrier is None else carrier.buses.blocking
    if carrier is not None and make_bus is not None:
        bus = make_bus(carrier.request)
    stores = [(make(), heart.codec) for part in heart.stores if (make := part.stores.blocking) is not None]
    counters = _counters(heart)
    counter = counters.blocking() if counters is not None and counters.blocking is not None else None
    leases = _leases(heart)
    keeper = leases.blocking() if leases is not None and leases.blocking is not None else None
    owned = make_bus is not None
    assembly = Assembly(
        heart.core, stores, counter=counter, bus=bus, bus_owned=owned, leases=keeper, **_counter_bounds(heart)
    )
    return Cache(assembly)


def make_async_cache(heart: Heart, bus: AsyncBus | None = None) -> AsyncCache[Any]:
    """A cache for tasks.

    Args:
        heart: what it shares with others.
        bus: tells of changes, and is closed by whoever made it; None for what the settings say.

    Raises:
        OtherWorld: a tier has no awaited store.
    """
    check_world(heart, "awaited")
    carrier = heart.carrier if bus is None else None
    make_bus = None if carrier is None else carrier.buses.awaited
    if carrier is not None and make_bus is not None:
        bus = make_bus(carrier.request)
    stores = [(make(), heart.codec) for part in heart.stores if (make := part.stores.awaited) is not None]
    counters = _counters(heart)
    counter = counters.awaited() if counters is not None and counters.awaited is not None else None
    leases = _leases(heart)
    keeper = leases.awaited() if leases is not None and leases.awaited is not None else None
    owned = make_bus is not None
    assembly = AsyncAssembly(
        heart.core, stores, counter=counter, bus=bus, bus_owned=owned, leases=keeper, **_counter_bounds(heart)
    )
    return AsyncCache(assembly)


def _counters(heart: Heart) -> Counters | None:
    return None if heart.counting is None else heart.counting.counters


def _leases(heart: Heart) -> Leases | None:
    return None if heart.leasing is None else heart.leasing.leases


class _CounterBounds(TypedDict):
    """How an assembly holds its counter to its time."""

    counter_deadline: float
    counter_bounded: bool


def _counter_bounds(heart: Heart) -> _CounterBounds:
    counters = _counters(heart)
    deadline = heart.counting.settings.deadline if isinstance(heart.counting, StorePart) else 1.0
    if counters is None:
        return _CounterBounds(counter_deadline=deadline, counter_bounded=False)
    own = counters.deadline
    return _CounterBounds(counter_deadline=deadline if own is None else own, counter_bounded=counters.bounded)


class OtherWorld(InvalidSetting):
    """A tier can only be used in the other world."""


def check_world(heart: Heart, world: Literal["blocking", "awaited"]) -> None:
    """See that every tier has a store of that world.

    Raises:
        OtherWorld: one has none.
    """
    other = "an AsyncCache" if world == "blocking" else "a Cache"
    for part in heart.stores:
        if getattr(part.stores, world) is None:
            raise OtherWorld(f"tier {part.settings.name!r} has no {world} store; it can only be used by {other}")
    carrier = heart.carrier
    if carrier is not None and carrier.asked and getattr(carrier.buses, world) is None:
        raise OtherWorld(f"tier {carrier.name!r} has no {world} bus; it can only be used by {other}")
