"""Objects count by their class and by what their class declares."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, Flag, IntEnum
from functools import cached_property
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any, NamedTuple

import msgspec
import pydantic
import pytest

from hexcache.domain.canonical import canonical
from hexcache.domain.errors import InvalidKey
from tests.unit.domain.encoded import Colour, Pair, Point, Vector


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


class Level(IntEnum):
    LOW = 1
    FIRST = 1


class Access(Flag):
    READ = 1
    WRITE = 2


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
