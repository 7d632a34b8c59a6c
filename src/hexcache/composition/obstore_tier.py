"""An object tier whose requests are made by ``obstore``, made from the vendor's settings."""

from __future__ import annotations

from hexcache.composition.object_buckets import Buckets
from hexcache.composition.object_settings import ObjectTierSettings
from hexcache.domain.errors import InvalidSetting


def buckets(settings: ObjectTierSettings) -> Buckets:
    """The makers of the tier's bucket.

    Raises:
        InvalidSetting: the engine cannot do what the settings ask for.
        MissingExtra: the library is not installed.
    """
    raise InvalidSetting(f"tier {settings.name!r}: there is no engine obstore yet; accepted: engine = 'sdk'")
