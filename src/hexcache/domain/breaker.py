"""The breaker: a tier that keeps failing is left alone for a while.

Rule: it is moved by outcomes and by time only. Closed, it lets every call through; enough failures within a window open
it; open, it refuses until ``retry_at``; then it is half open and lets one call through as a probe. A probe's success
closes it; a probe's failure opens it again for twice as long, up to a bound.

Failures are counted, not failures in a row: a tier that fails half of its calls costs its callers as much as a dead
one.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from enum import Enum

from hexcache.domain.errors import InvalidSetting


class BreakerState(Enum):
    """What a breaker does with calls."""

    CLOSED = "closed"
    """Lets every call through."""
    OPEN = "open"
    """Refuses; the first call from ``retry_at`` on becomes the probe."""
    HALF_OPEN = "half_open"
    """One probe is under way; refuses all others."""


@dataclass(frozen=True, slots=True)
class BreakerRule:
    """When a breaker opens and for how long.

    Attributes:
        failures: how many failures within ``window`` open it.
        window: seconds.
        open_for: seconds that it stays open the first time, and that a probe has to report.
        open_max: longest time that it stays open, seconds.

    Raises:
        InvalidSetting: a number out of bounds.
    """

    failures: int = 5
    window: float = 10.0
    open_for: float = 2.0
    open_max: float = 60.0

    def __post_init__(self) -> None:
        if not isinstance(self.failures, int) or isinstance(self.failures, bool) or self.failures < 1:
            raise InvalidSetting(f"failures is {self.failures!r}; accepted: a whole number of 1 or more")
        for name in ("window", "open_for", "open_max"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < math.inf:
                raise InvalidSetting(f"{name} is {value!r}; accepted: seconds as a number above 0")
        if self.open_max < self.open_for:
            raise InvalidSetting(f"open_max is {self.open_max!r}; accepted: {self.open_for!r} (open_for) or more")


class Breaker:
    """One tier's breaker. Times are monotonic seconds. The caller provides mutual exclusion.

    Attributes:
        rule: when it opens and for how long.
        state: what it does with calls; changes only in a call, so an open breaker reads OPEN until it is asked.
        opens: how often it has opened.
        retry_at: when the next probe is granted; meaningless while closed.
    """

    __slots__ = ("_failures", "_open_for", "opens", "retry_at", "rule", "state")

    def __init__(self, rule: BreakerRule) -> None:
        self.rule = rule
        self.state = BreakerState.CLOSED
        self.opens = 0
        self.retry_at = -math.inf
        self._open_for = rule.open_for
        self._failures: deque[float] = deque(maxlen=rule.failures)

    def permit(self, now: float) -> bool:
        """Whether a call may be made now; its outcome is to be reported.

        A probe whose outcome is never reported (its caller was cancelled) is granted anew after ``open_for``.
        """
        if self.state is BreakerState.CLOSED:
            return True
        if now < self.retry_at:
            return False
        self.state = BreakerState.HALF_OPEN
        self.retry_at = now + self.rule.open_for
        return True

    def succeeded(self, now: float) -> bool:
        """Take note that a call was answered; True if that closed the breaker.

        A success while it is open is that of a call which began before, and says nothing of the tier now.
        """
        if self.state is not BreakerState.HALF_OPEN:
            return False
        self.state = BreakerState.CLOSED
        self._open_for = self.rule.open_for
        self._failures.clear()
        return True

    def failed(self, now: float) -> bool:
        """Take note that a call failed; True if that opened the breaker, for the first time or again.

        A failure while it is open is that of a call which began before, and changes nothing.
        """
        if self.state is BreakerState.OPEN:
            return False
        if self.state is BreakerState.CLOSED:
            self._failures.append(now)
            if len(self._failures) < self.rule.failures or now - self._failures[0] >= self.rule.window:
                return False
        else:
            self._open_for = min(2 * self._open_for, self.rule.open_max)
        self.state = BreakerState.OPEN
        self.retry_at = now + self._open_for
        self.opens += 1
        return True
