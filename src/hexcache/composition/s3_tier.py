"""A tier on S3, or on a server that speaks like it, made from its settings."""

from __future__ import annotations

from hexcache.composition.object_buckets import Buckets
from hexcache.composition.s3_settings import S3TierSettings
from hexcache.domain.errors import InvalidSetting


def buckets(settings: S3TierSettings) -> Buckets:
    """The makers of the tier's bucket.

    Raises:
        MissingExtra: a library is not installed.
    """
    raise InvalidSetting(f"tier {settings.name!r}: there is no adapter for s3 yet")
