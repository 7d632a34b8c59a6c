"""The codec that the settings describe.

Rule: stages stand in one order: what shrinks, then what signs or encrypts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from hexcache.adapters.outbound.codecs.compression import ZlibCompression, ZstdCompression
from hexcache.adapters.outbound.codecs.encryption import AesGcm, HmacSigning
from hexcache.adapters.outbound.codecs.envelope import Envelope
from hexcache.adapters.outbound.codecs.faithful import FaithfulSerializer
from hexcache.adapters.outbound.codecs.plain import JsonSerializer, MsgpackSerializer, RawSerializer
from hexcache.adapters.outbound.codecs.typed import TypedSerializer
from hexcache.composition.codec_settings import CodecSettings
from hexcache.domain.errors import InvalidSetting
from hexcache.ports.codec import RecordCodec, Serializer, Transform

_SERIALIZERS: Final[dict[str, Callable[[], Serializer]]] = {
    "faithful": FaithfulSerializer,
    "json": JsonSerializer,
    "msgpack": MsgpackSerializer,
    "raw": RawSerializer,
}


def serializer_of(settings: CodecSettings, value_type: type | None = None) -> Serializer:
    """The serializer: for one type of values if there is one, else by name.

    Raises:
        InvalidSetting: the type cannot be decoded, or the named serializer has no form for types.
    """
    if value_type is None:
        return _SERIALIZERS[settings.serializer]()
    if settings.serializer == "json":
        return TypedSerializer(value_type, "json")
    if settings.serializer == "raw":
        raise InvalidSetting("codec.serializer is 'raw', which keeps bytes and str; leave value_type out")
    return TypedSerializer(value_type)


def codec_of(settings: CodecSettings, serializer: Serializer) -> RecordCodec:
    """The envelope with its stages.

    Raises:
        InvalidSetting: a key or a level is not usable.
        MissingExtra: a stage's package is not installed.
    """
    stages: list[Transform] = []
    if settings.compression != "none":
        stages.append(_compression(settings))
    elif settings.compression_level is not None:
        raise InvalidSetting("codec.compression_level is set, but codec.compression is 'none'; accepted: zlib, zstd")
    if settings.signing is not None:
        stages.append(HmacSigning(settings.signing.ring(), settings.signing.active))
    if settings.encryption is not None:
        stages.append(AesGcm(settings.encryption.ring(), settings.encryption.active))
    return Envelope(stages, payload_format=serializer.name)


def _compression(settings: CodecSettings) -> Transform:
    kind = ZlibCompression if settings.compression == "zlib" else ZstdCompression
    if settings.compression_level is None:
        return kind(above=settings.compress_above)
    return kind(settings.compression_level, above=settings.compress_above)
