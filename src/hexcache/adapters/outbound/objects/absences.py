"""Addresses known to be absent, remembered for a while so that they need not be asked for again. Opt-in.

Rule: an absence is remembered with its token, for a bounded time, and forgotten at once when anything is changed
through the same store. What others write meanwhile is noticed late: readers go to the loader, whose result is then not
stored, as the token has lost. So a late notice costs a load and never gives an older value.

A read that began before a change of this store must not bring back what the change forgot: whoever reads takes a mark
first, and an absence is remembered only if nothing was changed since.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final

from hexcache.adapters.outbound.objects.forking import tell_after_fork
from hexcache.ports.clock import Clock
from hexcache.ports.finding import Absent

MOST: Final = 10_000
"""Addresses that are remembered at most; the one that was learned first leaves first."""


class Absences:
    """A bounded table of names. Safe for threads."""

    def __init__(self, seconds: float, monotonic: Clock, most: int = MOST) -> None:
        """Remember nothing yet.

        Args:
            seconds: for how long an absence is remembered; 0 for not at all.
            monotonic: the clock.
            most: names at most.
        """
        self._seconds = seconds
        self._clock = monotonic
        self._most = most
        self.forget_parent()
        tell_after_fork(self)

    def forget_parent(self) -> None:
        """Be as if just made: another process may have changed what this one remembered."""
        self._lock = threading.Lock()
        self._names: OrderedDict[str, tuple[Absent, float]] = OrderedDict()
        self._changes = 0

    def mark(self) -> int:
        """What :meth:`learn` wants to be told: taken before the name is read."""
        return self._changes

    def known(self, name: str) -> Absent | None:
        """The absence of a name, if it is remembered."""
        if not self._seconds:
            return None
        held = self._names.get(name)
        return held[0] if held is not None and self._clock() < held[1] else None

    def learn(self, name: str, absence: Absent, mark: int) -> None:
        """Remember an absence, unless something was changed since the mark was taken."""
        if not self._seconds:
            return
        with self._lock:
            if mark != self._changes:
                return
            self._names[name] = absence, self._clock() + self._seconds
            self._names.move_to_end(name)
            if len(self._names) > self._most:
                self._names.popitem(last=False)

    @contextmanager
    def changing(self, names: Iterable[str] | None) -> Iterator[None]:
        """While names are changed, before and after: what is remembered of them is forgotten; None for all."""
        if not self._seconds:
            yield
            return
        changed = None if names is None else tuple(names)
        self._forget(changed)
        try:
            yield
        finally:
            self._forget(changed)

    def _forget(self, names: tuple[str, ...] | None) -> None:
        with self._lock:
            self._changes += 1
            if names is None:
                self._names.clear()
            else:
                for name in names:
                    self._names.pop(name, None)
