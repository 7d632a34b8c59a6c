"""Invalidations: what one cache tells the others that share a tier with it.

Rule: a message says what is no longer current, never what is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Invalidation:
    """What is no longer current.

    Attributes:
        origin: the node that publishes; a node ignores its own messages. What a bus itself tells has an origin that is
            no node's.
        seq: the publisher's message number, from 1; 0 for what a bus itself tells. Order and loss on the way are the
            bus's business, which has numbers of its own.
        kind: what ``subject`` is: a key's name, a tag, a namespace path, or everything (``epoch``).
        subject: which one.
        soft: stale from now on, instead of gone.
    """

    origin: bytes
    seq: int
    kind: Literal["key", "tag", "namespace", "epoch"]
    subject: str
    soft: bool = False
