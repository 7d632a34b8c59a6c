# Generated from src/hexcache/adapters/outbound/redis/aio/cluster_table.py by tools/unasync.py. Do not edit.
"""The table that says which node of a cluster serves what, kept up to date.

Rule: it is asked for when it is first needed, and again when a redirect or a failure shows that it is out of date, but
not more often than helps. One caller asks; those who need it meanwhile wait for the answer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from redis.exceptions import ConnectionError as Broken

from hexcache.adapters.outbound.redis.sync.primitives import Connections, Turn, monotonic
from hexcache.adapters.outbound.redis.packing import packed
from hexcache.adapters.outbound.redis.settings import Address, RedisSettings
from hexcache.adapters.outbound.redis.slots import SlotTable

PATIENCE: Final = 0.25
"""How long a table that seems out of date is used before it is asked for again, seconds."""

_SLOTS: Final = packed(("CLUSTER SLOTS",))


class ClusterTable:
    """A table of slots and how to get it."""

    def __init__(self, settings: RedisSettings, to: Callable[[tuple[Address, bool]], Connections]) -> None:
        """Ask nothing.

        Args:
            settings: from which nodes the cluster is discovered.
            to: the connections to a node.
        """
        self._settings = settings
        self._to = to
        self._table: SlotTable | None = None
        self._doubted = False
        self._asked = float("-inf")
        self._silent: set[Address] = set()
        self._turn = Turn()

    def doubt(self) -> None:
        """Something was not where it should be."""
        self._doubted = True

    def moved(self, slot: int, node: Address) -> None:
        """A slot is somewhere else; others may be, too."""
        if self._table is not None:
            self._table.moved(slot, node)
        self._doubted = True

    def known(self, until: float) -> SlotTable:
        """The table; asked for if there is none, or it seems out of date.

        Raises:
            Exception: there is none, and nobody answers.
        """
        table, needed = self._table, monotonic()
        if table is not None and (not self._doubted or needed < self._asked + PATIENCE):
            return table
        with self._turn.taken(until):
            if self._table is not None and self._asked > needed:
                return self._table
            return self._ask(until)

    def _ask(self, until: float) -> SlotTable:
        failure: Exception = Broken("no node answers")
        for node in self._candidates():
            now = monotonic()
            try:
                (reply,) = self._to((node, False)).exchange(_SLOTS, 1, again=True, until=now + (until - now) / 2)
                if isinstance(reply, Exception):
                    raise reply
                table = SlotTable.told(reply, node)
            except Exception as exc:  # noqa: BLE001 - the next node may know
                failure = exc
                self._silent.add(node)
                continue
            self._silent.discard(node)
            self._table, self._doubted = table, False
            break
        self._asked = monotonic()
        if self._table is None:
            raise failure
        return self._table

    def _candidates(self) -> list[Address]:
        """Whom to ask: those that answered the last time first."""
        known = () if self._table is None else self._table.nodes
        nodes = dict.fromkeys((*known, *self._settings.addresses))
        return sorted(nodes, key=lambda node: node in self._silent)
