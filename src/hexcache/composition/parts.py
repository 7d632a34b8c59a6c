"""Tiers made from their settings.

Rule: making a part opens nothing and reaches nothing. A memory tier is one object for both worlds; a store is made anew
for each cache that is opened, in the world of that cache.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final, TypeAlias

from hexcache.adapters.outbound.memory.aio.counter import AsyncMemoryCounter
from hexcache.adapters.outbound.memory.aio.leases import AsyncMemoryLeases
from hexcache.adapters.outbound.memory.aio.store import AsyncMemoryStore
from hexcache.adapters.outbound.memory.blobs import BlobTable
from hexcache.adapters.outbound.memory.counts import CounterTable
from hexcache.adapters.outbound.memory.lease_table import LeaseTable
from hexcache.adapters.outbound.memory.sync.counter import MemoryCounter
from hexcache.adapters.outbound.memory.sync.leases import MemoryLeases
from hexcache.adapters.outbound.memory.sync.store import MemoryStore
from hexcache.adapters.outbound.memory.tier import InMemoryTier
from hexcache.composition.buffering import buffered
from hexcache.composition.object_settings import ObjectTierSettings
from hexcache.composition.object_tier import object_stores
from hexcache.composition.plugged_settings import PluggedTierSettings
from hexcache.composition.redis_settings import RedisTierSettings
from hexcache.composition.registry import factory_for
from hexcache.composition.stores import Buses, BusRequest, Counters, Leases, StoreRequest, Stores
from hexcache.composition.surroundings import Surroundings, tombstone_ttl
from hexcache.composition.tier_settings import (
    DiskTierSettings,
    MemoryStoreTierSettings,
    MemoryTierSettings,
    StoreTierSettings,
    TierSettings,
)
from hexcache.domain.errors import InvalidSetting, MissingExtra
from hexcache.ports.capabilities import Capabilities
from hexcache.ports.clock import Clocks
from hexcache.ports.memory_tier import MemoryTier

ENVELOPE_ROOM: Final = 128 * 1024
"""What a blob may be larger than its payload: address, tags, codec; bytes."""


@dataclass(frozen=True, slots=True)
class MemoryPart:
    """A memory tier, ready.

    Attributes:
        settings: what it was made from.
        tier: the tier.
        counters: makes counters beside it.
    """

    settings: TierSettings
    tier: MemoryTier
    counters: Counters | None = None


@dataclass(frozen=True, slots=True)
class StorePart:
    """A store tier, ready to be opened in either world.

    Attributes:
        settings: what it was made from.
        stores: makes the stores.
    """

    settings: StoreTierSettings
    stores: Stores

    @property
    def counters(self) -> Counters | None:
        """Makes counters beside it."""
        return self.stores.counters

    @property
    def leases(self) -> Leases | None:
        """Makes lease keepers beside it, if loads that it is to spare are stored in it and looked for there."""
        return self.stores.leases if self.settings.read and self.settings.write else None

    @property
    def shared(self) -> bool:
        """Whether other processes use the same data."""
        said = self.settings.shared
        return self.stores.capabilities.shared if said is None else said


Part: TypeAlias = MemoryPart | StorePart


def part_of(settings: TierSettings, around: Surroundings) -> Part:
    """Make a tier from its settings.

    Raises:
        InvalidSetting: they cannot be kept.
        MissingExtra: what the tier needs is not installed.
    """
    if isinstance(settings, MemoryTierSettings):
        tier = InMemoryTier(around.clocks.monotonic, **settings.bounds)
        return MemoryPart(settings, tier, _counters(CounterTable(around.clocks.wall)))
    if isinstance(settings, DiskTierSettings):
        return store_part(settings, _disk(settings, around), around)
    if isinstance(settings, MemoryStoreTierSettings):
        return store_part(settings, memory_stores(around.clocks), around)
    if isinstance(settings, RedisTierSettings):
        return store_part(settings, _redis(settings, around), around)
    if isinstance(settings, ObjectTierSettings):
        return store_part(settings, object_stores(settings, around), around)
    if isinstance(settings, PluggedTierSettings):
        return store_part(settings, _plugged(settings, around), around)
    raise InvalidSetting(f"tier {settings.name!r} has settings of an unknown kind: {type(settings).__name__}")


def store_part(settings: StoreTierSettings, stores: Stores, around: Surroundings) -> StorePart:
    """A store tier from what its adapter offers."""
    return StorePart(settings, buffered(settings, stores, around.clocks, around.entropy))


def _counters(table: CounterTable) -> Counters:
    return Counters(blocking=partial(MemoryCounter, table), awaited=partial(AsyncMemoryCounter, table), bounded=True)


def memory_stores(clocks: Clocks) -> Stores:
    """Stores over one table of bytes in this process."""
    table = BlobTable(clocks.wall)
    leases = LeaseTable(clocks.monotonic)
    return Stores(
        capabilities=Capabilities(bounded_calls=True, max_value_bytes=table.max_value_bytes),
        blocking=partial(MemoryStore, table),
        awaited=partial(AsyncMemoryStore, table),
        counters=_counters(CounterTable(clocks.wall)),
        leases=Leases(blocking=partial(MemoryLeases, leases), awaited=partial(AsyncMemoryLeases, leases)),
    )


def _disk(settings: DiskTierSettings, around: Surroundings) -> Stores:
    try:
        from hexcache.adapters.outbound.disk.aio_counter import AsyncDiskCounter  # noqa: PLC0415 - an extra
        from hexcache.adapters.outbound.disk.aio_leases import AsyncDiskLeases  # noqa: PLC0415
        from hexcache.adapters.outbound.disk.aio_store import AsyncDiskStore  # noqa: PLC0415
        from hexcache.adapters.outbound.disk.counter import DiskCounter  # noqa: PLC0415
        from hexcache.adapters.outbound.disk.leases import DiskLeases  # noqa: PLC0415
        from hexcache.adapters.outbound.disk.settings import DiskSettings  # noqa: PLC0415
        from hexcache.adapters.outbound.disk.store import DiskStore  # noqa: PLC0415
    except ModuleNotFoundError as exc:
        raise MissingExtra(f"tier {settings.name!r} needs the package {exc.name}: install hexcache[disk]") from exc
    limit = settings.max_value_bytes
    own = DiskSettings(
        directory=Path(settings.directory).expanduser(),
        size_limit=settings.size_limit,
        eviction_policy=settings.eviction_policy,
        max_value_bytes=None if limit is None else min(settings.size_limit, limit + ENVELOPE_ROOM),
        min_file_size=settings.min_file_size,
        deadline=settings.deadline,
        tombstone_ttl=tombstone_ttl(settings, around.policy),
        workers=settings.workers,
    )
    wall, entropy = around.clocks.wall, around.entropy
    return Stores(
        capabilities=DiskStore.from_settings(own).capabilities,
        blocking=partial(DiskStore.from_settings, own, wall=wall, entropy=entropy),
        awaited=partial(AsyncDiskStore.from_settings, own, wall=wall, entropy=entropy),
        counters=Counters(
            blocking=partial(DiskCounter.from_settings, own, wall=wall, entropy=entropy),
            awaited=partial(AsyncDiskCounter.from_settings, own, wall=wall, entropy=entropy),
        ),
        leases=Leases(
            blocking=partial(DiskLeases.from_settings, own, wall=wall, entropy=entropy),
            awaited=partial(AsyncDiskLeases.from_settings, own, wall=wall, entropy=entropy),
        ),
    )


def _redis(settings: RedisTierSettings, around: Surroundings) -> Stores:
    try:
        from hexcache.adapters.outbound.redis.aio.store import CAPABILITIES  # noqa: PLC0415 - an extra
        from hexcache.adapters.outbound.redis.aio.tier import (  # noqa: PLC0415
            AsyncSharedLink,
            AsyncTierCounter,
            AsyncTierLeases,
            AsyncTierStore,
        )
        from hexcache.adapters.outbound.redis.bus.aio.tier_bus import AsyncTierBus  # noqa: PLC0415
        from hexcache.adapters.outbound.redis.bus.rule import BusRule  # noqa: PLC0415
        from hexcache.adapters.outbound.redis.bus.sync.tier_bus import TierBus  # noqa: PLC0415
        from hexcache.adapters.outbound.redis.sync.tier import (  # noqa: PLC0415
            SharedLink,
            TierCounter,
            TierLeases,
            TierStore,
        )
    except ModuleNotFoundError as exc:
        raise MissingExtra(f"tier {settings.name!r} needs the package {exc.name}: install hexcache[redis]") from exc
    own = settings.connection(around.clocks.wall)
    blocking, awaited, prefix = SharedLink(own), AsyncSharedLink(own), settings.prefix
    wall, entropy, ttl = around.clocks.wall, around.entropy, tombstone_ttl(settings, around.policy)

    def rule(request: BusRequest) -> BusRule:
        return BusRule(heartbeat=request.heartbeat, missed=request.missed, grace=request.grace)

    return Stores(
        capabilities=replace(CAPABILITIES, lags=settings.replica_reads),
        blocking=partial(TierStore, blocking, wall=wall, entropy=entropy, tombstone_ttl=ttl, prefix=prefix),
        awaited=partial(AsyncTierStore, awaited, wall=wall, entropy=entropy, tombstone_ttl=ttl, prefix=prefix),
        counters=Counters(
            blocking=partial(TierCounter, blocking, entropy=entropy, prefix=prefix),
            awaited=partial(AsyncTierCounter, awaited, entropy=entropy, prefix=prefix),
            deadline=2 * settings.deadline,  # a lost answer is asked for once more
            bounded=True,
        ),
        leases=Leases(
            blocking=partial(TierLeases, blocking, prefix=prefix),
            awaited=partial(AsyncTierLeases, awaited, prefix=prefix),
        ),
        buses=Buses(
            blocking=lambda request: TierBus(blocking, rule=rule(request), entropy=entropy, prefix=prefix),
            awaited=lambda request: AsyncTierBus(awaited, rule=rule(request), entropy=entropy, prefix=prefix),
        ),
    )


def _plugged(settings: PluggedTierSettings, around: Surroundings) -> Stores:
    request = StoreRequest(
        scheme=settings.scheme,
        name=settings.name,
        location=settings.location,
        options=dict(settings.options),
        clocks=around.clocks,
        entropy=around.entropy,
        deadline=settings.deadline,
        tombstone_ttl=tombstone_ttl(settings, around.policy),
    )
    stores = factory_for(settings.scheme)(request)
    if not isinstance(stores, Stores):
        raise InvalidSetting(
            f"the adapter for {settings.scheme!r} returned a {type(stores).__name__}; accepted: hexcache's Stores"
        )
    return stores
