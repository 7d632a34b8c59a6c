# Generated from src/hexcache/adapters/outbound/objects/aio/metered.py by tools/unasync.py. Do not edit.
"""A bucket whose requests and bytes are counted.

Rule: it is the bucket, call for call.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hexcache.adapters.outbound.objects.sync.bucket import Bucket, Method
from hexcache.adapters.outbound.objects.things import (
    BucketToken,
    Condition,
    Label,
    Listed,
    ObjectFacts,
    ObjectRead,
)
from hexcache.adapters.outbound.objects.traffic import Traffic


class MeteredBucket:
    """Counts, and passes on; an :class:`~hexcache.adapters.outbound.objects.sync.bucket.Bucket`."""

    def __init__(self, bucket: Bucket, traffic: Traffic) -> None:
        self._bucket = bucket
        self._count = traffic.count

    @property
    def page_names(self) -> int:
        """As the bucket says."""
        return self._bucket.page_names

    def read(self, name: str, /) -> ObjectRead | None:
        """Read a whole object; see the port."""
        self._count("reads")
        read = self._bucket.read(name)
        if read is not None:
            self._count("bytes_in", len(read.body))
        return read

    def facts(self, name: str, /) -> ObjectFacts | None:
        """Ask about an object; see the port."""
        self._count("facts")
        return self._bucket.facts(name)

    def write(
        self, name: str, body: bytes, /, *, label: Label, condition: Condition | None = None
    ) -> BucketToken | None:
        """Write a whole object; see the port."""
        self._count("writes")
        self._count("bytes_out", len(body))
        return self._bucket.write(name, body, label=label, condition=condition)

    def remove(self, name: str, /) -> None:
        """Remove an object; see the port."""
        self._count("removals")
        self._bucket.remove(name)

    def remove_many(self, names: Sequence[str], /) -> dict[str, str]:
        """Remove several objects; see the port."""
        self._count("bulk_removals")
        return self._bucket.remove_many(names)

    def pages(self, prefix: str, /) -> Iterator[Sequence[Listed]]:
        """List, a page a request; see the port."""
        pages = self._bucket.pages(prefix)
        while True:
            self._count("listings")
            page = next(pages, None)
            if page is None:
                self._count("listings", -1)
                return
            yield page

    def sign(self, name: str, /, *, seconds: float, method: Method) -> str:
        """Make a link; see the port."""
        return self._bucket.sign(name, seconds=seconds, method=method)

    def close(self) -> None:
        """Close the bucket. May be called again."""
        self._bucket.close()
