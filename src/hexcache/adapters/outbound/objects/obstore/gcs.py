"""Google Cloud Storage through obstore, which asks its XML interface. Tokens are generations.

Rule: an object carries the metadata that Google's library writes beside it, but for ``customTime``, for which obstore
has no field.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from obstore.store import GCSStore

from hexcache.adapters.outbound.objects.gcs.labels import label_in, metadata_of
from hexcache.adapters.outbound.objects.gcs.settings import GcsBucketSettings
from hexcache.adapters.outbound.objects.obstore.client import ONCE, client_options
from hexcache.adapters.outbound.objects.obstore.dialect import Dialect, unable
from hexcache.adapters.outbound.objects.things import BucketToken, Label

PAGE_NAMES: Final = 100
"""One request a name: the XML interface has no batches."""
LONGEST_LINK: Final = 7 * 86_400.0
NOBODY: Final = "nobody"
"""A token for writes without an identity, which obstore does not send without one; emulators take any."""
BESIDE: Final = {"Content-Type": "application/octet-stream", "Cache-Control": "private, no-cache, no-transform"}
"""As Google's library is told in :mod:`hexcache.adapters.outbound.objects.gcs.bucket`."""


def gcs_dialect(settings: GcsBucketSettings) -> Dialect:
    """A bucket of Google Cloud Storage.

    Raises:
        InvalidSetting: a setting that obstore cannot keep.
    """
    if not settings.anonymous and settings.token_timeout < settings.connection.read_timeout:
        raise unable(
            "token_timeout",
            f"obstore waits for tokens as for answers, read_timeout = {settings.connection.read_timeout:g} s",
            f"{settings.connection.read_timeout:g} s or more",
        )
    return Dialect(
        vendor="gcs",
        page_names=PAGE_NAMES,
        open=partial(_open, settings),
        attributes=_attributes,
        label=label_in,
        token=_generation,
        mode=_if_generation,
        longest_link=LONGEST_LINK,
        unsigned=_unsigned(settings),
    )


def _unsigned(settings: GcsBucketSettings) -> str | None:
    if settings.anonymous:
        return "without an identity; accepted: the key of a service account"
    if settings.api_endpoint is not None:
        return "for an api_endpoint, as obstore signs Google's own host; accepted: engine = 'sdk'"
    return None


def _open(settings: GcsBucketSettings) -> GCSStore:
    options = client_options(settings.connection, url=settings.api_endpoint)
    if settings.project is not None:
        options["default_headers"] = {"x-goog-user-project": settings.project}
    info, file = settings.service_account_info, settings.service_account_file
    config: dict[str, Any] = {
        "skip_signature": settings.anonymous,
        "bearer_token": NOBODY if settings.anonymous else None,
        "base_url": settings.api_endpoint,
        "service_account_key": None if info is None else json.dumps(dict(info)),
        "service_account": None if file is None else str(file),
    }
    return GCSStore(
        settings.bucket,
        config={name: value for name, value in config.items() if value is not None},  # type: ignore[arg-type, unused-ignore]
        client_options=options,
        retry_config=ONCE,
    )


def _attributes(label: Label) -> dict[str, str]:
    return {**BESIDE, **metadata_of(label)}


def _generation(meta: Mapping[str, Any]) -> int | None:
    """The generation; a listing does not tell it."""
    told = meta.get("version")
    return int(told) if told else None


def _if_generation(token: BucketToken) -> dict[str, str]:
    return {"version": str(token)}
