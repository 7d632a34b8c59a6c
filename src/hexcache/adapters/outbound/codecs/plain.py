"""Serializers for formats that other programs read: JSON, MessagePack, and bare bytes or text.

Rule: they accept only what their format gives back equal and of the same type, and refuse the rest with its path.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from types import NoneType
from typing import Final

from msgspec import MsgspecError, json, msgpack

from hexcache.adapters.outbound.codecs.dialect import Dialect
from hexcache.adapters.outbound.codecs.folding import Refused, fold, name_of, write
from hexcache.adapters.outbound.codecs.scalars import NARROW_INTS, is_shared_scalar, narrow_int, same, text
from hexcache.domain.errors import Undecodable, UnsupportedValue

_JSON_INT_BITS: Final = 2048  # 617 digits: below 640, the least that an interpreter may be told to convert
_HOSTILE: Final = (MsgspecError, ValueError, TypeError, RecursionError, MemoryError)


def _json_int(value: int) -> int:
    if value.bit_length() > _JSON_INT_BITS:
        raise Refused(f"an int wider than {_JSON_INT_BITS} bits")
    return value


def _json_float(value: float) -> float:
    if not math.isfinite(value):
        raise Refused("NaN or infinity")
    return value


_JSON: Final = Dialect(
    accepted=f"None, bool, int of at most {_JSON_INT_BITS} bits, finite float, str, list, dict with str keys",
    leaves=frozenset({NoneType, bool, str}),
    keys=frozenset({str}),
    guards={int: NARROW_INTS.__contains__, float: math.isfinite},
    scalars={NoneType: same, bool: same, int: _json_int, float: _json_float, str: text},
    wraps={list: same},
)

_MSGPACK: Final = Dialect(
    accepted=(
        "None, bool, int of at most 64 bits, float, str, bytes, list, dict with None, bool, int, str or bytes keys, "
        "of exactly these types"
    ),
    leaves=frozenset({NoneType, bool, int, float, str, bytes}),
    keys=frozenset({NoneType, bool, int, str, bytes}),
    scalars={NoneType: same, bool: same, int: narrow_int, float: same, bytes: same, str: text},
    wraps={list: same},
)


class _TreeSerializer:
    """What the two tree formats have in common."""

    __slots__ = ("_decode", "_dialect", "_encode", "_name")

    def __init__(
        self, name: str, dialect: Dialect, encode: Callable[[object], bytes], decode: Callable[[bytes], object]
    ) -> None:
        self._name = name
        self._dialect = dialect
        self._encode = encode
        self._decode = decode

    @property
    def name(self) -> str:
        """The name of the format."""
        return self._name

    def dumps(self, value: object, /) -> bytes:
        """Serialise a value.

        Raises:
            UnsupportedValue: some part would not come back equal and of the same type; names the path to it.
        """
        return write(value, self._dialect, self._encode)

    def loads(self, payload: bytes, /) -> object:
        """A fresh value, owned by the caller.

        Raises:
            Undecodable: these are not bytes that ``dumps`` wrote.
        """
        try:
            return self._decode(payload)
        except _HOSTILE as exc:
            raise Undecodable("payload", f"not {self._name}") from exc

    def shares(self, value: object, /) -> bool:
        """Whether ``value`` is one of the scalars that the format holds."""
        if type(value) not in self._dialect.scalars or not is_shared_scalar(value):
            return False
        try:
            fold(value, self._dialect)
        except UnsupportedValue:
            return False
        return True

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class JsonSerializer(_TreeSerializer):
    """UTF-8 JSON, readable by anything.

    Accepts ``None``, ``bool``, ``int`` (at most 2048 bits), finite ``float``, ``str``, ``list`` and ``dict`` with
    ``str`` keys, exactly these types, nested up to 200 containers.
    """

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__("json", _JSON, json.Encoder().encode, json.Decoder().decode)


class MsgpackSerializer(_TreeSerializer):
    """MessagePack without extensions, readable by any of its libraries.

    Accepts ``None``, ``bool``, ``int`` (-2**63 to 2**64 - 1), ``float``, ``str``, ``bytes``, ``list`` and ``dict`` with
    ``None``, ``bool``, ``int``, ``str`` or ``bytes`` keys, exactly these types, nested up to 200 containers.
    """

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__("msgpack", _MSGPACK, msgpack.Encoder().encode, msgpack.Decoder().decode)


class RawSerializer:
    """``bytes`` and ``str`` as they are, behind one byte that tells which."""

    __slots__ = ()

    @property
    def name(self) -> str:
        """``raw``."""
        return "raw"

    def dumps(self, value: object, /) -> bytes:
        """Serialise ``bytes`` or ``str``.

        Raises:
            UnsupportedValue: another type, a subclass, or a ``str`` with a lone surrogate.
        """
        if type(value) is bytes:
            return b"b" + value
        found = name_of(type(value))
        if type(value) is str:
            try:
                return b"s" + value.encode()
            except UnicodeEncodeError:
                found = "a str with a lone surrogate"
        raise UnsupportedValue("$", found, "bytes and str, exactly")

    def loads(self, payload: bytes, /) -> object:
        """The ``bytes`` or ``str`` that was written.

        Raises:
            Undecodable: these are not bytes that ``dumps`` wrote.
        """
        if payload[:1] == b"b":
            return payload[1:]
        if payload[:1] == b"s":
            try:
                return payload[1:].decode()
            except UnicodeDecodeError as exc:
                raise Undecodable("payload", "not UTF-8") from exc
        raise Undecodable("payload", "neither bytes nor text")

    def shares(self, value: object, /) -> bool:
        """Whether ``value`` is ``bytes`` or a valid ``str``, exactly."""
        return type(value) in {bytes, str} and is_shared_scalar(value)

    def __repr__(self) -> str:
        return "RawSerializer()"
