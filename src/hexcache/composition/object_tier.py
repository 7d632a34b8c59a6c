"""An object tier, made from its settings and its vendor's buckets.

Rule: what the three vendors have in common is put together here; a vendor's module makes buckets and no more.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from hexcache.adapters.outbound.objects.aio.store import AsyncObjectStore, capabilities_of
from hexcache.adapters.outbound.objects.offloaded import AsyncOffloadedBucket
from hexcache.adapters.outbound.objects.sync.bucket import Bucket
from hexcache.adapters.outbound.objects.sync.store import ObjectStore
from hexcache.composition import obstore_tier
from hexcache.composition.object_buckets import Buckets
from hexcache.composition.object_settings import ObjectTierSettings
from hexcache.composition.object_vendors import VENDORS
from hexcache.composition.stores import Stores
from hexcache.composition.surroundings import Surroundings, tombstone_ttl


def object_stores(settings: ObjectTierSettings, around: Surroundings) -> Stores:
    """What an object tier offers.

    Raises:
        InvalidSetting: the settings cannot be kept.
        MissingExtra: the vendor's library, or the engine, is not installed.
    """
    buckets = buckets_of(settings)
    own = settings.store(tombstone_ttl(settings, around.policy))

    def blocking() -> ObjectStore:
        return ObjectStore(buckets.blocking(), own, clocks=around.clocks, entropy=around.entropy)

    def awaited() -> AsyncObjectStore:
        made = buckets.awaited or partial(_offloaded, buckets.blocking, settings.workers)
        return AsyncObjectStore(made(), own, clocks=around.clocks, entropy=around.entropy)

    return Stores(capabilities=capabilities_of(own), blocking=blocking, awaited=awaited)


def _offloaded(blocking: Callable[[], Bucket], workers: int) -> AsyncOffloadedBucket:
    return AsyncOffloadedBucket(blocking(), workers)


def buckets_of(settings: ObjectTierSettings) -> Buckets:
    """The makers of a tier's bucket, by the engine that its settings name."""
    if settings.engine == "obstore":
        return obstore_tier.buckets(settings)
    return VENDORS[settings.scheme].buckets(settings)
