"""Which node of a cluster serves which slot.

Rule: what a node says of the cluster replaces what was known; a redirect replaces what was known of one slot.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from redis.crc import key_slot

from hexcache.adapters.outbound.redis.settings import Address

SLOTS: Final = 16384


def slot_of(key: bytes) -> int:
    """The slot of a key; of keys with a hash tag, the tag's."""
    return key_slot(key)


class SlotTable:
    """The nodes of each slot.

    Attributes:
        primaries: the nodes that serve slots.
        nodes: those and their replicas.
    """

    def __init__(self, ranges: Iterable[tuple[int, int, tuple[Address, ...]]]) -> None:
        """Know these ranges of slots: first, last, and the primary before its replicas."""
        self._nodes: list[tuple[Address, ...]] = [()] * SLOTS
        known: dict[tuple[Address, ...], None] = {}
        for first, last, nodes in ranges:
            self._nodes[first : last + 1] = [nodes] * (last + 1 - first)
            known[nodes] = None
        self.primaries: tuple[Address, ...] = tuple(dict.fromkeys(nodes[0] for nodes in known))
        self.nodes: tuple[Address, ...] = tuple(dict.fromkeys(node for nodes in known for node in nodes))

    @classmethod
    def told(cls, reply: Any, by: Address) -> SlotTable:
        """From the reply to ``CLUSTER SLOTS``.

        Raises:
            ValueError: it is none, or tells of no slot.
        """
        try:
            ranges = [
                (int(first), int(last), tuple(_address(node, by) for node in nodes)) for first, last, *nodes in reply
            ]
        except (TypeError, ValueError, IndexError, AttributeError) as exc:
            raise ValueError("this is no cluster's slots") from exc
        if not all(0 <= first <= last < SLOTS and nodes for first, last, nodes in ranges) or not ranges:
            raise ValueError("no slot of this cluster is served")
        return cls(ranges)

    def primary(self, slot: int) -> Address | None:
        """Who serves a slot; None for nobody."""
        nodes = self._nodes[slot]
        return nodes[0] if nodes else None

    def replicas(self, slot: int) -> tuple[Address, ...]:
        """Who has a copy of a slot."""
        return self._nodes[slot][1:]

    def moved(self, slot: int, primary: Address) -> None:
        """Note who serves a slot now."""
        self._nodes[slot] = (primary,)


def _address(node: Any, by: Address) -> Address:
    """A node's address; one that does not say its host stands where the one who told stands."""
    host, port = node[0], node[1]
    name = host.decode() if isinstance(host, bytes) else host
    return Address(by.host if name in {None, "", "?"} else str(name), int(port))


def redirected(host: str, port: int, by: Address) -> Address:
    """Where a redirect points to."""
    return Address(host or by.host, int(port))
