"""One object for each event loop.

Rule: nothing is shared between loops, and what belonged to a loop that is closed is let go when the next one comes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class PerLoop(Generic[T]):
    """Objects by event loop.

    Attributes:
        known: those that were made.
    """

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self.known: dict[asyncio.AbstractEventLoop, T] = {}

    def here(self) -> T:
        """The running loop's."""
        loop = asyncio.get_running_loop()
        try:
            return self.known[loop]
        except KeyError:
            pass
        for other in [other for other in self.known if other.is_closed()]:
            self.known.pop(other, None)
        return self.known.setdefault(loop, self._make())
