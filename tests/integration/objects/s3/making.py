"""Buckets of S3 over the servers of the tests."""

from __future__ import annotations

from typing import Any

from hexcache.adapters.outbound.objects.s3.bucket import S3Bucket
from hexcache.adapters.outbound.objects.s3.settings import S3Access, S3BucketSettings
from hexcache.adapters.outbound.objects.settings import ConnectionSettings
from tests.servers.s3 import REGION, Identity, S3Server

PATIENT = ConnectionSettings(connect_timeout=20.0, read_timeout=30.0)
"""For a machine that does much else."""


def access_of(identity: Identity) -> S3Access:
    """The keys of an identity."""
    return S3Access(access_key_id=identity.access_key, secret_access_key=identity.secret_key)


def settings_for(server: S3Server, **more: Any) -> S3BucketSettings:
    """What leads to the tests' bucket on a server."""
    told: dict[str, Any] = {
        "bucket": server.bucket,
        "region": REGION,
        "endpoint_url": server.url,
        "access": access_of(server.admin),
        "addressing": "path",
        "connection": PATIENT,
    }
    return S3BucketSettings(**{**told, **more})


def bucket_on(server: S3Server, **more: Any) -> S3Bucket:
    """The tests' bucket on a server."""
    return S3Bucket(settings_for(server, **more))
