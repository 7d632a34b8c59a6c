"""Which rights an identity has in a bucket, found out by using them.

Rule: one small object at a name that no address has is written, read, listed and removed; what is refused is told and
keeps nothing else from being tried. What fails otherwise is no answer about rights.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from hexcache.adapters.outbound.objects.aio.attempts import AsyncAttempts
from hexcache.adapters.outbound.objects.aio.bucket import AsyncBucket
from hexcache.adapters.outbound.objects.findings import Drafts
from hexcache.adapters.outbound.objects.naming import Naming
from hexcache.domain.errors import StoreRejected, Unsupported

LINK_SECONDS = 60.0
"""How long the link is good that shows whether links can be made."""


class AsyncProbing:
    """Tries rights."""

    def __init__(self, bucket: AsyncBucket, naming: Naming, drafts: Drafts) -> None:
        self._bucket = bucket
        self._name = naming.beside("probe")
        self._drafts = drafts

    async def rights(self, attempts: AsyncAttempts) -> dict[str, str]:
        """Right -> why it is missing; empty where it is there.

        Raises:
            StoreError: the bucket cannot be asked.
        """
        tries: dict[str, Callable[[AsyncAttempts], Awaitable[object]]] = {
            "write": self._write,
            "read": self._read,
            "list": self._list,
            "delete": self._remove,
            "sign": self._sign,
        }
        return {right: await self._tried(attempt, attempts) for right, attempt in tries.items()}

    async def _tried(self, attempt: Callable[[AsyncAttempts], Awaitable[object]], attempts: AsyncAttempts) -> str:
        try:
            await attempt(attempts)
        except (StoreRejected, Unsupported) as exc:
            return f"{type(exc).__name__}: {exc}"
        return ""

    async def _write(self, attempts: AsyncAttempts) -> None:
        draft = self._drafts.placeholder()
        await attempts.make(self._bucket.write, self._name, draft.body, label=draft.label)

    async def _read(self, attempts: AsyncAttempts) -> None:
        await attempts.make(self._bucket.read, self._name)

    async def _list(self, attempts: AsyncAttempts) -> None:
        await attempts.make(self._page)

    async def _page(self) -> None:
        await anext(self._bucket.pages(self._name), None)

    async def _remove(self, attempts: AsyncAttempts) -> None:
        await attempts.make(self._bucket.remove, self._name)

    async def _sign(self, attempts: AsyncAttempts) -> None:
        await attempts.make(self._bucket.sign, self._name, seconds=LINK_SECONDS, method="GET")
