"""What can go wrong between a client and a server.

Rule: every fault is a plain attribute that a test sets and that holds at once, for open connections too; chance comes
from a seed.
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, fields
from typing import Literal, TypeAlias

GLANCE = 0.01
"""Seconds between looks at whether a black hole is gone."""


End: TypeAlias = Literal["reset", "close", "stall"]
"""How a connection ends in the middle of a reply; ``stall``: it stays, and no reply passes any more."""


@dataclass(slots=True)
class Faults:
    """The faults of one proxy; none unless set."""

    latency: float = 0.0
    """Seconds that each piece of data is held back, in each direction."""
    jitter: float = 0.0
    """Seconds that the latency is at most more or less."""
    bandwidth: float = 0.0
    """Bytes a second in each direction of a connection; 0 is no limit."""
    black_hole: bool = False
    """Connections are accepted and nothing passes in either direction, a TLS handshake neither."""
    reset_on_connect: bool = False
    """A new connection is reset as soon as it is accepted."""
    reset_after: int | None = None
    """A connection is reset when so many bytes of replies have passed since this was set; 0 loses the next reply."""
    close_after: int | None = None
    """The same with an orderly end in place of a reset."""
    stall_after: int | None = None
    """The same with silence in place of an end; a connection that fell silent stays so."""

    def clear(self) -> None:
        """Have no fault."""
        for fault in fields(self):
            setattr(self, fault.name, fault.default)

    async def pass_black_hole(self) -> None:
        """Return as soon as there is none."""
        while self.black_hole:  # noqa: ASYNC110  (set by other threads, which an event of the loop is not made for)
            await asyncio.sleep(GLANCE)

    def delay(self, chance: random.Random) -> float:
        """Seconds that the next piece of data is held back."""
        return max(0.0, self.latency + chance.uniform(-self.jitter, self.jitter)) if self.jitter else self.latency

    @property
    def cut(self) -> tuple[int, End] | None:
        """After how many bytes a connection ends, and how; None for never."""
        if self.reset_after is not None:
            return self.reset_after, "reset"
        if self.close_after is not None:
            return self.close_after, "close"
        return None if self.stall_after is None else (self.stall_after, "stall")
