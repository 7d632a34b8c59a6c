"""Google IAM: an access token of a service account is the password (Memorystore for Redis and Valkey).

Rule: what the machine or the settings are (application default credentials, or a key file) takes the role of the named
service account for an hour at a time; no key of that account is needed.
https://cloud.google.com/memorystore/docs/cluster/about-iam-auth
"""

from __future__ import annotations

from datetime import UTC
from importlib import import_module
from typing import Any, Final

from hexcache.adapters.outbound.redis.credentials.keeper import Token
from hexcache.domain.errors import MissingExtra

SCOPE: Final = "https://www.googleapis.com/auth/cloud-platform"
LIFE: Final = 3600
"""Seconds for which a token is asked, the most that is given without a policy."""

TIMEOUT: Final = 10.0
"""Longest request to whoever gives tokens, seconds."""


class GoogleTokens:
    """Fetches tokens of one service account.

    Args:
        service_account: its address; a resource name that ends in it is taken as well.
        key_file: the key of another service account that may take that role; None for the default credentials of the
            machine. No other kind of file is read: some kinds name programs to run.
        endpoint: where tokens are asked for, whole; None for Google's.
    """

    def __init__(self, service_account: str, *, key_file: str | None = None, endpoint: str | None = None) -> None:
        self._principal = service_account.rpartition("/")[2]
        self._key_file = key_file
        self._endpoint = endpoint
        self._source: Any = None

    def __call__(self) -> Token:
        """A new token; raises what google-auth raises."""
        try:
            from google.auth.transport.requests import Request  # noqa: PLC0415 - an extra
        except ModuleNotFoundError as exc:
            raise MissingExtra(
                f"Google's identity needs the package {exc.name}: install hexcache[redis-google]"
            ) from exc
        role = self._role()
        role.refresh(_Bounded(Request()))
        return Token("", role.token, role.expiry.replace(tzinfo=UTC).timestamp())

    def _role(self) -> Any:
        """Credentials of the named account, to be refreshed; google-auth is mostly untyped."""
        auth: Any = import_module("google.auth")
        kinds: Any = import_module("google.auth.impersonated_credentials")
        if self._source is None and self._key_file is None:
            self._source, _ = auth.default(scopes=[SCOPE])
        elif self._source is None:
            keys: Any = import_module("google.oauth2.service_account")
            self._source = keys.Credentials.from_service_account_file(self._key_file, scopes=[SCOPE])
        return kinds.Credentials(
            self._source, self._principal, [SCOPE], lifetime=LIFE, iam_endpoint_override=self._endpoint
        )


class _Bounded:
    """A transport whose requests end in time; google-auth leaves it at two minutes."""

    def __init__(self, request: Any) -> None:
        self._request = request

    def __call__(self, *args: Any, **options: Any) -> Any:
        return self._request(*args, **{**options, "timeout": TIMEOUT})
