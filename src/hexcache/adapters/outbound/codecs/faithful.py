"""The default serializer: MessagePack that gives every value back equal and of the same type.

Rule: a value comes back exactly as it was or is refused with the path to the part that would not; nothing is silently
turned into something similar.

A tree of lists, dicts and MessagePack's own scalars goes straight to msgspec after one validating walk. Everything else
is rewritten with extension types for what MessagePack lacks. Extensions of containers hold MessagePack of their own, so
that reading needs no second walk.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from types import NoneType
from typing import Any, Final

from msgspec import MsgspecError
from msgspec.msgpack import Decoder, Encoder, Ext

from hexcache.adapters.outbound.codecs.dialect import Dialect
from hexcache.adapters.outbound.codecs.extensions import DICT, FROZENSET, PACK, SET, TUPLE, UNPACK
from hexcache.adapters.outbound.codecs.folding import write
from hexcache.adapters.outbound.codecs.scalars import is_shared, same, text
from hexcache.domain.errors import Undecodable

_encode: Final = Encoder().encode


def _wrap(code: int) -> Callable[[Any], object]:
    return lambda items: Ext(code, _encode(items))


DIALECT: Final = Dialect(
    accepted=(
        "None, bool, int, float, str, bytes, list, tuple, set, frozenset, dict, datetime and time (naive or at a fixed "
        "offset), date, timedelta, UUID, Decimal, of exactly these types; for dataclasses, msgspec.Struct and pydantic "
        "models give the cache a TypedSerializer"
    ),
    leaves=frozenset({NoneType, bool, int, float, str, bytes}),
    keys=frozenset({NoneType, bool, int, str, bytes}),
    scalars={NoneType: same, bool: same, float: same, bytes: same, str: text, **PACK},
    wraps={list: same, tuple: _wrap(TUPLE), set: _wrap(SET), frozenset: _wrap(FROZENSET)},
    wrap_dict=_wrap(DICT),
)

HOSTILE: Final = (MsgspecError, struct.error, ValueError, TypeError, ArithmeticError, RecursionError, MemoryError)
"""All that decoders and constructors raise on bytes that nobody wrote."""


def _set(items: list[Any]) -> set[Any]:
    members = set(items)
    if len(members) != len(items):
        raise ValueError("a set with a member twice")
    return members


def _dict(items: list[Any]) -> dict[Any, Any]:
    pairs = dict(zip(items[::2], items[1::2], strict=True))
    if 2 * len(pairs) != len(items):
        raise ValueError("a dict with a key twice")
    return pairs


_BUILD: Final[Mapping[int, Callable[[list[Any]], object]]] = {
    TUPLE: tuple,
    SET: _set,
    FROZENSET: lambda items: frozenset(_set(items)),
    DICT: _dict,
}


def _unpack(code: int, data: memoryview) -> object:
    """Read an extension. One frame for each level of nesting: a deep value must not eat its reader's stack."""
    unpack = UNPACK.get(code)
    if unpack is not None:
        return unpack(data)
    build = _BUILD.get(code)
    if build is None:
        raise ValueError("an unknown extension")
    items = _decode(data)
    if type(items) is not list:
        raise ValueError("a container that holds no array")
    return build(items)


_decode: Final = Decoder(ext_hook=_unpack).decode


class FaithfulSerializer:
    """Keeps value and type of everything that Python programs commonly cache; the default.

    Faithful for ``None``, ``bool``, ``int`` of any size, ``float`` with NaN, infinities and -0.0, ``str``, ``bytes``,
    ``list``, ``tuple``, ``set``, ``frozenset``, ``dict`` with keys of any of these that hash, ``datetime`` and ``time``
    (naive or with a ``datetime.timezone``; ``fold`` and the zone's name are kept), ``date``, ``timedelta``, ``UUID``
    and ``Decimal`` (NaN, sign and exponent are kept), nested up to 200 containers.

    Refused, because they would not come back as they were: subclasses of these (enums, named tuples, ``OrderedDict``),
    zones with rules such as ``ZoneInfo`` (convert to UTC first), strings with lone surrogates, NaN as a dict key or in
    a set, containers that contain themselves. Sharing inside a value is not kept: a list that occurs twice comes back
    as two equal lists.
    """

    __slots__ = ()

    @property
    def name(self) -> str:
        """``faithful``."""
        return "faithful"

    def dumps(self, value: object, /) -> bytes:
        """Serialise a value.

        Raises:
            UnsupportedValue: some part would not come back equal and of the same type; names the path to it.
        """
        return write(value, DIALECT, _encode)

    def loads(self, payload: bytes, /) -> object:
        """A fresh value, owned by the caller.

        Raises:
            Undecodable: these are not bytes that ``dumps`` wrote.
        """
        try:
            return _decode(payload)
        except HOSTILE as exc:
            raise Undecodable("payload", "not what the faithful serializer wrote") from exc

    def shares(self, value: object, /) -> bool:
        """Whether ``value`` is immutable through and through: a scalar, or a small tuple or frozenset of such."""
        return is_shared(value)

    def __repr__(self) -> str:
        return "FaithfulSerializer()"
