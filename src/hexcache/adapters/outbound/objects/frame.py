"""What an object's body begins with: a frame, then the blob.

Rule: a body is exactly what this module wrote or it is foreign; parsing answers with a frame or None and never fails.

    magic f5 68 78 6f (4) | format (1) | kind (1) | write id (16) | dead_at (8, double, wall seconds)
    | length of the address (4) | length of the blob (8) | CRC-32 of all before and of the address (4) | address | blob

All numbers are big-endian. The write id is random: no two writes have one ETag, though an ETag may be made from the
body alone, and a writer whose answer was lost can find out whether its write happened. A *value* has an address and a
blob, found until ``dead_at``; a *placeholder* has neither, so that its size alone tells it from every value, and its
``dead_at`` is when nobody needs it any more. The length tells a body that was cut off on the way.
"""

from __future__ import annotations

from struct import Struct
from typing import Final, NamedTuple
from zlib import crc32

MAGIC: Final = b"\xf5hxo"
"""No UTF-8 text begins so, nor a compressed file."""
FORMAT: Final = 1
VALUE: Final = 1
PLACEHOLDER: Final = 2
WRITE_ID_BYTES: Final = 16

_HEAD = Struct(">4sBB16sdIQ")
_SUM = Struct(">I")
HEAD_BYTES: Final = _HEAD.size + _SUM.size
"""Size of a placeholder; every value is larger."""


class Frame(NamedTuple):
    """What a body says.

    Attributes:
        kind: ``VALUE`` or ``PLACEHOLDER``.
        write_id: of the write that made it.
        dead_at: wall time, seconds; ``inf`` for never.
        address: of the blob; empty for a placeholder.
        blob: what was put; empty for a placeholder.
    """

    kind: int
    write_id: bytes
    dead_at: float
    address: str
    blob: bytes


def value(write_id: bytes, dead_at: float, address: str, blob: bytes) -> bytes:
    """The body of a value."""
    place = address.encode("utf-8", "surrogatepass")
    head = _HEAD.pack(MAGIC, FORMAT, VALUE, write_id, dead_at, len(place), len(blob))
    return b"".join((head, _SUM.pack(crc32(place, crc32(head))), place, blob))


def placeholder(write_id: bytes, dead_at: float) -> bytes:
    """The body of a placeholder."""
    head = _HEAD.pack(MAGIC, FORMAT, PLACEHOLDER, write_id, dead_at, 0, 0)
    return head + _SUM.pack(crc32(head))


def parsed(body: bytes) -> Frame | None:
    """The frame of a body; None for what is foreign, cut off or broken."""
    if len(body) < HEAD_BYTES or not body.startswith(MAGIC):
        return None
    _, version, kind, write_id, dead_at, place_bytes, blob_bytes = _HEAD.unpack_from(body)
    start = HEAD_BYTES + place_bytes
    if version != FORMAT or kind not in {VALUE, PLACEHOLDER} or len(body) != start + blob_bytes:
        return None
    if (kind == PLACEHOLDER) != (len(body) == HEAD_BYTES):
        return None
    place = body[HEAD_BYTES:start]
    (checksum,) = _SUM.unpack_from(body, _HEAD.size)
    if checksum != crc32(place, crc32(body[: _HEAD.size])):
        return None
    try:
        address = place.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return None
    return Frame(kind, write_id, dead_at, address, body[start:])
