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
    """A first-in, first-out queue of entries; ``home`` is the place of each (two lanes: one odd, one even)."""

    __slots__ = ("_base", "_head", "_next", "_slots", "live")

    def __init__(self, *, odd: bool) -> None:
        """Make an empty lane.

        Args:
            odd: whether ``entry.home & 1`` of the entries held is 1 or 0.
        """
        self._slots: list[Entry | None] = []
        self._head = 0
        self._base = self._next = 1 if odd else 2  # home of the first slot and of the next one; 0 means no home
        self.live = 0

    def push(self, entry: Entry) -> None:
        """Put an entry that no lane holds at the end."""
        entry.home = home = self._next
        self._next = home + 2
        self._slots.append(entry)
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
            self._base += head << 1
            self._head = 0
        return entry

    def leave(self, entry: Entry) -> None:
        """Take an entry that this lane holds, wherever it is."""
        slots = self._slots
        slots[(entry.home - self._base) >> 1] = None
        entry.home = 0
        self.live -= 1
        if len(slots) > 2 * self.live + _SLACK:
            self._refill(list(self))

    def swap(self, old: Entry, new: Entry) -> None:
        """Put ``new`` in the place of ``old``, which this lane holds."""
        self._slots[(old.home - self._base) >> 1] = new
        new.home = old.home
        old.home = 0

    def clear(self) -> None:
        """Let every entry go."""
        for entry in self:
            entry.home = 0
        self._refill([])

    def _refill(self, entries: list[Entry]) -> None:
        self._slots = []
        self._head = 0
        self._base = self._next
        self.live = 0
        for entry in entries:
            self.push(entry)

    @property
    def slots(self) -> int:
        """Places in use or unused."""
        return len(self._slots)

    def __iter__(self) -> Iterator[Entry]:
        return (entry for entry in self._slots if entry is not None)
