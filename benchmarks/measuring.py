"""How things are measured here.

Rule: contestants of one suite run interleaved, in another random order each round, for as many operations each;
process CPU time is read, not wall time; a ratio is formed inside a round, and the median over the rounds is quoted.
Only numbers of one run are compared.
"""

from __future__ import annotations

import gc
import random
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import process_time_ns

Loop = Callable[[], object]
"""Does all operations of one round."""


@dataclass
class Contestant:
    """Something to measure.

    Attributes:
        name: as the table shows it.
        loop: one round.
        operations: how many operations a round is.
    """

    name: str
    loop: Loop
    operations: int
    rounds: list[float] = field(default_factory=list)

    @property
    def nanoseconds(self) -> float:
        """Median CPU time of one operation."""
        return statistics.median(self.rounds)

    def over(self, other: Contestant, floor: Contestant | None = None) -> float:
        """Median over the rounds of this one's time to the other's, both above the floor's if there is one."""
        least = floor.rounds if floor is not None else [0.0] * len(self.rounds)
        rounds = zip(self.rounds, other.rounds, least, strict=True)
        return statistics.median((a - low) / (b - low) for a, b, low in rounds if b > low)


def compete(contestants: Sequence[Contestant], rounds: int, progress: Callable[[], None]) -> None:
    """Measure all, interleaved."""
    order = list(contestants)
    for contestant in order:
        contestant.loop()
    chance = random.Random(1)
    for _ in range(rounds):
        chance.shuffle(order)
        gc.collect()
        gc.disable()
        try:
            for contestant in order:
                began = process_time_ns()
                contestant.loop()
                contestant.rounds.append((process_time_ns() - began) / contestant.operations)
        finally:
            gc.enable()
        progress()


def each(call: Callable[[str], object], keys: Sequence[str], repeat: int) -> Loop:
    """A round that calls once for each key, ``repeat`` times."""

    def loop() -> None:
        for _ in range(repeat):
            for key in keys:
                call(key)

    return loop
