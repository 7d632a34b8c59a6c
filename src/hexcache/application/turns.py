"""Turns: the writes of one key go one after the other, in the order in which they came.

Rule: two tiers never see two writes of one process in opposite orders, which would leave them apart for good. A turn is
bounded: whoever waited too long goes ahead and must then leave nothing in memory that it cannot vouch for.
"""

from __future__ import annotations

import threading
from collections.abc import Collection
from concurrent.futures import Future


class Turn:
    """A place in the order of writes.

    Attributes:
        before: what must end first.
        done: resolves when this turn ends.
    """

    __slots__ = ("before", "done", "names")

    def __init__(self, names: Collection[str], before: tuple[Future[None], ...]) -> None:
        self.names = names
        self.before = before
        self.done: Future[None] = Future()


class TurnTable:
    """The last turn of each name. Safe for threads; never waits itself."""

    __slots__ = ("_last", "_lock")

    def __init__(self) -> None:
        self._last: dict[str, Turn] = {}
        self._lock = threading.Lock()

    def take(self, names: Collection[str]) -> Turn:
        """Queue up for all names at once, so that two writers of several keys never wait for each other."""
        with self._lock:
            earlier = {id(turn): turn for name in names if (turn := self._last.get(name)) is not None}
            turn = Turn(names, tuple(other.done for other in earlier.values()))
            for name in names:
                self._last[name] = turn
        return turn

    def end(self, turn: Turn) -> None:
        """Let the next one go."""
        with self._lock:
            for name in turn.names:
                if self._last.get(name) is turn:
                    del self._last[name]
        turn.done.set_result(None)

    def reset(self) -> None:
        """Forget everything: for a forked child."""
        self._lock = threading.Lock()
        self._last = {}
