"""What waits differently in the two worlds: gates. Written by hand in each.

Rule: no wait is endless; a gate that nobody opens ends the test with an error that says so.
"""

from __future__ import annotations

import asyncio

from hexcache.testing.held import SAFETY_LIMIT, HeldTooLong


class AsyncGate:
    """Holds calls until the test opens it. For tasks of one event loop; open it from that loop's thread.

    ``await gate.entered()`` waits until a call has arrived, ``gate.release()`` lets it and every later one pass.
    """

    def __init__(self, limit: float = SAFETY_LIMIT) -> None:
        self._limit = limit
        self._open = asyncio.Event()
        self._arrival = asyncio.Event()
        self.arrived = 0

    async def entered(self, calls: int = 1) -> None:
        """Wait until so many calls have arrived.

        Raises:
            HeldTooLong: they did not come within the limit.
        """
        while self.arrived < calls:
            self._arrival.clear()
            await self._wait(self._arrival, f"{calls} calls to arrive ({self.arrived} did)")

    async def passage(self) -> None:
        """Arrive and wait for the release; cancellation ends the wait.

        Raises:
            HeldTooLong: nobody released the gate within the limit.
        """
        self.arrived += 1
        self._arrival.set()
        await self._wait(self._open, "its release")

    def release(self) -> None:
        """Let everybody pass from now on. May be called again."""
        self._open.set()

    @property
    def released(self) -> bool:
        """Whether the gate stands open."""
        return self._open.is_set()

    async def _wait(self, event: asyncio.Event, what: str) -> None:
        try:
            async with asyncio.timeout(self._limit):
                await event.wait()
        except TimeoutError as exc:
            raise HeldTooLong(f"a gate waited more than {self._limit} s for {what}") from exc
