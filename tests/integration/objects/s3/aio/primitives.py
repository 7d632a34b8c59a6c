"""The bucket of the awaited world. Written by hand."""

from __future__ import annotations

from hexcache.adapters.outbound.objects.offloaded import AsyncOffloadedBucket
from hexcache.adapters.outbound.objects.s3.bucket import S3Bucket

WORKERS = 8


def bucket_over(bucket: S3Bucket) -> AsyncOffloadedBucket:
    """A bucket for tasks, served by threads of its own."""
    return AsyncOffloadedBucket(bucket, WORKERS)
