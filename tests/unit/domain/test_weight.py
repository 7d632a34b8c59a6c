"""Weights are close to what memory a value takes, add up, and are found in bounded time whatever the value is."""

from __future__ import annotations

import sys
from array import array
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum, IntEnum
from typing import Any, NamedTuple, NoReturn
from uuid import UUID

import msgspec
import pydantic
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hexcache.domain.weight import UNSEEN, weigh
from tests.unit.domain.laws import law

atoms = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text()
    | st.text("aé")
    | st.binary()
    | st.dates()
)
values = st.recursive(
    atoms,
    lambda parts: (
        st.lists(parts, max_size=5)
        | st.lists(parts, max_size=5).map(tuple)
        | st.lists(parts, max_size=5).map(deque)
        | st.dictionaries(atoms, parts, max_size=5)
        | st.frozensets(atoms, max_size=5)
        | st.sets(atoms, max_size=5)
    ),
    max_leaves=15,
)


CONTAINERS = (dict, list, tuple, set, frozenset, deque)


def allocated(value: Any, seen: set[int] | None = None) -> int:
    """What the interpreter says that a value takes, its parts included.

    A container counts once however often it occurs, as ``()`` does, of which there is one in the interpreter; what
    holds no parts counts as often as it occurs.
    """
    met: set[int] = set() if seen is None else seen
    if isinstance(value, CONTAINERS):
        if id(value) in met:
            return 0
        met.add(id(value))
    size = sys.getsizeof(value)
    if isinstance(value, dict):
        return size + sum(allocated(key, met) + allocated(part, met) for key, part in value.items())
    if isinstance(value, CONTAINERS):
        return size + sum([allocated(part, met) for part in value])
    return size


class Pair(NamedTuple):
    left: object
    right: object


@dataclass
class Plain:
    left: object
    right: object


@dataclass(slots=True)
class Slotted:
    left: object
    right: object


class Inherited(Slotted):
    """An instance with slots, one of them its base's, and a dict."""

    __slots__ = ("__dict__", "__hidden", "never_filled")

    def __init__(self, left: object, right: object) -> None:
        super().__init__(left, right)
        self.__hidden = left
        self.other = right


class Struct(msgspec.Struct):
    left: Any
    right: Any


class Model(pydantic.BaseModel):
    left: Any
    right: Any


class Colour(Enum):
    RED = "r" * 1000


class Level(IntEnum):
    LOW = 1


class Liar(list[object]):
    """A list whose methods are not to be trusted."""

    def __len__(self) -> NoReturn:
        raise RuntimeError("asked")

    def __iter__(self) -> Iterator[object]:
        raise RuntimeError("asked")

    def __getitem__(self, place: object) -> NoReturn:
        raise RuntimeError("asked")


class Hostile:
    """An object that fails whenever it is asked."""

    @property
    def __dict__(self) -> NoReturn:  # type: ignore[override]  # hostile on purpose
        raise AttributeError("asked")

    def __getattr__(self, name: str) -> NoReturn:
        raise RuntimeError("asked")


class TestSize:
    """What a value counts for."""

    @law
    @given(values)
    @example(((), (), (), ()))
    @example([frozenset()] * 5)
    def test_a_weight_is_within_a_factor_of_two_of_what_is_allocated(self, value: object) -> None:
        assert 0.5 <= weigh(value) / allocated(value) <= 2

    @law
    @given(st.lists(st.text() | st.lists(st.integers() | st.binary()), max_size=8))
    def test_weights_of_members_add_up(self, members: list[object]) -> None:
        assert weigh(members) == 56 + sum(8 + weigh(member) for member in members)
        assert weigh(tuple(members)) == weigh(members) - 16

    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            ("", 49),
            ("abc", 52),
            ("é" * 10, 84),
            ("щ" * 10, 94),
            ("😀" * 10, 114),
            ("\ud800", 76),
            (b"", 33),
            (b"abc", 36),
            (bytearray(100), 212),
            (memoryview(b"x" * 100), 212),
            (array("d", [0.0] * 100), 912),
            (0, 28),
            (-(2**29), 28),
            (2**100, 40),
            (None, 16),
            (True, 28),
            (1.5, 24),
            (1j, 32),
            (datetime(2020, 1, 1, tzinfo=UTC), 48),
            (date(2020, 1, 1), 32),
            (time(1), 40),
            (timedelta(1), 40),
            (UUID(int=1), 100),
            (Decimal("1.5"), 104),
            ([], 56),
            ((), 40),
            ({}, 64),
            ([1, 2], 56 + 16 + 56),
            ({"a": 1}, 120 + 36 + 50 + 28),
            ({1.5}, 216 + 52 + 24),
            (frozenset({1.5}), 216 + 52 + 24),
            (deque([1.5]), 760 + 8 + 24),
        ],
    )
    def test_constants_are_pinned(self, value: object, expected: int) -> None:
        assert weigh(value) == expected

    @pytest.mark.parametrize("value", [Colour.RED, Level.LOW, int, weigh, len, "".join, sys, [].append, Plain])
    def test_what_belongs_to_the_program_counts_as_a_reference(self, value: object) -> None:
        assert weigh(value) == 16

    def test_subclasses_of_plain_types_count_as_those(self) -> None:
        class Text(str):
            __slots__ = ()

        class Number(int):
            pass

        class Share(float):
            pass

        class Blob(bytes):
            pass

        assert weigh(Text("abc")) == weigh("abc")
        assert weigh(Number(7)) == weigh(7)
        assert weigh(Share(7)) == weigh(7.0)
        assert weigh(Blob(b"x" * 1000)) == pytest.approx(weigh(b"x" * 1000), abs=100)

    @pytest.mark.parametrize("kind", [Pair, Plain, Slotted, Inherited, Struct, Model])
    def test_what_an_object_holds_counts_whole(self, kind: Any) -> None:
        small = weigh(kind(left="", right=[""]))
        large = weigh(kind(left="x" * 1000, right=["y" * 10_000]))
        times = 2 if kind is Inherited else 1
        shared = 1  # the list that is held twice counts once
        assert large - small == 1000 * times + 10_000 * shared

    def test_an_object_that_shows_nothing_has_a_weight(self) -> None:
        assert weigh(object()) == UNSEEN
        assert weigh(Hostile()) == UNSEEN

    def test_overridden_methods_are_not_asked(self) -> None:
        assert weigh(Liar(["x" * 100])) == weigh(["x" * 100])
