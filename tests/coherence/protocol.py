"""What a protocol consists of, and what may go wrong around it.

The model is small on purpose: two nodes, each with a memory tier, one store that they share, one key, one change of the
origin by a writer on the second node, two readers. Every order of their steps is tried.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

READER_NODE: Final = 0
"""The node on which nobody writes: it hears of the change by the bus."""

WRITER_NODE: Final = 1
"""The node on which the origin is changed and the key is invalidated."""


class Install(Enum):
    """When a value that was loaded may be put into the shared store."""

    ALWAYS = "whatever is there by then"
    IF_UNCHANGED = "if nothing was written or deleted since the miss"
    IF_ABSENT = "if nothing is there, however often something was deleted since the miss"


class Step(Enum):
    """A step of an invalidation."""

    STORE = "delete in the store"
    MEMORY = "drop from the writer's memory"
    PUBLISH = "tell the other node"


@dataclass(frozen=True, slots=True)
class Protocol:
    """The ingredients of one protocol; those of hexcache are the defaults.

    Attributes:
        fence: memory takes a value only if nothing was invalidated since the read-through began.
        install: when the store takes a loaded value.
        order: the steps of an invalidation.
        detach: a load in flight is not joined by those who come after an invalidation.
        repair: a delete that the store did not take is made later, and the store is not read until then.
        heartbeat: a node that missed a message finds out and empties its memory.
    """

    fence: bool = True
    install: Install = Install.IF_UNCHANGED
    order: tuple[Step, ...] = (Step.STORE, Step.MEMORY, Step.PUBLISH)
    detach: bool = True
    repair: bool = True
    heartbeat: bool = True


@dataclass(frozen=True, slots=True)
class Faults:
    """What may go wrong.

    Attributes:
        lost_messages: the bus may lose what was published.
        failed_deletes: the store may not take a delete.
    """

    lost_messages: bool = False
    failed_deletes: bool = False


ALL_FAULTS: Final = {
    "nothing": Faults(),
    "lost messages": Faults(lost_messages=True),
    "failed deletes": Faults(failed_deletes=True),
    "both": Faults(lost_messages=True, failed_deletes=True),
}
