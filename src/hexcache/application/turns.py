"""Turns: the writes of one key go one after the other, in the order in which they came.

Rule: two tiers never see two writes of one process in opposite orders, which would leave them apart for good. A turn is
bounded: whoever waited too long goes ahead and must then leave nothing in memory that it cannot vouch for. Whoever ends
before its turn came (cancelled, or out of patience) lets nobody overtake those before it.
"""

from __future__ import annotations

import threading
from collections.abc import Collection
from concurrent.futures import Future


class Turn:
    """A place in the order of writes.

    Attributes:
        names: what is written.
        before: resolve when the turns before this one are past.
        past: resolves when this turn and all before it have ended.
        over: its owner has ended it.
        left: how many of the turns before it are not past yet.
        behind: the turns that came directly after it.
    """

    __slots__ = ("before", "behind", "left", "names", "over", "past")

    def __init__(self, names: Collection[str], earlier: Collection[Turn]) -> None:
        self.names = names
        self.before = tuple([turn.past for turn in earlier])
        self.past: Future[None] = Future()
        self.over = False
        self.left = len(earlier)
        self.behind: list[Turn] = []


class TurnTable:
    """The last turn of each name. Safe for threads; never waits itself."""

    __slots__ = ("_last", "_lock")

    def __init__(self) -> None:
        self.reset()

    def take(self, names: Collection[str]) -> Turn:
        """Queue up for all names at once, so that two writers of several keys never wait for each other."""
        with self._lock:
            earlier = {id(turn): turn for name in names if (turn := self._last.get(name)) is not None}.values()
            mine = Turn(names, earlier)
            for turn in earlier:
                turn.behind.append(mine)
            for name in names:
                self._last[name] = mine
        return mine

    def end(self, turn: Turn) -> None:
        """The owner of a turn has ended; those behind it go ahead once all before them have."""
        past: list[Turn] = []
        with self._lock:
            turn.over = True
            ripe = [turn] if not turn.left else []
            while ripe:
                one = ripe.pop()
                past.append(one)
                for name in one.names:
                    if self._last.get(name) is one:
                        del self._last[name]
                for follower in one.behind:
                    follower.left -= 1
                    if follower.over and not follower.left:
                        ripe.append(follower)
        for one in past:
            one.past.set_result(None)

    def __len__(self) -> int:
        """How many names are being written."""
        return len(self._last)

    def reset(self) -> None:
        """Forget everything: for a new table, and for a forked child."""
        self._lock = threading.Lock()
        self._last: dict[str, Turn] = {}
