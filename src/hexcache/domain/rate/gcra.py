"""GCRA: even spacing after a burst.

Rule: in any span of ``t`` seconds at most ``burst + t * limit / period`` units are granted; with a burst of 1, any two
units are ``period / limit`` seconds apart.

The generic cell rate algorithm (ATM Forum, Traffic Management Specification 4.0, 1996; ITU-T I.371), in its form as a
leaky bucket: the state is the debt in units and the time at which it stood so. The usual form stores one number, the
theoretical arrival time ``at + debt * period / limit``; as a float it resolves a quarter of a microsecond at today's
wall time, so rates of a million units a second would never be limited. Two numbers keep sixteen digits.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from hexcache.domain.rate.rule import Decision, RateState, check_limit, check_period, check_units, wait_for


@dataclass(frozen=True, slots=True)
class Gcra:
    """``limit`` units per ``period`` seconds, evenly spaced, of which ``burst`` may come at once.

    State: (debt in units, wall time at which it stood so).

    Attributes:
        limit: units a period, 1 or more.
        period: seconds, 0.001 or more.
        burst: units that may come at once after a pause; None stands for ``limit``.

    Raises:
        InvalidSetting: a limit, a period or a burst out of bounds.
    """

    limit: int
    period: float
    burst: int | None = None

    def __post_init__(self) -> None:
        check_limit(self.limit, "limit")
        object.__setattr__(self, "period", check_period(self.period))
        if self.burst is not None:
            check_limit(self.burst, "burst")

    @property
    def kind(self) -> str:
        """``"gcra"``."""
        return "gcra"

    @property
    def capacity(self) -> int:
        """Units that may come at once: the burst that applies."""
        return self.limit if self.burst is None else self.burst

    @property
    def state_ttl(self) -> float:
        """The time in which a full debt drains, and a millisecond for the rounding of wall time."""
        return self._seconds(self.capacity) + 0.001

    def advance(self, state: RateState | None, now: float, n: int = 1) -> tuple[RateState, Decision]:
        """Ask for ``n`` units; see :meth:`RateRule.advance`."""
        check_units(n, "n", least=0)
        debt, at = self._debt(state, now)
        room = self._room(state, now)
        if n > room:
            decision = Decision(False, room, self._retry_after(state, now, n), self._seconds(debt) + at - now)
            return state or (debt, at), decision
        return (debt + n, at), Decision(True, room - n, 0.0, self._seconds(debt + n) + at - now)

    def _debt(self, state: RateState | None, now: float) -> tuple[float, float]:
        """The debt at ``now`` and the time of that; a clock that stepped back stands still until it has caught up."""
        if state is None or state[1] - self.period > now:
            return 0.0, now
        debt, at = state
        return max(0.0, debt - max(0.0, now - at) * self.limit / self.period), max(at, now)

    def _room(self, state: RateState | None, now: float) -> int:
        """How many units would be granted at ``now``; never less at a later time."""
        debt, _ = self._debt(state, now)
        return max(0, math.floor(self.capacity - debt))

    def _retry_after(self, state: RateState | None, now: float, n: int) -> float:
        if n > self.capacity:
            return math.inf
        debt, at = self._debt(state, now)
        guess = at + self._seconds(debt + n - self.capacity)
        return wait_for(now, guess, lambda moment: self._room(state, moment) >= n)

    def _seconds(self, units: float) -> float:
        """How long that many units take to drain."""
        return units * self.period / self.limit
