"""Two values have one encoding exactly when they are the same, and what cannot be told apart is refused."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta, timezone, tzinfo
from enum import Enum, Flag, IntEnum
from functools import cached_property
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import msgspec
import pydantic
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hexcache.domain.canonical import canonical, walk
from hexcache.domain.canonical.walk import MAX_DEPTH, MAX_PARTS
from hexcache.domain.errors import InvalidKey
from tests.unit.domain.encoded import NEAR, VALUES, Colour, Pair, Point, Vector, same, shuffled
from tests.unit.domain.laws import law


class Struct(msgspec.Struct):
    x: Any
    y: Any


class Model(pydantic.BaseModel):
    x: Any
    y: Any


class Open(pydantic.BaseModel, extra="allow"):
    x: int


class Old(pydantic.BaseModel):
    x: int = pydantic.Field(deprecated=True)


class Keyed:
    def __init__(self, key: object) -> None:
        self.key = key

    def __cache_key__(self) -> object:
        return self.key


class AlsoKeyed(Keyed):
    """Another class with the same keys."""


class Attribute(NamedTuple):
    name: str


class Attrs:
    """What a class looks like that attrs made."""

    __attrs_attrs__ = (Attribute("x"), Attribute("y"))

    def __init__(self, x: object, y: object) -> None:
        self.x, self.y = x, y


@dataclass
class Cached:
    x: int

    @cached_property
    def double(self) -> int:
        return 2 * self.x


@dataclass
class Unset:
    x: int = field(init=False)


@dataclass
class Table(dict[str, int]):
    """A dataclass that holds more than its fields."""

    x: int = 0


class Level(IntEnum):
    LOW = 1
    FIRST = 1


class Access(Flag):
    READ = 1
    WRITE = 2


class TestInjective:
    """Different values, different encodings; equal ones, equal encodings."""

    @law
    @given(VALUES, VALUES)
    @example({1: "a"}, {True: "a"})
    @example([["a"], "b"], [["a", "b"]])
    @example({"a": {"b": 1}}, {"a": 1, "b": {}})
    @example({("a", "b")}, {"a", "b"})
    @example(["ab", "c"], ["a", "bc"])
    def test_values_have_one_encoding_exactly_when_they_are_the_same(self, one: Any, other: Any) -> None:
        assert (canonical(one) == canonical(other)) == same(one, other)

    def test_no_two_near_values_meet(self) -> None:
        for place, one in enumerate(NEAR):
            for other in NEAR[:place]:
                assert (canonical(one) == canonical(other)) == same(one, other)
        assert len({canonical(value) for value in NEAR}) > len(NEAR) - 4

    @law
    @given(st.lists(VALUES, max_size=3), st.lists(VALUES, max_size=3))
    def test_encodings_one_after_another_do_not_run_together(self, one: list[Any], other: list[Any]) -> None:
        joined = [b"".join(map(canonical, values)) for values in (one, other)]
        assert (joined[0] == joined[1]) == same(one, other)

    @law
    @given(VALUES, st.randoms(use_true_random=False))
    def test_order_where_there_is_none_does_not_count(self, value: Any, random: Any) -> None:
        def order(parts: list[Any]) -> list[Any]:
            random.shuffle(parts)
            return parts

        assert canonical(shuffled(value, order)) == canonical(value)

    def test_order_where_there_is_one_counts(self) -> None:
        assert canonical([1, 2]) != canonical([2, 1])
        assert canonical((1, 2)) != canonical([1, 2])

    def test_every_nan_is_the_same_one_and_the_two_zeros_are_two(self) -> None:
        assert canonical(float("nan")) == canonical(-float("nan"))
        assert canonical(complex(0, float("nan"))) == canonical(complex(0, -float("nan")))
        assert canonical(0.0) != canonical(-0.0)

    def test_numbers_have_no_limit_on_digits(self) -> None:
        assert canonical(10**5000) != canonical(10**5000 + 1)

    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            (None, b"N"),
            (True, b"T"),
            (-255, b"i-ff;"),
            (1.5, b"f\x3f\xf8\0\0\0\0\0\0"),
            ("é", b"s2:\xc3\xa9"),
            ([1, ["a"]], b"l2:i1;l1:s1:a"),
            ({"b": 1, "a": 2}, b"d2:s1:ai2;s1:bi1;"),
            ({2, 1}, b"S2:i1;i2;"),
            (timedelta(seconds=1), b"e1000000;"),
        ],
    )
    def test_some_encodings_are_pinned(self, value: object, expected: bytes) -> None:
        assert canonical(value) == expected


class TestZones:
    """Times of day in their zones."""

    def test_zones_that_agree_today_are_told_apart(self) -> None:
        zones = ("Europe/Paris", "Europe/Berlin")
        assert len({canonical(datetime(2020, 1, 1, tzinfo=ZoneInfo(zone))) for zone in zones}) == 2

    def test_one_moment_in_two_zones_is_two_values(self) -> None:
        moment = datetime(2020, 1, 1, tzinfo=UTC)
        assert canonical(moment) != canonical(moment.astimezone(timezone(timedelta(hours=1))))

    def test_zones_of_one_offset_count_by_their_names(self) -> None:
        hour = timedelta(hours=1)
        assert canonical(time(1, tzinfo=timezone(hour))) == canonical(time(1, tzinfo=timezone(hour)))
        assert canonical(time(1, tzinfo=timezone(hour, "A"))) != canonical(time(1, tzinfo=timezone(hour, "B")))

    def test_a_zone_that_nothing_names_is_refused(self) -> None:
        class Odd(tzinfo):
            key = "Europe/Paris"

            def utcoffset(self, dt: datetime | None) -> timedelta | None:
                return None if dt is None else timedelta(hours=1)

            dst = utcoffset

            def tzname(self, dt: datetime | None) -> str:
                return "CET"

        with pytest.raises(InvalidKey, match=r"time zone of class .*Odd at \$\.start;"):
            canonical({"start": datetime(2020, 1, 1, tzinfo=Odd())})

    def test_a_zone_of_offset_only_needs_no_name(self) -> None:
        class Fixed(tzinfo):
            def utcoffset(self, dt: datetime | None) -> timedelta:
                return timedelta(hours=1)

            dst = utcoffset

            def tzname(self, dt: datetime | None) -> None:
                return None

        assert canonical(time(1, tzinfo=Fixed())) != canonical(time(1))


class TestInstances:
    """Objects of classes that declare what they hold."""

    @pytest.mark.parametrize("kind", [Point, Vector, Pair, Struct, Model, Attrs])
    def test_fields_count_by_name_and_value(self, kind: Any) -> None:
        assert canonical(kind(x=1, y=2)) == canonical(kind(y=2, x=1))
        assert canonical(kind(x=1, y=2)) != canonical(kind(x=2, y=1))
        assert canonical(kind(x=1, y=2)) != canonical(kind(x=1, y=2.0))

    def test_the_class_counts(self) -> None:
        kinds: list[Any] = [Point, Vector, Pair, Struct, Model, Attrs, dict]
        assert len({canonical(kind(x=1, y=2)) for kind in kinds}) == len(kinds)
        assert canonical(Pair(1, 2)) != canonical((1, 2))

    def test_classes_of_one_name_with_other_fields_differ(self) -> None:
        def made(name: str) -> object:
            kind: Any = dataclass(type("Answer", (), {"__annotations__": {name: int}}))
            return kind(**{name: 1})

        assert type(made("a")).__qualname__ == type(made("b")).__qualname__
        assert canonical(made("a")) == canonical(made("a"))
        assert canonical(made("a")) != canonical(made("b"))

    def test_what_is_not_a_field_does_not_count(self) -> None:
        value = Cached(1)
        before = canonical(value)
        assert value.double == 2
        assert canonical(value) == before

    def test_extras_of_a_model_count(self) -> None:
        assert canonical(Open.model_validate({"x": 1})) != canonical(Open.model_validate({"x": 1, "y": 2}))

    def test_a_deprecated_field_is_read_without_a_warning(self) -> None:
        assert canonical(Old(x=1)) != canonical(Old(x=2))

    @pytest.mark.parametrize("value", [Unset(), Model.model_construct(x=1)])
    def test_a_field_without_a_value_is_refused(self, value: object) -> None:
        with pytest.raises(InvalidKey, match=r"with a field that has no value at \$\[0\]; accepted"):
            canonical([value])

    def test_an_object_may_name_its_own_key(self) -> None:
        assert canonical(Keyed([1, "a"])) == canonical(Keyed([1, "a"]))
        assert canonical(Keyed(1)) != canonical(Keyed(2))
        assert canonical(Keyed(1)) != canonical(AlsoKeyed(1))
        assert canonical(Keyed(1)) != canonical(1)

    def test_members_of_enums_count_by_class_name_and_value(self) -> None:
        assert canonical(Colour.RED) != canonical(Colour.BLUE)
        assert canonical(Level.LOW) != canonical(1)
        assert canonical(Enum("Level", {"A": 1}).A) != canonical(Enum("Level", {"B": 1}).B)  # type: ignore[attr-defined]  # made here
        assert canonical(Level.LOW) == canonical(Level.FIRST)
        assert canonical(Access.READ | Access.WRITE) != canonical(Access.READ)

    def test_paths_count_by_class_and_text(self) -> None:
        assert canonical(PurePosixPath("a/b")) == canonical(PurePosixPath("a//b"))
        assert canonical(PurePosixPath("a/b")) != canonical(PureWindowsPath("a/b"))
        assert canonical(PureWindowsPath("a/b")) == canonical(PureWindowsPath("a\\b"))
        assert canonical(PurePosixPath("a")) != canonical("a")
        assert canonical(Path("a")) == canonical(Path("a"))
        assert b"pathlib.PurePosixPath" in canonical(PurePosixPath("a"))


class TestRefused:
    """What has no reliable identity."""

    @pytest.mark.parametrize(
        ("value", "found"),
        [
            (object(), "an object of class builtins.object"),
            (lambda: None, "an object of class builtins.function"),
            (iter([]), "an object of class builtins.list_iterator"),
            (memoryview(b""), "an object of class builtins.memoryview"),
            (OrderedDict(a=1), "an object of class collections.OrderedDict"),
            (defaultdict(int), "an object of class collections.defaultdict"),
            (type("Text", (str,), {})("a"), r"an object of class .*\.Text"),
            (Table(), r"an object of class .*\.Table"),
        ],
    )
    def test_the_error_names_the_class_the_place_and_what_is_accepted(self, value: object, found: str) -> None:
        with pytest.raises(InvalidKey, match=rf"cannot make a key of {found} at \$\.users\[1\]; accepted: None, bool"):
            canonical({"users": ["a", value]})

    @pytest.mark.parametrize(
        ("value", "path"),
        [
            (object(), "$"),
            ([0, (1, object())], "$[1][1]"),
            ({"a": {"b": object()}}, "$.a.b"),
            ({"not a name": object()}, "$[...]"),
            ({7: object()}, "$[...]"),
            ({object(): 7}, "$[...]"),
            (frozenset([object()]), "${...}"),
            (Point(1, [object()]), "$.y[0]"),
            (Keyed({"k": object()}), "$.__cache_key__.k"),
            ({"kind": {"a": Struct}, "b": object()}, "$.b"),
        ],
    )
    def test_the_path_leads_to_the_part(self, value: object, path: str) -> None:
        with pytest.raises(InvalidKey) as caught:
            canonical(value)
        assert f" at {path}; accepted" in str(caught.value)

    def test_the_root_has_a_name(self) -> None:
        with pytest.raises(InvalidKey, match=r" at args\[0\]; "):
            canonical((object(),), "args")

    def test_a_value_within_itself_is_refused(self) -> None:
        loop: list[object] = []
        loop.append(loop)
        with pytest.raises(InvalidKey, match="nested deeper than 64 levels"):
            canonical(loop)
        own = Keyed(None)
        own.key = own
        with pytest.raises(InvalidKey, match="does it hold itself"):
            canonical(own)

    def test_the_deepest_value_is_accepted(self) -> None:
        deep: list[object] = []
        for _ in range(MAX_DEPTH - 1):
            deep = [deep]
        canonical(deep)
        with pytest.raises(InvalidKey, match="nested deeper"):
            canonical([deep])

    def test_siblings_do_not_add_to_the_depth(self) -> None:
        canonical([[[]] for _ in range(3 * MAX_DEPTH)])

    def test_a_value_of_too_many_parts_is_refused_before_the_work(self) -> None:
        with pytest.raises(InvalidKey, match=f"more than {MAX_PARTS} parts"):
            canonical([None] * (MAX_PARTS + 1))

    def test_parts_that_are_held_over_and_over_count_each_time(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(walk, "MAX_PARTS", 10_000)
        wide: list[object] = []
        for _ in range(12):
            wide = [wide, wide]
        canonical(wide)
        with pytest.raises(InvalidKey, match="more than 10000 parts"):
            canonical([wide, {"again": wide}, (wide, {1: wide})])

    def test_no_value_is_shown(self) -> None:
        secret = type("Secret", (str,), {})("hunter2")
        with pytest.raises(InvalidKey) as caught:
            canonical({"password of hunter2": secret})
        assert "hunter2" not in str(caught.value)
