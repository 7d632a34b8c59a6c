"""Links that carry their own permission: shared access signatures for one blob.

Rule: pure, but for the arithmetic of signing. A link allows one method on one name until one moment, over HTTPS alone
where the account is asked over HTTPS.
https://learn.microsoft.com/rest/api/storageservices/create-service-sas
"""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Any, Final

from azure.storage.blob import BlobSasPermissions, UserDelegationKey, generate_blob_sas

from hexcache.adapters.outbound.objects.aio.bucket import Method
from hexcache.domain.errors import InvalidLifetime

SKEW: Final = 300.0
"""By how much a user delegation key begins before now, as the service's clock may be behind ours; seconds."""
LONGEST: Final = 7 * 24 * 3600.0 - SKEW
"""How long from now the service lets a user delegation key live, seconds."""
SHORTEST_KEY: Final = 3600.0
"""How long a key is asked for at least, so that one serves many links; seconds."""
LATEST: Final = 253_402_300_799.0
"""The last moment of the year 9999."""

_RIGHTS: Final = {"GET": {"read": True}, "HEAD": {"read": True}, "PUT": {"create": True, "write": True}}
_DELETE: Final = {"delete": True}


def signed(
    url: str, account: str, container: str, name: str, *, key: str | UserDelegationKey, until: float, method: Method
) -> str:
    """A link.

    Args:
        url: of the blob, without a query.
        account: name of the account.
        container: name of the container.
        name: of the blob.
        key: what signs: the account's key, or a user delegation key.
        until: wall time at which it ends.
        method: what it allows.
    """
    signing: dict[str, Any] = {"account_key": key} if isinstance(key, str) else {"user_delegation_key": key}
    token = generate_blob_sas(
        account,
        container,
        name,
        permission=BlobSasPermissions(**_RIGHTS.get(method, _DELETE)),
        expiry=moment(until),
        protocol="https" if url.startswith("https:") else None,
        **signing,
    )
    return f"{url}?{token}"


def moment(at: float) -> datetime:
    """A wall time as signatures write it: whole seconds, rounded up."""
    return datetime.fromtimestamp(math.ceil(min(at, LATEST)), UTC)


def key_life(seconds: float) -> float:
    """How long a user delegation key is asked for, to sign links of so many seconds.

    Raises:
        InvalidLifetime: no key lives as long.
    """
    if not 0 < seconds <= LONGEST:
        raise InvalidLifetime(
            f"a link signed by a user delegation key for {seconds:g} s; accepted: up to {LONGEST:.0f} s, "
            f"which is 7 days less {SKEW:.0f} s"
        )
    return min(max(2 * seconds, SHORTEST_KEY), LONGEST)
