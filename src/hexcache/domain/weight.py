"""Weights: how many bytes a value counts for in a memory tier.

Rule: the weight follows from the value alone, is the same on every platform, and is found in bounded time. It is close
to what CPython allocates on a 64-bit machine (within a factor of two), contents included, so that a limit in bytes is
one of memory, not of pointers.

At most :data:`MAX_VISITS` parts are looked at; beyond that a container counts for its size times the mean of the parts
that were. Parts that hold no others are counted as they are met; those that do share what is left of the visits. A
container that is reached twice counts once, so that a cycle ends.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from itertools import chain, islice
from types import BuiltinFunctionType, FunctionType, MemberDescriptorType, MethodType, ModuleType
from typing import Final, TypeVar, cast
from uuid import UUID

T = TypeVar("T")

MAX_VISITS: Final = 2_000
"""Most parts of one value that are looked at: a few hundred microseconds."""

MAX_DEPTH: Final = 50
"""Deepest nesting that is followed."""

UNSEEN: Final = 64
"""Bytes for a part that was not looked at, and for an object that shows no parts."""

_BUFFER: Final = 112
_REFERENCE: Final = 16
_FLAT: Final[dict[type, int]] = {
    type(None): 16, bool: 28, float: 24, complex: 32, datetime: 48, date: 32, time: 40, timedelta: 40, UUID: 100,
    Decimal: 104,
}  # fmt: skip
_SHARED: Final = (Enum, type, FunctionType, BuiltinFunctionType, MethodType, ModuleType)
"""What belongs to the program and not to the value: only the reference counts."""


def weigh(value: object) -> int:
    """Bytes that a value counts for. Never fails, never calls code of the value's class."""
    flat = _flat(value)
    if flat is not None:
        return flat
    weight, _ = _nested(value, MAX_VISITS, MAX_DEPTH, {id(value)})
    return weight


def _flat(value: object) -> int | None:
    """The weight of something that holds no parts; None for something that may."""
    kind = type(value)
    if kind is str:
        return _text(cast("str", value))
    if kind is bytes:
        return 33 + len(cast("bytes", value))
    if kind is int:
        return _whole(cast("int", value))
    size = _FLAT.get(kind)
    if size is not None:
        return size
    if isinstance(value, (list, tuple, dict, set, frozenset, deque)):
        return None
    return _flat_subclass(value)


def _flat_subclass(value: object) -> int | None:
    if isinstance(value, _SHARED):
        return _REFERENCE
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int):
        return _whole(value)
    for kind, size in _FLAT.items():
        if isinstance(value, kind):
            return size
    try:
        with memoryview(cast("bytes", value)) as view:  # whatever offers a buffer: bytearray, array, numpy's arrays
            return _BUFFER + view.nbytes
    except (TypeError, ValueError, BufferError):
        return None  # it offers none


def _text(text: str) -> int:
    """One, two or four bytes a letter, by the widest letter; found by trial, which is faster than to look for it."""
    size = str.__len__(text)
    if str.isascii(text):
        return 49 + size
    try:
        str.encode(text, "latin-1")
    except UnicodeEncodeError:
        paired = len(str.encode(text, "utf-16-le", "surrogatepass")) > 2 * size
        return 74 + (4 if paired else 2) * size
    return 74 + size


def _whole(number: int) -> int:
    return 24 + 4 * max(1, -(-int.bit_length(number) // 30))


def _nested(value: object, visits: int, depth: int, seen: set[int]) -> tuple[int, int]:
    """Weight of something with parts, and how many of the ``visits`` that it may use it did use."""
    own, count, parts = _anatomy(value)
    scan = min(count, (visits + 1) // 2) if depth else 0
    if scan == 0:
        return own + UNSEEN * count, 0
    flat = 0
    nested: list[object] = []
    for part in _spread(parts, count, scan):
        weight = _flat(part)
        if weight is not None:
            flat += weight
        elif id(part) not in seen:
            seen.add(id(part))
            nested.append(part)
    deeper, used = _share(nested, visits - scan, depth - 1, seen)
    return own + (flat + deeper) * count // scan, scan + used


def _share(nested: list[object], visits: int, depth: int, seen: set[int]) -> tuple[int, int]:
    """Weight of several parts with parts, some of them looked at thoroughly rather than all of them in passing."""
    if not nested or not visits:
        return UNSEEN * len(nested), 0
    chosen = _spread(nested, len(nested), min(len(nested), math.isqrt(visits)))
    total = used = 0
    for done, part in enumerate(chosen):
        weight, spent = _nested(part, (visits - used) // (len(chosen) - done), depth, seen)
        total += weight
        used += spent
    return total * len(nested) // len(chosen), used


def _spread(parts: Iterable[T], count: int, wanted: int) -> list[T]:
    """``wanted`` of ``count`` parts: evenly spaced where that costs no walk to them, else the first ones."""
    places = [position * count // wanted for position in range(wanted)]
    if isinstance(parts, list):
        return [list.__getitem__(parts, place) for place in places]
    if isinstance(parts, tuple):
        return [tuple.__getitem__(parts, place) for place in places]
    return list(islice(parts, wanted))


def _anatomy(value: object) -> tuple[int, int, Iterable[object]]:
    """Bytes of a container itself, how many parts it has, and the parts.

    The built-in class is asked, not a subclass of it, whose answers could be anything.
    """
    if isinstance(value, dict):
        size = dict.__len__(cast("dict[object, object]", value))
        pairs = dict.items(cast("dict[object, object]", value))
        return (120 + 36 * size if size else 64), 2 * size, chain.from_iterable(pairs)
    if isinstance(value, list):
        size = list.__len__(cast("list[object]", value))
        return 56 + 8 * size, size, cast("list[object]", value)
    if isinstance(value, tuple):
        size = tuple.__len__(cast("tuple[object, ...]", value))
        return 40 + 8 * size, size, cast("tuple[object, ...]", value)
    if isinstance(value, set):
        size = set.__len__(cast("set[object]", value))
        return 216 + 52 * size, size, set.__iter__(cast("set[object]", value))
    if isinstance(value, frozenset):
        size = frozenset.__len__(cast("frozenset[object]", value))
        return 216 + 52 * size, size, frozenset.__iter__(cast("frozenset[object]", value))
    if isinstance(value, deque):
        size = deque.__len__(cast("deque[object]", value))
        return 760 + 8 * size, size, deque.__iter__(cast("deque[object]", value))
    fields = _fields(value)
    return (56 + 16 * len(fields) if fields else UNSEEN), len(fields), fields


def _fields(value: object) -> list[object]:
    """What an instance keeps in its ``__dict__`` and in the slots of its classes."""
    try:
        kept = object.__getattribute__(value, "__dict__")
    except AttributeError:  # an instance of slots alone
        kept = {}
    fields: list[object] = list(kept.values()) if isinstance(kept, dict) else []
    for owner in type(value).__mro__:
        declared = vars(owner)
        if "__slots__" not in declared:
            continue
        for slot in declared.values():
            if isinstance(slot, MemberDescriptorType):
                try:
                    fields.append(slot.__get__(value))
                except AttributeError:  # a slot that was never filled
                    continue
    return fields
