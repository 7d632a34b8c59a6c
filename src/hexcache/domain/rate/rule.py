"""What a rate rule is, what it answers, and the arithmetic that the rules share.

Rule: times are wall time in seconds, durations are seconds. A clock that steps back by at most one period gives nobody
more than before; a state that lies further ahead than that comes from a wrong clock and is forgotten, so that such a
clock cannot lock callers out for long.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from hexcache.domain.errors import InvalidSetting

RateState: TypeAlias = tuple[float, ...]
"""What a store keeps for an address between two steps; only a rule of the same kind can read it."""

MAX_UNITS = 1_000_000_000
"""Greatest limit and greatest burst: whole numbers that a float holds with nine digits to spare."""

MIN_PERIOD = 0.001
"""Shortest period, seconds: some thousand times the resolution of wall time as a float."""

MAX_PERIOD = 1e9
"""Longest period, seconds: about 31 years."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer of a rate rule.

    Attributes:
        allowed: whether the units were granted (and spent).
        remaining: how many more units would be granted at this very moment.
        retry_after: seconds after which the same request would be granted if nobody else spent anything; 0 when it was
            granted, ``inf`` when it is larger than the rule ever grants.
        reset_after: seconds after which the rule is as good as new if nobody spends anything.
    """

    allowed: bool
    remaining: int
    retry_after: float
    reset_after: float


class RateRule(Protocol):
    """How much may be spent when; immutable, comparable, shared freely between threads."""

    @property
    def kind(self) -> str:
        """A short fixed word; only a rule of the same kind reads a state, so stores keep the two together."""
        ...

    @property
    def limit(self) -> int:
        """Units in a period."""
        ...

    @property
    def period(self) -> float:
        """Seconds."""
        ...

    @property
    def state_ttl(self) -> float:
        """Seconds after the last change from which a state is as good as none, so that a store may drop it."""
        ...

    def advance(self, state: RateState | None, now: float, n: int = 1) -> tuple[RateState, Decision]:
        """Ask for ``n`` units.

        Args:
            state: what the last step returned; None when there is none.
            now: wall time, seconds.
            n: units, 0 or more; 0 asks without spending and is always granted.

        Returns:
            The state to keep and the answer. A refusal returns the state that came in, when one did.

        Raises:
            InvalidSetting: ``n`` is not a whole number of 0 or more.
        """
        ...


def check_units(value: object, what: str, least: int = 1) -> int:
    """Return ``value`` when it is a number of units.

    Raises:
        InvalidSetting: not an ``int``, or out of bounds.
    """
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise InvalidSetting(f"{what} is {value!r}; accepted: a whole number of {least} or more")
    return value


def check_limit(value: object, what: str) -> int:
    """Return ``value`` when it may be a limit or a burst.

    Raises:
        InvalidSetting: not an ``int`` from 1 to :data:`MAX_UNITS`.
    """
    units = check_units(value, what)
    if units > MAX_UNITS:
        raise InvalidSetting(f"{what} is {units}; accepted: a whole number from 1 to {MAX_UNITS}")
    return units


def check_period(value: object) -> float:
    """Return ``value`` as seconds when it may be a period.

    Raises:
        InvalidSetting: not a number from :data:`MIN_PERIOD` to :data:`MAX_PERIOD`.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not MIN_PERIOD <= value <= MAX_PERIOD:
        raise InvalidSetting(f"period is {value!r}; accepted: seconds, a number from {MIN_PERIOD} to {MAX_PERIOD:.0f}")
    return float(value)


def window_start(now: float, period: float) -> float:
    """Begin of the window that holds ``now``; windows begin at multiples of the period.

    The remainder is exact, the subtraction may round up to the window's end; then the next window begins.
    """
    start = now - now % period
    return start if start + period > now else now


def time_until(now: float, moment: float) -> float:
    """The least wait, in seconds and 0 or more, after which ``now`` plus the wait is not before ``moment``."""
    wait = max(0.0, moment - now)
    # The difference is rounded by at most half a step of its own size, so that one step more is always enough.
    return wait if now + wait >= moment else math.nextafter(wait, math.inf)


def wait_for(now: float, guess: float, fits: Callable[[float], bool]) -> float:
    """The wait from ``now`` to the first moment from ``guess`` on at which ``fits`` holds.

    ``guess`` is the solution of an equation in rounded numbers, so it misses by a few steps of a float at most; a rule
    that refused there would send its caller into a row of tiny waits. ``fits`` must hold from some moment on.
    """
    wait = time_until(now, guess)
    while not fits(now + wait):
        guess = math.nextafter(max(guess, now + wait), math.inf)
        wait = time_until(now, guess)
    return wait
