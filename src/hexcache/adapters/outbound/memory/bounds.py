"""Bounds of what is kept in memory.

Rule: everything kept in memory is bounded in number and in bytes, and a bound that cannot be kept is refused when it is
set, not when it is met.
"""

from __future__ import annotations

from dataclasses import dataclass

from hexcache.domain.errors import InvalidSetting

_ITEM_SHARE = 8
"""By default one item takes at most this part of the bytes, so that it cannot push everything else out."""


def check_bound(value: object, what: str, most: int | None = None) -> int:
    """Return ``value`` when it may be a bound.

    Raises:
        InvalidSetting: not a whole number of 1 or more, or greater than ``most``.
    """
    if not isinstance(value, int) or isinstance(value, bool) or value < 1 or (most is not None and value > most):
        limit = "1 or more" if most is None else f"from 1 to {most}"
        raise InvalidSetting(f"{what} is {value!r}: accepted is a whole number, {limit}")
    return value


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much is kept.

    Attributes:
        max_items: most items.
        max_bytes: most bytes of all items together.
        max_item_bytes: most bytes of one item.
    """

    max_items: int
    max_bytes: int
    max_item_bytes: int

    @classmethod
    def checked(cls, max_items: int, max_bytes: int, max_item_bytes: int | None) -> Bounds:
        """The bounds, each in its limits.

        Args:
            max_items: 1 or more.
            max_bytes: 1 or more.
            max_item_bytes: 1 to ``max_bytes``; None for an eighth of ``max_bytes``, but 1 at least.

        Raises:
            InvalidSetting: one of them is not.
        """
        check_bound(max_items, "max_items")
        check_bound(max_bytes, "max_bytes")
        if max_item_bytes is None:
            return cls(max_items, max_bytes, max(1, max_bytes // _ITEM_SHARE))
        return cls(max_items, max_bytes, check_bound(max_item_bytes, "max_item_bytes", max_bytes))
