"""Claims: the right of a flight to load, with a lease or without.

Rule: a claim is ended once, by whoever comes first: the load that is over, an invalidation that makes its result
useless, or the end of the cache. Whoever takes ``ours`` away releases the lease.
"""

from __future__ import annotations

from concurrent.futures import Future, InvalidStateError
from contextlib import suppress

from hexcache.application.flights import Flight
from hexcache.domain.lease import LeaseRule


class Claim:
    """The right to load.

    Attributes:
        flight: whose it is.
        address: of what is loaded.
        holder: the token under which its lease is held.
        rule: how leases are asked for.
        looks: the tiers are to be read once more before the load, as others may have loaded meanwhile.
        ours: the lease is ours, or may be, and is to be released.
        rests: the load brought nothing that others can have: for a while they are to load for themselves.
        over: resolves when the lease is not needed any more.
    """

    __slots__ = ("address", "flight", "holder", "looks", "ours", "over", "rests", "rule")

    def __init__(self, flight: Flight, address: str, holder: bytes, rule: LeaseRule) -> None:
        self.flight = flight
        self.address = address
        self.holder = holder
        self.rule = rule
        self.looks = False
        self.ours = False
        self.rests = False
        self.over: Future[None] = Future()

    def end(self) -> None:
        """Need the lease no longer. May be called again, by any thread; never blocks."""
        with suppress(InvalidStateError):
            self.over.set_result(None)
