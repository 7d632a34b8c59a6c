"""The buckets of the vendors' own libraries. Written by hand in each world."""

from __future__ import annotations

from typing import Any

from hexcache.adapters.outbound.objects.azure.sync.bucket import AzureBucket
from hexcache.adapters.outbound.objects.gcs.bucket import GcsBucket
from hexcache.adapters.outbound.objects.gcs.settings import GcsBucketSettings
from hexcache.adapters.outbound.objects.sync.bucket import Bucket
from tests.integration.objects.sync.primitives import fetch
from tests.integration.objects.azure.asking import settings
from tests.integration.objects.s3.making import bucket_on
from tests.servers.azurite import Azurite
from tests.servers.s3 import S3Server

__all__ = ["azure_bucket", "azure_bucket_of", "fetch", "gcs_bucket_at", "s3_bucket"]


def s3_bucket(server: S3Server) -> Bucket:
    """By boto3."""
    return bucket_on(server)


def gcs_bucket_at(url: str, name: str) -> Bucket:
    """By google-cloud-storage."""
    return GcsBucket(GcsBucketSettings(bucket=name, anonymous=True, api_endpoint=url))


def azure_bucket(account: Azurite, container: str) -> Bucket:
    """By azure-storage-blob."""
    return AzureBucket(settings(account, container))


def azure_bucket_of(account: Azurite, container: str, **options: Any) -> Bucket:
    """By azure-storage-blob, as who is said."""
    return AzureBucket(settings(account, container, **options))
