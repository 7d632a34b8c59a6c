"""An object tier whose requests are made by ``obstore``, made from the vendor's settings.

Rule: the vendor's section says the same whoever speaks to the store. What the engine cannot keep is refused; what was
not said and it cannot do, such as making containers, it does without.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from hexcache.composition.azure_settings import AzureTierSettings
from hexcache.composition.gcs_settings import GcsTierSettings
from hexcache.composition.object_buckets import Buckets
from hexcache.composition.object_settings import ObjectTierSettings
from hexcache.composition.s3_settings import S3TierSettings
from hexcache.domain.errors import InvalidSetting, MissingExtra

if TYPE_CHECKING:
    from hexcache.adapters.outbound.objects.obstore.dialect import Dialect


def buckets(settings: ObjectTierSettings) -> Buckets:
    """The makers of the tier's bucket.

    Raises:
        InvalidSetting: the engine cannot do what the settings ask for.
        MissingExtra: a library is not installed.
    """
    try:
        from hexcache.adapters.outbound.objects.obstore.aio.bucket import AsyncObstoreBucket  # noqa: PLC0415 - an extra
        from hexcache.adapters.outbound.objects.obstore.sync.bucket import ObstoreBucket  # noqa: PLC0415

        dialect = _dialect(settings)
    except ModuleNotFoundError as exc:
        raise MissingExtra(f"tier {settings.name!r} needs the package {exc.name}: install hexcache[obstore]") from exc
    except InvalidSetting as exc:
        raise InvalidSetting(f"tier {settings.name!r}: {exc}") from exc
    return Buckets(blocking=partial(ObstoreBucket, dialect), awaited=partial(AsyncObstoreBucket, dialect))


def _dialect(settings: ObjectTierSettings) -> Dialect:
    if isinstance(settings, S3TierSettings):
        return _s3(settings)
    if isinstance(settings, GcsTierSettings):
        return _gcs(settings)
    if isinstance(settings, AzureTierSettings):
        return _azure(settings)
    raise InvalidSetting(f"engine: obstore knows no {settings.scheme}; accepted: engine = 'sdk'")


def _s3(settings: S3TierSettings) -> Dialect:
    from hexcache.adapters.outbound.objects.obstore.s3 import s3_dialect  # noqa: PLC0415 - an extra

    return s3_dialect(settings.bucket_settings())


def _gcs(settings: GcsTierSettings) -> Dialect:
    from hexcache.adapters.outbound.objects.obstore.gcs import gcs_dialect  # noqa: PLC0415 - an extra

    own = settings.bucket_settings()
    if "token_timeout" not in settings.model_fields_set:
        own = replace(own, token_timeout=max(own.token_timeout, own.connection.read_timeout))
    return gcs_dialect(own)


def _azure(settings: AzureTierSettings) -> Dialect:
    from hexcache.adapters.outbound.objects.obstore.azure import azure_dialect  # noqa: PLC0415 - an extra

    own = settings.bucket_settings()
    if "create_container" not in settings.model_fields_set:
        own = replace(own, create_container=False)
    if own.connection_string is None and own.account_key is None and own.sas_token is None:
        _check_identity(settings.name)
    return azure_dialect(own)


def _check_identity(name: str | None) -> None:
    """See that tokens can be had.

    Raises:
        MissingExtra: azure-identity is not installed.
    """
    try:
        import azure.identity  # noqa: F401, PLC0415 - an extra
    except ModuleNotFoundError as exc:
        raise MissingExtra(
            f"tier {name!r} needs the package azure-identity: install hexcache[obstore,azure], or say a key or a SAS"
        ) from exc
