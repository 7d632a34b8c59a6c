"""Waiting for a server to come to a state.

Rule: every wait has an end that a busy machine meets, and names what did not come.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from tests.servers.asking import Refused

PATIENCE = 30.0
"""Seconds."""


def wait_until(state: Callable[[], object], what: str, *, within: float = PATIENCE, every: float = 0.02) -> None:
    """Ask again and again until the answer is true; a server that is not there yet has not answered.

    Raises:
        TimeoutError: it did not become true within so many seconds.
    """
    end = time.monotonic() + within
    why = ""
    while time.monotonic() < end:
        try:
            if state():
                return
        except (OSError, Refused) as exc:
            why = f" ({exc})"
        time.sleep(every)
    raise TimeoutError(f"{what}: not within {within:g} s{why}")
