"""What the awaited tests of Google Cloud Storage do in a way of their own."""

from __future__ import annotations

from hexcache.adapters.outbound.objects.aio.bucket import AsyncBucket
from hexcache.adapters.outbound.objects.gcs.bucket import GcsBucket
from hexcache.adapters.outbound.objects.gcs.settings import GcsBucketSettings
from hexcache.adapters.outbound.objects.offloaded import AsyncOffloadedBucket

WORKERS = 8


def bucket_of(settings: GcsBucketSettings) -> AsyncBucket:
    """The bucket for tasks."""
    return AsyncOffloadedBucket(GcsBucket(settings), WORKERS)
