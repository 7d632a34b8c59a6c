"""A tier on Azure Blob Storage, made from its settings."""

from __future__ import annotations

from functools import partial

from hexcache.composition.azure_settings import AzureTierSettings
from hexcache.composition.object_buckets import Buckets
from hexcache.domain.errors import MissingExtra


def buckets(settings: AzureTierSettings) -> Buckets:
    """The makers of the tier's bucket.

    Raises:
        MissingExtra: a library is not installed.
    """
    try:
        from hexcache.adapters.outbound.objects.azure.aio.bucket import AsyncAzureBucket  # noqa: PLC0415 - an extra
        from hexcache.adapters.outbound.objects.azure.sync.bucket import AzureBucket  # noqa: PLC0415
    except ModuleNotFoundError as exc:
        raise MissingExtra(f"tier {settings.name!r} needs the package {exc.name}: install hexcache[azure]") from exc
    own = settings.bucket_settings()
    return Buckets(blocking=partial(AzureBucket, own), awaited=partial(AsyncAzureBucket, own))
