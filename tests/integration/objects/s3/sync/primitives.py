"""The bucket of the blocking world. Written by hand."""

from __future__ import annotations

from hexcache.adapters.outbound.objects.s3.bucket import S3Bucket


def bucket_over(bucket: S3Bucket) -> S3Bucket:
    """A bucket for threads: itself."""
    return bucket
