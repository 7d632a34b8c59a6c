"""Who asks Azure in the tests: settings, by key, by SAS, by tokens."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, NamedTuple

from hexcache.adapters.outbound.objects.azure.settings import AzureBucketSettings
from hexcache.adapters.outbound.objects.settings import ConnectionSettings
from tests.servers.azurite import Azurite
from tests.servers.identity import unsigned_token

PATIENT = ConnectionSettings(connect_timeout=20.0, read_timeout=20.0)
"""Waits for a busy machine; nothing here tests how long."""


def settings(account: Azurite, container: str, **options: Any) -> AzureBucketSettings:
    """A container of the account; by its key unless something else proves who asks."""
    ways = {"account_key", "sas_token", "credential", "connection_string", "identity"}
    if not ways & options.keys():
        options["account_key"] = account.key
    options.pop("identity", None)
    if "connection_string" not in options:
        options.setdefault("account_url", account.url)
    return AzureBucketSettings(
        **{"container": container, "ca_file": account.authority, "connection": PATIENT, **options}
    )


class Ticket(NamedTuple):
    """A token and its end, as azure-identity's credentials give them."""

    token: str
    expires_on: int


class Holder:
    """A credential that always shows the same kind of token."""

    def __init__(self, make: Callable[[], str] = unsigned_token) -> None:
        self._make = make
        self.asked = 0

    def get_token(self, *_scopes: str, **_options: Any) -> Ticket:
        """A token, new each time."""
        self.asked += 1
        return Ticket(self._make(), int(time.time()) + 3600)


class AwaitedHolder(Holder):
    """The same for the awaited world."""

    async def get_token(self, *scopes: str, **options: Any) -> Ticket:  # type: ignore[override]  # the other world's
        """A token, new each time."""
        return super().get_token(*scopes, **options)
