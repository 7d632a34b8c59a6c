# Generated from src/hexcache/adapters/outbound/objects/aio/probing.py by tools/unasync.py. Do not edit.
"""Which rights an identity has in a bucket, found out by using them.

Rule: one small object at a name that no address has is written, read, listed and removed; what is refused is told and
keeps nothing else from being tried. What fails otherwise is no answer about rights.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from hexcache.adapters.outbound.objects.sync.attempts import Attempts
from hexcache.adapters.outbound.objects.sync.bucket import Bucket
from hexcache.adapters.outbound.objects.findings import Drafts
from hexcache.adapters.outbound.objects.naming import Naming
from hexcache.domain.errors import StoreRejected, Unsupported

LINK_SECONDS = 60.0
"""How long the link is good that shows whether links can be made."""


class Probing:
    """Tries rights."""

    def __init__(self, bucket: Bucket, naming: Naming, drafts: Drafts) -> None:
        self._bucket = bucket
        self._name = naming.beside("probe")
        self._drafts = drafts

    def rights(self, attempts: Attempts) -> dict[str, str]:
        """Right -> why it is missing; empty where it is there.

        Raises:
            StoreError: the bucket cannot be asked.
        """
        tries: dict[str, Callable[[Attempts], object]] = {
            "write": self._write,
            "read": self._read,
            "list": self._list,
            "delete": self._remove,
            "sign": self._sign,
        }
        return {right: self._tried(attempt, attempts) for right, attempt in tries.items()}

    def _tried(self, attempt: Callable[[Attempts], object], attempts: Attempts) -> str:
        try:
            attempt(attempts)
        except (StoreRejected, Unsupported) as exc:
            return f"{type(exc).__name__}: {exc}"
        return ""

    def _write(self, attempts: Attempts) -> None:
        draft = self._drafts.placeholder()
        attempts.make(self._bucket.write, self._name, draft.body, label=draft.label)

    def _read(self, attempts: Attempts) -> None:
        attempts.make(self._bucket.read, self._name)

    def _list(self, attempts: Attempts) -> None:
        attempts.make(self._page)

    def _page(self) -> None:
        next(self._bucket.pages(self._name), None)

    def _remove(self, attempts: Attempts) -> None:
        attempts.make(self._bucket.remove, self._name)

    def _sign(self, attempts: Attempts) -> None:
        attempts.make(self._bucket.sign, self._name, seconds=LINK_SECONDS, method="GET")
