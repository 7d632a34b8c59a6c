"""Values of types that look like ones the codecs keep, and are not."""

from __future__ import annotations

import enum
import struct
from collections import namedtuple
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from io import BytesIO
from zoneinfo import ZoneInfo


class Colour(enum.IntEnum):
    RED = 1


class Mood(enum.Enum):
    GOOD = "good"


class Word(str):
    __slots__ = ()


class Rate(float):
    __slots__ = ()


class Rows(list[int]):
    pass


class Later(datetime):
    pass


@dataclass
class User:
    name: str


class Zone(tzinfo):
    def utcoffset(self, moment: datetime | None) -> timedelta | None:
        return timedelta(0)

    def tzname(self, moment: datetime | None) -> str | None:
        return "here"

    def dst(self, moment: datetime | None) -> timedelta | None:
        return None


def paris() -> ZoneInfo:
    """A zone with rules, made by hand: not every machine has a time zone database."""
    block = struct.pack(">4sc15x6I", b"TZif", b"2", 0, 0, 0, 0, 1, 4) + struct.pack(">iBB4s", 3600, 0, 0, b"CET\0")
    return ZoneInfo.from_file(BytesIO(block * 2 + b"\nCET-1CEST,M3.5.0,M10.5.0/3\n"), key="Europe/Paris")


Point = namedtuple("Point", "x y")
