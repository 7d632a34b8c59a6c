"""How a bus over Pub/Sub behaves.

Rule: a number out of bounds is refused when the rule is made, by name, value and what is accepted.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import Final

from hexcache.domain.errors import InvalidSetting
from hexcache.domain.sequence import FEWEST_MISSED, MISSED

SHORTEST_HEARTBEAT: Final = 0.01
"""Seconds; beats carry milliseconds."""


@dataclass(frozen=True, slots=True)
class BusRule:
    """How often it beats, and how long it is patient; all in seconds but ``missed``.

    Attributes:
        heartbeat: between two beats: how long a loss may go unnoticed.
        missed: beats of another node, or of its own, that may fail to come before that means something; 2 or more.
        grace: how long what is held may be believed while nothing is heard at all; then everything is doubtful.
        deadline: longest wait for a subscription to stand, and for the listener to end.
        retry_first: pause after a connection that failed; doubles up to ``retry_most``.
        retry_most: longest such pause.

    Raises:
        InvalidSetting: a number out of bounds.
    """

    heartbeat: float = 1.0
    missed: int = MISSED
    grace: float = 60.0
    deadline: float = 1.0
    retry_first: float = 0.1
    retry_most: float = 5.0

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if not value > 0 or (value == math.inf and field.name != "grace"):
                raise InvalidSetting(f"{field.name} is {value!r}; accepted: a number above zero")
        if self.heartbeat < SHORTEST_HEARTBEAT:
            raise InvalidSetting(f"heartbeat is {self.heartbeat!r}; accepted: {SHORTEST_HEARTBEAT:g} s or more")
        if self.missed < FEWEST_MISSED:
            raise InvalidSetting(f"missed is {self.missed!r}; accepted: a whole number of {FEWEST_MISSED} or more")
        if self.retry_first > self.retry_most:
            raise InvalidSetting(
                f"retry_first is {self.retry_first!r}; accepted: at most retry_most, {self.retry_most!r}"
            )
