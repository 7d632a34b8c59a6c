"""Azure Blob Storage through obstore.

Rule: a blob carries what Azure's library writes beside it. Who asks is proved by a key, a shared access signature, or
the tokens of azure-identity, which this engine needs for nothing else.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

from obstore.store import AzureStore

from hexcache.adapters.outbound.objects.azure.client_options import account_of, identity_options
from hexcache.adapters.outbound.objects.azure.labels import CACHE_CONTROL, CONTENT_TYPE, label_of, metadata_of
from hexcache.adapters.outbound.objects.azure.settings import AzureBucketSettings
from hexcache.adapters.outbound.objects.obstore.client import ONCE, client_options
from hexcache.adapters.outbound.objects.obstore.dialect import Dialect, etag, if_etag, unable
from hexcache.adapters.outbound.objects.things import Label

PAGE_NAMES: Final = 256
LONGEST_LINK: Final = 365 * 86_400.0
LITERAL: Final = re.compile(r"[A-Za-z0-9._~/-]*")
"""Names that stand in a link as they are. obstore signs others in their escaped form, the service in the plain one."""
SCOPE: Final = "https://storage.azure.com/.default"


def azure_dialect(settings: AzureBucketSettings) -> Dialect:
    """A container of Azure Blob Storage.

    Raises:
        InvalidSetting: a setting that obstore cannot keep.
    """
    if settings.create_container:
        raise unable("create_container", "obstore makes no containers", "false, with a container that exists")
    settings = _spelled_out(settings)
    return Dialect(
        vendor="azure",
        page_names=PAGE_NAMES,
        open=partial(_open, settings),
        attributes=_attributes,
        label=label_of,
        token=etag,
        mode=if_etag,
        longest_link=LONGEST_LINK,
        unsigned=None if settings.sas_token is None else "by a SAS; accepted: an account key, or an identity",
        signable=LITERAL,
    )


def _spelled_out(settings: AzureBucketSettings) -> AzureBucketSettings:
    """The same without a connection string: what stands in it, as settings of their own."""
    if settings.connection_string is None:
        return settings
    pairs = (pair.strip().partition("=") for pair in settings.connection_string.split(";") if pair.strip())
    parts = {name: value for name, _, value in pairs}
    name, scheme = parts.get("AccountName"), parts.get("DefaultEndpointsProtocol", "https")
    public = f"{scheme}://{name}.blob.{parts.get('EndpointSuffix', 'core.windows.net')}"
    key = parts.get("AccountKey")
    return replace(
        settings,
        connection_string=None,
        account_url=parts.get("BlobEndpoint", public),
        account_name=name or settings.account_name,
        account_key=key,
        sas_token=None if key is not None else parts.get("SharedAccessSignature"),
    )


def _open(settings: AzureBucketSettings) -> AzureStore:
    url = str(settings.account_url).rstrip("/")
    config: dict[str, Any] = {"account_name": account_of(settings), "endpoint": url, "skip_signature": False}
    provider: Any = None
    if settings.account_key is not None:
        config |= {"account_key": settings.account_key, "credential_type": "access_key"}
    elif settings.sas_token is not None:
        config |= {"sas_key": settings.sas_token.lstrip("?"), "credential_type": "sas_token"}
    else:
        provider = _tokens(settings.credential or _default(settings))
    return AzureStore(
        settings.container,
        config=config,  # type: ignore[arg-type, unused-ignore]
        client_options=client_options(settings.connection, url=url, verify=settings.verify, ca_file=settings.ca_file),
        retry_config=ONCE,
        credential_provider=provider,
    )


def _default(settings: AzureBucketSettings) -> Any:
    from azure.identity import DefaultAzureCredential  # noqa: PLC0415 - half a second, where it is needed

    return DefaultAzureCredential(**identity_options(settings))


def _tokens(credential: Any) -> Callable[[], Any]:
    """Asks a credential of azure-identity for a token, when obstore has none that is good."""

    def ask() -> dict[str, Any]:
        return _told(credential.get_token(SCOPE))

    async def ask_and_wait() -> dict[str, Any]:
        return _told(await credential.get_token(SCOPE))

    return ask_and_wait if inspect.iscoroutinefunction(credential.get_token) else ask


def _told(ticket: Any) -> dict[str, Any]:
    return {"token": ticket.token, "expires_at": datetime.fromtimestamp(ticket.expires_on, UTC)}


def _attributes(label: Label) -> dict[str, str]:
    return {"Content-Type": CONTENT_TYPE, "Cache-Control": CACHE_CONTROL, **metadata_of(label)}
