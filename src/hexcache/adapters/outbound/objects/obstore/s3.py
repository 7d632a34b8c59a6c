"""S3, and servers that speak like it, through obstore.

Rule: an object carries what boto3's bucket writes beside it, but for ``Expires``, for which obstore has no field.
"""

from __future__ import annotations

import time
from functools import partial
from typing import Any, Final
from urllib.parse import urlsplit

from obstore.store import S3Store

from hexcache.adapters.outbound.objects.obstore.client import ONCE, client_options
from hexcache.adapters.outbound.objects.obstore.dialect import Dialect, etag, if_etag, unable
from hexcache.adapters.outbound.objects.s3.labels import label_in, written_with
from hexcache.adapters.outbound.objects.s3.settings import S3Access, S3BucketSettings
from hexcache.adapters.outbound.objects.things import Label
from hexcache.ports.clock import Clock

PAGE_NAMES: Final = 1000
LONGEST_LINK: Final = 7 * 86_400.0


def s3_dialect(settings: S3BucketSettings, *, wall: Clock = time.time) -> Dialect:
    """A bucket of S3.

    Args:
        settings: where it is, who asks, and how objects are kept.
        wall: wall time, for ages in headers.

    Raises:
        InvalidSetting: a setting that obstore cannot keep.
    """
    _check(settings)
    return Dialect(
        vendor="s3",
        page_names=PAGE_NAMES,
        open=partial(_open, settings),
        attributes=partial(_attributes, settings, wall),
        label=label_in,
        token=etag,
        mode=if_etag,
        longest_link=LONGEST_LINK,
    )


def _check(settings: S3BucketSettings) -> None:
    if settings.access.profile is not None:
        raise unable("profile", "obstore reads no AWS files", "keys, or the roles of the machine")
    if settings.expected_owner is not None:
        raise unable("expected_owner", "obstore cannot sign its header", "to leave it out")
    if settings.api_version is not None:
        raise unable("api_version", "obstore speaks one version", "to leave it out")
    if not settings.use_ssl and settings.endpoint_url is None:
        raise unable("use_ssl", "obstore asks AWS over TLS", "true, or endpoint_url = 'http://...'")


def _open(settings: S3BucketSettings) -> S3Store:
    virtual = settings.addressing == "virtual" or (settings.addressing == "auto" and settings.endpoint_url is None)
    config: dict[str, Any] = {
        "virtual_hosted_style_request": virtual,
        "skip_signature": False,
        "region": settings.region,
        "endpoint": _endpoint(settings, virtual=virtual),
        "server_side_encryption": settings.encryption,
        "sse_kms_key_id": settings.kms_key,
    }
    return S3Store(
        settings.bucket,
        config={name: value for name, value in config.items() if value is not None},  # type: ignore[arg-type, unused-ignore]
        client_options=client_options(
            settings.connection, url=settings.endpoint_url, verify=settings.verify, ca_file=settings.ca_file
        ),
        retry_config=ONCE,
        credential_provider=_keys(settings.access),
    )


def _endpoint(settings: S3BucketSettings, *, virtual: bool) -> str | None:
    """The endpoint; where the bucket stands in the host's name, obstore wants it there."""
    url = settings.endpoint_url
    if url is None or not virtual:
        return url
    parts = urlsplit(url)
    return parts._replace(netloc=f"{settings.bucket}.{parts.netloc}").geturl()


def _keys(access: S3Access) -> Any:
    """Gives the keys that the settings say, whatever the variables of the environment say; None: obstore finds some."""
    if access.access_key_id is None:
        return None
    told = {
        "access_key_id": access.access_key_id,
        "secret_access_key": access.secret_access_key,
        "token": access.session_token,
        "expires_at": None,
    }
    return lambda: told


def _attributes(settings: S3BucketSettings, wall: Clock, label: Label) -> dict[str, str]:
    told = written_with(label, wall())
    kept = {} if settings.storage_class is None else {"Storage-Class": settings.storage_class}
    return {"Content-Type": told["ContentType"], "Cache-Control": told["CacheControl"], **told["Metadata"], **kept}
