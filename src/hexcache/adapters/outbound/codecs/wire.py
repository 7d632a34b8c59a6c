"""The byte layout of a stored record, format 1.

Rule: every length is checked against what is there before anything is taken; every byte belongs to exactly one field
and is covered by the checksum. A change of the layout is a new format number, and the old one stays readable.

All numbers are big-endian. ::

    head     magic 4, format 1, flags 1, pipeline 4, created f8, fresh_until f8, dead_at f8, cost f8,
             version length 1, number of deps 2, address length 2,
             address, version, then for each dep: tag length 2, token length 1, tag, token
    body     payload length 4, payload
    trailer  CRC-32 of all before, 4

The checksum finds accidents, every burst of up to 32 bits for certain. Against forgery there is signing and encryption.
"""

from __future__ import annotations

from collections.abc import Callable
from math import isnan
from struct import Struct
from struct import error as struct_error
from typing import Final
from zlib import crc32

from hexcache.domain.errors import CodecError, Undecodable
from hexcache.domain.record import Record

MAGIC: Final = b"\xf3hxc"
FORMAT: Final = 1
MISSING: Final = 1
"""The flag of a negative result; the only one that format 1 knows."""

_HEAD: Final = Struct(">4sBBIddddBHH")
_DEP: Final = Struct(">HB")
_SIZE: Final = Struct(">I")
_PLACE_AT: Final = _HEAD.size
_LENGTH: Final = _SIZE.size
_TRAILER: Final = _SIZE.size
_SMALLEST: Final = _PLACE_AT + _LENGTH
"""Without the trailer."""
_FORMAT_AT: Final = len(MAGIC)

_make: Final = tuple.__new__
"""What the constructor of a named tuple ends in, at a quarter of its cost."""

_pack_head = _HEAD.pack
_pack_size = _SIZE.pack
_unpack_head = _HEAD.unpack_from
_unpack_size = _SIZE.unpack_from


def write_head(address: str, record: Record, pipeline: int) -> bytes:
    """Everything about a record but its payload.

    Raises:
        CodecError: a field does not fit; names it.
    """
    created, fresh_until, dead_at, cost = record.created, record.fresh_until, record.dead_at, record.cost
    if record.missing and record.payload:
        raise CodecError("a negative result has no payload")
    if isnan(created) or isnan(fresh_until) or isnan(dead_at) or isnan(cost):
        raise CodecError("a record's times and cost are numbers, not NaN")
    try:
        place = address.encode()
        head = _pack_head(
            MAGIC, FORMAT, MISSING if record.missing else 0, pipeline, created, fresh_until, dead_at, cost,
            len(record.version), len(record.deps), len(place),
        )  # fmt: skip
        parts = [head, place, record.version]
        for tag, token in record.deps:
            name = tag.encode()
            parts += (_DEP.pack(len(name), len(token)), name, token)
    except UnicodeEncodeError as exc:
        raise CodecError("an address or tag holds a lone surrogate") from exc
    except struct_error as exc:
        raise CodecError(
            "a record's address and tags have at most 65535 bytes each, its version and tokens at most 255, "
            "and there are at most 65535 tags"
        ) from exc
    return b"".join(parts)


def seal(head: bytes, payload: bytes) -> bytes:
    """The blob of a head and a transformed payload.

    Raises:
        CodecError: the payload has 4 GiB or more.
    """
    try:
        blob = head + _pack_size(len(payload)) + payload
    except struct_error as exc:
        raise CodecError("a payload has less than 4 GiB") from exc
    return blob + _pack_size(crc32(blob))


def open_blob(address: str, blob: bytes, pipeline: int, revert: Callable[[bytes, bytes], bytes] | None) -> Record:
    """The record that was sealed for this address and pipeline.

    Args:
        address: where the blob was found.
        blob: any bytes.
        pipeline: the digest of the configured stages.
        revert: turns the stored payload and the head into the payload; ``None`` where both are the same.

    Raises:
        Undecodable: anything else.
    """
    end = len(blob) - _TRAILER
    if end < _SMALLEST:
        raise _stranger(blob)
    (magic, form, flags, written_by, created, fresh_until, dead_at, cost, version_size, dep_count, place_size) = (
        _unpack_head(blob)
    )
    if magic != MAGIC or form != FORMAT:
        raise _stranger(blob)
    place_end = _PLACE_AT + place_size
    head_end = deps_at = place_end + version_size
    if dep_count:
        head_end = _end_of_deps(blob, deps_at, dep_count)
    begin = head_end + _LENGTH
    if begin > end or begin + _unpack_size(blob, head_end)[0] != end:
        raise Undecodable("truncated", "lengths do not add up")
    payload = blob[begin:end]
    if crc32(payload, crc32(blob[:begin])) != _unpack_size(blob, end)[0]:
        raise Undecodable("checksum")
    if flags > MISSING or blob[_PLACE_AT:place_end] != _encoded(address) or written_by != pipeline:
        raise _misplaced(flags, blob[_PLACE_AT:place_end] == _encoded(address))
    if isnan(created) or isnan(fresh_until) or isnan(dead_at) or isnan(cost):
        raise Undecodable("header", "NaN")
    deps = _deps(blob, deps_at, dep_count) if dep_count else ()
    if revert is not None:
        payload = revert(payload, blob[:head_end])
    if flags and payload:
        raise Undecodable("payload", "a negative result that has one")
    version = blob[place_end:deps_at]
    return _make(Record, (payload, created, fresh_until, dead_at, cost, version, deps, flags == MISSING))


def _misplaced(flags: int, in_place: bool) -> Undecodable:
    """Why a blob whose bytes are in order is none of this address and configuration."""
    if flags > MISSING:
        return Undecodable("flags", "unknown")
    if not in_place:
        return Undecodable("key", "written for another address")
    return Undecodable("version", "written by another pipeline")


def _stranger(blob: bytes) -> Undecodable:
    """Why a blob is not one of this format, as far as its first bytes tell."""
    if blob[:_FORMAT_AT] != MAGIC:
        return Undecodable("magic", "not a blob of hexcache")
    if len(blob) < _SMALLEST + _TRAILER:
        return Undecodable("truncated", "within the head")
    return Undecodable("version", "unknown format")


def _end_of_deps(blob: bytes, at: int, count: int) -> int:
    """Where the tags end, once every length has been found to fit."""
    limit = len(blob) - _TRAILER - _LENGTH
    for _ in range(count):
        if at + _DEP.size > limit:
            raise Undecodable("truncated", "within the tags")
        tag_size, token_size = _DEP.unpack_from(blob, at)
        at += _DEP.size + tag_size + token_size
    return at


def _encoded(address: str) -> bytes | None:
    try:
        return address.encode()
    except UnicodeEncodeError:
        return None


def _deps(blob: bytes, at: int, count: int) -> tuple[tuple[str, bytes], ...]:
    deps: list[tuple[str, bytes]] = []
    try:
        for _ in range(count):
            tag_size, token_size = _DEP.unpack_from(blob, at)
            at += _DEP.size
            end = at + tag_size
            deps.append((str(blob[at:end], "utf-8"), blob[end : end + token_size]))
            at = end + token_size
    except UnicodeDecodeError as exc:
        raise Undecodable("header", "a tag that is not UTF-8") from exc
    return tuple(deps)
