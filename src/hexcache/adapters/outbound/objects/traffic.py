"""Requests and bytes, counted.

Rule: a request is counted when it is sent, whatever becomes of it: that is how it is paid for. Bytes are those of
bodies; headers and listings are not counted.
"""

from __future__ import annotations

import threading
from typing import Final

from hexcache.adapters.outbound.objects.forking import tell_after_fork

EVENTS: Final = (
    "reads", "facts", "writes", "removals", "bulk_removals", "listings", "repeats", "bytes_in", "bytes_out",
)  # fmt: skip
"""What is counted: requests of each kind, those of them that were sent again, and bytes of bodies."""


class Traffic:
    """Counters of one tier. Safe for threads."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = dict.fromkeys(EVENTS, 0)
        self.forget_parent()
        tell_after_fork(self)

    def forget_parent(self) -> None:
        """A fresh lock: for a forked child."""
        self._lock = threading.Lock()

    def count(self, event: str, n: int = 1) -> None:
        """Add to a counter."""
        with self._lock:
            self._counts[event] += n

    def told(self) -> dict[str, int]:
        """All counters."""
        with self._lock:
            return dict(self._counts)
