"""Values that the codecs must keep, and a comparison that is stricter than ``==``."""

from __future__ import annotations

import struct
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

Values = st.SearchStrategy[Any]

texts: st.SearchStrategy[str] = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
zones = st.one_of(
    st.none(),
    st.just(UTC),
    st.timedeltas(timedelta(hours=-23, minutes=-59), timedelta(hours=23, minutes=59)).map(timezone),
    st.builds(timezone, st.timedeltas(timedelta(hours=-23), timedelta(hours=23)), texts),
)
folds = st.sampled_from([0, 1])
moments = st.builds(lambda moment, fold: moment.replace(fold=fold), st.datetimes(timezones=zones), folds)
clock_times = st.builds(
    lambda moment, zone, fold: moment.replace(tzinfo=zone, fold=fold), st.times(), zones, folds
)  # fmt: skip
decimals = st.one_of(
    st.decimals(),
    st.builds(
        lambda sign, digits, exponent: Decimal((sign, tuple(digits), exponent)),
        folds, st.lists(st.integers(0, 9), min_size=1, max_size=40), st.integers(-6000, 6000),
    ),
    st.sampled_from([Decimal(text) for text in ("NaN123", "-NaN", "sNaN", "-sNaN7", "-0E+5", "0E-9", "-Infinity")]),
)  # fmt: skip
integers = st.one_of(
    st.integers(),
    st.integers(-(2**4000), 2**4000),
    st.sampled_from([2**63 - 1, 2**63, 2**64 - 1, 2**64, -(2**63), -(2**63) - 1, 2**71 - 1, 2**71, -(2**71), 2**72]),
)
json_scalars: Values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(-(2**2047), 2**2047),
    st.floats(allow_nan=False, allow_infinity=False),
    texts,
)
msgpack_scalars: Values = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**63), 2**64 - 1), st.floats(), texts, st.binary(max_size=12)
)
scalars: Values = st.one_of(
    msgpack_scalars, integers, moments, st.dates(), clock_times, st.timedeltas(), st.uuids(), decimals
)


def equals_itself(value: Any) -> bool:
    """Whether a hashable value can be found in a set again."""
    if isinstance(value, Decimal):
        return not value.is_nan()
    if isinstance(value, (tuple, frozenset)):
        return all(map(equals_itself, value))
    return bool(value == value)  # noqa: PLR0124 - the test for NaN


hashables: Values = st.recursive(
    scalars.filter(equals_itself),
    lambda inner: st.lists(inner, max_size=3).map(tuple) | st.frozensets(inner, max_size=3),
    max_leaves=5,
)


def _nest(inner: Values) -> Values:
    return st.one_of(
        st.lists(inner, max_size=4),
        st.lists(inner, max_size=4).map(tuple),
        st.sets(hashables, max_size=4),
        st.frozensets(hashables, max_size=4),
        st.dictionaries(texts, inner, max_size=4),
        st.dictionaries(hashables, inner, max_size=4),
    )


def trees(leaves: Values, keys: Values) -> Values:
    """Lists and dicts of these."""
    return st.recursive(
        leaves, lambda inner: st.lists(inner, max_size=5) | st.dictionaries(keys, inner, max_size=5), max_leaves=20
    )


values: Values = st.recursive(scalars, _nest, max_leaves=16)
json_trees: Values = trees(json_scalars, texts)
msgpack_trees: Values = trees(
    msgpack_scalars,
    st.one_of(st.none(), st.booleans(), st.integers(-(2**63), 2**64 - 1), texts, st.binary(max_size=8)),
)


def identical(one: Any, other: Any) -> bool:
    """Equal and of the same types all the way down, to the bit, the zone and the order of keys."""
    if type(one) is not type(other):
        return False
    compare = _COMPARE.get(type(one))
    return bool(one == other) if compare is None else compare(one, other)


def _floats(one: float, other: float) -> bool:
    return struct.pack(">d", one) == struct.pack(">d", other) or (one != one and other != other)  # noqa: PLR0124


def _moments(one: datetime | time, other: datetime | time) -> bool:
    same_zone = type(one.tzinfo) is type(other.tzinfo) and one.utcoffset() == other.utcoffset()
    return one.replace(tzinfo=None) == other.replace(tzinfo=None) and same_zone and (one.fold, one.tzname()) == (
        other.fold, other.tzname()
    )  # fmt: skip


def _sequences(one: Any, other: Any) -> bool:
    return len(one) == len(other) and all(map(identical, one, other))


def _sets(one: Any, other: Any) -> bool:
    if one != other:
        return False
    twin = {member: member for member in other}
    return all(identical(member, twin[member]) for member in one)


def _dicts(one: dict[Any, Any], other: dict[Any, Any]) -> bool:
    return _sequences(list(one), list(other)) and _sequences(list(one.values()), list(other.values()))


_COMPARE: dict[type, Callable[[Any, Any], bool]] = {
    float: _floats,
    Decimal: lambda one, other: bool(one.as_tuple() == other.as_tuple()),
    UUID: lambda one, other: bool(one.int == other.int),
    datetime: _moments,
    time: _moments,
    list: _sequences,
    tuple: _sequences,
    set: _sets,
    frozenset: _sets,
    dict: _dicts,
}
