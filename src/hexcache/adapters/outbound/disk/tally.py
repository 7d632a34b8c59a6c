"""What a disk tier counts: rare events, exactly, from any thread."""

from __future__ import annotations

import threading
from typing import Final

from hexcache.adapters.outbound.disk.forking import tell_after_fork

EVENTS: Final = ("foreign", "broken", "expired", "evicted", "swept", "refused")
"""``foreign``: rows that are none of ours, met and treated as absent. ``broken``: rows whose file was gone or cut.
``expired``, ``evicted``: values removed after their deadline, and for want of room. ``swept``: files without a row,
which a killed process left. ``refused``: blobs that were not taken."""


class Tally:
    """Counters by event."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = dict.fromkeys(EVENTS, 0)
        self._lock = threading.Lock()
        tell_after_fork(self)

    def add(self, event: str, count: int = 1) -> None:
        """Count something that happened."""
        if count:
            with self._lock:
                self._counts[event] += count

    def counts(self) -> dict[str, int]:
        """All counters as they are now."""
        with self._lock:
            return dict(self._counts)

    def forget_parent(self) -> None:
        """Have a lock of its own in a child process."""
        self._lock = threading.Lock()
