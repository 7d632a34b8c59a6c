"""What the faults that strike one call do to its arguments and to its answer.

Rule: no waiting and no I/O; both worlds share this.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from hexcache.ports.finding import Found, StoreFinding, Token
from hexcache.testing.fault import Corrupt, Fail, IgnoreToken, Interpose, Linger, Lose, Misplace, StaleToken

F = TypeVar("F")


class Strike:
    """The faults of one call, asked in the store's own words."""

    def __init__(self, faults: Sequence[object]) -> None:
        self._faults = faults

    def each(self, kind: type[F]) -> list[F]:
        """The faults of one kind."""
        return [fault for fault in self._faults if isinstance(fault, kind)]

    def raise_if_failing(self, *, after: bool) -> None:
        """Raise the first planned error of this moment, if there is one."""
        for fault in self.each(Fail):
            if fault.after is after:
                # A fresh traceback each time: one instance that is raised again and again would grow without end.
                raise fault.error if isinstance(fault.error, type) else fault.error.with_traceback(None)

    def interpose(self) -> None:
        """Let happen what was planned for the middle of the call."""
        for fault in self.each(Interpose):
            fault.action()

    @property
    def lost(self) -> bool:
        """Whether the change is to be acknowledged only."""
        return bool(self.each(Lose))

    @property
    def forced(self) -> bool:
        """Whether a conditional write is to ignore its token."""
        return bool(self.each(IgnoreToken))

    def redirect(self, address: str) -> str:
        """The address that is read instead."""
        misplaced = self.each(Misplace)
        return misplaced[-1].address if misplaced else address

    def deadline(self, dead_at: float) -> float:
        """The deadline that is kept instead."""
        return dead_at + sum(fault.seconds for fault in self.each(Linger))

    def distort(self, finding: StoreFinding, first: Token) -> StoreFinding:
        """The answer that is given instead; ``first`` is the first token that was seen at the address."""
        token = first if self.each(StaleToken) else finding.token
        if not isinstance(finding, Found):
            return type(finding)(token)
        blob = finding.blob
        for fault in self.each(Corrupt):
            blob = fault.how(blob)
        return Found(blob, token)


def flip_first_bit(blob: bytes) -> bytes:
    """The usual corruption: one bit is wrong (an empty blob gains a byte)."""
    return bytes([blob[0] ^ 1]) + blob[1:] if blob else b"\0"
