"""What a flight brings: what some tier has, what another process loads, or a load of its own.

Rule: a load begins with what was read after its last wait: fences, tokens and tags are those of a read that begins
then. Whoever was granted a lease reads once more before the load, as the one before him may have stored the value
since; so a key that many processes miss at one moment is loaded once.
"""

from __future__ import annotations

from functools import partial

from hexcache.application.aio.leasing import AsyncLeasing
from hexcache.application.aio.loading import AsyncLoading, Want
from hexcache.application.aio.reading import AsyncReader, Passage
from hexcache.application.claim import Claim
from hexcache.application.core import Core
from hexcache.application.flights import Flight
from hexcache.application.landing import Landing
from hexcache.domain.fill import Load
from hexcache.domain.lookup import Candidate


class AsyncObtaining:
    """Reads through the tiers for flights, and loads what none of them has.

    Args:
        core: what both worlds share.
        reader: reads the tiers.
        loading: runs the loaders.
        leasing: asks for leases; None where no tier keeps any.
    """

    def __init__(self, core: Core, reader: AsyncReader, loading: AsyncLoading, leasing: AsyncLeasing | None) -> None:
        self._core = core
        self._reader = reader
        self._loading = loading
        self._leasing = leasing
        self._depth = 0 if core.leases is None else core.leases.position + 1

    def patience(self, want: Want) -> float:
        """By how much a flight may take longer than its load, seconds, beyond the calls of the tiers."""
        return 0.0 if self._leasing is None else self._leasing.patience(want.policy)

    async def look(self, name: str, want: Want, depth: int | None = None) -> Landing | None:
        """What the tiers have that may be served, if they have anything.

        Args:
            name: which entry.
            want: what is acceptable.
            depth: how many tiers to read; None for all.
        """
        found = await self._read(self._reader.passage(name), want, depth)
        return found if isinstance(found, Landing) else None

    async def _read(self, passage: Passage, want: Want, depth: int | None = None) -> Landing | Load:
        """What the tiers have that may be served, or what is known before a load."""
        step = await self._reader.walk(passage, want.rule, depth)
        if isinstance(step, Load):
            return step
        await self._reader.fill(passage, step.candidate)
        self._core.stats.hits += not step.stale
        value = self._reader.open(passage, step.candidate)
        return Landing(step.candidate.entry, value, stale=step.stale, refresh=step.refresh)

    async def obtain(self, flight: Flight, want: Want) -> Landing:
        """What a flight brings."""
        passage = self._reader.passage(flight.name)
        found = await self._read(passage, want)
        if isinstance(found, Landing):
            return found
        self._core.stats.misses += 1
        stale = found.state.stale
        rested = await self._loading.rested(flight, stale)
        if rested is not None:
            return rested
        leasing = self._leasing
        if leasing is None or not leasing.wanted(flight, want.policy, want.rule.max_age):
            return await self._loading.load(flight, want, passage, stale)
        return await self._by_lease(leasing, flight, want, passage, stale)

    async def _by_lease(
        self, leasing: AsyncLeasing, flight: Flight, want: Want, passage: Passage, stale: Candidate | None
    ) -> Landing:
        claim = await leasing.claim(flight, want.policy, partial(self.look, flight.name, want, self._depth))
        if isinstance(claim, Landing):
            return claim
        try:
            if claim.looks:
                passage = self._reader.passage(flight.name)
                found = await self._read(passage, want)
                if isinstance(found, Landing):
                    self._core.stats.lease_hits += 1
                    return found
                stale = found.state.stale
            return await self._load(claim, want, passage, stale)
        finally:
            await leasing.leave(claim)

    async def _load(self, claim: Claim, want: Want, passage: Passage, stale: Candidate | None) -> Landing:
        try:
            landing = await self._loading.load(claim.flight, want, passage, stale)
        except Exception:
            claim.rests = True
            raise
        claim.rests = not passage.taken
        return landing
