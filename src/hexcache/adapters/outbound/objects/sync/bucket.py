# Generated from src/hexcache/adapters/outbound/objects/aio/bucket.py by tools/unasync.py. Do not edit.
"""What the object store tier asks of a vendor: the inner port that S3, Google Cloud Storage and Azure Blob implement.

Rule: one call, one request (a page of a listing is one, a batch of deletes one for each of the vendor's batches). A
bucket never retries, never looks before it reads, and knows neither addresses nor frames: names and bodies only. It
bounds each connect and each wait for bytes by its own settings.

Outcomes common to all methods:

* failure: ``Throttled`` and ``Interrupted`` (may be sent again), ``Forbidden``, ``Unauthenticated``, ``NoSuchBucket``
  and other ``StoreRejected`` (would be refused again), ``StoreTimeout``, ``StoreUnavailable``; raised ``from`` the
  vendor's exception. Nothing else leaves a bucket.
* cancellation: ends the wait; a write that was under way may or may not have happened.
* constructors do no I/O: the client is built and connects on first use.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, Protocol, TypeAlias

from hexcache.adapters.outbound.objects.things import (
    BucketToken,
    Condition,
    Label,
    Listed,
    ObjectFacts,
    ObjectRead,
)

Method: TypeAlias = Literal["GET", "PUT", "DELETE", "HEAD"]
"""What a signed link allows."""


class Bucket(Protocol):
    """A bucket or container of one vendor."""

    @property
    def page_names(self) -> int:
        """Most names that one ``remove_many`` request takes (S3 1000, Google 100, Azure 256)."""
        ...

    def read(self, name: str, /) -> ObjectRead | None:
        """Read a whole object; None when there is none (and only then)."""
        ...

    def facts(self, name: str, /) -> ObjectFacts | None:
        """Ask about an object without its body; None when there is none."""
        ...

    def write(
        self, name: str, body: bytes, /, *, label: Label, condition: Condition | None = None
    ) -> BucketToken | None:
        """Write a whole object.

        Args:
            name: where.
            body: what.
            label: written as metadata, and as the vendor's own fields for expiry where it has them.
            condition: what must be there now, checked by the bucket and atomic with the write.

        Returns:
            The token of what was written; None when the condition did not hold (412, 409, and 404 for a token of what
            is gone).
        """
        ...

    def remove(self, name: str, /) -> None:
        """Remove an object; nothing there is no error."""
        ...

    def remove_many(self, names: Sequence[str], /) -> dict[str, str]:
        """Remove at most ``page_names`` objects; returns name -> reason for those that were refused.

        Raises:
            StoreError: the request as a whole failed.
        """
        ...

    def pages(self, prefix: str, /) -> Iterator[Sequence[Listed]]:
        """List the names that begin with ``prefix`` in the vendor's pages; an empty listing may have an empty page."""
        ...

    def sign(self, name: str, /, *, seconds: float, method: Method) -> str:
        """Make a link that allows ``method`` on this name for so long; no request, except to learn a signing key.

        Raises:
            Unsupported: the credentials of this bucket cannot sign; names those that can.
        """
        ...

    def close(self) -> None:
        """Release what this object opened (never a client that was handed in). May be called again."""
        ...
