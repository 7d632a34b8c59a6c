"""The buckets of the vendors' own libraries. Written by hand in each world."""

from __future__ import annotations

from typing import Any

from hexcache.adapters.outbound.objects.aio.bucket import AsyncBucket
from hexcache.adapters.outbound.objects.azure.aio.bucket import AsyncAzureBucket
from hexcache.adapters.outbound.objects.gcs.bucket import GcsBucket
from hexcache.adapters.outbound.objects.gcs.settings import GcsBucketSettings
from hexcache.adapters.outbound.objects.offloaded import AsyncOffloadedBucket
from tests.integration.objects.aio.primitives import fetch
from tests.integration.objects.azure.asking import settings
from tests.integration.objects.s3.making import bucket_on
from tests.servers.azurite import Azurite
from tests.servers.s3 import S3Server

__all__ = ["azure_bucket", "azure_bucket_of", "fetch", "gcs_bucket_at", "s3_bucket"]


def s3_bucket(server: S3Server) -> AsyncBucket:
    """By boto3."""
    return AsyncOffloadedBucket(bucket_on(server), 2)


def gcs_bucket_at(url: str, name: str) -> AsyncBucket:
    """By google-cloud-storage."""
    return AsyncOffloadedBucket(GcsBucket(GcsBucketSettings(bucket=name, anonymous=True, api_endpoint=url)), 2)


def azure_bucket(account: Azurite, container: str) -> AsyncBucket:
    """By azure-storage-blob."""
    return AsyncAzureBucket(settings(account, container))


def azure_bucket_of(account: Azurite, container: str, **options: Any) -> AsyncBucket:
    """By azure-storage-blob, as who is said."""
    return AsyncAzureBucket(settings(account, container, **options))
