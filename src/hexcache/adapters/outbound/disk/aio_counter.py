"""The disk's counters for tasks.

Rule: nothing touches the disk in the event loop's thread; every call goes to the one thread of an :class:`Offload`.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence

from hexcache.adapters.outbound.disk.counter_table import CounterTable
from hexcache.adapters.outbound.disk.offload import Offload
from hexcache.adapters.outbound.disk.settings import DiskSettings
from hexcache.domain.errors import CacheError
from hexcache.domain.increment import Increment
from hexcache.domain.rate import Decision, RateRule
from hexcache.ports.clock import Clock
from hexcache.ports.entropy import Entropy


class AsyncDiskCounter:
    """Counters in a directory; an :class:`~hexcache.ports.aio.counter.AsyncCounter`.

    Exact across the processes of one machine. A cancelled call ends at once; its change is made or not. The ids of the
    latest ten thousand increments of a counter are remembered. A limiter whose rule is exchanged for one of another
    kind begins anew.
    """

    def __init__(self, table: CounterTable) -> None:
        """Serve a table that somebody else closes."""
        self._table = table
        self._owns = False
        self._offload = Offload("hexcache-counters", 1, table.settings.deadline)

    @classmethod
    def from_settings(
        cls, settings: DiskSettings, *, wall: Clock = time.time, entropy: Entropy | None = None
    ) -> AsyncDiskCounter:
        """Counters with a table of their own, which they close. Nothing is opened before the first call.

        Args:
            settings: those of the disk tier; the counters live in ``counters`` below its directory.
            wall: wall time, against which deadlines and rate windows are measured.
            entropy: where the first number of a new directory comes from; None for the operating system.
        """
        counter = cls(CounterTable(settings, wall=wall, entropy=entropy))
        counter._owns = True
        return counter

    async def incr(
        self,
        address: str,
        by: float = 1,
        /,
        *,
        ttl: float | None = None,
        refresh_ttl: bool = False,
        floor: float | None = None,
        operation: str | None = None,
    ) -> float:
        """Add and return the new number."""
        return await self._offload.submit(self._table.incr, address, by, ttl, refresh_ttl, floor, operation)

    async def incr_many(self, increments: Sequence[Increment], /) -> list[float | CacheError]:
        """Make several increments, all in one transaction: a failure of the disk undoes every one."""
        return await self._offload.submit(self._table.incr_many, list(increments))

    async def read(self, address: str, /) -> float | None:
        """The number, or None when there is no live counter."""
        return await self._offload.submit(self._table.read, address)

    async def ttl(self, address: str, /) -> float | None:
        """Remaining life of a counter or a set, seconds."""
        return await self._offload.submit(self._table.ttl, address)

    async def remove(self, address: str, /) -> bool:
        """Forget a counter, a limiter's state or a set."""
        return await self._offload.submit(self._table.remove, address)

    async def spend(self, address: str, rule: RateRule, n: int = 1, /) -> Decision:
        """Ask a limiter for ``n`` units."""
        return await self._offload.submit(self._table.spend, address, rule, n)

    async def add_members(self, address: str, members: Collection[str], /, *, ttl: float | None = None) -> int:
        """Add to a set; returns how many were new."""
        return await self._offload.submit(self._table.add_members, address, members, ttl)

    async def members(self, address: str, /) -> frozenset[str]:
        """The members of a set; empty when there is none."""
        return await self._offload.submit(self._table.members, address)

    async def clear(self, prefix: str, /) -> int:
        """Forget everything whose address begins with a prefix; returns how many there were."""
        gone, after = await self._offload.submit(self._table.clear_step, prefix, None)
        while after is not None:
            more, after = await self._offload.submit(self._table.clear_step, prefix, after)
            gone += more
        return gone

    def stats(self) -> dict[str, int]:
        """Counters of the table: see :data:`~hexcache.adapters.outbound.disk.tally.EVENTS`."""
        return self._table.stats()

    async def aclose(self) -> None:
        """End the thread once what it was given is done, and close the table if it is this object's own.

        May be called again.
        """
        owns, self._owns = self._owns, False
        await self._offload.aclose(self._table.close if owns else None)
