"""One command on its way through a cluster.

Rule: an errand knows what it needs to be sent again to another node: its bytes, its slot, and who has it now.
"""

from __future__ import annotations

from dataclasses import dataclass

from hexcache.adapters.outbound.redis.packing import ASKING
from hexcache.adapters.outbound.redis.settings import Address


@dataclass(slots=True)
class Errand:
    """One command.

    Attributes:
        slot: where its keys are; None for a command without keys.
        buffer: its bytes.
        node: the only node that it is for; None for whoever serves the slot.
        reads: whether a replica may answer it.
        asking: the node to which its slot is moving, which is asked with permission; None if it is not moving.
        tried: the node that it was sent to last, and whether as to a replica.
    """

    slot: int | None
    buffer: bytes
    node: Address | None = None
    reads: bool = False
    asking: Address | None = None
    tried: tuple[Address, bool] | None = None

    @property
    def request(self) -> bytes:
        """What is sent."""
        return self.buffer if self.asking is None else ASKING + self.buffer

    @property
    def replies(self) -> int:
        """How many replies come; the last one is the command's."""
        return 1 if self.asking is None else 2
