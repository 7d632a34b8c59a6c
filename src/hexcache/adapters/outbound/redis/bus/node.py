"""What one bus object is to the others: a sender with a name, and the numbers of what it sends.

Rule: safe for threads; no lock is held while anything waits. A child process is another node.
"""

from __future__ import annotations

import threading

from hexcache.adapters.outbound.redis.bus.rule import BusRule
from hexcache.adapters.outbound.redis.bus.wire import Beat
from hexcache.domain.numbering import Numbering
from hexcache.ports.clock import Clock


class Node:
    """A sender.

    Attributes:
        name: 8 random bytes that nobody else has.
    """

    def __init__(self, name: bytes, rule: BusRule, clock: Clock) -> None:
        self.name = name
        self._period = rule.heartbeat
        self._clock = clock
        self._lock = threading.Lock()
        self._numbers: dict[str, Numbering] = {}

    def allot(self, topic: str, count: int) -> range:
        """Numbers for messages that are about to be sent."""
        with self._lock:
            return self._of(topic).allot(count)

    def settle(self, topic: str, numbers: range, *, lost: bool) -> None:
        """They were accepted; or, if ``lost``, may not have been."""
        with self._lock:
            self._of(topic).settle(numbers, self._clock(), lost=lost)

    def lose(self, topic: str) -> None:
        """Something was not sent at all."""
        with self._lock:
            self._of(topic).lose(self._clock())

    def beat(self, topic: str, *, last: bool = False) -> Beat:
        """What this node says of itself now."""
        with self._lock:
            numbers = self._of(topic)
            return Beat(self.name, numbers.done, self._period, numbers.lossless(self._clock()), last)

    def _of(self, topic: str) -> Numbering:
        return self._numbers.setdefault(topic, Numbering())
