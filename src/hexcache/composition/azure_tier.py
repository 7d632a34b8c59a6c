"""A tier on Azure Blob Storage, made from its settings."""

from __future__ import annotations

from hexcache.composition.azure_settings import AzureTierSettings
from hexcache.composition.object_buckets import Buckets
from hexcache.domain.errors import InvalidSetting


def buckets(settings: AzureTierSettings) -> Buckets:
    """The makers of the tier's bucket.

    Raises:
        MissingExtra: a library is not installed.
    """
    raise InvalidSetting(f"tier {settings.name!r}: there is no adapter for azure yet")
