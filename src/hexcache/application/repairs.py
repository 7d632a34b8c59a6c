"""Repairs: changes that a tier did not take, kept until it does.

Rule: for each key the last intent wins; a delete is never dropped. When too many keys are owed, the whole tier is
distrusted instead and owes one thing: to be cleared.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

MAX_KEPT_BYTES = 16 * 1024 * 1024
"""Blobs kept for repairs of one tier; beyond it a write is owed as a delete, which is always right."""


@dataclass(frozen=True, slots=True)
class Intent:
    """What is owed for one name.

    Attributes:
        blob: the bytes to write; None to delete.
        dead_at: wall time at which the blob is of no use.
        number: distinguishes it from later intents for the name.
    """

    blob: bytes | None
    dead_at: float
    number: int


class Repairs:
    """What is owed to one tier. Safe for threads."""

    __slots__ = ("_cleared", "_intents", "_kept", "_lock", "_most", "_number", "overflowed")

    def __init__(self, most: int) -> None:
        self._most = most
        self._intents: dict[str, Intent] = {}
        self._cleared: set[str] = set()
        self._kept = 0
        self._number = 0
        self._lock = threading.Lock()
        self.overflowed = False

    def owe(self, name: str, blob: bytes | None, dead_at: float) -> bool:
        """Note an intent; True if this made the tier distrusted as a whole."""
        with self._lock:
            if self.overflowed:
                return False
            self._forget(name)
            if blob is not None and self._kept + len(blob) > MAX_KEPT_BYTES:
                blob = None
            if len(self._intents) >= self._most:
                self._intents.clear()
                self._kept = 0
                self.overflowed = True
                return True
            self._number += 1
            self._kept += len(blob or b"")
            self._intents[name] = Intent(blob, dead_at, self._number)
            return False

    def owe_clear(self, path: str) -> None:
        """Note that a namespace is to be cleared; until then the tier is distrusted as a whole."""
        with self._lock:
            self._cleared.add(path)
            self.overflowed = True

    def owes(self, name: str) -> bool:
        """Whether the tier must not be read for ``name``."""
        return self.overflowed or name in self._intents

    def is_last(self, name: str, number: int) -> bool:
        """Whether an intent is still what is owed for its name."""
        intent = self._intents.get(name)
        return intent is not None and intent.number == number

    def settle(self, name: str, number: int | None = None) -> None:
        """The tier holds the change (or a later one, when ``number`` is left out)."""
        with self._lock:
            intent = self._intents.get(name)
            if intent is not None and number in {None, intent.number}:
                self._forget(name)

    def settle_clear(self) -> None:
        """The tier was cleared: it is trusted again."""
        with self._lock:
            self._cleared.clear()
            self.overflowed = False

    def paths(self) -> list[str]:
        """The namespaces to clear; the root one when too much was owed."""
        with self._lock:
            if not self.overflowed:
                return []
            return sorted(self._cleared) if self._cleared else [""]

    def pending(self) -> list[tuple[str, Intent]]:
        """What is owed, oldest first."""
        with self._lock:
            return list(self._intents.items())

    def _forget(self, name: str) -> None:
        intent = self._intents.pop(name, None)
        if intent is not None:
            self._kept -= len(intent.blob or b"")

    def __len__(self) -> int:
        """How many changes are owed."""
        return len(self._intents) + self.overflowed

    def reset(self) -> None:
        """A fresh lock: for a forked child, which owes nothing (its parent does)."""
        self._lock = threading.Lock()
        self._intents = {}
        self._cleared = set()
        self._kept = 0
        self.overflowed = False
