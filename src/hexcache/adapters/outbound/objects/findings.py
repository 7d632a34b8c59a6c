"""From what a bucket read to what a store found.

Rule: pure. A blob is found while it lives, at its own address, behind a whole frame; everything else is an absence
whose token is that of whatever is there, so that it can be replaced under a condition.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from hexcache.adapters.outbound.objects import frame
from hexcache.adapters.outbound.objects.things import Label, ObjectRead
from hexcache.ports.clock import Clock
from hexcache.ports.entropy import Entropy
from hexcache.ports.finding import Absent, Found, StoreFinding

NO_TOKEN: Final = ""
"""The token of an absence for which no placeholder could be left; no bucket has one like it."""

PLACEHOLDER_LIVES: Final = 1.5
"""For how many ``tombstone_ttl`` a placeholder is left to sweepers and life-cycle rules."""


def finding(read: ObjectRead, address: str, now: float) -> StoreFinding:
    """What an object that was read means for an address."""
    found = frame.parsed(read.body)
    if found is None or found.kind != frame.VALUE or found.address != address or not now < found.dead_at:
        return Absent(read.token)
    return Found(found.blob, read.token)


@dataclass(frozen=True, slots=True)
class Draft:
    """An object about to be written.

    Attributes:
        body: all of it.
        label: what is written beside it.
        write_id: what tells that it was written by this very write.
    """

    body: bytes
    label: Label
    write_id: bytes


class Drafts:
    """Makes objects, each with a write id of its own."""

    def __init__(self, wall: Clock, entropy: Entropy, tombstone_ttl: float) -> None:
        self._wall = wall
        self._draw = entropy.randbytes
        self._lasts = tombstone_ttl * PLACEHOLDER_LIVES

    def placeholder(self) -> Draft:
        """What is left where nothing is."""
        write_id, dead_at = self._draw(frame.WRITE_ID_BYTES), self._wall() + self._lasts
        return Draft(frame.placeholder(write_id, dead_at), Label("placeholder", dead_at), write_id)

    def value(self, address: str, blob: bytes, dead_at: float) -> Draft:
        """A blob; one that is dead already leaves a placeholder, as nobody will find it."""
        if not self._wall() < dead_at or math.isnan(dead_at):
            return self.placeholder()
        write_id = self._draw(frame.WRITE_ID_BYTES)
        return Draft(frame.value(write_id, dead_at, address, blob), Label("value", dead_at), write_id)
