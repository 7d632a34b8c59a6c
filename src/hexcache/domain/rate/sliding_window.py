"""The sliding window, approximated with two counts.

Rule: what was spent in the window before counts by the share of it that a window sliding with the time still covers.
That takes the older units as evenly spread. The estimate is wrong by less than the count of the older window, hence by
less than the limit: no window of one period, wherever it begins, grants more than ``2 * limit - 1``, no window that
begins at a multiple of the period grants more than ``limit``, and for traffic that is evenly spread the error is below
one unit.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from hexcache.domain.rate.rule import (
    Decision,
    RateState,
    check_limit,
    check_period,
    check_units,
    time_until,
    wait_for,
    window_start,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SlidingWindow:
    """About ``limit`` units in any span of ``period`` seconds.

    State: (begin of the window, units of the window before, units of this one).

    Attributes:
        limit: units, 1 or more.
        period: seconds, 0.001 or more.

    Raises:
        InvalidSetting: a limit or a period out of bounds.
    """

    limit: int
    period: float

    def __post_init__(self) -> None:
        check_limit(self.limit, "limit")
        object.__setattr__(self, "period", check_period(self.period))

    @property
    def kind(self) -> str:
        """``"sliding_window"``."""
        return "sliding_window"

    @property
    def state_ttl(self) -> float:
        """Two periods."""
        return 2 * self.period

    def advance(self, state: RateState | None, now: float, n: int = 1) -> tuple[RateState, Decision]:
        """Ask for ``n`` units; see :meth:`RateRule.advance`."""
        check_units(n, "n", least=0)
        start, before, used = self._windows(state, now)
        room = self._room(state, now)
        if n > room:
            reset_after = self._reset_after(now, start, before, used)
            return state or (start, before, used), Decision(False, room, self._retry_after(state, now, n), reset_after)
        return (start, before, used + n), Decision(True, room - n, 0.0, self._reset_after(now, start, before, used + n))

    def _windows(self, state: RateState | None, now: float) -> tuple[float, float, float]:
        """The window at ``now``, what was spent in the one before, and in it."""
        if state is not None:
            start, before, used = state
            if start - self.period <= now < start + self.period:
                return start, before, used
            if start <= now < start + 2 * self.period:
                return start + self.period, used, 0.0
        return window_start(now, self.period), 0.0, 0.0

    def _room(self, state: RateState | None, now: float) -> int:
        """How many units would be granted at ``now``; never less at a later time."""
        start, before, used = self._windows(state, now)
        passed = max(0.0, now - start) / self.period
        return max(0, math.floor(self.limit - (before * (1 - passed) + used)))

    def _retry_after(self, state: RateState | None, now: float, n: int) -> float:
        """Solve ``before * (1 - passed) + used + n = limit`` in this window or, if it is too late here, in the next."""
        if n > self.limit:
            return math.inf
        start, before, used = self._windows(state, now)
        spare = self.limit - n - used
        if spare < 0:  # this window's own units are too many: they must become the older ones first
            start, before, spare = start + self.period, used, float(self.limit - n)
        guess = start + self.period * (1 - spare / before)
        return wait_for(now, guess, lambda moment: self._room(state, moment) >= n)

    def _reset_after(self, now: float, start: float, before: float, used: float) -> float:
        if used:
            return time_until(now, start + 2 * self.period)
        return time_until(now, start + self.period) if before else 0.0
