"""What is sent over a channel: an invalidation, a beat, a farewell.

Rule: a frame says what changed and never what it is now; it holds no value and no code. It is parsed strictly: whatever
is not exactly one frame of this version is nothing. An invalidation takes 37 bytes beside its subject and its origin's
name.

All of them begin with ``hx``, the version, the kind, the sender (8 bytes) and a number, and end with a CRC-32 of what
is before it. Numbers are big-endian.

* invalidation: its number on this channel; then what the subject is, whether the change is soft, the publisher's own
  number, the length of the origin's name, the name, the length of the subject, the subject in UTF-8.
* beat and farewell: the number up to which everything is done; then the milliseconds between two beats, and for how
  many the sender has lost nothing (all ones for ever).

The version stands in the channel's name too: who speaks a later one speaks it elsewhere, and here as well for as long
as others listen here.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias
from zlib import crc32

from hexcache.domain.errors import StoreRejected
from hexcache.domain.lifetime import NEVER
from hexcache.ports.invalidation import Invalidation

VERSION: Final = 1
SENDER_BYTES: Final = 8
LONGEST_ORIGIN: Final = 255
LONGEST_SUBJECT: Final = 2**16 - 1

_INVALIDATION: Final = 0
_BEAT: Final = 1
_FAREWELL: Final = 2
_KINDS: Final[tuple[Literal["key", "tag", "namespace", "epoch"], ...]] = ("key", "tag", "namespace", "epoch")
_NUMBERS: Final = {kind: number for number, kind in enumerate(_KINDS)}
_HEAD: Final = struct.Struct(f">2sBB{SENDER_BYTES}sQ")
_CHANGE: Final = struct.Struct(">BBQB")
_LENGTH: Final = struct.Struct(">H")
_PACE: Final = struct.Struct(">LL")
_SUM: Final = struct.Struct(">L")
_MAGIC: Final = b"hx"
_FOR_EVER: Final = 2**32 - 1


@dataclass(frozen=True, slots=True)
class Change:
    """Somebody invalidated something.

    Attributes:
        sender: who put it on the channel.
        number: its number there.
        message: what was invalidated.
    """

    sender: bytes
    number: int
    message: Invalidation


@dataclass(frozen=True, slots=True)
class Beat:
    """Somebody is there.

    Attributes:
        sender: who.
        done: every message of the sender up to this number was accepted, or is lost.
        period: seconds between two beats.
        lossless: seconds for which the sender has lost nothing.
        last: there will be no further one.
    """

    sender: bytes
    done: int
    period: float
    lossless: float = NEVER
    last: bool = False


Frame: TypeAlias = Change | Beat


def frame_of(change: Change) -> bytes:
    """An invalidation as bytes.

    Raises:
        StoreRejected: the origin's name or the subject cannot be written.
    """
    message = change.message
    try:
        subject = message.subject.encode()
    except UnicodeEncodeError as exc:
        raise StoreRejected("redis: an invalidation's subject is not Unicode text") from exc
    if len(subject) > LONGEST_SUBJECT or len(message.origin) > LONGEST_ORIGIN:
        raise StoreRejected("redis: an invalidation's subject or origin is too long for a message")
    what = _CHANGE.pack(_NUMBERS[message.kind], message.soft, message.seq, len(message.origin))
    head = _HEAD.pack(_MAGIC, VERSION, _INVALIDATION, change.sender, change.number)
    return _summed(head + what + message.origin + _LENGTH.pack(len(subject)) + subject)


def frame_of_beat(beat: Beat) -> bytes:
    """A beat or a farewell as bytes."""
    head = _HEAD.pack(_MAGIC, VERSION, _FAREWELL if beat.last else _BEAT, beat.sender, beat.done)
    return _summed(head + _PACE.pack(_milliseconds(beat.period), _milliseconds(beat.lossless)))


def parsed(data: Any) -> Frame | None:
    """The frame that these bytes are; None if they are anything else."""
    if not isinstance(data, bytes) or len(data) < _HEAD.size + _SUM.size:
        return None
    body, check = data[: -_SUM.size], data[-_SUM.size :]
    magic, version, kind, sender, number = _HEAD.unpack_from(body)
    if magic != _MAGIC or version != VERSION or _SUM.pack(crc32(body)) != check:
        return None
    rest = body[_HEAD.size :]
    if kind == _INVALIDATION:
        message = _change(rest)
        return Change(sender, number, message) if message is not None and number > 0 else None
    if kind in {_BEAT, _FAREWELL} and len(rest) == _PACE.size:
        period, lossless = _PACE.unpack(rest)
        if period not in {0, _FOR_EVER}:
            return Beat(sender, number, period / 1000, _seconds(lossless), kind == _FAREWELL)
    return None


def _change(rest: bytes) -> Invalidation | None:
    if len(rest) < _CHANGE.size:
        return None
    kind, soft, seq, length = _CHANGE.unpack_from(rest)
    origin, rest = rest[_CHANGE.size : _CHANGE.size + length], rest[_CHANGE.size + length :]
    if len(origin) != length or len(rest) < _LENGTH.size or kind >= len(_KINDS) or soft > 1:
        return None
    subject = rest[_LENGTH.size :]
    if _LENGTH.unpack_from(rest) != (len(subject),):
        return None
    try:
        return Invalidation(origin, seq, _KINDS[kind], subject.decode(), bool(soft))
    except UnicodeDecodeError:
        return None


def _summed(body: bytes) -> bytes:
    return body + _SUM.pack(crc32(body))


def _milliseconds(seconds: float) -> int:
    return _FOR_EVER if seconds * 1000 >= _FOR_EVER else int(seconds * 1000)


def _seconds(milliseconds: int) -> float:
    return NEVER if milliseconds == _FOR_EVER else milliseconds / 1000
