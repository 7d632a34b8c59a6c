"""Every serializer, transform and envelope keeps its contract."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import strategies as st

from hexcache.adapters.outbound.codecs.compression import ZlibCompression, ZstdCompression
from hexcache.adapters.outbound.codecs.encryption import AesGcm, HmacSigning
from hexcache.adapters.outbound.codecs.envelope import Envelope
from hexcache.adapters.outbound.codecs.faithful import FaithfulSerializer
from hexcache.adapters.outbound.codecs.plain import JsonSerializer, MsgpackSerializer, RawSerializer
from hexcache.adapters.outbound.codecs.typed import TypedSerializer
from hexcache.testing.contracts.codec import RecordCodecContract, SerializerContract, TransformContract

KEY = bytes(range(32))
texts = st.text(st.characters(exclude_categories=["Cs"]))
plain = st.one_of(st.none(), st.booleans(), st.integers(-(2**60), 2**60), st.floats(allow_nan=False), texts)


@dataclass
class Report:
    """What the typed serializer is tried with."""

    title: str
    pages: list[int]
    score: float = 0.0


class TestFaithful(SerializerContract):
    """The default serializer."""

    @pytest.fixture
    def serializer(self) -> FaithfulSerializer:
        return FaithfulSerializer()

    def refused(self) -> Sequence[object]:
        return [*super().refused(), {"a": [1, (2, object())]}, bytearray(b"x"), "\ud800", {float("nan")}]


class TestMsgpack(SerializerContract):
    """Bare MessagePack."""

    @pytest.fixture
    def serializer(self) -> MsgpackSerializer:
        return MsgpackSerializer()

    def values(self) -> st.SearchStrategy[Any]:
        return st.recursive(plain, lambda inner: st.one_of(st.lists(inner), st.dictionaries(texts, inner)))

    def refused(self) -> Sequence[object]:
        return [*super().refused(), (1, 2), {1}, 2**70]


class TestJson(SerializerContract):
    """JSON."""

    @pytest.fixture
    def serializer(self) -> JsonSerializer:
        return JsonSerializer()

    def values(self) -> st.SearchStrategy[Any]:
        finite = plain.filter(lambda value: not isinstance(value, float) or abs(value) < float("inf"))
        return st.recursive(finite, lambda inner: st.one_of(st.lists(inner), st.dictionaries(texts, inner)))

    def refused(self) -> Sequence[object]:
        return [*super().refused(), (1, 2), b"x", float("nan"), {1: 2}]


class TestRaw(SerializerContract):
    """Bytes and text as they are."""

    @pytest.fixture
    def serializer(self) -> RawSerializer:
        return RawSerializer()

    def values(self) -> st.SearchStrategy[Any]:
        return st.one_of(texts, st.binary())


class TestTyped(SerializerContract):
    """A dataclass as the type of the values."""

    @pytest.fixture
    def serializer(self) -> TypedSerializer[Report]:
        return TypedSerializer(Report)

    def values(self) -> st.SearchStrategy[Any]:
        return st.builds(Report, texts, st.lists(st.integers(-(2**60), 2**60)), st.floats(allow_nan=False))

    def refused(self) -> Sequence[object]:
        return [object(), {"title": "a"}, Report("a", ["not a number"])]  # type: ignore[list-item]  # the point of it


class TestZlib(TransformContract):
    """Compression with the standard library."""

    @pytest.fixture
    def transform(self) -> ZlibCompression:
        return ZlibCompression(above=16)


class TestZstd(TransformContract):
    """Compression with zstandard."""

    @pytest.fixture
    def transform(self) -> ZstdCompression:
        return ZstdCompression(above=16)


class TestAesGcm(TransformContract):
    """Authenticated encryption."""

    authenticates = True

    @pytest.fixture
    def transform(self) -> AesGcm:
        return AesGcm([KEY])


class TestHmac(TransformContract):
    """Signing."""

    authenticates = True

    @pytest.fixture
    def transform(self) -> HmacSigning:
        return HmacSigning([KEY])


class TestEnvelope(RecordCodecContract):
    """The bare envelope."""

    @pytest.fixture
    def codec(self) -> Envelope:
        return Envelope(payload_format="faithful")


class TestSealedEnvelope(RecordCodecContract):
    """The envelope with compression and encryption."""

    @pytest.fixture
    def codec(self) -> Envelope:
        return Envelope([ZstdCompression(above=16), AesGcm([KEY])], payload_format="faithful")
