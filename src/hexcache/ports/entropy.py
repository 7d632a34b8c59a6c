"""Chance: injected, so that a run can be repeated from its seed.

Rule: only jitter, early refresh and opaque tokens draw from it; nothing that guards a secret does.
"""

from __future__ import annotations

from typing import Protocol


class Entropy(Protocol):
    """A source of numbers; ``random.Random`` fits as it is. Safe to call from several threads."""

    def random(self) -> float:
        """A number from [0, 1)."""
        ...

    def randbytes(self, n: int, /) -> bytes:
        """``n`` bytes that repeat with negligible chance."""
        ...
