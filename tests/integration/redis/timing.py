"""How long something took.

Rule: a call may take a fifth longer than its deadline, and what a busy machine adds. What is tested would take many
times as long if it were not bounded.
"""

from __future__ import annotations

import time
from types import TracebackType

BUSY = 0.75
"""What a machine with other work may add, seconds."""


class Within:
    """A block that ends in time.

    Attributes:
        took: seconds.
    """

    def __init__(self, deadline: float) -> None:
        self._deadline = deadline
        self.took = 0.0

    def __enter__(self) -> Within:
        self._began = time.monotonic()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.took = time.monotonic() - self._began
        if error is None:
            assert self.took <= 1.2 * self._deadline + BUSY
