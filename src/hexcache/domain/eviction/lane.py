"""A queue of entries from whose middle an entry can leave or be replaced at once.

Rule: what has left is not referenced any more, so that a queue never keeps a value alive that its tier does not count.

The queue is one list with a moving head. An entry's ``home`` tells its place, so leaving the middle is an assignment
that leaves a hole. The list is trimmed when more than half of it lies before the head, and rebuilt when it is more than
twice as long as what is held (plus a constant); either costs O(1) for each operation that brought it there.
"""

from __future__ import annotations

from collections.abc import Iterator

from hexcache.domain.entry import Entry

_SLACK = 32
"""Unused slots that are not worth a rebuild."""


class Lane:
    """A first-in first-out queue of entries; ``home`` of each is its place, doubled, plus the lane's own bit."""

    __slots__ = ("_base", "_bit", "_head", "_slots", "live")

    def __init__(self, bit: int) -> None:
        """Make an empty lane.

        Args:
            bit: 0 or 1, to tell two lanes of a policy apart by ``entry.home & 1``.
        """
        self._bit = bit
        self._slots: list[Entry | None] = []
        self._base = 1  # a home is never 0, which means none
        self._head = 0
        self.live = 0

    def push(self, entry: Entry) -> None:
        """Put an entry that no lane holds at the end."""
        slots = self._slots
        entry.home = (self._base + len(slots)) << 1 | self._bit
        slots.append(entry)
        self.live += 1

    def pop(self) -> Entry:
        """Take the entry at the front.

        Raises:
            IndexError: the lane is empty.
        """
        slots = self._slots
        head = self._head
        entry = slots[head]
        while entry is None:
            head += 1
            entry = slots[head]
        slots[head] = None
        self._head = head = head + 1
        self.live -= 1
        entry.home = 0
        if head > _SLACK and head << 1 > len(slots):
            del slots[:head]
            self._base += head
            self._head = 0
        return entry

    def leave(self, entry: Entry) -> None:
        """Take an entry that this lane holds, wherever it is."""
        self._slots[(entry.home >> 1) - self._base] = None
        entry.home = 0
        self.live -= 1
        if len(self._slots) > 2 * self.live + _SLACK:
            self._rebuild()

    def swap(self, old: Entry, new: Entry) -> None:
        """Put ``new`` in the place of ``old``, which this lane holds."""
        self._slots[(old.home >> 1) - self._base] = new
        new.home = old.home
        old.home = 0

    def clear(self) -> None:
        """Let every entry go."""
        for entry in self:
            entry.home = 0
        self._slots = []
        self._head = 0
        self.live = 0

    def _rebuild(self) -> None:
        held = list(self)
        self._slots = []
        self._head = 0
        self.live = 0
        for entry in held:
            self.push(entry)

    @property
    def slots(self) -> int:
        """Places in use or unused; at most twice the entries held, plus a constant, after an entry left."""
        return len(self._slots)

    def __iter__(self) -> Iterator[Entry]:
        return (entry for entry in self._slots if entry is not None)
