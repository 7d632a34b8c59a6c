"""Chance that repeats: the same seed draws the same numbers.

Rule: a test names its seed, so that a failure can be replayed.
"""

from __future__ import annotations

import random
from collections.abc import Sequence


class SeededEntropy(random.Random):
    """An :class:`~hexcache.ports.entropy.Entropy` that is repeatable from its seed."""

    def __init__(self, seed: int = 0) -> None:
        super().__init__(seed)
        self.origin = seed

    def __repr__(self) -> str:
        return f"<SeededEntropy seed={self.origin}>"


class ScriptedEntropy:
    """An entropy that draws the numbers a test wrote down, over and over, and counts what was drawn.

    ``randbytes`` never repeats: it counts up, so that tokens stay distinct however the numbers are scripted.
    """

    def __init__(self, numbers: Sequence[float] = (0.5,)) -> None:
        if not numbers or not all(0 <= number < 1 for number in numbers):
            raise ValueError(f"numbers are {list(numbers)!r}; accepted: at least one, each from [0, 1)")
        self._numbers = tuple(numbers)
        self.drawn = 0
        self._tokens = 0

    def random(self) -> float:
        """The next scripted number; after the last comes the first."""
        number = self._numbers[self.drawn % len(self._numbers)]
        self.drawn += 1
        return number

    def randbytes(self, n: int, /) -> bytes:
        """``n`` bytes that were not drawn before (as far as ``n`` bytes can differ)."""
        self._tokens += 1
        return (self._tokens % (1 << (8 * n))).to_bytes(n, "big")
