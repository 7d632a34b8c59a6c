# Generated from src/hexcache/adapters/outbound/objects/aio/writing.py by tools/unasync.py. Do not edit.
"""Writes, with and without a condition.

Rule: a write that was interrupted is sent again as it was. A conditional one that then finds its condition broken may
have been the one that broke it: it looks whether its own write id stands there before it says that it lost.
"""

from __future__ import annotations

from collections.abc import Mapping

from hexcache.adapters.outbound.objects import frame
from hexcache.adapters.outbound.objects.sync.attempts import Attempts
from hexcache.adapters.outbound.objects.sync.bucket import Bucket
from hexcache.adapters.outbound.objects.findings import NO_TOKEN, Draft, Drafts
from hexcache.adapters.outbound.objects.naming import Naming
from hexcache.adapters.outbound.objects.settings import ObjectStoreSettings
from hexcache.adapters.outbound.objects.things import Condition
from hexcache.domain.errors import StoreRejected, StoreUnchanged
from hexcache.ports.finding import Token


class Writing:
    """Writes to one bucket."""

    def __init__(self, bucket: Bucket, naming: Naming, drafts: Drafts, settings: ObjectStoreSettings) -> None:
        self._bucket = bucket
        self._naming = naming
        self._drafts = drafts
        self._most = settings.max_value_bytes
        self._conditional = settings.conditional

    def put(self, attempts: Attempts, address: str, blob: bytes, dead_at: float) -> None:
        """Write whatever is there now.

        Raises:
            StoreRejected: the blob is too large, or the bucket refused it; what was there is removed.
            StoreUnchanged: it was refused, and so was the removal of what is there.
        """
        name = self._naming.name(address)
        draft = self._drafts.value(address, blob, dead_at)
        try:
            self._check_size(blob)
            attempts.make(self._bucket.write, name, draft.body, label=draft.label)
        except StoreRejected:
            self._leave_nothing(attempts, name)
            raise

    def put_if(self, attempts: Attempts, address: str, blob: bytes, dead_at: float, token: Token) -> bool:
        """Write if the name is still in the state that the token stands for; without conditions, in any case.

        Raises:
            StoreRejected: the blob is too large, or the bucket refused it or the placeholder that it would replace.
        """
        if not self._conditional:
            self.put(attempts, address, blob, dead_at)
            return True
        name = self._naming.name(address)
        if token == NO_TOKEN:
            raise StoreRejected("objects: the bucket refused the placeholder that a conditional write would replace")
        if not isinstance(token, str | int):
            attempts.make(self._bucket.facts, name)  # never handed out: it loses, if there is a bucket at all
            return False
        self._check_size(blob)
        draft = self._drafts.value(address, blob, dead_at)
        sent_again = attempts.again
        written = attempts.make(
            self._bucket.write, name, draft.body, label=draft.label, condition=Condition(token)
        )
        if written is None and attempts.again > sent_again:
            return self._stands(attempts, name, draft)
        return written is not None

    def _stands(self, attempts: Attempts, name: str, draft: Draft) -> bool:
        read = attempts.make(self._bucket.read, name)
        found = None if read is None else frame.parsed(read.body)
        return found is not None and found.write_id == draft.write_id

    def _check_size(self, blob: bytes) -> None:
        if self._most is not None and len(blob) > self._most:
            raise StoreRejected(f"objects: a blob of {len(blob)} bytes; accepted: {self._most} at most")

    def _leave_nothing(self, attempts: Attempts, name: str) -> None:
        """Remove what a refused write would have replaced.

        Raises:
            StoreUnchanged: that was refused as well: it stays there, and the change is owed.
            StoreError: it may still be there.
        """
        try:
            attempts.make(self._bucket.remove, name)
        except StoreRejected as exc:
            raise StoreUnchanged(f"objects: a refused write could not remove what is there; {exc}") from exc


def reasons(refused: Mapping[str, Exception | None]) -> dict[str, str]:
    """What several writes came to: why some were refused; what failed otherwise is raised.

    Raises:
        StoreError: a write failed and was not refused.
    """
    for error in refused.values():
        if error is not None and not isinstance(error, StoreRejected):
            raise error
    return {address: str(error) for address, error in refused.items() if error is not None}
