"""What the typed serializer's format would change is refused when it is written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pydantic
import pytest

from hexcache.adapters.outbound.codecs.typed import TypedSerializer
from hexcache.domain.errors import UnsupportedValue
from tests.unit.codecs.strangers import paris
from tests.unit.codecs.typed_models import (
    Address,
    Event,
    Excluding,
    Format,
    Line,
    Mood,
    Order,
    Rejecting,
    Secret,
    Subclass,
    both_formats,
    event_with,
    order_with,
    with_private,
)


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
            (lambda: order_with(at=datetime(2020, 6, 1, tzinfo=paris())), "$.at"),
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
