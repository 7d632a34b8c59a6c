"""Leases: which of the processes that share a tier loads a key, and what the others do meanwhile.

Rule: a lease spares loads and guards no value: whoever has none may load all the same, and what a load brings is stored
under fences and tokens as always. So every wait has an end, and every trouble with leases ends in a load without one.

Each function takes what was seen and the time, and answers with the next step; no step is taken here. A load that
failed, or whose result nobody else can have, leaves its lease to rest: for a while nobody is granted it and everybody
loads for himself, so that callers do not queue behind one failing load after another.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeAlias

from hexcache.domain.backoff import delay

RENEWALS: Final = 3
"""A lease is renewed so many times within its ttl, so that one lost call does not end it."""

_LEAST_SHARE: Final = 10
"""A pause is at least this part of the first one, also when the lease is about to end."""


class LeaseState(Enum):
    """How a lease stands for the one who asked for it."""

    GRANTED = "granted"
    """It is his."""
    HELD = "held"
    """It is another's."""
    RESTING = "resting"
    """It is nobody's, and nobody is granted it for a while."""


@dataclass(frozen=True, slots=True)
class LeaseAnswer:
    """What became of a request for a lease.

    Attributes:
        state: how the lease stands.
        remaining: seconds until that ends by itself.
    """

    state: LeaseState
    remaining: float


@dataclass(frozen=True, slots=True)
class LeaseRule:
    """How leases are asked for. All numbers are seconds.

    Attributes:
        ttl: after which a lease that is not renewed ends.
        wait: longest wait for another's load.
        poll: first pause between two looks; doubles up to ``poll_max``.
        poll_max: longest such pause.
    """

    ttl: float = 10.0
    wait: float = 300.0
    poll: float = 0.05
    poll_max: float = 1.0

    @property
    def renewal(self) -> float:
        """The pause between two renewals."""
        return self.ttl / RENEWALS


@dataclass(frozen=True, slots=True)
class Waiting:
    """How far a wait has come.

    Attributes:
        until: its end, monotonic time.
        pauses: how many there were.
    """

    until: float
    pauses: int = 0


@dataclass(frozen=True, slots=True)
class Pause:
    """Pause, look whether the value is there, and if not ask again with ``then``.

    Attributes:
        seconds: how long.
        then: what to ask with.
    """

    seconds: float
    then: Waiting


class Proceed(Enum):
    """Load now, after a last look if there was a wait or a grant; why."""

    GRANTED = "granted"
    """The lease is ours."""
    RESTING = "resting"
    """Nobody is granted it now."""
    UNKNOWN = "unknown"
    """Who keeps the leases did not answer."""
    WAITED = "waited"
    """Another holds it, and the wait is over."""


LeaseStep: TypeAlias = Pause | Proceed


def begin_waiting(rule: LeaseRule, now: float) -> Waiting:
    """The state of one who asks for the first time, at ``now``."""
    return Waiting(now + rule.wait)


def after_asking(rule: LeaseRule, waiting: Waiting, answer: LeaseAnswer | None, now: float, u: float) -> LeaseStep:
    """The step after a lease was asked for.

    Pauses grow, so that a long load costs the others few looks; each is cut by chance, so that those who began together
    do not come together; none is much longer than the lease, so that one whose holder died is soon asked for again; and
    none goes beyond the end of the wait.

    Args:
        rule: how leases are asked for.
        waiting: as in the step that led here.
        answer: what was answered; None when nothing was.
        now: monotonic time.
        u: a number from [0, 1), drawn for this step.
    """
    if answer is None:
        return Proceed.UNKNOWN
    if answer.state is LeaseState.GRANTED:
        return Proceed.GRANTED
    if answer.state is LeaseState.RESTING:
        return Proceed.RESTING
    left = waiting.until - now
    if left <= 0:
        return Proceed.WAITED
    grown = delay(waiting.pauses, first=rule.poll, most=max(rule.poll, rule.poll_max)) * (1 + u) / 2
    at_its_end = max(answer.remaining, 0.0) + rule.poll * u
    pause = max(min(grown, at_its_end), rule.poll / _LEAST_SHARE)
    return Pause(min(pause, left), Waiting(waiting.until, waiting.pauses + 1))
