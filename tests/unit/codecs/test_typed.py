"""The typed serializer gives objects of its type back as they were, or refuses them when they are written."""

from __future__ import annotations

import enum
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hexcache.adapters.outbound.codecs.typed import TypedSerializer
from hexcache.domain.errors import InvalidSetting, Undecodable, UnsupportedValue
from tests.unit.codecs.values import texts
from tests.unit.domain.laws import law

Format = Literal["msgpack", "json"]
both_formats = pytest.mark.parametrize("form", ["msgpack", "json"])


class Mood(enum.Enum):
    GOOD = "good"
    BAD = "bad"


@dataclass
class Line:
    sku: str
    count: int
    price: Decimal


@dataclass(frozen=True)
class Order:
    id: UUID
    at: datetime
    lines: list[Line]
    mood: Mood
    tags: frozenset[str] = frozenset()
    size: tuple[int, float] = (0, 0.0)
    note: str | None = None
    extra: Any = None

    @cached_property
    def total(self) -> Decimal:
        return sum((line.price * line.count for line in self.lines), Decimal(0))


class Event(msgspec.Struct, frozen=True):
    name: str
    at: datetime
    took: timedelta
    scores: dict[str, float] = {}
    inner: Event | None = None
    extra: Any = None


class Address(pydantic.BaseModel):
    street: str
    zip_code: str = pydantic.Field(alias="zip")


class Person(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="allow")
    name: str
    born: date
    mood: Mood
    addresses: list[Address] = []
    photo: bytes = b""
    ratio: float = 0.0
    home: PurePosixPath = PurePosixPath("/")
    pairs: dict[int, tuple[str, ...]] = {}
    kin: frozenset[str] = frozenset()
    seen: datetime | None = None
    balance: Decimal = Decimal(0)


def moments(zone: tzinfo | None) -> st.SearchStrategy[datetime]:
    """Without a fold, which these formats have no room for."""
    return st.datetimes(timezones=st.just(zone)).map(lambda moment: moment.replace(fold=0))


lines = st.builds(Line, texts, st.integers(-(2**60), 2**60), st.decimals(allow_nan=False, allow_infinity=False))
orders = st.builds(
    Order, st.uuids(), moments(UTC), st.lists(lines, max_size=3), st.sampled_from(Mood),
    st.frozensets(texts, max_size=3), st.tuples(st.integers(0, 9), st.floats(allow_nan=False, allow_infinity=False)),
    st.none() | texts,
)  # fmt: skip
events: st.SearchStrategy[Event] = st.deferred(
    lambda: st.builds(
        Event, texts, moments(None), st.timedeltas(timedelta(days=-9999), timedelta(days=9999)),
        st.dictionaries(texts, st.floats(allow_nan=False, allow_infinity=False), max_size=3),
        st.none() | events,
    )
)  # fmt: skip
people = st.builds(
    lambda streets, **fields: Person(addresses=[Address(street=one, zip=two) for one, two in streets], **fields),
    st.lists(st.tuples(texts, texts), max_size=2),
    name=texts, born=st.dates(), mood=st.sampled_from(Mood), photo=texts.map(str.encode),
    ratio=st.floats(allow_nan=False, allow_infinity=False), pairs=st.dictionaries(
        st.integers(-9, 9), st.lists(texts, max_size=2).map(tuple), max_size=2
    ),
    kin=st.frozensets(texts, max_size=2), seen=st.none() | moments(UTC),
    balance=st.decimals(allow_nan=False, allow_infinity=False), nickname=texts,
)  # fmt: skip


@both_formats
class TestRoundTrip:
    """Objects come back as objects."""

    @law
    @given(value=orders)
    def test_dataclasses(self, form: Format, value: Order) -> None:
        serializer = TypedSerializer(Order, form)
        back = serializer.loads(serializer.dumps(value))
        assert type(back) is Order
        assert back == value
        assert [type(line.price) for line in back.lines] == [Decimal] * len(value.lines)

    @law
    @given(value=events)
    def test_structs(self, form: Format, value: Event) -> None:
        serializer = TypedSerializer(Event, form)
        back = serializer.loads(serializer.dumps(value))
        assert type(back) is Event
        assert back == value

    @law
    @given(value=people)
    def test_pydantic_models(self, form: Format, value: Person) -> None:
        serializer = TypedSerializer(Person, form)
        back = serializer.loads(serializer.dumps(value))
        assert type(back) is Person
        assert back.model_dump() == value.model_dump()
        assert back.model_extra == value.model_extra

    def test_containers_of_them(self, form: Format) -> None:
        serializer = TypedSerializer(list[Line], form)
        value = [Line("a", 1, Decimal("1.10"))]
        assert serializer.loads(serializer.dumps(value)) == value

    def test_values_that_the_object_caches_about_itself_do_not_matter(self, form: Format) -> None:
        order = Order(UUID(int=1), datetime(2020, 1, 1, tzinfo=UTC), [Line("a", 2, Decimal("1.5"))], Mood.GOOD)
        assert order.total == Decimal(3)
        assert TypedSerializer(Order, form).loads(TypedSerializer(Order, form).dumps(order)) == order

    def test_each_load_is_an_object_of_its_own(self, form: Format) -> None:
        serializer = TypedSerializer(Line, form)
        payload = serializer.dumps(Line("a", 1, Decimal(1)))
        serializer.loads(payload).sku = "mine"
        assert serializer.loads(payload).sku == "a"


def order_with(**changes: Any) -> Order:
    fields: dict[str, Any] = {"id": UUID(int=1), "at": datetime(2020, 1, 1, tzinfo=UTC), "lines": [], "mood": Mood.BAD}
    return Order(**(fields | changes))


def event_with(**changes: Any) -> Event:
    return Event(**({"name": "a", "at": datetime(2020, 1, 1), "took": timedelta(1)} | changes))  # type: ignore[arg-type]  # wrong on purpose


class Subclass(Address):
    pass


class Excluding(pydantic.BaseModel):
    shown: int
    hidden: int = pydantic.Field(default=0, exclude=True)
    _private: int = 0


class Rejecting(pydantic.BaseModel):
    count: int

    @pydantic.model_validator(mode="after")
    def _refuse_two(self) -> Rejecting:
        if self.count == 2:
            raise KeyError("not a validation error")
        return self


class Secret(pydantic.BaseModel):
    token: pydantic.SecretStr


def with_private(value: Excluding) -> Excluding:
    value._private = 7
    return value


@both_formats
class TestRefusal:
    """What the format would change is refused when it is written."""

    @pytest.mark.parametrize(
        ("make", "path"),
        [
            (lambda: order_with(extra=(1, 2)), "$.extra"),
            (lambda: order_with(extra={"a": [{1}]}), "$.extra.a[0]"),
            (lambda: order_with(extra=[Line("a", 1, Decimal(1))]), "$.extra[0]"),
            (lambda: order_with(size=(1, 2)), "$.size[1]"),
            (lambda: order_with(note=5), "$"),
            (lambda: order_with(extra=object()), "$"),
            (lambda: order_with(at=datetime(2020, 6, 1, tzinfo=ZoneInfo("Europe/Paris"))), "$.at"),
            (lambda: order_with(extra=Mood.GOOD), "$.extra"),
            (lambda: Line("a", 1, Decimal(1)), "$"),
            (lambda: None, "$"),
            (lambda: order_with(note="\ud800"), "$"),
            (lambda: order_with(lines=[Line("a", 1, Decimal("sNaN"))], extra=order_with), "$"),
        ],
    )  # fmt: skip
    def test_of_dataclasses(self, form: Format, make: Callable[[], object], path: str) -> None:
        with pytest.raises(UnsupportedValue) as caught:
            TypedSerializer(Order, form).dumps(make())
        assert caught.value.path == path

    @pytest.mark.parametrize(
        ("make", "path"),
        [
            (lambda: event_with(scores={"a": 1}), "$.scores.a"),
            (lambda: event_with(extra=UUID(int=1)), "$.extra"),
            (lambda: event_with(at=datetime(2020, 1, 1, fold=1)), "$.at"),
            (lambda: event_with(inner=event_with(extra=frozenset([1]))), "$.inner.extra"),
            (order_with, "$"),
        ],
    )
    def test_of_structs(self, form: Format, make: Callable[[], object], path: str) -> None:
        with pytest.raises(UnsupportedValue) as caught:
            TypedSerializer(Event, form).dumps(make())
        assert caught.value.path == path

    def test_cycles(self, form: Format) -> None:
        looped: list[Any] = []
        looped.append(looped)
        with pytest.raises(UnsupportedValue):
            TypedSerializer(Order, form).dumps(order_with(extra=looped))

    def test_subclasses(self, form: Format) -> None:
        with pytest.raises(UnsupportedValue) as caught:
            TypedSerializer(Address, form).dumps(Subclass(street="a", zip="b"))
        assert caught.value.path == "$"

    def test_excluded_and_private_fields_of_models(self, form: Format) -> None:
        serializer = TypedSerializer(Excluding, form)
        assert serializer.loads(serializer.dumps(Excluding(shown=1))) == Excluding(shown=1)
        with pytest.raises(UnsupportedValue) as caught:
            serializer.dumps(Excluding(shown=1, hidden=5))
        assert caught.value.path == "$.hidden"
        with pytest.raises(UnsupportedValue) as caught:
            serializer.dumps(with_private(Excluding(shown=1)))
        assert "__pydantic_private__" in caught.value.path

    def test_secrets_that_are_masked_when_written(self, form: Format) -> None:
        with pytest.raises(UnsupportedValue) as caught:
            TypedSerializer(Secret, form).dumps(Secret(token=pydantic.SecretStr("hunter2")))
        assert "hunter2" not in str(caught.value)

    def test_models_whose_own_hooks_fail(self, form: Format) -> None:
        with pytest.raises(UnsupportedValue):
            TypedSerializer(Rejecting, form).dumps(Rejecting.model_construct(count=2))


class TestFormats:
    """Where the two formats differ."""

    def test_msgpack_keeps_nan_and_raw_bytes_of_models(self) -> None:
        serializer = TypedSerializer(Person)
        person = Person(name="ada", born=date(1815, 12, 10), mood=Mood.GOOD, photo=b"\xff\xd8", ratio=float("nan"))
        back = serializer.loads(serializer.dumps(person))
        assert back.photo == b"\xff\xd8"
        assert back.ratio != back.ratio

    @pytest.mark.parametrize("change", [{"photo": b"\xff\xd8"}, {"ratio": float("nan")}], ids=str)
    def test_json_refuses_them(self, change: dict[str, Any]) -> None:
        person = Person(name="ada", born=date(1815, 12, 10), mood=Mood.GOOD, **change)
        with pytest.raises(UnsupportedValue):
            TypedSerializer(Person, "json").dumps(person)

    def test_json_is_json(self) -> None:
        payload = TypedSerializer(Address, "json").dumps(Address(street="a", zip="b"))
        assert msgspec.json.decode(payload) == {"street": "a", "zip": "b"}


@both_formats
@pytest.mark.parametrize("kind", [Order, Event, Person])
class TestHostileBytes:
    """Bytes of another shape are undecodable."""

    @law
    @given(payload=st.binary(max_size=100))
    def test_any_bytes(self, kind: type, form: Format, payload: bytes) -> None:
        with suppress(Undecodable):
            TypedSerializer(kind, form).loads(payload)

    @pytest.mark.parametrize("other", [{}, {"name": 1}, [], None, {"id": "x"}, [[[]]]], ids=repr)
    def test_values_of_another_type(self, kind: type, form: Format, other: object) -> None:
        payload = msgspec.json.encode(other) if form == "json" else msgspec.msgpack.encode(other)
        with pytest.raises(Undecodable, match="payload"):
            TypedSerializer(kind, form).loads(payload)

    def test_nesting(self, kind: type, form: Format) -> None:
        with pytest.raises(Undecodable):
            TypedSerializer(kind, form).loads((b"[" if form == "json" else b"\x91") * 100_000)


@both_formats
def test_a_hook_that_raises_anything_is_undecodable(form: Format) -> None:
    payload = msgspec.json.encode({"count": 2}) if form == "json" else msgspec.msgpack.encode({"count": 2})
    with pytest.raises(Undecodable):
        TypedSerializer(Rejecting, form).loads(payload)


@dataclass
class Handler:
    call: Callable[[], None] = field(default=lambda: None)


class TestConstruction:
    """Mistakes are found when the serializer is made."""

    def test_unknown_formats(self) -> None:
        with pytest.raises(InvalidSetting, match=r"'yaml'.*'msgpack', 'json'"):
            TypedSerializer(Order, "yaml")  # type: ignore[arg-type]  # wrong on purpose

    def test_types_that_cannot_be_decoded(self) -> None:
        with pytest.raises(InvalidSetting, match="accepted"):
            TypedSerializer(list[int] | tuple[int])  # type: ignore[arg-type]  # wrong on purpose

    def test_name_and_repr_tell_format_and_type(self) -> None:
        serializer = TypedSerializer(Order, "json")
        assert serializer.name.startswith("json:")
        assert serializer.name.endswith(".Order")
        assert "Order" in repr(serializer)
        assert TypedSerializer(list[int]).name == "msgpack:list[int]"


class TestShares:
    """Only scalars of the very type are shared."""

    def test_objects_are_not(self) -> None:
        assert not TypedSerializer(Order).shares(order_with())
        assert not TypedSerializer(Event).shares(event_with())

    def test_scalars_of_the_type_are(self) -> None:
        assert TypedSerializer(int).shares(5)
        assert not TypedSerializer(int).shares(True)
        assert not TypedSerializer(float).shares(5)
        assert not TypedSerializer(str).shares("\ud800")
        assert not TypedSerializer(list[int]).shares([5])
