"""The nodes of a cluster: who serves what, and errands to them.

Rule: the table of slots is asked for when it is first needed, when a redirect or a failure shows that it is out of date,
and not more often than it helps; everybody who needs it meanwhile waits for the one who asks. What is asked of a node
goes in one request, however many commands it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from redis.exceptions import AskError, MovedError, SlotNotCoveredError, TryAgainError
from redis.exceptions import ConnectionError as Broken

from hexcache.adapters.outbound.redis.aio.primitives import AsyncConnections, AsyncTurn, exchange_all, monotonic
from hexcache.adapters.outbound.redis.commands import Reply
from hexcache.adapters.outbound.redis.errand import Errand
from hexcache.adapters.outbound.redis.errors import NotSent, is_broken
from hexcache.adapters.outbound.redis.packing import READONLY, packed
from hexcache.adapters.outbound.redis.settings import Address, RedisSettings
from hexcache.adapters.outbound.redis.slots import SlotTable, redirected

ROUNDS: Final = 5
"""How often an errand is sent at most: redirects and failovers."""

PATIENCE: Final = 0.5
"""How long a table that seems out of date is used before it is asked for again, seconds."""

_SLOTS: Final = packed(("CLUSTER SLOTS",))


class AsyncClusterNodes:
    """Connections to the nodes, and the table that says what is where."""

    def __init__(self, settings: RedisSettings) -> None:
        """Connect nothing."""
        self._settings = settings
        self._primary: dict[Address, AsyncConnections] = {}
        self._replica: dict[Address, AsyncConnections] = {}
        self._table: SlotTable | None = None
        self._doubted = False
        self._asked = 0.0
        self._turn = AsyncTurn()
        self._next = 0

    async def run(self, errands: Sequence[Errand], *, again: bool) -> list[Reply | Exception]:
        """Send errands to their nodes side by side; where one fails, redis-py's error stands in the place of its reply.

        Args:
            errands: what is to be sent.
            again: sending them twice is the same as sending them once.

        Raises:
            Exception: no node could be asked what is where.
        """
        until = monotonic() + self._settings.deadline
        replies: list[Reply | Exception] = [None] * len(errands)
        left: list[int] = list(range(len(errands)))
        for _ in range(ROUNDS):
            groups = self._sorted(errands, left, await self._known(until), replies)
            parts = [
                (
                    connections,
                    b"".join([errands[place].request for place in places]),
                    sum(errands[place].replies for place in places),
                )
                for connections, places in groups
            ]
            left = []
            for (_, places), answer in zip(groups, await exchange_all(parts, again=again, until=until), strict=True):
                self._sort_out(errands, places, answer, replies)
                left += [place for place in places if self._goes_on(errands[place], replies[place], again=again)]
            if not left or monotonic() >= until:
                break
        return replies

    def _sorted(
        self, errands: Sequence[Errand], places: Iterable[int], table: SlotTable, replies: list[Reply | Exception]
    ) -> list[tuple[AsyncConnections, list[int]]]:
        """Which errands go to which node; a slot that nobody serves is told in its place."""
        groups: dict[AsyncConnections, list[int]] = {}
        for place in places:
            connections = self._for(errands[place], table)
            if connections is None:
                replies[place] = SlotNotCoveredError("nobody serves this slot")
            else:
                groups.setdefault(connections, []).append(place)
        return list(groups.items())

    def _for(self, errand: Errand, table: SlotTable) -> AsyncConnections | None:
        node = errand.asking or errand.node
        if node is None and errand.slot is None:
            self._next += 1
            node = table.primaries[self._next % len(table.primaries)]
        if node is None and errand.slot is not None:
            replicas = table.replicas(errand.slot) if errand.reads and self._settings.replica_reads else ()
            if replicas:
                self._next += 1
                return self._to(replicas[self._next % len(replicas)], replica=True)
            node = table.primary(errand.slot)
        return None if node is None else self._to(node)

    def _to(self, node: Address, *, replica: bool = False) -> AsyncConnections:
        known = self._replica if replica else self._primary
        found = known.get(node)
        if found is None:
            greeting = READONLY if replica else b""
            found = known.setdefault(node, AsyncConnections.to(node, self._settings, greeting))
        return found

    def _sort_out(
        self, errands: Sequence[Errand], places: Sequence[int], answer: list[Reply] | Exception, replies: list[Reply]
    ) -> None:
        """Give each errand of one node its own reply."""
        if isinstance(answer, Exception):
            for place in places:
                replies[place] = answer
            self._doubted = True
            return
        last = -1
        for place in places:
            last += errands[place].replies
            replies[place] = answer[last]

    def _goes_on(self, errand: Errand, reply: Reply, *, again: bool) -> bool:
        """Whether an errand is sent once more, and if so, note where to."""
        table = self._table
        errand.asking = None
        if not isinstance(reply, Exception) or errand.node is not None:
            return False
        if isinstance(reply, AskError) and table is not None:  # MovedError too
            target = redirected(reply.host, reply.port, table.primary(reply.slot_id) or self._settings.addresses[0])
            errand.reads = False
            if isinstance(reply, MovedError):
                table.moved(reply.slot_id, target)
                self._doubted = True
            else:
                errand.asking = target
            return True
        if isinstance(reply, TryAgainError):
            return True
        if errand.reads and self._settings.replica_reads and isinstance(reply, (Broken, OSError)):
            errand.reads = False
            return True
        return isinstance(reply, NotSent) or (again and is_broken(reply))

    async def primaries(self) -> Sequence[Address]:
        """The nodes that serve slots.

        Raises:
            Exception: no node could be asked.
        """
        self._doubted = True
        return (await self._known(monotonic() + self._settings.deadline)).primaries

    async def _known(self, until: float) -> SlotTable:
        """The table; asked for if there is none, or it seems out of date.

        Raises:
            Exception: there is none, and nobody answers.
        """
        table, needed = self._table, monotonic()
        if table is not None and (not self._doubted or needed < self._asked + PATIENCE):
            return table
        async with self._turn.taken(until):
            if self._table is not None and self._asked > needed:
                return self._table
            return await self._ask(until)

    async def _ask(self, until: float) -> SlotTable:
        table = self._table
        known = () if table is None else table.nodes
        failure: Exception = Broken("no node answers")
        for node in dict.fromkeys((*known, *self._settings.addresses)):
            now = monotonic()
            try:
                (reply,) = await self._to(node).exchange(_SLOTS, 1, again=True, until=now + (until - now) / 2)
                if isinstance(reply, Exception):
                    raise reply
                self._table = SlotTable.told(reply, node)
            except Exception as exc:  # noqa: BLE001 - the next node may know
                failure = exc
                continue
            self._asked, self._doubted = monotonic(), False
            await self._forget(self._table)
            return self._table
        self._asked = monotonic()
        if table is None:
            raise failure
        return table

    async def _forget(self, table: SlotTable) -> None:
        """Close connections to nodes that are no longer there."""
        staying = {*table.nodes, *self._settings.addresses}
        for known in (self._primary, self._replica):
            for node in [node for node in known if node not in staying]:
                await known.pop(node).aclose()

    async def aclose(self) -> None:
        """Close all connections; calls fail from then on."""
        for known in (self._primary, self._replica):
            for connections in list(known.values()):
                await connections.aclose()
