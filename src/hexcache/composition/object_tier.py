"""An object tier, made from its settings and its vendor's buckets.

Rule: what the three vendors have in common is put together here; a vendor's module makes buckets and no more.
"""

from __future__ import annotations

from hexcache.composition import obstore_tier
from hexcache.composition.object_buckets import Buckets
from hexcache.composition.object_settings import ObjectTierSettings
from hexcache.composition.object_vendors import VENDORS
from hexcache.composition.stores import Stores
from hexcache.composition.surroundings import Surroundings
from hexcache.domain.errors import InvalidSetting


def object_stores(settings: ObjectTierSettings, around: Surroundings) -> Stores:
    """What an object tier offers.

    Raises:
        InvalidSetting: the settings cannot be kept.
        MissingExtra: the vendor's library, or the engine, is not installed.
    """
    buckets_of(settings)
    raise InvalidSetting(f"tier {settings.name!r}: there is no store yet")


def buckets_of(settings: ObjectTierSettings) -> Buckets:
    """The makers of a tier's bucket, by the engine that its settings name."""
    if settings.engine == "obstore":
        return obstore_tier.buckets(settings)
    return VENDORS[settings.scheme].buckets(settings)
