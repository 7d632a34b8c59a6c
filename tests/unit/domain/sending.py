"""What several senders of one origin do at once, and the stream that a server makes of it.

A message is allotted a number, accepted by the server, and settled by the answer; the steps of different messages mix
in any way. What the server accepts stands in the stream in that order; a beat says what is done when it is made.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from hexcache.domain.numbering import Numbering
from hexcache.domain.sequence import SequenceTracker, Told

PERIOD = 1.0

Message: TypeAlias = tuple[str, int]
Beat: TypeAlias = tuple[str, int, float]
Item: TypeAlias = Message | Beat


@dataclass
class Senders:
    """One origin, its messages under way, and the stream."""

    numbers: Numbering = field(default_factory=Numbering)
    waiting: list[range] = field(default_factory=list)
    accepted: list[range] = field(default_factory=list)
    stream: list[Item] = field(default_factory=list)
    lost: set[int] = field(default_factory=set)
    now: float = 0.0

    def step(self, what: str, which: int) -> None:
        """One step of somebody."""
        self.now += 0.01
        if what == "begin":
            self.waiting.append(self.numbers.allot(1 + which % 3))
        elif what == "not sent":
            self.numbers.lose(self.now)
            self.lost.add(self.numbers._last)
        elif what == "beat":
            self.stream.append(("beat", self.numbers.done, self.numbers.lossless(self.now)))
        elif what == "accept" and self.waiting:
            numbers = self.waiting.pop(which % len(self.waiting))
            self.stream.extend(("message", number) for number in numbers)
            self.accepted.append(numbers)
        elif what == "settle" and self.accepted:
            self.numbers.settle(self.accepted.pop(which % len(self.accepted)), self.now, lost=False)
        elif what == "fail after all" and self.accepted:
            self.numbers.settle(self.accepted.pop(which % len(self.accepted)), self.now, lost=True)
        elif what == "fail" and self.waiting:
            numbers = self.waiting.pop(which % len(self.waiting))
            self.lost.update(numbers)
            self.numbers.settle(numbers, self.now, lost=True)

    def end(self) -> None:
        """Everything under way arrives, and a beat tells so."""
        while self.waiting:
            self.step("accept", 0)
        while self.accepted:
            self.step("settle", 0)
        self.step("beat", 0)


def listen(tracker: SequenceTracker, stream: list[Item], dropped: frozenset[int] = frozenset()) -> list[Told]:
    """What a listener makes of a stream, of which the messages of some numbers do not reach it."""
    told: list[Told] = []
    for item in stream:
        if len(item) == 2:
            if item[1] not in dropped:
                told.append(tracker.message(b"origin", item[1], 0.0))
        else:
            told.append(tracker.beat(b"origin", item[1], 0.0, period=PERIOD, lossless=item[2]))
    return told
