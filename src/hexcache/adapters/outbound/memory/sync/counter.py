# Generated from src/hexcache/adapters/outbound/memory/aio/counter.py by tools/unasync.py. Do not edit.
"""The counter port over a table of counters in this process.

Rule: a counter object is a view; what it counts belongs to the table, which any number of views share. It is the
authoritative store of its numbers for this process and for no other.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from hexcache.adapters.outbound.memory.counts import CounterTable
from hexcache.domain.errors import CacheError, StoreUnavailable
from hexcache.domain.increment import Increment
from hexcache.domain.rate import Decision, RateRule


class MemoryCounter:
    """Counters, limiters and sets in memory.

    No method waits: each ends when the table has answered, so none can be interrupted half way. Closing ends this view;
    the table and its other views live on.
    """

    def __init__(self, table: CounterTable) -> None:
        """Look at a table.

        Args:
            table: where the counters are; hand the same one to several objects for them to share it.
        """
        self._table = table
        self._open = True

    def incr(
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
        """Add and return the new number; see the port.

        The ids of the latest 1 024 increments of a counter are remembered, so a retry is known as one that long.

        Raises:
            StoreRejected: the counter is new and the table full.
        """
        return self._opened().incr(address, by, ttl, refresh_ttl, floor, operation)

    def incr_many(self, increments: Sequence[Increment], /) -> list[float | CacheError]:
        """Make several increments; see the port. Nothing comes between them."""
        return self._opened().incr_many(increments)

    def read(self, address: str, /) -> float | None:
        """The number, or None; see the port."""
        return self._opened().read(address)

    def ttl(self, address: str, /) -> float | None:
        """Remaining life; see the port."""
        return self._opened().ttl(address)

    def remove(self, address: str, /) -> bool:
        """Forget what is at an address; see the port."""
        return self._opened().remove(address)

    def spend(self, address: str, rule: RateRule, n: int = 1, /) -> Decision:
        """Ask a limiter; see the port.

        Raises:
            NotANumber: the address holds a counter or a set.
            StoreRejected: the limiter's state is new and the table full.
        """
        return self._opened().spend(address, rule, n)

    def add_members(self, address: str, members: Collection[str], /, *, ttl: float | None = None) -> int:
        """Add to a set; see the port.

        Raises:
            StoreRejected: the set would have too many members, or is new and the table full.
        """
        return self._opened().add_members(address, members, ttl)

    def members(self, address: str, /) -> frozenset[str]:
        """The members of a set; see the port."""
        return self._opened().members(address)

    def clear(self, prefix: str, /) -> int:
        """Forget by prefix; see the port."""
        return self._opened().clear(prefix)

    def close(self) -> None:
        """End this view; may be called again."""
        self._open = False

    def reset_after_fork(self) -> None:
        """Make the table usable in a forked child; see :meth:`CounterTable.reset_after_fork`."""
        self._table.reset_after_fork()

    def _opened(self) -> CounterTable:
        if not self._open:
            raise StoreUnavailable("this memory counter was closed")
        return self._table
