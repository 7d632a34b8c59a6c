"""How a blob lies in one string of a server: a header of seventeen bytes, then the blob.

Rule: whatever a key holds can be told from its first seventeen bytes, and what this module did not write is foreign:
nothing of it is ever taken for a blob.

    kind (1) | token (8) | dead_at (8, big-endian double, wall seconds) | blob

* A *value* is a blob, found until ``dead_at``.
* A *placeholder* stands where nothing is, so that its token can be found there again; it has no blob, and ``dead_at``
  is when the server forgets it.

The kinds are bytes that no UTF-8 text begins with, nor a compressed or pickled one.
"""

from __future__ import annotations

from struct import Struct
from typing import Final, NamedTuple

TOKEN_BYTES: Final = 8
"""Length of a token. It is random, and never drawn again within the memory of a cache."""

VALUE: Final = 0xF8
PLACEHOLDER: Final = 0xF9

_HEADER = Struct(">B8sd")
HEADER_BYTES: Final = _HEADER.size
_unpack = _HEADER.unpack_from
_new = tuple.__new__  # what _make does, without its check


class Header(NamedTuple):
    """What a key's first bytes say.

    Attributes:
        kind: ``VALUE`` or ``PLACEHOLDER``.
        token: what a conditional write must find.
        dead_at: wall time, seconds; ``inf`` for never.
    """

    kind: int
    token: bytes
    dead_at: float

    def is_alive(self, now: float) -> bool:
        """Whether this is the header of a blob that may be served."""
        return self.kind == VALUE and now < self.dead_at


def value(token: bytes, dead_at: float, blob: bytes) -> bytes:
    """A blob as it is stored."""
    return _HEADER.pack(VALUE, token, dead_at) + blob


def placeholder(token: bytes, until: float) -> bytes:
    """What is stored where nothing is."""
    return _HEADER.pack(PLACEHOLDER, token, until)


def header(raw: bytes | None) -> Header | None:
    """The header of what a key holds, or of its first seventeen bytes; None for nothing and for what is foreign."""
    if raw is None or len(raw) < HEADER_BYTES or not VALUE <= raw[0] <= PLACEHOLDER:
        return None
    return _new(Header, _unpack(raw))


def blob_of(raw: bytes) -> bytes:
    """The blob behind the header."""
    return raw[HEADER_BYTES:]
