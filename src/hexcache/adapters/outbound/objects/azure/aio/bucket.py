"""A container of Azure Blob Storage as a bucket.

Rule: one call, one request; the exceptions are the first write into a container that does not exist, which makes it,
and the first link by an identity, which fetches the key that signs it.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Sequence
from typing import Any, Final

from azure.core.exceptions import HttpResponseError
from azure.storage.blob import UserDelegationKey

from hexcache.adapters.outbound.objects.aio.bucket import Method
from hexcache.adapters.outbound.objects.azure.aio.primitives import AsyncAccount
from hexcache.adapters.outbound.objects.azure.blobs import facts_of, line_of, quoted, upload_options
from hexcache.adapters.outbound.objects.azure.errors import (
    CONTAINER_EXISTS,
    LOST,
    NO_BLOB,
    NO_CONTAINER,
    code_of,
    refused,
    translated,
)
from hexcache.adapters.outbound.objects.azure.links import SKEW, key_life, moment, signed
from hexcache.adapters.outbound.objects.azure.settings import AzureBucketSettings
from hexcache.adapters.outbound.objects.refusals import Interrupted
from hexcache.adapters.outbound.objects.things import (
    BucketToken,
    Condition,
    Label,
    Listed,
    ObjectFacts,
    ObjectRead,
)
from hexcache.domain.errors import Unsupported
from hexcache.ports.clock import Clock

BATCH: Final = 256
"""Most blobs that the service deletes by one request.
https://learn.microsoft.com/rest/api/storageservices/blob-batch#remarks"""

DONE: Final = range(200, 300)
"""Statuses of what was done."""


class AsyncAzureBucket:
    """A container."""

    def __init__(
        self,
        settings: AzureBucketSettings,
        *,
        client: Any = None,
        wall: Clock = time.time,
        page_size: int | None = None,
    ) -> None:
        """Open nothing.

        Args:
            settings: where it is, and who asks.
            client: a ``BlobServiceClient`` of this world to use instead of our own; not closed, and its own retries
                and sizes apply.
            wall: wall time, for links; seconds since the epoch.
            page_size: most names on one page of a listing; None for what the service gives, which is 5000.
        """
        self._account = AsyncAccount(settings, client)
        self._creates = settings.create_container
        self._wall = wall
        self._page_size = page_size
        self._key: tuple[UserDelegationKey, float] | None = None

    @property
    def page_names(self) -> int:
        """Most names that one ``remove_many`` request takes."""
        return BATCH

    async def read(self, name: str, /) -> ObjectRead | None:
        """Read a blob; None when there is none."""
        try:
            container = await self._account.container()
            stream = await container.download_blob(name)
            body = await stream.readall()
        except Exception as exc:
            if self._is_absent(exc):
                return None
            raise translated(exc) from exc
        if len(body) != stream.size:  # whatever the library below makes of it
            raise Interrupted("azure: the answer ended early")
        return ObjectRead(body, quoted(stream.properties.etag))

    async def facts(self, name: str, /) -> ObjectFacts | None:
        """Ask about a blob; None when there is none."""
        try:
            container = await self._account.container()
            return facts_of(await container.get_blob_client(name).get_blob_properties())
        except Exception as exc:
            if self._is_absent(exc):
                return None
            raise translated(exc) from exc

    async def write(
        self, name: str, body: bytes, /, *, label: Label, condition: Condition | None = None
    ) -> BucketToken | None:
        """Write a blob; its ETag, or None when the condition did not hold."""
        options = upload_options(label, condition)
        over = condition is not None and condition.token is not None
        for creates in (self._creates, False):
            try:
                container = await self._account.container()
                told = await container.get_blob_client(name).upload_blob(body, length=len(body), **options)
                return quoted(told["etag"])
            except Exception as exc:
                code = code_of(exc)
                if (condition is not None and code in LOST) or (over and self._creates and code == NO_CONTAINER):
                    return None
                if not creates or code != NO_CONTAINER:
                    raise translated(exc) from exc
            await self._create()
        raise AssertionError("the second try ends it")

    async def _create(self) -> None:
        try:
            container = await self._account.container()
            await container.create_container()
        except Exception as exc:
            if code_of(exc) != CONTAINER_EXISTS:  # somebody else was faster
                raise translated(exc) from exc

    async def remove(self, name: str, /) -> None:
        """Remove a blob and its snapshots; nothing there is no error."""
        try:
            container = await self._account.container()
            await container.delete_blob(name, delete_snapshots="include")
        except Exception as exc:
            if not self._is_absent(exc):
                raise translated(exc) from exc

    async def remove_many(self, names: Sequence[str], /) -> dict[str, str]:
        """Remove at most 256 blobs and their snapshots; name -> reason for those that were refused."""
        if not names:
            return {}
        try:
            container = await self._account.container()
            answers = await container.delete_blobs(*names, delete_snapshots="include", raise_on_any_failure=False)
            parts = [(part.status_code, str(part.headers.get("x-ms-error-code") or "")) async for part in answers]
        except Exception as exc:
            raise translated(exc) from exc
        absent = {NO_BLOB, NO_CONTAINER} if self._creates else {NO_BLOB}
        if len(parts) != len(names) or (not self._creates and NO_CONTAINER in [code for _, code in parts]):
            status, code = parts[0] if parts else (0, "")
            raise refused(status, code) from HttpResponseError(f"{status} {code}")
        return {
            name: str(refused(status, code))
            for name, (status, code) in zip(names, parts, strict=True)
            if status not in DONE and code not in absent
        }

    async def pages(self, prefix: str, /) -> AsyncIterator[Sequence[Listed]]:
        """List the blobs whose names begin with ``prefix``, in the service's pages."""
        try:
            container = await self._account.container()
            listing = container.list_blobs(
                name_starts_with=prefix or None, include=["metadata"], results_per_page=self._page_size
            )
            pages = aiter(listing.by_page())
        except Exception as exc:
            raise translated(exc) from exc
        while True:
            try:
                page = await anext(pages, None)
                lines = None if page is None else [line_of(item) async for item in page]
            except Exception as exc:
                if self._is_absent(exc):
                    return
                raise translated(exc) from exc
            if lines is None:
                return
            yield lines

    async def sign(self, name: str, /, *, seconds: float, method: Method) -> str:
        """Make a link, by the account's key or by a user delegation key, which is fetched and kept until it ends.

        A ``PUT`` needs the header ``x-ms-blob-type: BlockBlob``.

        Raises:
            Unsupported: who asks has proved it by a SAS, which cannot sign another.
            InvalidLifetime: longer than a user delegation key may live.
        """
        until = self._wall() + seconds
        try:
            service = await self._account.service()
            container = await self._account.container()
            key = getattr(service.credential, "account_key", None)
        except Exception as exc:
            raise translated(exc) from exc
        if key is None and not hasattr(service.credential, "get_token"):
            raise Unsupported(
                "azure: a SAS cannot sign links; accepted: an account key, or an identity that may generate a user "
                "delegation key"
            )
        if key is None:
            key = await self._delegated(seconds)
        account = str(service.account_name)
        url = container.get_blob_client(name).url
        return signed(url, account, container.container_name, name, key=key, until=until, method=method)

    async def _delegated(self, seconds: float) -> UserDelegationKey:
        now = self._wall()
        life = key_life(seconds)
        if self._key is not None and self._key[1] >= now + seconds:
            return self._key[0]
        try:
            service = await self._account.service()
            key = await service.get_user_delegation_key(moment(now - SKEW), moment(now + life))
        except Exception as exc:
            raise translated(exc) from exc
        self._key = (key, now + life)
        return key

    def _is_absent(self, exc: Exception) -> bool:
        """Whether there is nothing of this name; in a container that is yet to be made there is nothing."""
        code = code_of(exc)
        return code == NO_BLOB or (self._creates and code == NO_CONTAINER)

    async def aclose(self) -> None:
        """Close what this object opened."""
        await self._account.aclose()
