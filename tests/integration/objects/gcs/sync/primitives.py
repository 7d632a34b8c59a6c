"""What the blocking tests of Google Cloud Storage do in a way of their own."""

from __future__ import annotations

from hexcache.adapters.outbound.objects.gcs.bucket import GcsBucket
from hexcache.adapters.outbound.objects.gcs.settings import GcsBucketSettings
from hexcache.adapters.outbound.objects.sync.bucket import Bucket


def bucket_of(settings: GcsBucketSettings) -> Bucket:
    """The bucket for threads."""
    return GcsBucket(settings)
