"""The typed serializer gives objects of its type back as they were."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hexcache.adapters.outbound.codecs.typed import TypedSerializer
from hexcache.domain.errors import InvalidSetting, Undecodable, UnsupportedValue
from tests.unit.codecs.typed_models import (
    Address,
    Event,
    Format,
    Line,
    Mood,
    Order,
    Person,
    Rejecting,
    both_formats,
    event_with,
    events,
    order_with,
    orders,
    people,
)
from tests.unit.domain.laws import law


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
