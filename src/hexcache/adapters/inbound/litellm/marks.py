"""Marks: what stands under a key whose number is counted, or whose set is kept, by the authoritative store.

LiteLLM adds to a key and reads it like any other. Numbers that several processes add to are never copied between
tiers here, so the entry under the key holds a mark, and the number is asked for where it is counted.

Rule: a mark names a counter that no earlier life of the key used. Whatever replaces or removes the entry thereby ends
the number, without a second step that could fail.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeGuard, cast

from hexcache.domain.errors import UnsupportedValue
from hexcache.domain.increment import MOST

NUMBER: Final = "hexcache: a number that is counted"
MEMBERS: Final = "hexcache: a set that is kept"
_KINDS: Final = (NUMBER, MEMBERS)
_PARTS: Final = 5


@dataclass(frozen=True, slots=True)
class Mark:
    """What stands under a key in place of a value.

    Attributes:
        kind: NUMBER or MEMBERS.
        life: tells this life of the key from every other.
        base: the number that was there when counting began; None if there was none.
        ttl: seconds of life that the counter is made with; None for no end.
        home: where it is counted; see ``Rules.home``.
    """

    kind: str
    life: str
    base: float | None = None
    ttl: float | None = None
    home: str = ""

    def counter(self, key: str) -> str:
        """Where the number or the set is."""
        return f"{self.life}:{key}"

    @property
    def stored(self) -> tuple[str, str, float | None, float | None, str]:
        """The value of the entry."""
        return (self.kind, self.life, self.base, self.ttl, self.home)


def mark_in(value: object) -> Mark | None:
    """The mark that an entry holds; None if it holds a value."""
    if type(value) is not tuple:
        return None
    parts = cast("tuple[object, ...]", value)
    if len(parts) != _PARTS or parts[0] not in _KINDS:
        return None
    return Mark(*cast("tuple[str, str, float | None, float | None, str]", parts))


def check_value(value: object) -> None:
    """See that a caller's value cannot be taken for a mark.

    Raises:
        UnsupportedValue: it would be.
    """
    if mark_in(value) is not None:
        raise UnsupportedValue("$", "a tuple that looks like a mark of this cache", "any other value")


def is_number(value: object) -> TypeGuard[float]:
    """Whether a value can be added to: a counter could hold it."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and -MOST <= value <= MOST
