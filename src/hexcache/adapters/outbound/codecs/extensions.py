"""MessagePack extension types for the scalars that MessagePack lacks.

Rule: a code keeps its meaning for ever; a new form gets a new code. Readers accept exactly the lengths that writers
produce and leave the range checks to the type's own constructor.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from struct import Struct
from typing import Any, Final
from uuid import UUID

from msgspec.msgpack import Ext

from hexcache.adapters.outbound.codecs.folding import Refused
from hexcache.adapters.outbound.codecs.scalars import NARROW_INTS, text

INT, TUPLE, SET, FROZENSET, DICT, DATETIME, DATE, TIME, TIMEDELTA, UUID_CODE, DECIMAL = range(1, 12)

_DATE: Final = Struct(">HBB")
_DATETIME: Final = Struct(">HBBBBBIB")
_TIME: Final = Struct(">BBBIB")
_SPAN: Final = Struct(">iII")
_OFFSET: Final = Struct(">q")
_MICROSECOND: Final = timedelta(microseconds=1)
_FOLD, _UTC, _OFFSET_FOLLOWS, _NAME_FOLLOWS = 1, 2, 4, 8


def pack_int(value: int) -> object:
    """An ``int`` as it is where MessagePack has room for it, else in two's complement, low byte first."""
    if value in NARROW_INTS:
        return value
    return Ext(INT, value.to_bytes(value.bit_length() // 8 + 1, "little", signed=True))


def _unpack_int(data: memoryview) -> int:
    value = int.from_bytes(data, "little", signed=True)
    if value in NARROW_INTS:
        raise ValueError("an int that needs no extension")
    return value


def _pack_zone(value: datetime | time) -> tuple[int, bytes]:
    """Flags and, for a zone other than UTC, its offset in microseconds and its name where that is not the default."""
    zone = value.tzinfo
    if zone is None:
        return value.fold, b""
    if zone is UTC:
        return value.fold | _UTC, b""
    if type(zone) is not timezone:
        raise Refused(f"a {type(value).__name__} whose zone is not a fixed offset (datetime.timezone)")
    offset, name = zone.utcoffset(None), text(zone.tzname(None))
    tail = _OFFSET.pack(offset // _MICROSECOND)
    if name == timezone(offset).tzname(None):
        return value.fold | _OFFSET_FOLLOWS, tail
    return value.fold | _OFFSET_FOLLOWS | _NAME_FOLLOWS, tail + name.encode()


def _unpack_zone(flags: int, tail: memoryview) -> timezone | None:
    if flags == _UTC and not tail:
        return UTC
    if flags == _OFFSET_FOLLOWS:
        return timezone(_OFFSET.unpack(tail)[0] * _MICROSECOND)
    if flags == _OFFSET_FOLLOWS | _NAME_FOLLOWS:
        offset = _OFFSET.unpack(tail[: _OFFSET.size])[0] * _MICROSECOND
        return timezone(offset, str(tail[_OFFSET.size :], "utf-8"))
    if flags or tail:
        raise ValueError("a zone with unknown flags or trailing bytes")
    return None


def _pack_datetime(value: datetime) -> object:
    flags, tail = _pack_zone(value)
    fixed = _DATETIME.pack(
        value.year, value.month, value.day, value.hour, value.minute, value.second, value.microsecond, flags
    )
    return Ext(DATETIME, fixed + tail)


def _unpack_datetime(data: memoryview) -> datetime:
    year, month, day, hour, minute, second, microsecond, flags = _DATETIME.unpack(data[: _DATETIME.size])
    zone = _unpack_zone(flags & ~_FOLD, data[_DATETIME.size :])
    return datetime(year, month, day, hour, minute, second, microsecond, zone, fold=flags & _FOLD)


def _pack_time(value: time) -> object:
    flags, tail = _pack_zone(value)
    return Ext(TIME, _TIME.pack(value.hour, value.minute, value.second, value.microsecond, flags) + tail)


def _unpack_time(data: memoryview) -> time:
    hour, minute, second, microsecond, flags = _TIME.unpack(data[: _TIME.size])
    zone = _unpack_zone(flags & ~_FOLD, data[_TIME.size :])
    return time(hour, minute, second, microsecond, zone, fold=flags & _FOLD)


def _pack_span(value: timedelta) -> object:
    return Ext(TIMEDELTA, _SPAN.pack(value.days, value.seconds, value.microseconds))


def _unpack_span(data: memoryview) -> timedelta:
    days, seconds, microseconds = _SPAN.unpack(data)
    return timedelta(days, seconds, microseconds)


def _unpack_decimal(data: memoryview) -> Decimal:
    value = Decimal(str(data, "ascii"))
    if str(value).encode() != data:  # underscores and blanks, which the constructor forgives
        raise ValueError("a Decimal in another spelling")
    return value


PACK: Final[Mapping[type, Callable[[Any], object]]] = {
    int: pack_int,
    datetime: _pack_datetime,
    date: lambda value: Ext(DATE, _DATE.pack(value.year, value.month, value.day)),
    time: _pack_time,
    timedelta: _pack_span,
    UUID: lambda value: Ext(UUID_CODE, value.bytes),
    Decimal: lambda value: Ext(DECIMAL, str(value).encode()),
}
"""How to write each scalar type that MessagePack lacks or, for ``int``, lacks in part."""

UNPACK: Final[Mapping[int, Callable[[memoryview], object]]] = {
    INT: _unpack_int,
    DATETIME: _unpack_datetime,
    DATE: lambda data: date(*_DATE.unpack(data)),
    TIME: _unpack_time,
    TIMEDELTA: _unpack_span,
    UUID_CODE: lambda data: UUID(bytes=bytes(data)),
    DECIMAL: _unpack_decimal,
}
"""How to read them back; raises ``ValueError``, ``ArithmeticError`` or ``struct.error`` on anything else."""
