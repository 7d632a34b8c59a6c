"""Scalars: which have a form in every format, and which may be shared between callers.

Rule: a scalar that is shared is immutable and comes back equal from every serializer that accepts it.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from hexcache.adapters.outbound.codecs.folding import Refused, has_nan

NARROW_INTS: Final = range(-(1 << 63), 1 << 64)
"""The ints that MessagePack writes by itself."""

_ALWAYS: Final = frozenset({type(None), bool, int, float, bytes, date, timedelta, UUID, Decimal})
_ZONED: Final = frozenset({datetime, time})
_NESTED: Final = frozenset({tuple, frozenset})
_MOST_PARTS: Final = 64


def same(value: Any) -> object:
    """A scalar that is written as it is."""
    return value


def text(value: str) -> str:
    """A ``str``, which must be valid Unicode.

    Raises:
        Refused: it holds a lone surrogate, which UTF-8 cannot say.
    """
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise Refused("a str with a lone surrogate") from None
    return value


def narrow_int(value: int) -> int:
    """An ``int`` of MessagePack.

    Raises:
        Refused: it is wider than 64 bits.
    """
    if value not in NARROW_INTS:
        raise Refused("an int wider than 64 bits")
    return value


def is_shared_scalar(value: object) -> bool:
    """Whether a value is a scalar that may be handed to every caller as it is."""
    kind = type(value)
    if kind in _ALWAYS:
        return True
    if isinstance(value, str):
        return kind is str and _is_valid(value)
    if isinstance(value, (datetime, time)):
        return kind in _ZONED and _is_fixed(value.tzinfo)
    return False


def is_shared(value: object) -> bool:
    """Whether a value is immutable through and through: a scalar, or a small tuple or frozenset of such.

    Looks at no more than 64 parts; what is larger is not shared.
    """
    parts: list[Any] = [value]
    for seen, part in enumerate(parts):
        if seen == _MOST_PARTS:
            return False
        if type(part) in _NESTED:
            if len(part) > _MOST_PARTS:
                return False
            parts += part
        elif not is_shared_scalar(part):
            return False
    return len(parts) == 1 or not any(map(has_nan, parts))


def _is_valid(value: str) -> bool:
    try:
        text(value)
    except Refused:
        return False
    return True


def _is_fixed(zone: object) -> bool:
    return zone is None or (type(zone) is timezone and _is_valid(zone.tzname(None)))
