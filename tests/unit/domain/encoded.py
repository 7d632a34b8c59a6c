"""Values that may be part of a key, and a plain account of which of them are the same."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum
from itertools import product
from pathlib import PurePosixPath
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import strategies as st


class Colour(Enum):
    RED = 1
    BLUE = "1"


@dataclass(frozen=True)
class Point:
    x: object
    y: object


@dataclass(frozen=True)
class Vector:
    x: object
    y: object


class Pair(NamedTuple):
    x: object
    y: object


NEAR = (
    *(None, "None", "N", True, False, 0, 1, -1, 0.0, -0.0, 1.0, "1", "0", "", b"", bytearray(), b"1", bytearray(b"1")),
    *(
        float("nan"),
        float("inf"),
        float("-inf"),
        1 + 0j,
        0j,
        complex(0.0, -0.0),
        "s1:1",
        "l0:",
        "é",
        "e\u0301",
        "\ud800",
    ),
    *(
        10**30,
        -(10**30),
        16,
        "10",
        Decimal(1),
        Decimal("1.0"),
        Decimal("-0"),
        Decimal(0),
        Decimal("nan"),
        Decimal(10),
    ),
    *(date(2020, 1, 1), datetime(2020, 1, 1), datetime(2020, 1, 1, fold=1), datetime(2020, 1, 1, tzinfo=UTC)),
    *(datetime(2020, 1, 1, tzinfo=ZoneInfo("Europe/Paris")), datetime(2020, 1, 1, tzinfo=ZoneInfo("Europe/Berlin"))),
    *(datetime(2020, 1, 1, tzinfo=timezone(timedelta(hours=1))), time(1), time(1, fold=1), time(1, tzinfo=UTC)),
    *(timedelta(0), timedelta(1), timedelta(microseconds=1), UUID(int=0), UUID(int=1), Colour.RED, Colour.BLUE),
    *(PurePosixPath("a"), "a", "user", "bob", "temperature", "bobtemperature: 0"),
)
"""Leaves that careless keys take for one another."""

LEAVES: Any = (
    st.sampled_from(NEAR) | st.integers() | st.floats() | st.text(max_size=3) | st.binary(max_size=3) | st.datetimes()
)
HASHABLE: Any = st.recursive(
    st.sampled_from([leaf for leaf in NEAR if not isinstance(leaf, bytearray)]),
    lambda parts: st.lists(parts, max_size=2).map(tuple) | st.frozensets(parts, max_size=2),
    max_leaves=4,
)


def containers(parts: Any) -> Any:
    """One level of nesting around some parts."""
    few = st.lists(parts, max_size=3)
    both = st.tuples(parts, parts)
    return (
        few
        | few.map(tuple)
        | st.dictionaries(HASHABLE, parts, max_size=3)
        | st.dictionaries(st.sampled_from(["x", "y", "user", ""]), parts, max_size=3)
        | st.sets(HASHABLE, max_size=3)
        | st.frozensets(HASHABLE, max_size=3)
        | both.map(lambda xy: Point(*xy))
        | both.map(lambda xy: Vector(*xy))
        | both.map(lambda xy: Pair(*xy))
    )


VALUES: Any = st.recursive(LEAVES, containers, max_leaves=8)


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same for a key: of one type, and alike all through."""
    if type(one) is not type(other):
        return False
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, (set, frozenset)):
        return len(one) == len(other) and all(any(same(x, y) for y in other) for x in one)
    if isinstance(one, dict):
        pairs = product(one.items(), other.items())
        return len(one) == len(other) == sum(same(k, j) and same(v, w) for (k, v), (j, w) in pairs)
    if isinstance(one, (Point, Vector)):
        return same(vars(one), vars(other))
    return _same_leaf(one, other)


def _same_leaf(one: Any, other: Any) -> bool:
    if isinstance(one, float):
        return (math.isnan(one) and math.isnan(other)) or struct.pack("d", one) == struct.pack("d", other)
    if isinstance(one, complex):
        return _same_leaf(one.real, other.real) and _same_leaf(one.imag, other.imag)
    if isinstance(one, Decimal):
        return bool(one.as_tuple() == other.as_tuple())
    if isinstance(one, (datetime, time)):
        return _same_moment(one, other)
    return bool(one == other)


def _same_moment(one: Any, other: Any) -> bool:
    naive, other_naive = one.replace(tzinfo=None), other.replace(tzinfo=None)
    return bool(naive == other_naive and one.fold == other.fold and str(one.tzinfo) == str(other.tzinfo))


def shuffled(value: Any, order: Any) -> Any:
    """The same value with its dicts and sets built in another order."""
    if type(value) is dict:
        return {key: shuffled(part, order) for key, part in order(list(value.items()))}
    if type(value) in {set, frozenset}:
        return type(value)(order(list(value)))
    if type(value) in {list, tuple}:
        return type(value)(shuffled(part, order) for part in value)
    if isinstance(value, (Point, Vector)):
        return type(value)(shuffled(value.x, order), shuffled(value.y, order))
    return value
