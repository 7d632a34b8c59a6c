# Generated from src/hexcache/application/aio/leasing.py by tools/unasync.py. Do not edit.
"""Leases of loads: one process asks the origin, those that share the tier wait for what it brings.

Rule: whoever may not load waits with pauses and looks, never longer than the policy says, and never in vain for one who
is gone; whatever goes wrong with leases is counted, and ends in a load without one. A lease is held for no longer than
its load: a load whose result nobody will store releases it at once. One that could not be given back is still ours: the
next load of its key here asks for it by the same token, and waits for nobody.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar

from hexcache.application.sync.guarding import Guard
from hexcache.application.sync.primitives import Crew, Overdue, settle
from hexcache.application.sync.tier import Tier
from hexcache.application.claim import Claim
from hexcache.application.core import Core
from hexcache.application.flights import Flight
from hexcache.application.landing import Landing
from hexcache.application.policy import CachePolicy
from hexcache.application.tier_state import TierState
from hexcache.domain.errors import LoadAbandoned, StoreError
from hexcache.domain.key import address_of
from hexcache.domain.lease import LeaseState, LeaseStep, Proceed, Waiting, after_asking, begin_waiting
from hexcache.ports.sync.lease import LeaseKeeper
from hexcache.ports.observer import LoadEvent

T = TypeVar("T")

HOLDER_BYTES = 16
"""Length of a holder's token."""

CALLS = 3
"""Calls of the keeper, each within its deadline, that a flight may make beyond its wait: two requests, a release."""

READS = 4
"""Calls of each tier, each within its deadline, that a flight makes for its lease: a last look, a last reading."""

MOST_LEFT = 1_000
"""Leases that are remembered as not given back; with more of them all are forgotten, and end by their ttl."""

CLOSED = "the cache was closed while another process loaded the value"


class Leasing:
    """Asks for leases, keeps them alive, gives them back.

    Args:
        core: what both worlds share.
        tier: the store beside which the leases are kept.
        keeper: who keeps them.
        state: the keeper's breaker and counters.
        crew: whose draining ends every wait.
        keeping: does what goes on beside loads.
    """

    def __init__(
        self, core: Core, tier: Tier, keeper: LeaseKeeper, state: TierState, crew: Crew, keeping: Crew
    ) -> None:
        self._core = core
        self._tier = tier
        self._keeper = keeper
        self._guard = Guard(tier.store, state)
        self._crew = crew
        self._keeping = keeping
        self._claims: set[Claim] = set()
        self._left: dict[str, bytes] = {}
        self._closing = False
        core.crews.add(self)

    def patience(self, policy: CachePolicy) -> float:
        """By how much a flight may take longer for its lease, seconds."""
        calls = CALLS * self._guard.state.deadline + READS * sum(state.deadline for state in self._core.states)
        return policy.lease_rule().wait + calls

    def wanted(self, flight: Flight, policy: CachePolicy, max_age: float) -> bool:
        """Whether a load is to ask for a lease.

        Not where the tier is left alone, so that nobody would see the result; not for a caller who accepts nothing that
        is stored; and not where waiting holds up the event loop that runs the other flight of this key, which may be
        the one that holds the lease.
        """
        alive = self._tier.state.breaker == "closed"
        return alive and not flight.alone and policy.lease_wait > 0 and max_age > 0

    def claim(
        self, flight: Flight, policy: CachePolicy, look: Callable[[], Landing | None]
    ) -> Landing | Claim:
        """Ask for the right to load, and wait while another has it.

        A flight that is detached while it waits goes on as one that begins now: it uses nothing of what it read.

        Args:
            flight: for whom.
            policy: how long to wait.
            look: reads the tiers up to the one that the leases are of; a landing if there is something to serve.

        Returns:
            What was found while waiting, or the right to load, which is to be given back by :meth:`leave`.

        Raises:
            LoadAbandoned: the cache is being closed.
        """
        core, rule = self._core, policy.lease_rule()
        address = address_of(core.root, flight.name)
        claim = Claim(flight, address, self._left.pop(address, b"") or core.token(HOLDER_BYTES), rule)
        waiting = begin_waiting(rule, core.now())
        while True:
            step = self._step(claim, waiting)
            if isinstance(step, Proceed):
                if self._closing and claim.looks and step is Proceed.UNKNOWN:
                    raise LoadAbandoned(CLOSED)
                return self._proceed(claim, step)
            core.stats.lease_waits += not claim.looks
            claim.looks = True
            waiting = step.then
            if not self._crew.pause(step.seconds):
                raise LoadAbandoned(CLOSED)
            core.flights.reattach(flight)
            landing = look()
            if landing is not None:
                core.stats.lease_hits += 1
                return landing

    def leave(self, claim: Claim) -> None:
        """Give the right to load back, once the load's result is stored or there is none."""
        claim.flight.parting = None
        ours, claim.ours = claim.ours, False
        claim.end()
        if ours:
            self._release(claim, claim.rule.ttl if claim.rests and not claim.flight.detached else 0.0)

    def end(self) -> None:
        """Give every lease back, as the cache is being closed."""
        self._closing = True
        for claim in list(self._claims):
            claim.end()

    def close(self) -> None:
        """Close the keeper."""
        self._keeper.close()

    def _step(self, claim: Claim, waiting: Waiting) -> LeaseStep:
        core, rule = self._core, claim.rule
        claim.ours = True
        try:
            answer = self._ask("acquire", self._keeper.acquire, claim.address, claim.holder, ttl=rule.ttl)
        except BaseException:  # the caller is gone, and may have been granted it
            self._keeping.spawn(partial(self._release, claim, 0.0), _rest)
            raise
        claim.ours = answer is None or answer.state is LeaseState.GRANTED
        return after_asking(rule, waiting, answer, core.now(), core.entropy.random())

    def _proceed(self, claim: Claim, why: Proceed) -> Claim:
        core = self._core
        claim.looks = claim.looks or why is Proceed.GRANTED
        if claim.looks:
            core.flights.reattach(claim.flight)
        if why is Proceed.GRANTED:
            core.stats.leases += 1
            self._hold(claim)
        elif why is Proceed.WAITED:
            core.stats.lease_timeouts += 1
            core.tell_load(LoadEvent("lease_timeout", "another process did not end its load", claim.rule.wait))
        return claim

    def _hold(self, claim: Claim) -> None:
        """Keep a lease alive beside its load."""
        self._claims.add(claim)
        claim.flight.parting = claim.end
        if claim.flight.detached:
            claim.end()
        try:
            self._keeping.spawn(partial(self._keep, claim), partial(self._claims.discard, claim))
        except Exception:  # noqa: BLE001 - no thread is to be had: the lease ends with the load, or by its ttl
            self._claims.discard(claim)

    def _keep(self, claim: Claim) -> None:
        """Renew a lease until it is not needed any more, then release it unless its load does."""
        core, rule = self._core, claim.rule
        while not self._ended(claim):
            held = self._ask("renew", self._keeper.renew, claim.address, claim.holder, ttl=rule.ttl)
            if held is False and not claim.over.done():
                claim.ours = False
                core.stats.leases_lost += 1
                core.tell_load(LoadEvent("lease_lost", "it ended before its load"))
                return
        ours, claim.ours = claim.ours, False
        if ours:
            self._release(claim, 0.0)

    def _ended(self, claim: Claim) -> bool:
        """Wait for the end of a claim; False when it is time to renew its lease."""
        try:
            settle(claim.over, claim.rule.renewal)
        except Overdue:
            return False
        return True

    def _release(self, claim: Claim, rest: float) -> None:
        if self._ask("release", self._keeper.release, claim.address, claim.holder, rest=rest) is None:
            if len(self._left) >= MOST_LEFT:
                self._left.clear()
            self._left[claim.address] = claim.holder

    def _ask(
        self, operation: str, call: Callable[..., T], *args: object, **options: object
    ) -> T | None:
        """Ask the keeper within its deadline; None when it failed or is left alone, which is counted."""
        try:
            return self._guard.ask(operation, call, *args, **options)
        except StoreError:
            self._core.stats.lease_errors += 1
            return None

    def reset_after_fork(self) -> None:
        """Forget leases that the parent holds, or could not give back."""
        self._claims = set()
        self._left = {}


def _rest() -> None:
    """Nothing more is to be done."""
