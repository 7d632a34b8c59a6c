"""Counters: plain attributes, because a hit can pay for one addition and for nothing more.

Rule: counters only grow, are read by ``stats()`` alone, and decide nothing. Under concurrent threads of a free-threaded
build an addition may be lost; under the GIL none is, as no switch happens inside one.
"""

from __future__ import annotations


class Statistics:
    """What a cache has done since it was opened.

    Attributes:
        memory_hits: answered by the nearest memory tier without a second look.
        hits: answered fresh after a second look, from any tier.
        stale_hits: answered stale.
        negative_hits: answered by a negative result.
        misses: nothing servable in any tier.
        loads: loaders run.
        load_failures: loaders that raised.
        load_timeouts: loaders that did not end in time.
        load_seconds: time that ended loads took.
        joined: callers that waited for somebody else's load.
        refreshes: loads that nobody waited for.
        refreshes_skipped: such loads not begun, for back-off or for the bound on their number.
        leases: loads that ran under a lease.
        lease_waits: loads that waited for another process's.
        lease_hits: such waits that ended with what the other brought.
        lease_timeouts: such waits that ended without, by ``lease_wait``; the load ran without a lease.
        lease_errors: calls for a lease that failed, or were not made for a breaker; the load ran without one.
        leases_lost: leases that ended before their load did.
        sets: values stored by callers.
        deletes: deletes asked.
        invalidations: keys, tags and namespaces declared old, by this process or told by the bus.
        detached: loads whose result was not stored because of an invalidation.
        observer_errors: observers that raised.
        bus_errors: invalidations that could not be told.
    """

    __slots__ = (
        "bus_errors", "deletes", "detached", "hits", "invalidations", "joined", "lease_errors", "lease_hits",
        "lease_timeouts", "lease_waits", "leases", "leases_lost", "load_failures", "load_seconds", "load_timeouts",
        "loads", "memory_hits", "misses", "negative_hits", "observer_errors", "refreshes", "refreshes_skipped", "sets",
        "stale_hits",
    )  # fmt: skip

    def __init__(self) -> None:
        self.memory_hits = 0
        self.hits = 0
        self.stale_hits = 0
        self.negative_hits = 0
        self.misses = 0
        self.loads = 0
        self.load_failures = 0
        self.load_timeouts = 0
        self.load_seconds = 0.0
        self.joined = 0
        self.refreshes = 0
        self.refreshes_skipped = 0
        self.leases = 0
        self.lease_waits = 0
        self.lease_hits = 0
        self.lease_timeouts = 0
        self.lease_errors = 0
        self.leases_lost = 0
        self.sets = 0
        self.deletes = 0
        self.invalidations = 0
        self.detached = 0
        self.observer_errors = 0
        self.bus_errors = 0

    def snapshot(self) -> dict[str, float]:
        """The counters by name; ``hits`` includes the ones of the hit path."""
        counted = {name: getattr(self, name) for name in self.__slots__}
        counted["hits"] += counted["memory_hits"]
        return counted
