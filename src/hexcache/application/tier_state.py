"""The state of one store tier, shared by both worlds: breaker, counters, and what is owed to the tier.

Rule: every call to a store is counted here by its outcome, also one whose error is then swallowed, so that the breaker
sees what callers do not. A tier that owes a change of a key is not read for that key until the repair succeeded.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from hexcache.application.repairs import Repairs
from hexcache.domain.breaker import Breaker, BreakerRule, BreakerState
from hexcache.domain.tiering import TierRule
from hexcache.ports.clock import Clock
from hexcache.ports.observer import TierEvent

Tell = Callable[[TierEvent], None]


class TierState:
    """One store tier as this process sees it. Safe for threads.

    Attributes:
        name: the tier's name.
        rule: what it takes.
        deadline: longest call, seconds.
        repairs: what is owed to it.
        calm: the breaker is closed and the last call did not fail, so that there is nothing to ask it and nothing to
            tell it. Read without a lock: whoever reads it a moment too early is like one who called that much earlier.
    """

    COUNTERS = (
        "reads", "hits", "writes", "deletes", "conflicts", "rejected", "undecodable", "failures", "timeouts",
        "short_circuits", "skipped", "bytes_read", "bytes_written",
    )  # fmt: skip

    def __init__(
        self,
        name: str,
        *,
        rule: TierRule,
        deadline: float,
        breaker: BreakerRule,
        max_repairs: int,
        clock: Clock,
        tell: Tell,
    ) -> None:
        self.name = name
        self.rule = rule
        self.deadline = deadline
        self.repairs = Repairs(max_repairs)
        self._breaker = Breaker(breaker)
        self._clock = clock
        self._tell = tell
        self._lock = threading.Lock()
        self._failing = 0
        self.calm = True
        self.counters: dict[str, int] = dict.fromkeys(self.COUNTERS, 0)

    def count(self, counter: str, n: int = 1) -> None:
        """Add to a counter."""
        with self._lock:
            self.counters[counter] += n

    def hit(self, size: int) -> None:
        """Count a read that found a record in so many bytes; as exact as :class:`Statistics`, and as cheap."""
        counters = self.counters
        counters["reads"] += 1
        counters["hits"] += 1
        counters["bytes_read"] += size

    def miss(self, size: int) -> None:
        """Count a read that found so many bytes and nothing of use in them."""
        with self._lock:
            self.counters["reads"] += 1
            self.counters["bytes_read"] += size

    def permit(self) -> bool:
        """Whether the breaker lets a call through; a refusal is counted."""
        with self._lock:
            permitted = self._breaker.permit(self._clock())
            if not permitted:
                self.counters["short_circuits"] += 1
        return permitted

    def succeeded(self) -> None:
        """A call was answered."""
        with self._lock:
            closed = self._breaker.succeeded(self._clock())
            recovered, self._failing = self._failing, 0
            self.calm = self._breaker.state is BreakerState.CLOSED
        if closed:
            self._tell(TierEvent(self.name, "breaker_closed"))
        if recovered:
            self._tell(TierEvent(self.name, "recovered", count=recovered))

    def failed(self, operation: str, reason: str, *, timeout: bool = False) -> None:
        """A call was not answered, or not in time."""
        with self._lock:
            opened = self._breaker.failed(self._clock())
            self._failing += 1
            self.calm = False
            self.counters["failures"] += 1
            self.counters["timeouts"] += timeout
        self._tell(TierEvent(self.name, "failure", operation, reason))
        if opened:
            self._tell(TierEvent(self.name, "breaker_opened", operation, reason))

    def rejected(self, operation: str, reason: str) -> None:
        """The tier answered no."""
        self.count("rejected")
        self._tell(TierEvent(self.name, "rejected", operation, reason))

    def undecodable(self, reason: str) -> None:
        """The tier held bytes that are not ours."""
        self.count("undecodable")
        self._tell(TierEvent(self.name, "undecodable", "get", reason))

    def owe(self, name: str, blob: bytes | None, dead_at: float, operation: str) -> None:
        """Remember a change that the tier did not take; until it is repaired the tier is not read for ``name``."""
        overflow = self.repairs.owe(name, blob, dead_at)
        self._tell(TierEvent(self.name, "repair_overflow" if overflow else "repair_queued", operation))

    def repaired(self, count: int) -> None:
        """Changes that were owed have arrived."""
        self._tell(TierEvent(self.name, "repaired", count=count))

    @property
    def breaker(self) -> str:
        """``closed``, ``open`` or ``half_open``."""
        return self._breaker.state.value

    def snapshot(self) -> dict[str, object]:
        """Counters and state, for ``stats()``."""
        with self._lock:
            return {
                **self.counters,
                "breaker": self.breaker,
                "breaker_opens": self._breaker.opens,
                "owed": len(self.repairs),
                "distrusted": self.repairs.distrusted,
            }

    def reset(self) -> None:
        """A fresh lock: for a forked child."""
        self._lock = threading.Lock()
        self.repairs.reset()
