"""A bucket whose requests and bytes are counted.

Rule: it is the bucket, call for call.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from hexcache.adapters.outbound.objects.aio.bucket import AsyncBucket, Method
from hexcache.adapters.outbound.objects.things import (
    BucketToken,
    Condition,
    Label,
    Listed,
    ObjectFacts,
    ObjectRead,
)
from hexcache.adapters.outbound.objects.traffic import Traffic


class AsyncMeteredBucket:
    """Counts, and passes on; an :class:`~hexcache.adapters.outbound.objects.aio.bucket.AsyncBucket`."""

    def __init__(self, bucket: AsyncBucket, traffic: Traffic) -> None:
        self._bucket = bucket
        self._count = traffic.count

    @property
    def page_names(self) -> int:
        """As the bucket says."""
        return self._bucket.page_names

    async def read(self, name: str, /) -> ObjectRead | None:
        """Read a whole object; see the port."""
        self._count("reads")
        read = await self._bucket.read(name)
        if read is not None:
            self._count("bytes_in", len(read.body))
        return read

    async def facts(self, name: str, /) -> ObjectFacts | None:
        """Ask about an object; see the port."""
        self._count("facts")
        return await self._bucket.facts(name)

    async def write(
        self, name: str, body: bytes, /, *, label: Label, condition: Condition | None = None
    ) -> BucketToken | None:
        """Write a whole object; see the port."""
        self._count("writes")
        self._count("bytes_out", len(body))
        return await self._bucket.write(name, body, label=label, condition=condition)

    async def remove(self, name: str, /) -> None:
        """Remove an object; see the port."""
        self._count("removals")
        await self._bucket.remove(name)

    async def remove_many(self, names: Sequence[str], /) -> dict[str, str]:
        """Remove several objects; see the port."""
        self._count("bulk_removals")
        return await self._bucket.remove_many(names)

    async def pages(self, prefix: str, /) -> AsyncIterator[Sequence[Listed]]:
        """List, a page a request; see the port."""
        pages = self._bucket.pages(prefix)
        while True:
            self._count("listings")
            page = await anext(pages, None)
            if page is None:
                self._count("listings", -1)
                return
            yield page

    async def sign(self, name: str, /, *, seconds: float, method: Method) -> str:
        """Make a link; see the port."""
        return await self._bucket.sign(name, seconds=seconds, method=method)

    async def aclose(self) -> None:
        """Close the bucket. May be called again."""
        await self._bucket.aclose()
