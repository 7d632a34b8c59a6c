"""Types of each kind that the typed serializer keeps, and some that trouble it."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any, Literal
from uuid import UUID

import msgspec
import pydantic
import pytest
from hypothesis import strategies as st

from tests.unit.codecs.values import texts

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
