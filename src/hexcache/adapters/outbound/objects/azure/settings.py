"""What a container of Azure Blob Storage is configured with.

Rule: a setting out of bounds is refused when the object is made, by name and by what is accepted; nothing is resolved,
opened or read. No secret stands in a repr or in a message.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from hexcache.adapters.outbound.objects.settings import ConnectionSettings
from hexcache.domain.errors import InvalidSetting

CONTAINER_NAME: Final = re.compile(r"[a-z0-9](?:-?[a-z0-9]){2,62}")
"""https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata"""

MAX_CONTAINER_NAME: Final = 63


@dataclass(frozen=True, slots=True, kw_only=True)
class AzureBucketSettings:
    """Where the container is, and who asks.

    Attributes:
        container: its name: 3 to 63 of ``a-z``, ``0-9`` and ``-``.
        account_url: address of the account, such as ``https://name.blob.core.windows.net``; None with a connection
            string.
        connection_string: address and key, or address and SAS, in one.
        account_name: for a key of an account whose address does not begin with its name.
        account_key: key of the account, base64.
        sas_token: a shared access signature for the container or the account.
        credential: a credential of azure-identity, of the world that the bucket is used in; not closed by the bucket.
        client_id: which managed identity; None for the machine's own. Without any other way to prove who asks, it is
            ``DefaultAzureCredential`` who finds one.
        create_container: make the container when the first write finds none; until then it is taken for empty. False:
            a missing container is an error.
        ca_file: certificates of authorities to trust instead of the usual ones, PEM.
        verify: whether the server's certificate is checked.
        connection: how the client connects.

    Raises:
        InvalidSetting: a setting that is not usable.
    """

    container: str
    account_url: str | None = None
    connection_string: str | None = field(default=None, repr=False)
    account_name: str | None = None
    account_key: str | None = field(default=None, repr=False)
    sas_token: str | None = field(default=None, repr=False)
    credential: Any = field(default=None, repr=False)
    client_id: str | None = None
    create_container: bool = True
    ca_file: Path | None = None
    verify: bool = True
    connection: ConnectionSettings = field(default_factory=ConnectionSettings)

    def __post_init__(self) -> None:
        if len(self.container) > MAX_CONTAINER_NAME or not CONTAINER_NAME.fullmatch(self.container):
            raise InvalidSetting(
                f"container is {self.container!r}; accepted: 3 to 63 of a-z, 0-9 and single hyphens, none at an end"
            )
        if (self.account_url is None) == (self.connection_string is None):
            raise InvalidSetting("account_url and connection_string: accepted: one of the two")
        ways = (self.connection_string, self.account_key, self.sas_token, self.credential)
        if sum(way is not None for way in ways) > 1:
            raise InvalidSetting(
                "connection_string, account_key, sas_token and credential: accepted: at most one of the four"
            )
        if self.account_url is not None:
            self._check_url(self.account_url)
        if self.connection_string is not None:
            _check_connection_string(self.connection_string)
        if self.account_key is not None:
            _check_key("account_key", self.account_key)

    def _check_url(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.username:
            raise InvalidSetting(
                "account_url is not usable; accepted: https://NAME.blob.core.windows.net or another address of an "
                "account, without a query (a SAS goes to sas_token)"
            )
        if parts.scheme == "http" and self.account_key is None and self.sas_token is None:
            raise InvalidSetting("account_url begins with http; accepted with tokens of an identity: https alone")


def _check_connection_string(text: str) -> None:
    pairs = [part.strip().partition("=") for part in text.split(";") if part.strip()]
    parts = {name: value for name, _, value in pairs}
    place = "BlobEndpoint" in parts or "AccountName" in parts
    proof = "SharedAccessSignature" in parts or {"AccountName", "AccountKey"} <= parts.keys()
    if not place or not proof:
        raise InvalidSetting(
            "connection_string is not usable; accepted: AccountName=...;AccountKey=... or "
            "BlobEndpoint=...;SharedAccessSignature=..."
        )
    if "AccountKey" in parts:
        _check_key("connection_string's AccountKey", parts["AccountKey"])


def _check_key(name: str, key: str) -> None:
    try:
        base64.b64decode(key, validate=True)
    except (binascii.Error, ValueError):
        raise InvalidSetting(f"{name} is not usable; accepted: the account's key, which is base64") from None
