"""A serializer for one type: dataclass, msgspec.Struct or pydantic model.

Rule: what is written has been read back and compared. A field that its format cannot keep (a tuple in a field of type
``Any``, an excluded field, NaN in JSON) is refused when it is written, not found missing when it is read.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, Final, Generic, Literal, TypeVar

import msgspec

from hexcache.adapters.outbound.codecs.fidelity import difference
from hexcache.adapters.outbound.codecs.folding import name_of
from hexcache.adapters.outbound.codecs.scalars import is_shared_scalar
from hexcache.domain.errors import InvalidSetting, Undecodable, UnsupportedValue

V = TypeVar("V")

_FORMATS: Final = ("msgpack", "json")


class TypedSerializer(Generic[V]):
    """Values of one type, decoded as that type.

    Dataclasses, Structs and whatever else msgspec can decode (``list[User]``, unions, ...) go through msgspec; pydantic
    models through their own validation, so that coercions and validators of the model apply on reading as well. A
    model's ``model_fields_set`` is not kept: after reading, every field counts as set.

    Writing costs a decode more than it does elsewhere, because the outcome is compared with the value.

    Args:
        kind: the type; for a pydantic model its class.
        format: ``msgpack`` (compact, keeps NaN and bytes) or ``json`` (readable).

    Raises:
        InvalidSetting: an unknown format, or a type that msgspec cannot decode.
    """

    __slots__ = ("_accepted", "_decode", "_encode", "_kind", "_name")

    def __init__(self, kind: type[V], format: Literal["msgpack", "json"] = "msgpack") -> None:  # noqa: A002 - public word
        if format not in _FORMATS:
            raise InvalidSetting(f"format is {format!r}; accepted: {', '.join(map(repr, _FORMATS))}")
        shown = name_of(kind) if isinstance(kind, type) else str(kind)
        try:
            if _is_model(kind):
                self._encode, self._decode = _model_codec(kind, format)
            else:
                self._encode, self._decode = _msgspec_codec(kind, format)
        except TypeError as exc:
            raise InvalidSetting(f"type is {shown}: {exc}; accepted: types that msgspec can decode") from exc
        self._kind = kind
        self._name = f"{format}:{shown}"
        self._accepted = f"values of {shown} that its {format} form gives back equal and of the same type"

    @property
    def name(self) -> str:
        """Format and type, such as ``msgpack:shop.models.User``."""
        return self._name

    def dumps(self, value: object, /) -> bytes:
        """Serialise a value of the type.

        Raises:
            UnsupportedValue: some part would not come back equal and of the same type; names the path to it.
        """
        try:
            payload = self._encode(value)
            after = self._decode(payload)
            found = difference(value, after)
        except Exception as exc:  # the type's own hooks and validators may raise anything
            raise UnsupportedValue("$", f"{name_of(type(value))} ({type(exc).__name__})", self._accepted) from exc
        if found is not None:
            path, what = found
            raise UnsupportedValue(path, what, self._accepted)
        return payload

    def loads(self, payload: bytes, /) -> V:
        """A fresh value of the type, owned by the caller.

        Raises:
            Undecodable: these are not bytes that ``dumps`` wrote for this type as it is defined now.
        """
        try:
            value: V = self._decode(payload)
        except Exception as exc:  # the type's own hooks and validators may raise anything
            raise Undecodable("payload", f"not a {self._name}") from exc
        return value

    def shares(self, value: object, /) -> bool:
        """Whether ``value`` is a scalar of exactly this type; objects with fields are never shared."""
        return type(value) is self._kind and is_shared_scalar(value)

    def __repr__(self) -> str:
        return f"TypedSerializer({self._name!r})"


_Codec = tuple[Callable[[Any], bytes], Callable[[bytes], Any]]


def _is_model(kind: object) -> bool:
    pydantic = sys.modules.get("pydantic")  # a model cannot exist unless pydantic is loaded
    return pydantic is not None and isinstance(kind, type) and issubclass(kind, pydantic.BaseModel)


def _msgspec_codec(kind: Any, form: str) -> _Codec:
    if form == "json":
        return msgspec.json.Encoder().encode, msgspec.json.Decoder(kind).decode
    return msgspec.msgpack.Encoder().encode, msgspec.msgpack.Decoder(kind).decode


def _model_codec(model: Any, form: str) -> _Codec:
    if form == "json":
        return (
            lambda value: value.model_dump_json(by_alias=True, round_trip=True).encode(),
            model.model_validate_json,
        )
    # what has no form of its own is written as text (paths, URLs, addresses): the comparison tells whether it returns
    encode = msgspec.msgpack.Encoder(enc_hook=str).encode
    decode = msgspec.msgpack.Decoder().decode
    return (
        lambda value: encode(value.model_dump(by_alias=True, round_trip=True)),
        lambda payload: model.model_validate(decode(payload), strict=False),
    )
