"""Time that a test moves instead of waiting for it.

Rule: nothing here reads a real clock, and both clocks move by exactly what was asked. They start at whole numbers, so
that sums with fractions of a power of two are exact and a deadline can be met to the tick.
"""

from __future__ import annotations

import threading

from hexcache.ports.clock import Clocks


class MovedClock:
    """One moved time that gives both clocks of a process.

    ``moved.monotonic`` and ``moved.wall`` are the bare callables that adapters take; ``moved.clocks`` is the pair. Safe
    to move and to read from several threads. Give two caches the same object for one machine, two objects for two.
    """

    __slots__ = ("_lock", "_monotonic", "_wall")

    def __init__(self, *, monotonic: float = 1_000.0, wall: float = 1_700_000_000.0) -> None:
        self._monotonic = float(monotonic)
        self._wall = float(wall)
        self._lock = threading.Lock()

    def monotonic(self) -> float:
        """Seconds from an arbitrary start; moved by :meth:`advance` only."""
        return self._monotonic

    def wall(self) -> float:
        """Seconds since the epoch; moved by :meth:`advance` and :meth:`wall_jump`."""
        return self._wall

    @property
    def clocks(self) -> Clocks:
        """Both clocks as the port has them."""
        return Clocks(monotonic=self.monotonic, wall=self.wall)

    def advance(self, seconds: float) -> None:
        """Let time pass on both clocks.

        Raises:
            ValueError: ``seconds`` is negative or not finite; time does not go back (see :meth:`wall_jump`).
        """
        if not 0 <= seconds < float("inf"):
            raise ValueError(f"cannot advance by {seconds!r} seconds; accepted: zero or more, finite")
        with self._lock:
            self._monotonic += seconds
            self._wall += seconds

    def wall_jump(self, seconds: float) -> None:
        """Set the wall clock forth or back, as an operator or a time server does; the monotonic clock stands."""
        with self._lock:
            self._wall += seconds

    def __repr__(self) -> str:
        return f"<MovedClock monotonic={self._monotonic!r} wall={self._wall!r}>"
