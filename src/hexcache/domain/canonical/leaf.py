"""Values without parts.

Rule: each encoding is either of fixed length, or says its length, or ends with a sign that it cannot contain.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

_DOUBLE: Final = struct.Struct(">d")
_NAN: Final = _DOUBLE.pack(math.nan)
_MICROSECOND: Final = timedelta(microseconds=1)


class Refused(Exception):
    """A part that cannot be encoded; containers add their step to the path as it passes, and it ends as an InvalidKey.

    Attributes:
        found: what it is, for people; never a value.
        path: the steps to it, innermost first.
    """

    def __init__(self, found: str) -> None:
        super().__init__(found)
        self.found = found
        self.path: list[str] = []


def class_name(kind: type) -> str:
    """How a class is told from others: module and qualified name."""
    return f"{kind.__module__}.{kind.__qualname__}"


def text(value: str) -> bytes:
    """A ``str``; lone surrogates are kept."""
    data = value.encode("utf-8", "surrogatepass")
    return b"s%d:%b" % (len(data), data)


def _int(value: int) -> bytes:
    return b"i%b;" % format(value, "x").encode()  # hexadecimal: the only form without a limit on digits


def _double(value: float) -> bytes:
    return _NAN if math.isnan(value) else _DOUBLE.pack(value)


def _decimal(value: Decimal) -> bytes:
    sign, digits, exponent = value.as_tuple()
    return b"m%d,%b,%b;" % (sign, "".join(map(str, digits)).encode(), str(exponent).encode())


def _timedelta(value: timedelta) -> bytes:
    return b"e%b;" % str(value // _MICROSECOND).encode()


def _zone(zone: tzinfo | None) -> bytes:
    """A zone without transitions by its offset and name, one of the zone database by its key."""
    if zone is None:
        return b"-"
    offset = zone.utcoffset(None)
    if offset is not None:
        return b"o" + _timedelta(offset) + text(zone.tzname(None) or "")
    key: object = getattr(zone, "key", None)
    if type(zone).__module__.partition(".")[0] != "zoneinfo" or not isinstance(key, str):
        raise Refused(f"time zone of class {class_name(type(zone))}")
    return b"z" + text(key)


def _datetime(value: datetime) -> bytes:
    local = value.replace(tzinfo=None).isoformat(timespec="microseconds")
    return b"D%b%d%b" % (local.encode(), value.fold, _zone(value.tzinfo))


def _time(value: time) -> bytes:
    local = value.replace(tzinfo=None).isoformat(timespec="microseconds")
    return b"H%b%d%b" % (local.encode(), value.fold, _zone(value.tzinfo))


LEAVES: Final[dict[type, Callable[[Any], bytes]]] = {
    type(None): lambda _: b"N",
    bool: lambda value: b"T" if value else b"F",
    int: _int,
    float: lambda value: b"f" + _double(value),
    complex: lambda value: b"c" + _double(value.real) + _double(value.imag),
    str: text,
    bytes: lambda value: b"b%d:%b" % (len(value), value),
    bytearray: lambda value: b"y%d:%b" % (len(value), value),
    UUID: lambda value: b"u" + value.bytes,
    Decimal: _decimal,
    date: lambda value: b"a%d;" % value.toordinal(),
    datetime: _datetime,
    time: _time,
    timedelta: _timedelta,
}
"""Encoders by exact type: a subclass may mean something else by its value."""
