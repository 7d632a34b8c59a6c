"""The vendor's awaited client: one for each event loop, closed with it.

Rule: nothing is opened before the first call in a loop, or after a close before the next one, and nothing is shared
between loops. What belonged to a loop that is closed is let go when the next one comes.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any

from azure.storage.blob.aio import BlobServiceClient, ContainerClient

from hexcache.adapters.outbound.objects.azure.awaited_transport import awaited_transport
from hexcache.adapters.outbound.objects.azure.client_options import OPTIONS, identity_options, key_or_sas
from hexcache.adapters.outbound.objects.azure.settings import AzureBucketSettings
from hexcache.domain.errors import InvalidSetting


@dataclass(frozen=True, slots=True)
class _Opened:
    service: BlobServiceClient
    container: ContainerClient
    credential: Any
    """None where it is not ours to close."""
    guard: AsyncGenerator[None]

    async def close(self) -> None:
        await self.service.close()
        if self.credential is not None:
            await self.credential.close()


class AsyncAccount:
    """The clients of one account."""

    def __init__(self, settings: AzureBucketSettings, client: BlobServiceClient | None = None) -> None:
        """Open nothing.

        Args:
            settings: where it is, and who asks.
            client: a client to use in every loop instead of our own, for whoever has one; not closed.

        Raises:
            InvalidSetting: the credential belongs to the blocking world.
        """
        credential = settings.credential
        if credential is not None and not inspect.iscoroutinefunction(getattr(credential, "get_token", None)):
            raise InvalidSetting("credential has no awaited get_token; accepted: credentials of azure.identity.aio")
        self._settings = settings
        self._client = client
        self._given = None if client is None else client.get_container_client(settings.container)
        self._opened: dict[asyncio.AbstractEventLoop, _Opened] = {}

    async def service(self) -> BlobServiceClient:
        """The running loop's client of the account."""
        return self._client if self._client is not None else (await self._here()).service

    async def container(self) -> ContainerClient:
        """The running loop's client of the container."""
        return self._given if self._given is not None else (await self._here()).container

    async def _here(self) -> _Opened:
        loop = asyncio.get_running_loop()
        try:
            return self._opened[loop]
        except KeyError:
            pass
        for other in [other for other in self._opened if other.is_closed()]:
            self._opened.pop(other, None)
        credential, ours = self._credential()
        service = self._made(credential)
        container = service.get_container_client(self._settings.container)
        opened = _Opened(service, container, ours, _until_the_end(self, loop))
        self._opened[loop] = opened
        await anext(opened.guard)  # a loop that ends in order finalises the generators that were begun in it
        return opened

    def _made(self, credential: Any) -> BlobServiceClient:
        settings = self._settings
        options = {**OPTIONS, "transport": awaited_transport(settings)}
        if settings.connection_string is not None:
            return BlobServiceClient.from_connection_string(settings.connection_string, **options)
        return BlobServiceClient(str(settings.account_url), credential=credential, **options)

    def _credential(self) -> tuple[Any, Any]:
        """Who asks, and the same once more where it is ours to close."""
        settings = self._settings
        given = key_or_sas(settings) or settings.credential
        if given is not None or settings.connection_string is not None:
            return given, None
        from azure.identity.aio import DefaultAzureCredential  # noqa: PLC0415 - half a second, where it is needed

        found = DefaultAzureCredential(**identity_options(settings))
        return found, found

    async def aclose(self) -> None:
        """Close the running loop's clients; those of other loops end with them."""
        await self.let_go(asyncio.get_running_loop())

    async def let_go(self, loop: asyncio.AbstractEventLoop) -> None:
        """Close one loop's clients, in that loop."""
        opened = self._opened.pop(loop, None)
        if opened is not None:
            await opened.close()
            await asyncio.sleep(0)  # lets the transports go
            await opened.guard.aclose()


async def _until_the_end(account: AsyncAccount, loop: asyncio.AbstractEventLoop) -> AsyncGenerator[None]:
    try:
        yield
    finally:
        opened = account._opened.pop(loop, None)  # noqa: SLF001 - its own end
        if opened is not None:
            await opened.close()
