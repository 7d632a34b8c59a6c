"""A tier on Google Cloud Storage, made from its settings."""

from __future__ import annotations

from functools import partial

from hexcache.composition.gcs_settings import GcsTierSettings
from hexcache.composition.object_buckets import Buckets
from hexcache.domain.errors import MissingExtra


def buckets(settings: GcsTierSettings) -> Buckets:
    """The makers of the tier's bucket.

    Raises:
        MissingExtra: google-cloud-storage is not installed.
    """
    try:
        from hexcache.adapters.outbound.objects.gcs.bucket import GcsBucket  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as exc:
        raise MissingExtra(f"tier {settings.name!r} needs the package {exc.name}: install hexcache[gcs]") from exc
    return Buckets(blocking=partial(GcsBucket, settings.bucket_settings()))
