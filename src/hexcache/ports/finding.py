"""What a store found at an address.

Rule: absence is a finding with a token, not ``None``: the token is what a conditional write must still find. Findings
are tuples, as each read of a store makes one.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

Token: TypeAlias = str | int | bytes | None
"""Opaque state of an address, allotted by the store: equality is its only meaning. ``None``: it has no tokens."""


class Found(NamedTuple):
    """A blob is there.

    Attributes:
        blob: the bytes that were put.
        token: what ``put_if`` needs to replace exactly this blob.
    """

    blob: bytes
    token: Token = None


class Absent(NamedTuple):
    """Nothing is there: never written, expired, evicted or deleted.

    Attributes:
        token: what ``put_if`` needs to create the blob, unless somebody wrote *or deleted* in between.
    """

    token: Token = None


StoreFinding: TypeAlias = Found | Absent
