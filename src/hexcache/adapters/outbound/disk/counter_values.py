"""What a row of the counters' database holds, as canonical bytes.

Rule: one spelling for each value and one value for each spelling; anything else is not a number, and is left alone.

* a number: ``n`` and its decimal digits, or Python's shortest exact spelling of a float;
* a set: ``s``; its members are rows of their own;
* a limiter: ``r``, the kind of its rule, and its numbers.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Final, TypeAlias

from hexcache.domain.increment import MOST
from hexcache.domain.rate import RateState

SET: Final = b"s"
"""What the row of a set holds."""

_INT = re.compile(rb"-?[0-9]{1,301}")
_KIND = re.compile(r"[a-z_]{1,32}")


@dataclass(frozen=True, slots=True)
class Members:
    """The row is a set's."""


@dataclass(frozen=True, slots=True)
class Spent:
    """The row is a limiter's.

    Attributes:
        kind: of the rule that wrote the state.
        state: its numbers.
    """

    kind: str
    state: RateState


Held: TypeAlias = int | float | Members | Spent | None
"""What a row holds; None for what this package does not write."""


def number_bytes(number: float) -> bytes:
    """The bytes of a number."""
    return b"n" + repr(number).encode()


def spent_bytes(spent: Spent) -> bytes:
    """The bytes of a limiter's state."""
    return " ".join(("r", spent.kind, *(float(part).hex() for part in spent.state))).encode()


def held(value: object) -> Held:
    """What bytes stand for."""
    if not isinstance(value, bytes):
        return None
    if value == SET:
        return Members()
    if value.startswith(b"n"):
        return _number(value[1:])
    return _spent(value) if value.startswith(b"r ") else None


def _number(text: bytes) -> int | float | None:
    number: int | float
    try:
        number = int(text) if _INT.fullmatch(text) else float(text)
    except ValueError:
        return None
    return number if repr(number).encode() == text and -MOST <= number <= MOST else None


def _spent(value: bytes) -> Spent | None:
    try:
        _, kind, *texts = value.decode("ascii").split(" ")
        state = tuple(float.fromhex(text) for text in texts)
    except (ValueError, OverflowError):
        return None
    spent = Spent(kind, state)
    sound = _KIND.fullmatch(kind) and state and all(map(math.isfinite, state))
    return spent if sound and spent_bytes(spent) == value else None
