"""What obstore is told of the servers of the tests."""

from __future__ import annotations

from typing import Any

from hexcache.adapters.outbound.objects.gcs.settings import GcsBucketSettings
from hexcache.adapters.outbound.objects.obstore.azure import azure_dialect
from hexcache.adapters.outbound.objects.obstore.dialect import Dialect
from hexcache.adapters.outbound.objects.obstore.gcs import gcs_dialect
from hexcache.adapters.outbound.objects.obstore.s3 import s3_dialect
from hexcache.adapters.outbound.objects.settings import ConnectionSettings
from tests.integration.objects.azure.asking import settings as azure_settings
from tests.integration.objects.s3.making import settings_for
from tests.servers.azurite import Azurite
from tests.servers.s3 import S3Server

PATIENT = ConnectionSettings(connect_timeout=30.0, read_timeout=60.0)
"""For a machine that does much else: nothing here tests how long."""


def on_s3(server: S3Server, **more: Any) -> Dialect:
    """The tests' bucket on an S3 server."""
    return s3_dialect(settings_for(server, **{"connection": PATIENT, **more}))


def on_azure(account: Azurite, container: str, **more: Any) -> Dialect:
    """A container, by the account's key unless something else proves who asks."""
    return azure_dialect(
        azure_settings(account, container, **{"create_container": False, "connection": PATIENT, **more})
    )


def on_gcs(url: str | None, bucket: str, **more: Any) -> Dialect:
    """A bucket behind a way to the emulator, as nobody unless said."""
    if "service_account_info" not in more:
        more.setdefault("anonymous", True)
    return gcs_dialect(
        GcsBucketSettings(
            **{"bucket": bucket, "api_endpoint": url, "connection": PATIENT, "token_timeout": 60.0, **more}
        )
    )
