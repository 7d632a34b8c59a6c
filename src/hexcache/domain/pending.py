"""What a write buffer is made of: changes on their way, and holds that keep addresses out of flushes.

Rule: plain facts; what becomes of them is decided by :mod:`hexcache.domain.write_buffer`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(slots=True, eq=False)
class Pending:
    """One change on its way.

    Attributes:
        address: of what.
        blob: the bytes to write; None to remove.
        dead_at: wall time from which the blob is of no use.
        number: its place in the order of acceptance; no two changes have one number.
        since: when the oldest change of the address that is still to land was accepted, monotonic seconds.
        shown: somebody was shown it, so that its number may come back as a token.
    """

    address: str
    blob: bytes | None
    dead_at: float
    number: int
    since: float
    shown: bool = False

    @property
    def weight(self) -> int:
        """What it counts against the bound in bytes."""
        return weight_of(self.address, self.blob)

    def lives(self, wall: float) -> bool:
        """Whether there is something to be found at the address."""
        return self.blob is not None and wall < self.dead_at


@dataclass(frozen=True, slots=True, eq=False)
class Hold:
    """Addresses that no flush takes: those named, and those that begin with the prefix."""

    addresses: Collection[str] = ()
    prefix: str | None = None

    def covers(self, address: str) -> bool:
        """Whether the address is held."""
        return address in self.addresses or (self.prefix is not None and address.startswith(self.prefix))


def weight_of(address: str, blob: bytes | None) -> int:
    """The bytes that a change takes, near enough."""
    return len(address) + len(blob or b"")
