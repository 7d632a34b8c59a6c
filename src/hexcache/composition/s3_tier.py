"""A tier on S3, or on a server that speaks like it, made from its settings."""

from __future__ import annotations

from functools import partial

from hexcache.composition.object_buckets import Buckets
from hexcache.composition.s3_settings import S3TierSettings
from hexcache.domain.errors import MissingExtra


def buckets(settings: S3TierSettings) -> Buckets:
    """The makers of the tier's bucket.

    Raises:
        MissingExtra: boto3 is not installed.
    """
    try:
        from hexcache.adapters.outbound.objects.s3.bucket import S3Bucket  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as exc:
        raise MissingExtra(f"tier {settings.name!r} needs the package {exc.name}: install hexcache[s3]") from exc
    return Buckets(blocking=partial(S3Bucket, settings.bucket_settings()))
