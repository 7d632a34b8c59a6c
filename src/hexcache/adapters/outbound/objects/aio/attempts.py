"""One call's requests: each sent again while it makes sense, all of them within the call's deadline.

Rule: only what asked for patience or was interrupted is sent again. Whether a request that was sent again had happened
already is for its caller to find out.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from hexcache.adapters.outbound.objects.aio.primitives import sleep
from hexcache.adapters.outbound.objects.patience import Patience
from hexcache.adapters.outbound.objects.refusals import Interrupted, Throttled
from hexcache.adapters.outbound.objects.traffic import Traffic
from hexcache.ports.clock import Clock
from hexcache.ports.entropy import Entropy

T = TypeVar("T")


class AsyncAttempts:
    """The requests of one call.

    Attributes:
        again: how often a request was sent again so far.
    """

    def __init__(
        self, seconds: float, patience: Patience, monotonic: Clock, entropy: Entropy, traffic: Traffic
    ) -> None:
        self._monotonic = monotonic
        self._until = monotonic() + seconds
        self._seconds = seconds
        self._patience = patience
        self._draw = entropy.random
        self._count = traffic.count
        self.again = 0

    def renew(self) -> None:
        """Begin to count the deadline anew: for what goes on page by page."""
        self._until = self._monotonic() + self._seconds

    async def make(self, request: Callable[..., Awaitable[T]], *args: Any, **options: Any) -> T:
        """Send a request until it is answered.

        Raises:
            StoreError: it was refused, or there is no time to send it once more.
        """
        failures = 0
        while True:
            try:
                return await request(*args, **options)
            except (Throttled, Interrupted) as exc:
                failures += 1
                await self.rest(failures, exc)

    async def rest(self, failures: int, error: Throttled | Interrupted) -> None:
        """Pause before a request is sent again.

        Args:
            failures: how often it failed, this time included.
            error: how.

        Raises:
            StoreError: the error itself, if there is no time left.
        """
        asked = error.after if isinstance(error, Throttled) else None
        left = self._until - self._monotonic()
        pause = self._patience.pause(failures, drawn=self._draw(), asked=asked, left=left)
        if pause is None:
            raise error
        self.again += 1
        self._count("repeats")
        await sleep(pause)
