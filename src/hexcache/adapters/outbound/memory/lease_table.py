"""A table of leases: what the memory lease keepers of both worlds are views of.

Rule: every method is one atomic step. A lease that is past its end is as good as none, and goes when somebody asks for
another one; a full table refuses new ones, as nothing that is held may be forgotten.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Final

from hexcache.adapters.outbound.memory.bounds import check_bound
from hexcache.adapters.outbound.memory.sweep import Sweep
from hexcache.domain.errors import StoreRejected
from hexcache.domain.lease import LeaseAnswer, LeaseState
from hexcache.ports.clock import Clock

_LOOKS: Final = 4
"""How many leases are looked at for ended ones whenever a new one is granted."""


@dataclass(slots=True)
class _Lease:
    """One lease.

    Attributes:
        holder: his token; None while it rests.
        until: its end, on the table's clock.
    """

    holder: bytes | None
    until: float


class LeaseTable:
    """Leases by address, for the threads and tasks of one process. Every method waits for none but its like.

    Any number of keepers may share a table; several caches share leases by sharing one.
    """

    def __init__(self, clock: Clock, *, max_items: int = 100_000) -> None:
        """Make an empty table.

        Args:
            clock: monotonic seconds.
            max_items: most leases, 1 or more.

        Raises:
            InvalidSetting: a bound is not usable.
        """
        self._clock = clock
        self._max_items = check_bound(max_items, "max_items")
        self._lock = threading.Lock()
        self._leases: dict[str, _Lease] = {}
        self._sweep = Sweep()

    def acquire(self, address: str, holder: bytes, ttl: float) -> LeaseAnswer:
        """Ask for a lease; see the port.

        Raises:
            StoreRejected: the lease is new and the table full.
        """
        now = self._clock()
        with self._lock:
            lease = self._alive(address, now)
            if lease is None:
                self._reclaim(now)
                if len(self._leases) >= self._max_items and address not in self._leases:
                    raise StoreRejected(f"this table holds {self._max_items} leases, which is its limit")
                self._leases[address] = _Lease(holder, now + ttl)
            elif lease.holder != holder:
                state = LeaseState.RESTING if lease.holder is None else LeaseState.HELD
                return LeaseAnswer(state, lease.until - now)
            else:
                lease.until = now + ttl
            return LeaseAnswer(LeaseState.GRANTED, ttl)

    def renew(self, address: str, holder: bytes, ttl: float) -> bool:
        """Let a lease live on; see the port."""
        now = self._clock()
        with self._lock:
            lease = self._alive(address, now)
            if lease is None or lease.holder != holder:
                return False
            lease.until = now + ttl
            return True

    def release(self, address: str, holder: bytes, rest: float) -> bool:
        """Give a lease back; see the port."""
        now = self._clock()
        with self._lock:
            lease = self._alive(address, now)
            if lease is None or lease.holder != holder:
                return False
            if rest > 0:
                self._leases[address] = _Lease(None, now + rest)
            else:
                del self._leases[address]
            return True

    def reset_after_fork(self) -> None:
        """Make the table usable in a forked child; call it there before anything else does.

        What the parent holds ends in the child by its ttl. A lock that another thread held at the fork guarded a change
        that will never be finished: then the child begins with an empty table.
        """
        torn = self._lock.locked()
        self._lock = threading.Lock()
        if torn:
            self._leases.clear()

    # What follows is called under the lock.

    def _alive(self, address: str, now: float) -> _Lease | None:
        lease = self._leases.get(address)
        return None if lease is None or lease.until <= now else lease

    def _reclaim(self, now: float) -> None:
        looks = _LOOKS if len(self._leases) < self._max_items else len(self._leases)
        for address in self._sweep.turn(self._leases, looks):
            if address in self._leases and self._leases[address].until <= now:
                del self._leases[address]
