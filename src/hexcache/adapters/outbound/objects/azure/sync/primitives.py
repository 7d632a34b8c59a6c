"""The vendor's blocking client: one for each process, shared by its threads.

Rule: nothing is opened before the first call, or after a close before the next one. A process that was forked uses none of its parent's connections, and
closes none of them either.
"""

from __future__ import annotations

import inspect
import threading
from dataclasses import dataclass
from typing import Any, Final

from azure.storage.blob import BlobServiceClient, ContainerClient

from hexcache.adapters.outbound.objects.azure.blocking_transport import blocking_transport
from hexcache.adapters.outbound.objects.azure.client_options import OPTIONS, identity_options, key_or_sas
from hexcache.adapters.outbound.objects.azure.settings import AzureBucketSettings
from hexcache.adapters.outbound.objects.forking import tell_after_fork
from hexcache.domain.errors import InvalidSetting

_inherited: Final[list[object]] = []
"""The parent's clients; kept, as collecting one would say good-bye in the parent's name."""


@dataclass(frozen=True, slots=True)
class _Opened:
    service: BlobServiceClient
    container: ContainerClient
    credential: Any
    """None where it is not ours to close."""


class Account:
    """The clients of one account."""

    def __init__(self, settings: AzureBucketSettings, client: BlobServiceClient | None = None) -> None:
        """Open nothing.

        Args:
            settings: where it is, and who asks.
            client: a client to use instead of our own, for whoever has one; not closed.

        Raises:
            InvalidSetting: the credential belongs to the awaited world.
        """
        credential = settings.credential
        ask = getattr(credential, "get_token", None)
        if credential is not None and (ask is None or inspect.iscoroutinefunction(ask)):
            raise InvalidSetting("credential has no blocking get_token; accepted: credentials of azure.identity")
        self._settings = settings
        self._client = client
        self._given = None if client is None else client.get_container_client(settings.container)
        self._opened: _Opened | None = None
        self._lock = threading.Lock()
        tell_after_fork(self)

    def forget_parent(self) -> None:
        """In a forked child: begin anew, and close nothing."""
        if self._opened is not None:
            _inherited.append(self._opened)
        self._lock, self._opened = threading.Lock(), None

    def service(self) -> BlobServiceClient:
        """The client of the account."""
        return self._client if self._client is not None else self._here().service

    def container(self) -> ContainerClient:
        """The client of the container."""
        return self._given if self._given is not None else self._here().container

    def _here(self) -> _Opened:
        if (opened := self._opened) is not None:
            return opened
        with self._lock:
            if self._opened is None:
                credential, ours = self._credential()
                service = self._made(credential)
                container = service.get_container_client(self._settings.container)
                self._opened = _Opened(service, container, ours)
            return self._opened

    def _made(self, credential: Any) -> BlobServiceClient:
        settings = self._settings
        options = {**OPTIONS, "transport": blocking_transport(settings)}
        if settings.connection_string is not None:
            return BlobServiceClient.from_connection_string(settings.connection_string, **options)
        return BlobServiceClient(str(settings.account_url), credential=credential, **options)

    def _credential(self) -> tuple[Any, Any]:
        """Who asks, and the same once more where it is ours to close."""
        settings = self._settings
        given = key_or_sas(settings) or settings.credential
        if given is not None or settings.connection_string is not None:
            return given, None
        from azure.identity import DefaultAzureCredential  # noqa: PLC0415 - half a second, where it is needed

        found = DefaultAzureCredential(**identity_options(settings))
        return found, found

    def close(self) -> None:
        """Close the clients."""
        opened, self._opened = self._opened, None
        if opened is None:
            return
        opened.service.close()
        if opened.credential is not None:
            opened.credential.close()
