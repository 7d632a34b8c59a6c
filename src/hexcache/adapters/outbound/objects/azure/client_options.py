"""What both of the vendor's clients are told.

Rule: one call is one request. Every retry of the client is switched off, as the store above decides what is sent again
and for how long; bodies go and come whole, whatever their size.
"""

from __future__ import annotations

from typing import Any, Final

from hexcache.adapters.outbound.objects.azure.settings import AzureBucketSettings

WHOLE: Final = 5000 * 2**20
"""What the service takes in one write, bytes.
https://learn.microsoft.com/rest/api/storageservices/put-blob#remarks"""

OPTIONS: Final[dict[str, Any]] = {
    "retry_total": 0,
    "retry_connect": 0,
    "retry_read": 0,
    "retry_status": 0,
    "retry_to_secondary": False,
    "max_single_put_size": WHOLE,
    "max_single_get_size": WHOLE,
    "user_agent": "hexcache",
}

IDENTITY_RETRIES: Final = 1
"""How often azure-identity asks its source of tokens once more; its own default goes on for minutes."""


def identity_options(settings: AzureBucketSettings) -> dict[str, Any]:
    """How ``DefaultAzureCredential`` looks for an identity: within the bucket's own waits."""
    wait = settings.connection.connect_timeout + settings.connection.read_timeout
    return {
        "managed_identity_client_id": settings.client_id,
        "process_timeout": max(1, round(wait)),
        "connection_timeout": settings.connection.connect_timeout,
        "read_timeout": settings.connection.read_timeout,
        "retry_total": IDENTITY_RETRIES,
    }


def key_or_sas(settings: AzureBucketSettings) -> dict[str, str] | str | None:
    """The credential that both clients take in the same form; None where an identity proves who asks."""
    if settings.account_key is None:
        return settings.sas_token
    return {"account_name": account_of(settings), "account_key": settings.account_key}


def account_of(settings: AzureBucketSettings) -> str:
    """The account's name: as it was given, else what the address begins with or, on this machine, ends with."""
    if settings.account_name is not None:
        return settings.account_name
    scheme, _, rest = (settings.account_url or "").partition("://")
    host, _, path = rest.rstrip("/").partition("/")
    return path.rpartition("/")[2] if scheme and path else host.partition(".")[0]
