"""The nodes of a cluster: who serves what, and errands to them.

Rule: nodes are asked side by side, each in one request, however many commands that is. An errand goes on to another
node when it was redirected, or when the table of slots turns out to be out of date and nothing of it was sent, or it
may be sent twice. A node that failed is left alone for a moment: its keys fail at once, and nobody else waits.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias

from redis.exceptions import AskError, MovedError, SlotNotCoveredError
from redis.exceptions import ConnectionError as Broken
from redis.exceptions import TimeoutError as Late

from hexcache.adapters.outbound.redis.aio.cluster_table import AsyncClusterTable
from hexcache.adapters.outbound.redis.aio.primitives import AsyncConnections, exchange_all, monotonic
from hexcache.adapters.outbound.redis.budget import spoken_for
from hexcache.adapters.outbound.redis.commands import Reply
from hexcache.adapters.outbound.redis.errand import Errand
from hexcache.adapters.outbound.redis.errors import is_broken, was_unsent
from hexcache.adapters.outbound.redis.packing import READONLY
from hexcache.adapters.outbound.redis.settings import Address, RedisSettings
from hexcache.adapters.outbound.redis.slots import SlotTable, redirected

ROUNDS: Final = 5
"""How often an errand is sent at most: redirects and failovers."""

REST: Final = 1.0
"""How long a node that failed is left alone, seconds."""

Target: TypeAlias = tuple[Address, bool]
"""A node, and whether it is asked as a replica."""


class AsyncClusterNodes:
    """Connections to the nodes of one cluster."""

    def __init__(self, settings: RedisSettings) -> None:
        """Connect nothing."""
        self._settings = settings
        self._connections: dict[Target, AsyncConnections] = {}
        self._resting: dict[Target, float] = {}
        self._table = AsyncClusterTable(settings, self._to)
        self._turns = 0
        self._seen: SlotTable | None = None

    async def run(self, errands: Sequence[Errand], *, again: bool) -> list[Reply | Exception]:
        """Send errands to their nodes; where one fails, redis-py's error stands in the place of its reply.

        Args:
            errands: what is to be sent.
            again: sending them twice is the same as sending them once.

        Raises:
            Exception: no node could be asked what is where.
        """
        until = min(spoken_for(), monotonic() + self._settings.deadline)
        replies: list[Reply | Exception] = [None] * len(errands)
        left: Iterable[int] = range(len(errands))
        for _ in range(ROUNDS):
            table = await self._table.known(until)
            await self._forget_strangers(table)
            groups = self._sorted(errands, left, table, replies)
            if not groups:
                break
            parts = [
                (
                    self._to(target),
                    b"".join([errands[place].request for place in places]),
                    sum([errands[place].replies for place in places]),
                )
                for target, places in groups.items()
            ]
            answers = await exchange_all(parts, again=again, until=until)
            left = []
            for (target, places), answer in zip(groups.items(), answers, strict=True):
                self._note(target, answer)
                left += self._sort_out(errands, places, answer, replies, again=again)
            if not left or monotonic() >= until:
                break
        return replies

    def _sorted(
        self, errands: Sequence[Errand], places: Iterable[int], table: SlotTable, replies: list[Reply | Exception]
    ) -> dict[Target, list[int]]:
        """Which errands go to which node; those that go nowhere are answered in their places."""
        groups: dict[Target, list[int]] = {}
        now = monotonic()
        for place in places:
            errand = errands[place]
            target = self._target(errand, table)
            if target is None:
                replies[place] = SlotNotCoveredError("nobody serves this slot")
            elif self._resting.get(target, 0.0) > now:
                replies[place] = Broken("this node failed a moment ago")
            elif target != errand.tried:
                errand.tried = target
                groups.setdefault(target, []).append(place)
        return groups

    def _target(self, errand: Errand, table: SlotTable) -> Target | None:
        node = errand.asking or errand.node
        if node is not None:
            return node, False
        self._turns += 1
        if errand.slot is None:
            return table.primaries[self._turns % len(table.primaries)], False
        replicas = table.replicas(errand.slot) if errand.reads and self._settings.replica_reads else ()
        if replicas:
            return replicas[self._turns % len(replicas)], True
        node = table.primary(errand.slot)
        return None if node is None else (node, False)

    def _to(self, target: Target) -> AsyncConnections:
        found = self._connections.get(target)
        if found is None:
            made = AsyncConnections.to(target[0], self._settings, READONLY if target[1] else b"")
            found = self._connections.setdefault(target, made)
        return found

    def _note(self, target: Target, answer: object) -> None:
        """Remember whether a node answers."""
        if isinstance(answer, (Late, TimeoutError)) or (isinstance(answer, Exception) and was_unsent(answer)):
            self._resting[target] = monotonic() + REST
        elif self._resting:
            self._resting.pop(target, None)
        if isinstance(answer, Exception):
            self._table.doubt()

    def _sort_out(
        self,
        errands: Sequence[Errand],
        places: Sequence[int],
        answer: list[Reply] | Exception,
        replies: list[Reply | Exception],
        *,
        again: bool,
    ) -> list[int]:
        """Give each errand of one node its own reply; those that go on to another node are returned."""
        going: list[int] = []
        last = -1
        for place in places:
            errand = errands[place]
            if isinstance(answer, Exception):
                reply: Reply | Exception = answer
            else:
                last += errand.replies
                reply = answer[last]
            replies[place] = reply
            errand.asking = None
            if isinstance(reply, Exception) and errand.node is None and self._goes_on(errand, reply, again=again):
                going.append(place)
        return going

    def _goes_on(self, errand: Errand, reply: Exception, *, again: bool) -> bool:
        """Whether an errand is sent once more, and if so, note where to."""
        was_replica = errand.tried is not None and errand.tried[1]
        if was_replica:
            errand.reads = False  # the primary knows
        if isinstance(reply, AskError) and errand.tried is not None:
            node = redirected(reply.host, reply.port, errand.tried[0])
            if isinstance(reply, MovedError):
                self._table.moved(reply.slot_id, node)
            else:
                errand.asking = node
            errand.tried = None
            return True
        return was_unsent(reply) or (again and is_broken(reply)) or was_replica

    async def primaries(self) -> Sequence[Address]:
        """The nodes that serve slots.

        Raises:
            Exception: no node could be asked.
        """
        self._table.doubt()
        return (await self._table.known(monotonic() + self._settings.deadline)).primaries

    async def _forget_strangers(self, table: SlotTable) -> None:
        """Close connections to nodes that a new table does not know."""
        if table is self._seen:
            return
        self._seen = table
        staying = {*self._settings.addresses, *table.nodes}
        for target in [target for target in self._connections if target[0] not in staying]:
            await self._connections.pop(target).aclose()

    async def aclose(self) -> None:
        """Close all connections; calls fail from then on."""
        for connections in list(self._connections.values()):
            await connections.aclose()
