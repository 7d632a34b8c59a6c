"""Classes, such as a response schema that is handed to a model: told apart by what they declare.

Rule: two classes of one name that declare different things differ, however deep the difference lies; annotations that
cannot be resolved are refused rather than taken by their text, which would hide a change behind a name.

The encoding of a class is remembered, so a class is not to be changed once it was used in a key.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Sequence
from enum import EnumMeta
from functools import lru_cache
from typing import Any, Final

from hexcache.domain.canonical.leaf import Refused, class_name, text

REMEMBERED: Final = 256
"""Classes whose encoding is remembered."""

_UNIONS: Final = (typing.Union, types.UnionType)


def is_shape(value: object) -> bool:
    """Whether this is a class or a generic built from classes."""
    return isinstance(value, type) or typing.get_origin(value) is not None


def encode_shape(shape: Any, encode: Callable[[object], bytes]) -> bytes:
    """The encoding of a class or a generic; ``encode`` is for the values in it (literals, members, metadata).

    Raises:
        Refused: an annotation cannot be resolved, or holds something that cannot be encoded.
    """
    # Generics are not remembered: some are equal though they are written differently, some cannot be hashed.
    return _encode_class(shape, encode) if isinstance(shape, type) else _Shape(encode).annotation(shape)


@lru_cache(REMEMBERED)
def _encode_class(kind: type, encode: Callable[[object], bytes]) -> bytes:
    return _Shape(encode).annotation(kind)


class _Shape:
    """One walk through the classes that a class refers to."""

    __slots__ = ("_above", "_encode")

    def __init__(self, encode: Callable[[object], bytes]) -> None:
        self._encode = encode
        self._above: list[object] = []

    def annotation(self, hint: Any) -> bytes:
        """Whatever may stand in an annotation."""
        if hint is None or hint is Ellipsis:
            return b"N" if hint is None else b"."
        if isinstance(hint, type):
            return self._class(hint)
        origin = typing.get_origin(hint)
        if origin is not None:
            return self._generic(origin, typing.get_args(hint))
        if isinstance(hint, list):  # the parameters of a callable
            return self._several(hint)
        return self._special(hint)

    def _generic(self, origin: Any, args: tuple[Any, ...]) -> bytes:
        if origin is typing.Literal:
            return b"L" + self._encode(list(args))
        if origin is typing.Annotated:
            return b"A" + self.annotation(args[0]) + self._encode(list(args[1:]))
        if origin in _UNIONS:  # without order: ``typing`` takes a union for an equal one that it met before
            return b"U%d:%b" % (len(args), b"".join(sorted([self.annotation(arg) for arg in args])))
        return b"g" + self.annotation(origin) + self._several(args)

    def _special(self, hint: Any) -> bytes:
        if isinstance(hint, typing.TypeVar):
            limits = [hint.__bound__, *hint.__constraints__]
            return b"V" + text(hint.__name__) + self._once(hint, lambda: self._several(limits))
        if isinstance(hint, typing.NewType):
            return b"W" + text(f"{hint.__module__}.{hint.__name__}") + self.annotation(hint.__supertype__)
        if hasattr(hint, "__value__"):  # an alias by the ``type`` statement
            return b"Y" + text(hint.__name__) + self._once(hint, lambda: self.annotation(hint.__value__))
        name: object = getattr(hint, "_name", None) or getattr(hint, "__name__", None)
        if type(hint).__module__ in {"typing", "typing_extensions"} and isinstance(name, str):
            return b"X" + text(name)
        raise Refused(f"annotation of class {class_name(type(hint))}")

    def _several(self, hints: Sequence[Any]) -> bytes:
        return b"p%d:%b" % (len(hints), b"".join([self.annotation(hint) for hint in hints]))

    def _class(self, kind: type) -> bytes:
        return b"K" + text(class_name(kind)) + self._once(kind, lambda: self._declared(kind))

    def _once(self, shape: object, body: Callable[[], bytes]) -> bytes:
        """A class within itself is told by how many steps up it is."""
        for steps, above in enumerate(reversed(self._above)):
            if above is shape:
                return b"R%d;" % steps
        self._above.append(shape)
        try:
            return body()
        finally:
            self._above.pop()

    def _declared(self, kind: Any) -> bytes:
        if isinstance(kind, EnumMeta):
            members: Any = kind.__members__
            return b"E" + self._encode([(name, member.value) for name, member in members.items()])
        if hasattr(kind, "model_json_schema"):
            return b"J" + self._encode(_json_schema(kind))
        hints = _hints(kind)
        named = b"".join([text(name) + self._field(name, hint) for name, hint in hints.items()])
        required = self._encode(getattr(kind, "__required_keys__", None))
        return b"C%d:%b%b" % (len(hints), named, required)

    def _field(self, name: str, hint: object) -> bytes:
        try:
            return self.annotation(hint)
        except Refused as refused:
            refused.path.append(f".{name}")
            raise


def _json_schema(model: Any) -> object:
    try:
        return model.model_json_schema()
    except Exception as exc:  # a model may hold types without a schema, in as many ways
        raise Refused(f"class {class_name(model)}, which has no JSON schema") from exc


def _hints(kind: type) -> dict[str, Any]:
    try:
        return typing.get_type_hints(kind, include_extras=True)
    except Exception as exc:  # an annotation is program text that may fail in any way
        raise Refused(f"class {class_name(kind)}, whose annotations cannot be resolved") from exc
