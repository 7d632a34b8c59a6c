"""Instances of classes that declare what they hold.

Rule: a class takes part only if it declares its fields; what an instance holds beside them is not part of its key.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any, Final

from hexcache.domain.canonical.leaf import Refused, class_name

_BUILT_IN: Final = (str, bytes, bytearray, int, float, complex, list, tuple, dict, set, frozenset, deque)


Parts = tuple[str, list[tuple[str, object]]]
"""The kind of an instance and its parts by name."""


def parts_of(value: Any) -> Parts | None:
    """The kind and the named parts of an instance; None if its class declares none.

    Raises:
        Refused: a declared field has no value.
    """
    kind: Any = type(value)
    if hasattr(kind, "__cache_key__"):
        return "own", [("__cache_key__", value.__cache_key__())]
    if isinstance(value, Enum):
        return "enum", [("name", value.name), ("value", value.value)]
    if _is_path(kind):
        return "path", [("posix", value.as_posix())]
    if isinstance(value, tuple) and hasattr(kind, "_fields"):
        return "named", list(zip(kind._fields, tuple.__iter__(value), strict=True))
    if isinstance(value, _BUILT_IN):
        return None  # it holds more than its fields
    return _declared(value, kind)


def _declared(value: Any, kind: Any) -> Parts | None:
    if is_dataclass(kind):
        return "dataclass", _read(value, (field.name for field in fields(kind)))
    if hasattr(kind, "__struct_fields__"):
        return "struct", _read(value, kind.__struct_fields__)
    if hasattr(kind, "__pydantic_validator__"):
        return "model", [*_held(value, kind.model_fields), ("__pydantic_extra__", value.__pydantic_extra__)]
    if hasattr(kind, "__attrs_attrs__"):
        return "attrs", _read(value, (attribute.name for attribute in kind.__attrs_attrs__))
    return None


def owner_name(kind: type) -> str:
    """The name of an instance's class; that of a path is the same in each version of Python."""
    return f"pathlib.{kind.__name__}" if _is_path(kind) else class_name(kind)


def _is_path(kind: type) -> bool:
    """Whether this is one of the path classes of the standard library, whose module has moved between versions."""
    return kind.__module__.partition(".")[0] == "pathlib" and hasattr(kind, "as_posix")


def _read(value: object, names: Iterable[str]) -> list[tuple[str, object]]:
    try:
        return [(name, getattr(value, name)) for name in names]
    except AttributeError as exc:
        raise _unset(value) from exc


def _held(value: object, names: Iterable[str]) -> list[tuple[str, object]]:
    """Fields of a model, past the warning that reading a deprecated one gives."""
    held = vars(value)
    try:
        return [(name, held[name]) for name in names]
    except KeyError as exc:
        raise _unset(value) from exc


def _unset(value: object) -> Refused:
    return Refused(f"an object of class {class_name(type(value))} with a field that has no value")
