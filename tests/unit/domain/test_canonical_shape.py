"""Classes are told apart by what they declare, however deep, and refused when that cannot be known."""

from __future__ import annotations

import typing
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from types import SimpleNamespace
from typing import Annotated, Any, Generic, Literal, NewType, NotRequired, Optional, TypedDict, TypeVar, Union, cast

import msgspec
import pydantic
import pytest
import typing_extensions

from hexcache.domain.canonical import canonical
from hexcache.domain.errors import InvalidKey

T = TypeVar("T")
Bound = TypeVar("Bound", bound=int)
Either = TypeVar("Either", int, str)
Id = NewType("Id", int)
Code = NewType("Code", str)
Alias = typing_extensions.TypeAliasType("Alias", list[int])


@dataclass
class Node:
    """A class within itself."""

    value: int
    next: Node | None


@dataclass
class Left:
    other: Right


@dataclass
class Right:
    other: Left


class Movie(TypedDict):
    name: str
    year: NotRequired[int]


class Box(Generic[T]):
    content: T


def declared(base: type = object, **hints: object) -> Any:
    """A class of one and the same name with these annotations."""
    return type("Answer", (base,), {"__annotations__": hints, "__module__": __name__, "__qualname__": "Answer"})


def model(**fields: Any) -> Any:
    """A pydantic model of one and the same name."""
    return pydantic.create_model("Answer", **fields)


def listed(hint: Any) -> Any:
    """A list of what type checkers do not take for a type."""
    return cast("Any", list).__class_getitem__(hint)


def differ(*shapes: Any) -> bool:
    """Whether no two of these have one encoding."""
    return len({canonical(shape) for shape in shapes}) == len(shapes)


class TestClasses:
    """Classes with annotations."""

    def test_a_class_is_told_by_module_and_name(self) -> None:
        assert differ(int, bool, float, str, dict, Node, Movie, type(None), "builtins.int", SimpleNamespace)
        assert canonical(int) == canonical(int)

    def test_classes_of_one_name_are_told_by_their_annotations(self) -> None:
        shapes = [declared(), declared(a=int), declared(b=int), declared(a=str), declared(a=int, b=int)]
        assert differ(*shapes)
        assert canonical(declared(a=int)) == canonical(declared(a=int))

    def test_a_difference_deep_within_counts(self) -> None:
        assert differ(*[declared(a=listed(declared(b=inner))) for inner in (int, str)])

    def test_what_a_base_declares_counts(self) -> None:
        assert differ(declared(declared(a=int), b=int), declared(declared(a=str), b=int), declared(b=int))

    def test_a_class_within_itself_ends(self) -> None:
        assert canonical(Node) == canonical(Node)
        assert differ(Node, Left, Right, Box)

    def test_required_keys_of_a_typed_dict_count(self) -> None:
        hints = {"name": str, "year": int}
        make: Any = TypedDict
        assert differ(make("Answer", hints), make("Answer", hints, total=False), Movie)

    def test_members_of_an_enum_count(self) -> None:
        def made(**members: object) -> Any:
            make: Any = Enum
            return make("Answer", members)

        assert differ(made(A=1), made(A=2), made(B=1), made(A=1, B=1), made(A=1, B=2))
        assert canonical(made(A=1)) == canonical(made(A=1))

    def test_a_class_with_a_key_of_its_own_is_still_told_as_a_class(self) -> None:
        class Keyed:
            def __cache_key__(self) -> object:
                raise AssertionError

        canonical(Keyed)


class TestModels:
    """Pydantic models, by their JSON schema."""

    def test_fields_types_descriptions_and_constraints_count(self) -> None:
        described = pydantic.Field(description="how many")
        shapes = [
            model(a=(int, ...)), model(b=(int, ...)), model(a=(str, ...)), model(a=(int, 0)), model(a=(int, described)),
            model(a=(int, pydantic.Field(ge=0))), model(a=(model(b=(int, ...)), ...)),
            model(a=(model(c=(int, ...)), ...)),
        ]  # fmt: skip
        assert differ(*shapes)
        assert canonical(model(a=(int, ...))) == canonical(model(a=(int, ...)))

    def test_a_model_without_a_schema_is_refused(self) -> None:
        kind = model(a=(Callable[[], int], ...))
        with pytest.raises(InvalidKey, match=r"class .*Answer, which has no JSON schema at \$\[0\]; accepted"):
            canonical([kind])


class TestGenerics:
    """Generics and the other forms of annotations."""

    def test_each_form_is_told_from_the_others(self) -> None:
        assert differ(
            list[int], list[str], list, tuple[int, ...], tuple[int], tuple[int, int], dict[str, int], dict[int, str],
            int | None, int | str, int | None | str, Literal[1], Literal[True], Literal["1"], Literal[1, 2],
            Literal[2, 1], Annotated[int, 1], Annotated[int, 2], Annotated[str, 1], Callable[[int], str],
            Callable[[str], str], Callable[..., str], Callable[[int], int], type[int], list[Any], listed(T),
            listed(Bound), listed(Either), list[Id], list[Code], list[Alias], list[typing.Self],
            list[typing.LiteralString], Box[int], Box[str], list[None], list[int | None],
        )  # fmt: skip

    def test_equal_unions_are_one_however_they_are_written(self) -> None:
        assert canonical(Union[int, str]) == canonical(int | str) == canonical(str | int)  # noqa: UP007 - the older spelling is meant
        assert canonical(Optional[int]) == canonical(None | int)  # noqa: UP045 - the older spelling is meant
        assert canonical(list[Union[int, str]]) == canonical(list[str | int])  # noqa: UP007 - the older spelling is meant

    def test_an_alias_within_itself_ends(self) -> None:
        def looped(inner: Any) -> Any:
            """What the ``type`` statement makes of ``type Loop = dict[inner, Loop]``."""
            alias: Any = SimpleNamespace(__name__="Loop")
            alias.__value__ = dict.__class_getitem__((inner, alias))
            return listed(alias)

        assert canonical(looped(int)) == canonical(looped(int))
        assert differ(looped(int), looped(str))

    def test_unhashable_metadata_is_encoded_too(self) -> None:
        assert differ(Annotated[int, [1]], Annotated[int, [2]])

    def test_generic_itself_is_a_class(self) -> None:
        assert differ(Generic, list)


class TestRefused:
    """Shapes that cannot be known."""

    def test_annotations_that_cannot_be_resolved(self) -> None:
        with pytest.raises(InvalidKey, match=r"class .*Answer, whose annotations cannot be resolved at \$; accepted"):
            canonical(declared(a="Nowhere"))

    def test_metadata_without_an_identity(self) -> None:
        kind = declared(a=Annotated[int, msgspec.Meta(ge=0)])
        with pytest.raises(InvalidKey, match=r"an object of class msgspec\.Meta at \$\.kind\.a\[0\]; accepted"):
            canonical({"kind": kind})

    def test_what_is_no_annotation(self) -> None:
        with pytest.raises(InvalidKey, match=r"annotation of class builtins\.int at \$; accepted"):
            canonical(listed(3))

    def test_a_class_that_holds_itself_as_a_value(self) -> None:
        kind = declared()
        kind.__annotations__ = {"a": Annotated[int, kind]}
        with pytest.raises(InvalidKey, match="nested too deeply"):
            canonical(kind)
