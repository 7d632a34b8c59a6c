"""Whether two values are the same: equal, of the same types all the way down.

Rule: what Python's ``==`` lets pass (``True == 1``, ``0.0 == -0.0``, ``[1] == [1.0]``) is a difference here, and what
it does not (nan and nan) is none.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from datetime import datetime, time
from decimal import Decimal


def same(one: object, other: object) -> bool:
    """Whether ``other`` is what a faithful cache gives back for ``one``."""
    return _spelled(one) == _spelled(other)


def _spelled(value: object) -> object:
    """A value that is equal for the same values and for no others."""
    if isinstance(value, float):
        spelled: object = "nan" if value != value else struct.pack(">d", value)  # noqa: PLR0124  (the test for nan)
    elif isinstance(value, Decimal):
        spelled = value.as_tuple()
    elif isinstance(value, datetime | time):
        spelled = (value.replace(tzinfo=None), value.fold, value.utcoffset(), value.tzname())
    elif isinstance(value, dict):
        spelled = frozenset((_spelled(key), _spelled(part)) for key, part in value.items())
    elif isinstance(value, set | frozenset):
        spelled = frozenset(_each(value))
    elif isinstance(value, list | tuple):
        spelled = tuple(_each(value))
    else:
        spelled = value
    return type(value), spelled


def _each(parts: Iterable[object]) -> list[object]:
    return [_spelled(part) for part in parts]
