"""Repairs: changes that a tier did not take, kept until it does.

Rule: for each key the last intent wins; a delete is never dropped. When too many keys are owed, the whole tier is
distrusted instead and owes one thing: to be emptied. What was emptied is trusted again only if nothing more was owed
meanwhile that could have been lost.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

from hexcache.application.tag_addresses import is_tag
from hexcache.domain.key import is_within

MAX_KEPT_BYTES = 16 * 1024 * 1024
"""Blobs kept for repairs of one tier; beyond it a write is owed as a delete, which is always right."""


@dataclass(frozen=True, slots=True)
class Intent:
    """What is owed for one name.

    Attributes:
        blob: the bytes to write; None to delete.
        dead_at: wall time at which the blob is of no use.
        number: distinguishes it from other intents; later ones have greater numbers.
    """

    blob: bytes | None
    dead_at: float
    number: int


@dataclass(frozen=True, slots=True)
class Clearing:
    """What is to be emptied before the tier is trusted again.

    Attributes:
        paths: namespaces.
        everything: all entries and all tags' states, as intents were lost.
        number: when this was owed.
    """

    paths: tuple[str, ...]
    everything: bool
    number: int


class Repairs:
    """What is owed to one tier. Safe for threads."""

    __slots__ = ("_intents", "_kept", "_lock", "_lost", "_most", "_number", "_owed_clearing", "_paths")

    def __init__(self, most: int) -> None:
        self._most = most
        self._number = 0
        self.reset()

    @property
    def distrusted(self) -> bool:
        """Whether the tier must not be read for any name."""
        return self._lost or bool(self._paths)

    def owe(self, name: str, blob: bytes | None, dead_at: float) -> bool:
        """Note an intent; True if there are now too many, so that the tier is distrusted as a whole."""
        with self._lock:
            self._number += 1
            self._forget(name)
            if len(self._intents) >= self._most:
                self._intents.clear()
                self._kept = 0
                self._lost = True
                self._owed_clearing = self._number
                return True
            if blob is not None and self._kept + len(blob) > MAX_KEPT_BYTES:
                blob = None
            self._kept += len(blob or b"")
            self._intents[name] = Intent(blob, dead_at, self._number)
            return False

    def owe_clear(self, path: str) -> None:
        """Note that a namespace is to be cleared; until then the tier is distrusted as a whole."""
        with self._lock:
            self._number += 1
            self._paths.add(path)
            self._owed_clearing = self._number
            self._forget_within(path, self._number)

    def owes(self, name: str) -> bool:
        """Whether the tier must not be read for ``name``."""
        return name in self._intents or self._lost or bool(self._paths)

    def is_last(self, name: str, number: int) -> bool:
        """Whether an intent is still what is owed for its name."""
        intent = self._intents.get(name)
        return intent is not None and intent.number == number

    def mark(self) -> int:
        """The number of the latest intent, for :meth:`settle_within`."""
        return self._number

    def settle(self, name: str, number: int | None = None) -> None:
        """The tier holds the change (or a later one, when ``number`` is left out)."""
        with self._lock:
            intent = self._intents.get(name)
            if intent is not None and number in {None, intent.number}:
                self._forget(name)

    def settle_within(self, path: str, mark: int) -> None:
        """A namespace was emptied: nothing that was owed to it up to ``mark`` is to be brought any more."""
        with self._lock:
            self._forget_within(path, mark)

    def settle_clearing(self, done: Clearing) -> bool:
        """The tier was emptied as owed; True if it is trusted again, False if more was owed meanwhile."""
        with self._lock:
            if self._owed_clearing != done.number:
                return False
            self._paths.clear()
            self._lost = False
            return True

    def clearing(self) -> Clearing | None:
        """What is to be emptied; None if nothing is."""
        with self._lock:
            if not self.distrusted:
                return None
            return Clearing(tuple(sorted(self._paths)), self._lost, self._owed_clearing)

    def pending(self) -> list[tuple[str, Intent]]:
        """What is owed, oldest first."""
        with self._lock:
            return list(self._intents.items())

    def _forget(self, name: str) -> None:
        intent = self._intents.pop(name, None)
        if intent is not None:
            self._kept -= len(intent.blob or b"")

    def _forget_within(self, path: str, mark: int) -> None:
        for name, intent in list(self._intents.items()):
            if intent.number <= mark and not is_tag(name) and is_within(name, path):
                self._forget(name)

    def __len__(self) -> int:
        """How many changes are owed; a clearing counts as one."""
        return len(self._intents) + self.distrusted

    def reset(self) -> None:
        """Owe nothing: at first, and in a forked child, whose parent owes what it did."""
        self._lock = threading.Lock()
        self._intents: dict[str, Intent] = {}
        self._paths: set[str] = set()
        self._owed_clearing = 0
        self._kept = 0
        self._lost = False
