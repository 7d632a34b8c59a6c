"""Keys of calls that were made before, found without building them again.

Rule: a remembered key is used only for arguments of the very same types, since ``1``, ``1.0`` and ``True`` are equal
but not the same call. Only positional arguments of immutable built-in types are remembered; the table is bounded.
"""

from __future__ import annotations

from typing import Any, Final

MAX_REMEMBERED: Final = 10_000
"""Keys of one function; the table is emptied when it is full, which costs each call one rebuilding."""

_SIMPLE: Final = frozenset({str, bytes, int, bool, type(None)})
"""Not ``float``: ``0.0`` and ``-0.0`` are equal and of one type, but not the same call."""


class Memo:
    """Arguments -> (their types, key). One table for single arguments, whose look-up is the cheapest.

    Attributes:
        single: argument -> (its type, key).
        several: arguments -> (their types, key).
    """

    __slots__ = ("several", "single")

    def __init__(self) -> None:
        self.single: dict[Any, tuple[type, str]] = {}
        self.several: dict[tuple[Any, ...], tuple[tuple[type, ...], str]] = {}

    def remember(self, args: tuple[Any, ...], key: str) -> None:
        """Note a key, if the arguments can be recognised."""
        types = tuple([type(arg) for arg in args])
        if not _SIMPLE.issuperset(types):
            return
        if len(self.single) + len(self.several) >= MAX_REMEMBERED:
            self.single.clear()
            self.several.clear()
        if len(args) == 1:
            self.single[args[0]] = (types[0], key)
        else:
            self.several[args] = (types, key)

    def find(self, args: tuple[Any, ...]) -> str | None:
        """The key of several arguments, if it is remembered for these very types."""
        try:
            known = self.several.get(args)
        except TypeError:  # an argument without a hash is never remembered
            return None
        if known is None or known[0] != tuple([arg.__class__ for arg in args]):
            return None
        return known[1]

    def __len__(self) -> int:
        """How many keys are remembered."""
        return len(self.single) + len(self.several)
