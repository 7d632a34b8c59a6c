"""Settings for a machine that does much else: what is not to be late is not measured by them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hexcache.adapters.outbound.objects.gcs.settings import GcsBucketSettings
from hexcache.adapters.outbound.objects.settings import ConnectionSettings

PATIENT = ConnectionSettings(connect_timeout=20.0, read_timeout=30.0)


def settings_at(url: str, bucket: str, **said: Any) -> GcsBucketSettings:
    """A bucket at an endpoint, asked without an identity unless one is said."""
    identified = said.keys() & {"service_account_file", "service_account_info", "anonymous"}
    patient = GcsBucketSettings(bucket=bucket, anonymous=True, token_timeout=20.0, connection=PATIENT)
    return replace(patient, **{"api_endpoint": url, "anonymous": not identified, **said})
