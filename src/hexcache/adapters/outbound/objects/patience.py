"""How long to wait before a request is sent again, if at all.

Rule: pure. The pause doubles with each failure up to a bound, is drawn from its upper half so that many who were
turned away together do not come back together, is never shorter than what the answer asked for, and never reaches past
the end of the call.
"""

from __future__ import annotations

from dataclasses import dataclass

from hexcache.domain.backoff import delay
from hexcache.domain.errors import InvalidSetting


@dataclass(frozen=True, slots=True)
class Patience:
    """How requests are repeated.

    Attributes:
        first: first pause, seconds.
        most: longest pause, seconds; an answer that asks for more gets it.
        attempts: requests that one step may send in all.
    """

    first: float = 0.05
    most: float = 2.0
    attempts: int = 8

    def __post_init__(self) -> None:
        if not 0 < self.first <= self.most:
            raise InvalidSetting(
                f"first is {self.first!r}, most {self.most!r}; accepted: 0 < first <= most, in seconds"
            )
        if self.attempts < 1:
            raise InvalidSetting(f"attempts is {self.attempts!r}; accepted: 1 or more")

    def pause(self, failures: int, *, drawn: float, asked: float | None, left: float) -> float | None:
        """The pause after a failure, seconds; None to give up.

        Args:
            failures: requests that failed so far, this one included.
            drawn: a number from [0, 1).
            asked: seconds that the answer asked to wait; None if it did not say.
            left: seconds until the call must have ended.
        """
        if failures >= self.attempts:
            return None
        own = delay(failures - 1, self.first, 2.0, self.most) * (0.5 + drawn / 2)
        pause = own if asked is None else max(own, asked)
        return pause if pause < left else None
