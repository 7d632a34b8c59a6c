"""The plain serializers keep what their format keeps and refuse the rest by its path."""

from __future__ import annotations

import enum
import json
import sys
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hexcache.adapters.outbound.codecs.plain import JsonSerializer, MsgpackSerializer, RawSerializer
from hexcache.domain.errors import Undecodable, UnsupportedValue
from hexcache.ports.codec import Serializer
from tests.unit.codecs.values import identical, json_trees, msgpack_trees, values
from tests.unit.domain.laws import law

SERIALIZERS: list[Serializer] = [JsonSerializer(), MsgpackSerializer(), RawSerializer()]


def named(value: object) -> str:
    """How a case is called: the same in every process."""
    return type(value).__name__


every_serializer = pytest.mark.parametrize("serializer", SERIALIZERS, ids=lambda serializer: serializer.name)
tree_serializers = pytest.mark.parametrize("serializer", SERIALIZERS[:2], ids=lambda serializer: serializer.name)


class Word(str):
    __slots__ = ()


class Colour(enum.IntEnum):
    RED = 1


@every_serializer
class TestEvery:
    """Laws of all three."""

    @law
    @given(value=values)
    def test_a_value_comes_back_or_is_refused(self, serializer: Serializer, value: Any) -> None:
        try:
            payload = serializer.dumps(value)
        except UnsupportedValue:
            assert not serializer.shares(value)
        else:
            assert identical(serializer.loads(payload), value)

    @law
    @given(payload=st.binary(max_size=200))
    def test_any_bytes_give_a_value_or_undecodable(self, serializer: Serializer, payload: bytes) -> None:
        with suppress(Undecodable):
            serializer.loads(payload)

    @pytest.mark.parametrize(
        "payload",
        [
            b"",
            b"\xc1",
            b"[" * 100_000,
            b"\x91" * 100_000,
            b'"\\ud800"',
            b"s\xff",
            b"NaN",
            b"\xdd\xff\xff\xff\xff",
            b"1e999",
        ],
    )
    def test_known_tricks_are_undecodable(self, serializer: Serializer, payload: bytes) -> None:
        with pytest.raises(Undecodable) as caught:
            serializer.loads(payload + b"\x00\xff")
        assert caught.value.reason == "payload"

    @pytest.mark.parametrize("value", ["\ud800", Word("a"), Colour.RED, object(), bytearray(), (1,), {1}], ids=named)
    def test_what_is_no_exact_member_of_the_format_is_refused(self, serializer: Serializer, value: object) -> None:
        with pytest.raises(UnsupportedValue) as caught:
            serializer.dumps(value)
        assert caught.value.path == "$"
        assert not serializer.shares(value)

    def test_repr_is_the_constructor(self, serializer: Serializer) -> None:
        assert repr(serializer) == f"{type(serializer).__name__}()"


class TestJson:
    """JSON that any reader understands."""

    @law
    @given(json_trees)
    def test_every_json_tree_comes_back_and_is_json_to_others(self, value: Any) -> None:
        payload = JsonSerializer().dumps(value)
        assert identical(JsonSerializer().loads(payload), value)
        assert json.loads(payload) == value

    @pytest.mark.parametrize(
        ("value", "path"),
        [
            ({"a": [1, (2,)]}, "$.a[1]"),
            ({"a": {1: 2}}, "$.a.keys()[0]"),
            ({"a": {"b": 1, None: 2}}, "$.a.keys()[1]"),
            ([0.5, float("nan")], "$[1]"),
            ({"a": float("-inf")}, "$.a"),
            ([2**2048], "$[0]"),
            ([b"bytes"], "$[0]"),
            ([Decimal(1)], "$[0]"),
            ({"at": datetime(2020, 1, 1, tzinfo=UTC)}, "$.at"),
            (["fine", "\ud800"], "$[1]"),
            ([Colour.RED], "$[0]"),
        ],
    )
    def test_the_path_leads_to_what_json_cannot_keep(self, value: object, path: str) -> None:
        with pytest.raises(UnsupportedValue) as caught:
            JsonSerializer().dumps(value)
        assert caught.value.path == path

    def test_its_ints_convert_under_the_strictest_limit_of_the_interpreter(self) -> None:
        widest = 2**2048 - 1
        usual = sys.get_int_max_str_digits()
        sys.set_int_max_str_digits(sys.int_info.str_digits_check_threshold)
        try:
            assert JsonSerializer().loads(JsonSerializer().dumps([widest, -widest])) == [widest, -widest]
        finally:
            sys.set_int_max_str_digits(usual)

    @pytest.mark.parametrize("value", [None, True, 1, 2.5, "text"], ids=repr)
    def test_scalars_are_shared(self, value: object) -> None:
        assert JsonSerializer().shares(value)

    @pytest.mark.parametrize("value", [float("nan"), 2**3000, b"", [], {}, ()], ids=repr)
    def test_what_json_cannot_keep_is_not_shared(self, value: object) -> None:
        assert not JsonSerializer().shares(value)


class TestMsgpack:
    """MessagePack that any reader understands."""

    @law
    @given(msgpack_trees)
    def test_every_tree_comes_back_without_extensions(self, value: Any) -> None:
        payload = MsgpackSerializer().dumps(value)
        assert identical(MsgpackSerializer().loads(payload), value)
        assert payload == msgspec.msgpack.encode(value)

    @pytest.mark.parametrize(
        ("value", "path"),
        [
            ({"a": [1, (2,)]}, "$.a[1]"),
            ([2**64], "$[0]"),
            ([-(2**63) - 1], "$[0]"),
            ({2**64: 1}, "$.keys()[0]"),
            ({1.5: 1}, "$.keys()[0]"),
            ({(1,): 1}, "$.keys()[0]"),
            ([datetime(2020, 1, 1, tzinfo=UTC)], "$[0]"),
            ([Colour.RED], "$[0]"),
        ],
    )
    def test_the_path_leads_to_what_it_cannot_keep(self, value: object, path: str) -> None:
        with pytest.raises(UnsupportedValue) as caught:
            MsgpackSerializer().dumps(value)
        assert caught.value.path == path

    @pytest.mark.parametrize(("value", "shared"), [(2**64 - 1, True), (2**64, False), (b"", True), ([], False)])
    def test_scalars_that_fit_are_shared(self, value: object, shared: bool) -> None:
        assert MsgpackSerializer().shares(value) is shared


@tree_serializers
class TestTrees:
    """Depth, cycles and size are bounded."""

    def test_two_hundred_levels_are_the_most(self, serializer: Serializer) -> None:
        value: list[Any] = []
        for _ in range(199):
            value = [value]
        assert serializer.loads(serializer.dumps(value)) == value
        with pytest.raises(UnsupportedValue, match="deeper than 200"):
            serializer.dumps([value])

    def test_cycles_and_explosions_are_refused(self, serializer: Serializer) -> None:
        looped: dict[str, Any] = {}
        looped["a"] = [looped, looped]
        with pytest.raises(UnsupportedValue, match="contains itself"):
            serializer.dumps(looped)
        exploding: list[Any] = []
        for _ in range(100):
            exploding = [exploding, exploding]
        with pytest.raises(UnsupportedValue, match="parts"):
            serializer.dumps(exploding)


class TestRaw:
    """Bytes and text pass as they are."""

    @law
    @given(st.binary() | st.text(st.characters(exclude_categories=["Cs"])))
    def test_bytes_and_text_come_back_behind_one_byte(self, value: bytes | str) -> None:
        payload = RawSerializer().dumps(value)
        assert payload[1:] == (value if isinstance(value, bytes) else value.encode())
        assert identical(RawSerializer().loads(payload), value)
        assert RawSerializer().shares(value)

    @pytest.mark.parametrize("payload", [b"", b"x", b"\x00abc", b"s\xc3"])
    def test_other_bytes_are_undecodable(self, payload: bytes) -> None:
        with pytest.raises(Undecodable, match="payload"):
            RawSerializer().loads(payload)

    @pytest.mark.parametrize("value", [None, 1, ["a"], bytearray(b"a"), memoryview(b"a")], ids=named)
    def test_nothing_else_is_accepted(self, value: object) -> None:
        with pytest.raises(UnsupportedValue, match="bytes and str"):
            RawSerializer().dumps(value)
        assert not RawSerializer().shares(value)
