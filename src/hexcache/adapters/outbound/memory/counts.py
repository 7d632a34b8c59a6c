"""A table of counters, limiter states and sets: what the memory counters of both worlds are views of.

Rule: every method is one atomic step; an address holds one kind of thing until it is removed or dies, and a call that
asks for another kind changes nothing. Nothing is evicted, as a counter that forgets would let through what it should
not: a full table refuses what is new.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence
from math import inf
from typing import Final

from hexcache.adapters.outbound.memory.bounds import check_bound
from hexcache.adapters.outbound.memory.cells import Cell, Members, Number, Spending, added
from hexcache.adapters.outbound.memory.sweep import Sweep
from hexcache.domain.errors import CacheError, NotANumber, StoreRejected
from hexcache.domain.increment import Increment
from hexcache.domain.lifetime import parse_ttl
from hexcache.domain.rate import Decision, RateRule
from hexcache.ports.clock import Clock

_LOOKS_WHEN_FULL: Final = 1_024
"""How many cells a full table looks at for dead ones before it refuses."""


class CounterTable:
    """Counters, limiter states and sets by address. Every method is atomic and waits for none but its like.

    Any number of counter objects may share a table, in threads and in tasks.
    """

    def __init__(self, clock: Clock, *, max_items: int = 1_000_000, max_members: int = 100_000) -> None:
        """Make an empty table.

        Args:
            clock: wall time, seconds since the epoch.
            max_items: most addresses, 1 or more.
            max_members: most members of one set, 1 or more.

        Raises:
            InvalidSetting: a bound is not usable.
        """
        self._clock = clock
        self._max_items = check_bound(max_items, "max_items")
        self._max_members = check_bound(max_members, "max_members")
        self._lock = threading.Lock()
        self._cells: dict[str, Cell] = {}
        self._sweep = Sweep()

    def incr(
        self,
        address: str,
        by: float,
        ttl: float | None,
        refresh_ttl: bool,
        floor: float | None,
        operation: str | None,
    ) -> float:
        """Add and return the new number; see the port.

        Raises:
            NotANumber: ``by`` or the sum is none, or the address holds something else; nothing changes.
            StoreRejected: the counter is new and the table full.
        """
        now = self._clock()
        with self._lock:
            return self._add(now, address, by, _deadline(now, ttl), refresh_ttl, floor, operation)

    def incr_many(self, increments: Sequence[Increment]) -> list[float | CacheError]:
        """Make several increments; see the port. Here nothing comes between them.

        Raises:
            InvalidLifetime: a ttl is none; nothing was counted.
        """
        lives = [parse_ttl(increment.ttl) for increment in increments]
        now = self._clock()
        with self._lock:
            return [self._tried(now, each, now + life) for each, life in zip(increments, lives, strict=True)]

    def read(self, address: str) -> float | None:
        """The number, or None when there is no live counter."""
        now = self._clock()
        with self._lock:
            cell = self._alive(address, now)
            return cell.value if isinstance(cell, Number) else None

    def ttl(self, address: str) -> float | None:
        """Remaining life in seconds, ``inf`` without end, None when there is no live counter or set."""
        now = self._clock()
        with self._lock:
            cell = self._alive(address, now)
            return cell.dead_at - now if isinstance(cell, Number | Members) else None

    def remove(self, address: str) -> bool:
        """Forget whatever is at an address; True when it was alive."""
        now = self._clock()
        with self._lock:
            cell = self._cells.pop(address, None)
        return cell is not None and cell.dead_at > now

    def spend(self, address: str, rule: RateRule, n: int) -> Decision:
        """Ask a limiter; see the port. A state that a rule of another kind left is as good as none.

        Raises:
            NotANumber: the address holds a counter or a set.
            InvalidSetting: ``n`` is no number of units.
            StoreRejected: the state is new and the table full.
        """
        now = self._clock()
        with self._lock:
            cell = self._alive(address, now)
            if isinstance(cell, Number | Members):
                raise NotANumber("this address holds a counter or a set, which is no limiter's state")
            state, decision = rule.advance(cell.state if cell and cell.kind == rule.kind else None, now, n)
            if decision.allowed and n:
                spent = Spending(rule.kind, state, now + rule.state_ttl)
                if cell is None:
                    self._create(address, spent, now)
                else:
                    self._cells[address] = spent
            return decision

    def add_members(self, address: str, members: Collection[str], ttl: float | None) -> int:
        """Add to a set and return how many were new; see the port. No members make no set.

        Raises:
            NotANumber: the address holds a counter or a limiter's state.
            StoreRejected: the set would have too many members, or is new and the table full; nothing is added.
        """
        now = self._clock()
        with self._lock:
            cell = self._alive(address, now)
            if isinstance(cell, Number | Spending):
                raise NotANumber("this address holds a counter or a limiter's state, which has no members")
            new = set(members) - (cell.names if cell else set())
            if len(new) + (len(cell.names) if cell else 0) > self._max_members:
                raise StoreRejected(f"a set has {self._max_members} members at most here")
            if cell is not None:
                cell.names |= new
            elif new:
                self._create(address, Members(new, _deadline(now, ttl)), now)
            return len(new)

    def members(self, address: str) -> frozenset[str]:
        """The members of a set; empty when there is none."""
        now = self._clock()
        with self._lock:
            cell = self._alive(address, now)
            return frozenset(cell.names) if isinstance(cell, Members) else frozenset()

    def clear(self, prefix: str) -> int:
        """Forget everything whose address begins with ``prefix``; returns how many were alive."""
        now = self._clock()
        with self._lock:
            gone = [address for address in self._cells if address.startswith(prefix)]
            return sum(self._cells.pop(address).dead_at > now for address in gone)

    def reset_after_fork(self) -> None:
        """Make the table usable in a forked child; call it there before anything else does.

        The child counts on its own from then on. A lock that another thread held at the fork guarded a change that will
        never be finished: then the child begins with an empty table.
        """
        torn = self._lock.locked()
        self._lock = threading.Lock()
        if torn:
            self._cells.clear()

    # What follows is called under the lock.

    def _alive(self, address: str, now: float) -> Cell | None:
        cell = self._cells.get(address)
        return None if cell is None or cell.dead_at <= now else cell

    def _add(
        self,
        now: float,
        address: str,
        by: float,
        dead_at: float,
        refresh_ttl: bool,
        floor: float | None,
        operation: str | None,
    ) -> float:
        """Make an increment; ``dead_at`` is the end that it sets where it sets one."""
        cell = self._alive(address, now)
        if cell is None:
            cell = Number(added(0, by, floor), dead_at)
            self._create(address, cell, now)
        elif not isinstance(cell, Number):
            raise NotANumber("this address holds a set or a limiter's state, which cannot be counted up")
        elif operation is not None and operation in cell.operations:
            return cell.value
        else:
            cell.value = added(cell.value, by, floor)
            if refresh_ttl:
                cell.dead_at = dead_at
        if operation is not None:
            cell.remember(operation)
        return cell.value

    def _tried(self, now: float, each: Increment, dead_at: float) -> float | CacheError:
        try:
            return self._add(now, each.counter, each.by, dead_at, each.refresh_ttl, each.floor, each.operation)
        except CacheError as exc:
            return exc

    def _create(self, address: str, cell: Cell, now: float) -> None:
        """Put a cell where none is alive."""
        self._reclaim(now)
        if len(self._cells) >= self._max_items and address not in self._cells:
            for _ in range(2):  # the first turn may meet the end of a lap
                self._reclaim(now, _LOOKS_WHEN_FULL)
            if len(self._cells) >= self._max_items:
                raise StoreRejected(f"this table holds {self._max_items} addresses, which is its limit")
        self._cells[address] = cell

    def _reclaim(self, now: float, looks: int = 2) -> None:
        """Forget the dead among the next few cells."""
        for address in self._sweep.turn(self._cells, looks):
            if address in self._cells and self._cells[address].dead_at <= now:
                del self._cells[address]


def _deadline(now: float, ttl: float | None) -> float:
    return inf if ttl is None else now + ttl
