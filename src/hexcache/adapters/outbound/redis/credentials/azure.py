"""Microsoft Entra ID: an access token is the password, the object id of whom it stands for is the user.

Rule: whoever this service is on Azure (a managed identity, a workload identity, a client with a secret) is found by
``DefaultAzureCredential``; a client secret is used where all three of its parts are given.
https://learn.microsoft.com/azure/azure-cache-for-redis/cache-azure-active-directory-for-authentication
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any, Final

from hexcache.adapters.outbound.redis.credentials.keeper import Token
from hexcache.domain.errors import InvalidSetting, MissingExtra

SCOPE: Final = "https://redis.azure.com/.default"


class AzureTokens:
    """Fetches tokens of one identity.

    Args:
        username: the user on the server; empty for the object id that the token names.
        client_id: which managed identity, or which client; None for the default.
        tenant_id: the client's tenant, with a secret only.
        client_secret: the client's secret; None without.
        credential: a credential of azure-identity to use instead of all that.
    """

    def __init__(
        self,
        *,
        username: str = "",
        client_id: str | None = None,
        tenant_id: str | None = None,
        client_secret: str | None = None,
        credential: Any = None,
    ) -> None:
        if client_secret is not None and not (client_id and tenant_id):
            raise InvalidSetting("Azure's client_secret needs client_id and tenant_id beside it")
        self._username = username
        self._client_id = client_id
        self._tenant_id = tenant_id
        self._client_secret = client_secret
        self._credential = credential

    def __repr__(self) -> str:
        return f"<AzureTokens of {self._client_id or 'the default identity'}>"

    def __call__(self) -> Token:
        """A new token; raises what azure-identity raises."""
        if self._credential is None:
            self._credential = self._found()
        given = self._credential.get_token(SCOPE)
        return Token(self._username or object_id(given.token), given.token, float(given.expires_on))

    def _found(self) -> Any:
        try:
            from azure.identity import ClientSecretCredential, DefaultAzureCredential  # noqa: PLC0415 - an extra
        except ModuleNotFoundError as exc:
            raise MissingExtra(f"Azure's identity needs the package {exc.name}: install hexcache[redis-azure]") from exc
        if self._client_secret is not None:
            return ClientSecretCredential(str(self._tenant_id), str(self._client_id), self._client_secret)
        return DefaultAzureCredential(managed_identity_client_id=self._client_id)


def object_id(token: str) -> str:
    """The ``oid`` that a token names; the server checks the token, we only read the name under which to show it.

    Raises:
        ValueError: it is no JWT or names none.
    """
    try:
        body = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        return str(claims["oid"])
    except (IndexError, KeyError, TypeError, binascii.Error, UnicodeDecodeError, json.JSONDecodeError):
        raise ValueError("the token names no object id; set the username") from None
