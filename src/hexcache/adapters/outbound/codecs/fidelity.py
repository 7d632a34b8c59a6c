"""Whether a decoded value is the one that was encoded, in value and type, all the way down.

Rule: equal is not enough. ``1`` and ``1.0`` are equal, and so are two aware datetimes in different zones; a cache that
swaps one for the other changes its caller's program.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, time, tzinfo
from decimal import Decimal
from typing import Any, Final

import msgspec

from hexcache.adapters.outbound.codecs.folding import name_of, step_to

_ORDERED: Final = (list, tuple)
_SETS: Final = (set, frozenset)


def difference(before: Any, after: Any, path: str = "$") -> tuple[str, str] | None:
    """Where two values first differ and how, or ``None`` when they are the same.

    Looks into lists, tuples, sets, dicts, dataclasses, Structs and pydantic models; trusts ``==`` for the rest. The
    zone of a datetime or time may change its class, not its rules. Recurses as deep as the values do.
    """
    if type(before) is not type(after):
        return path, f"{name_of(type(before))} that comes back as {name_of(type(after))}"
    parts = _parts(before, after, path)
    if parts is None:
        return None if _equal(before, after) else (path, f"{name_of(type(before))} that comes back changed")
    for inner_path, inner_before, inner_after in parts:
        found = difference(inner_before, inner_after, inner_path)
        if found is not None:
            return found
    return None


def _parts(before: Any, after: Any, path: str) -> Iterable[tuple[str, Any, Any]] | None:
    """The pairs of parts to compare, with their paths; ``None`` for what has no parts or is not alike in outline."""
    if isinstance(before, _ORDERED):
        return _items(before, after, path) if len(before) == len(after) else None
    if isinstance(before, dict):
        same_keys = len(before) == len(after) and all(key in after for key in before)
        return _pairs(before, after, path) if same_keys else None
    if isinstance(before, _SETS):
        return ((f"{path}{{...}}", one, other) for one, other in _matches(before, after)) if before == after else None
    names = _fields(before)
    return None if names is None else _attributes(before, after, path, names)


def _items(before: Any, after: Any, path: str) -> Iterator[tuple[str, Any, Any]]:
    return ((f"{path}[{index}]", one, other) for index, (one, other) in enumerate(zip(before, after, strict=True)))


def _pairs(before: Mapping[Any, Any], after: Mapping[Any, Any], path: str) -> Iterator[tuple[str, Any, Any]]:
    for index, (one, other) in enumerate(zip(before, after, strict=True)):  # the order of a dict is part of it
        yield f"{path}.keys()[{index}]", one, other
        yield path + step_to(one), before[one], after[other]


def _matches(before: Iterable[Any], after: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
    counterparts = {member: member for member in after}
    return ((member, counterparts[member]) for member in before)


def _attributes(before: Any, after: Any, path: str, names: Iterable[str]) -> Iterator[tuple[str, Any, Any]]:
    missing = object()
    return ((f"{path}.{name}", getattr(before, name, missing), getattr(after, name, missing)) for name in names)


def _fields(value: Any) -> list[str] | None:
    if isinstance(value, msgspec.Struct):
        return list(value.__struct_fields__)
    if dataclasses.is_dataclass(value):
        return [field.name for field in dataclasses.fields(value)]
    model_fields = getattr(type(value), "model_fields", None)  # pydantic, which need not be installed
    if isinstance(model_fields, dict):
        return [*model_fields, "__pydantic_extra__", "__pydantic_private__"]
    return None


def _equal(before: Any, after: Any) -> bool:
    if isinstance(before, float):
        if math.isnan(before):
            return math.isnan(after)
        return bool(before == after) and math.copysign(1, before) == math.copysign(1, after)
    if isinstance(before, Decimal):
        return bool(before.as_tuple() == after.as_tuple())
    if isinstance(before, (datetime, time)):
        return bool(before == after) and before.fold == after.fold and _same_zone(before.tzinfo, after.tzinfo)
    return bool(before == after)


def _same_zone(before: tzinfo | None, after: tzinfo | None) -> bool:
    if before is None or after is None:
        return before is after
    offset = before.utcoffset(None)  # a number only where the zone is a fixed offset
    return offset == after.utcoffset(None) if offset is not None else before == after
