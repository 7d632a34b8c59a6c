"""Keys of recent calls by their arguments, so that a hit makes no key.

Rule: only what is told apart by type and equality alone is remembered: plain scalars of exactly these types, and not
the floats of which two are equal but not the same. Remembering is bounded in number and in size; what is forgotten is
made again.
"""

from __future__ import annotations

from typing import Any, Final

MAX_REMEMBERED: Final = 10_000
"""Calls whose keys are kept; then all are forgotten."""

MAX_TEXT: Final = 256
"""Longest text, in characters or bytes, and widest int, in bits, that is kept as an argument."""


def is_plain(value: Any) -> bool:
    """Whether type and equality tell this value from every other."""
    kind = type(value)
    if kind is str or kind is bytes:
        return len(value) <= MAX_TEXT
    if kind is int:
        return bool(value.bit_length() <= MAX_TEXT)
    if kind is float:
        return bool(value == value and value != 0.0)  # noqa: PLR0124 - nan differs from itself; 0.0 equals -0.0
    return kind is bool or value is None


class SingleMemo:
    """Keys of calls with one argument: by its type, then by itself.

    Attributes:
        by_type: read on the hit path.
    """

    __slots__ = ("_count", "by_type")

    def __init__(self) -> None:
        self.by_type: dict[type, dict[Any, str]] = {kind: {} for kind in (str, int, bytes, bool, float, type(None))}
        self._count = 0

    def remember(self, argument: Any, key: str) -> None:
        """Keep a key if the argument allows it."""
        if not is_plain(argument):
            return
        if self._count >= MAX_REMEMBERED:
            for known in self.by_type.values():
                known.clear()
            self._count = 0
        self._count += 1
        self.by_type[type(argument)][argument] = key


class TupleMemo:
    """Keys of calls by all their positional arguments.

    Attributes:
        known: arguments -> (their types, key); read on the hit path. Arguments that are equal but of other types
            replace each other.
    """

    __slots__ = ("known",)

    def __init__(self) -> None:
        self.known: dict[tuple[Any, ...], tuple[tuple[type, ...], str]] = {}

    def remember(self, arguments: tuple[Any, ...], key: str) -> None:
        """Keep a key if every argument allows it."""
        if not all(map(is_plain, arguments)):
            return
        if len(self.known) >= MAX_REMEMBERED:
            self.known.clear()
        self.known[arguments] = (tuple(map(type, arguments)), key)
