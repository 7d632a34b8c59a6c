"""What waits differently in the two worlds: gates. Written by hand in each.

Rule: no wait is endless; a gate that nobody opens ends the test with an error that says so.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from hexcache.testing.held import SAFETY_LIMIT, HeldTooLong


class Gate:
    """Holds calls until the test opens it. For any number of threads.

    ``gate.entered()`` waits until a call has arrived, ``gate.release()`` lets it and every later one pass.
    """

    def __init__(self, limit: float = SAFETY_LIMIT) -> None:
        self._limit = limit
        self._changed = threading.Condition()
        self._open = False
        self.arrived = 0

    def entered(self, calls: int = 1) -> None:
        """Wait until so many calls have arrived.

        Raises:
            HeldTooLong: they did not come within the limit.
        """
        with self._changed:
            self._wait(lambda: self.arrived >= calls, f"{calls} calls to arrive")

    def passage(self) -> None:
        """Arrive and wait for the release.

        Raises:
            HeldTooLong: nobody released the gate within the limit.
        """
        with self._changed:
            self.arrived += 1
            self._changed.notify_all()
            self._wait(lambda: self._open, "its release")

    def release(self) -> None:
        """Let everybody pass from now on. May be called again."""
        with self._changed:
            self._open = True
            self._changed.notify_all()

    @property
    def released(self) -> bool:
        """Whether the gate stands open."""
        return self._open

    def _wait(self, true: Callable[[], bool], what: str) -> None:
        if not self._changed.wait_for(true, self._limit):
            raise HeldTooLong(f"a gate waited more than {self._limit} s for {what} ({self.arrived} calls arrived)")
