"""The fixed window: count, and begin anew at each multiple of the period.

Rule: no window ``[k * period, (k + 1) * period)`` grants more than the limit. Two neighbouring windows may grant twice
the limit within a moment, at their border; who cannot have that takes one of the other rules.
"""

from __future__ import annotations

from dataclasses import dataclass

from hexcache.domain.rate.rule import (
    Decision,
    RateState,
    check_limit,
    check_period,
    check_units,
    time_until,
    window_start,
)


@dataclass(frozen=True, slots=True)
class FixedWindow:
    """At most ``limit`` units in each window of ``period`` seconds.

    State: (begin of the window, units spent in it).

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
        """``"fixed_window"``."""
        return "fixed_window"

    @property
    def state_ttl(self) -> float:
        """One period."""
        return self.period

    def advance(self, state: RateState | None, now: float, n: int = 1) -> tuple[RateState, Decision]:
        """Ask for ``n`` units; see :meth:`RateRule.advance`."""
        check_units(n, "n", least=0)
        start, used = self._window(state, now)
        room = max(0, self.limit - int(used))
        reset_after = time_until(now, start + self.period) if used or n else 0.0
        if n > room:
            retry_after = reset_after if n <= self.limit else float("inf")
            return state or (start, used), Decision(False, room, retry_after, reset_after)
        return (start, used + n), Decision(True, room - n, 0.0, reset_after)

    def _window(self, state: RateState | None, now: float) -> tuple[float, float]:
        """The window at ``now`` and what was spent in it."""
        if state is not None:
            start, used = state
            if start - self.period <= now < start + self.period:
                return start, used
        return window_start(now, self.period), 0.0
