"""What a store must do, as a dict and a count of changes.

Rule: the model is too simple to be wrong: no bytes on disk, no reclaiming, nothing forgotten.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Reading:
    """A token that was handed out, and what the address was then.

    Attributes:
        address: whose token it is.
        token: as the store gave it.
        state: the address's count of changes at that time.
        found: whether a live blob was there.
        at: wall time of the reading.
        clearings: how many clearings there had been, of whatever prefix.
    """

    address: str
    token: object
    state: int
    found: bool
    at: float
    clearings: int


@dataclass(slots=True)
class StoreModel:
    """Blobs with deadlines, and how often each address was written or deleted.

    Attributes:
        rows: address -> (blob, dead_at), dead ones included.
        changes: address -> how often it was written or deleted.
        clearings: the prefixes that were cleared, in order.
    """

    rows: dict[str, tuple[bytes, float]] = field(default_factory=dict)
    changes: dict[str, int] = field(default_factory=dict)
    clearings: list[str] = field(default_factory=list)

    def live(self, address: str, now: float) -> bytes | None:
        """The blob, unless there is none or its deadline has come."""
        blob, dead_at = self.rows.get(address, (None, now))
        return blob if now < dead_at else None

    def dead(self, address: str, now: float) -> bytes | None:
        """The blob whose deadline has come, which a store without ``physical_expiry`` may still return."""
        blob, dead_at = self.rows.get(address, (None, now))
        return blob if dead_at <= now else None

    def write(self, address: str, blob: bytes, dead_at: float) -> None:
        """As ``put``."""
        self.rows[address] = (blob, dead_at)
        self.changes[address] = self.changes.get(address, 0) + 1

    def remove(self, address: str) -> None:
        """As ``delete``."""
        self.rows.pop(address, None)
        self.changes[address] = self.changes.get(address, 0) + 1

    def clear(self, prefix: str) -> None:
        """As ``clear``."""
        self.clearings.append(prefix)
        for address in [address for address in self.rows if address.startswith(prefix)]:
            del self.rows[address]

    def below(self, prefix: str, now: float) -> list[str]:
        """The live addresses that begin with the prefix, sorted."""
        return sorted(a for a in self.rows if a.startswith(prefix) and self.live(a, now) is not None)

    def state(self, address: str) -> int:
        """How often the address was changed; a token stands for one such count."""
        cleared = sum(1 for prefix in self.clearings if address.startswith(prefix))
        return self.changes.get(address, 0) + cleared

    def read(self, address: str, token: object, now: float) -> Reading:
        """Note a token that the store handed out."""
        found = self.live(address, now) is not None
        return Reading(address, token, self.state(address), found, now, len(self.clearings))

    def may_write(self, reading: Reading, now: float) -> set[bool]:
        """What ``put_if`` with this token may answer.

        One thing only, with two exceptions, both of which can cost a back-fill and never let a wrong value in: the blob
        that was read expired since, or the address was absent and another prefix was cleared since (a store may
        remember clearings by one number for all that it knows nothing of).
        """
        if self.state(reading.address) != reading.state:
            return {False}
        expired = reading.found and self.live(reading.address, now) is None
        cleared = not reading.found and len(self.clearings) > reading.clearings
        return {True, False} if expired or cleared else {True}
