"""``get_or_set``: from memory, from a flight in the air, or from one of its own.

Rule: one load a key, however many callers wait in either world; whoever finds something servable does not wait for a
refresh that began behind somebody else's back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from hexcache.application.aio.loading import Want
from hexcache.application.aio.obtaining import AsyncObtaining
from hexcache.application.aio.primitives import Crew, Overdue, loop_thread, settle
from hexcache.application.core import Core
from hexcache.application.flights import Flight, aboard
from hexcache.application.landing import NOT_OPENED, Landing
from hexcache.domain.entry import MISSING, Entry
from hexcache.domain.errors import LoadAbandoned, LoadTimeout
from hexcache.domain.fill import Reading, Serve, after_tier
from hexcache.domain.lookup import MISS
from hexcache.ports.observer import LoadEvent

SLACK = 5.0
"""Seconds that a waiter grants a flight beyond the deadlines of its load and of the tiers that it reads and writes."""

TIER_CALLS = 4
"""Calls of one tier, each within its deadline, that a flight may make: read, remove and look again, store."""


class AsyncFiller:
    """Answers ``get_or_set``."""

    def __init__(self, core: Core, obtaining: AsyncObtaining, crew: Crew) -> None:
        self._core = core
        self._obtaining = obtaining
        self._crew = crew
        self._slack = SLACK + TIER_CALLS * sum(state.deadline for state in core.states)

    async def value(self, name: str, want: Want) -> object:
        """The value for a caller."""
        core = self._core
        while True:
            served = self.from_memory(name, want)
            if served is not NOT_OPENED:
                return served
            flight, leads = core.flights.board(name, loop_thread())
            try:
                landing = await (self._lead(flight, want) if leads else self._join(flight, want))
            finally:
                core.flights.leave(flight)
            if leads and landing.refresh and landing.entry is not None:
                self._refresh(landing.entry, want)
            if leads or landing.suits(want.rule, core.now()):
                return self.open(landing, want)

    def from_memory(self, name: str, want: Want) -> object:
        """The value for a caller if memory has one that may be served, else ``NOT_OPENED``; never waits."""
        core = self._core
        fences = core.observe(name)
        found = core.peek(name)
        if found is None:
            return NOT_OPENED
        step = after_tier(Reading(found.tier, found.tier + 1, want.rule), found, core.now(), core.entropy.random())
        if not isinstance(step, Serve):
            return NOT_OPENED
        if found.tier:
            core.install(found.entry, fences, found.tier)
        if step.refresh:
            self._refresh(found.entry, want)
        core.tier_hits[found.tier] += 1
        core.stats.hits += not step.stale
        return self.open(Landing(found.entry, stale=step.stale), want)

    async def _lead(self, flight: Flight, want: Want) -> Landing:
        self.launch(partial(self._fly, flight, want), (flight,))
        return await self.wait(flight, want)

    async def _join(self, flight: Flight, want: Want) -> Landing:
        """Wait for somebody else's flight; not for a refresh while the tiers have something that may be served."""
        self._core.stats.joined += 1
        if flight.quiet:
            found = await self._obtaining.look(flight.name, want)
            if found is not None:
                return found
        return await self.wait(flight, want)

    def launch(self, work: Callable[[], Any], flights: tuple[Flight, ...]) -> None:
        """Begin work that ends these flights; whatever becomes of the work, they end."""
        try:
            self._crew.launch(work, partial(self._give_up, flights))
        except BaseException:
            self._give_up(flights)
            raise

    async def wait(self, flight: Flight, want: Want) -> Landing:
        """Wait for a flight; the load's own error is raised to each of those who wait.

        Raises:
            LoadTimeout: it did not land in time; the next caller starts anew.
        """
        patience = want.policy.load_timeout + self._slack + self._obtaining.patience(want)
        try:
            await settle(flight.landed, patience)
        except Overdue as exc:
            self._core.flights.abandon(flight)
            raise LoadTimeout(f"no result within {patience} s") from exc
        return flight.outcome()

    def open(self, landing: Landing, want: Want) -> object:
        """The value of a landing for one caller."""
        stats, entry = self._core.stats, landing.entry
        value = landing.take()
        if entry is None:
            return want.default if value is MISS else value
        if landing.stale:
            stats.stale_hits += 1
        if entry.kind & MISSING:
            stats.negative_hits += not landing.loaded
            return want.default
        return self._core.sealer.open(entry) if value is NOT_OPENED else value

    def _refresh(self, entry: Entry, want: Want) -> None:
        """Begin a load that nobody waits for, unless one is in the air, failed a while ago, or too many run."""
        core = self._core
        blocked = core.backoff.blocked(entry.name, core.now())
        if blocked or core.flights.refreshing >= want.policy.max_refreshes:
            core.stats.refreshes_skipped += 1
            return
        flight = core.flights.begin_quietly(entry.name, loop_thread())
        if flight is None:
            return
        core.stats.refreshes += 1
        rule = replace(want.rule, stale="if_error", newer_than=entry.created, other_than=entry.version, beta=0.0)
        work = partial(self._fly, flight, replace(want, rule=rule))
        try:
            self._crew.spawn(work, partial(self._give_up, (flight,)))
        except Exception as exc:  # noqa: BLE001 - the caller has its value; that no refresh could begin is told
            self._failed_quietly(flight, exc)

    async def _fly(self, flight: Flight, want: Want) -> None:
        try:
            with aboard(flight):
                landing = await self._obtaining.obtain(flight, want)
        except Exception as exc:  # noqa: BLE001 - whatever it is belongs to those who wait
            if flight.quiet:
                self._failed_quietly(flight, exc)
            else:
                self.crash(flight, exc)
        except BaseException as exc:
            self.crash(flight, LoadAbandoned(f"the load was given up: {type(exc).__name__}"))
            raise
        else:
            self.land(flight, landing)

    def land(self, flight: Flight, landing: Landing) -> None:
        """End a flight with a result."""
        self._core.flights.remove(flight)
        flight.land(landing)

    def crash(self, flight: Flight, error: BaseException) -> None:
        """End a flight with an error."""
        self._core.flights.remove(flight)
        flight.crash(error)

    def _failed_quietly(self, flight: Flight, error: Exception) -> None:
        """End a refresh that failed with nobody watching: it is told of, and tried again after a pause."""
        core = self._core
        core.backoff.failed(flight.name, core.now())
        core.tell_load(LoadEvent("refresh_failure", type(error).__name__))
        self.crash(flight, error)

    def _give_up(self, flights: tuple[Flight, ...]) -> None:
        """End the flights whose work ended without ending them: it was cancelled before it began."""
        for flight in flights:
            if not flight.landed.done():
                self.crash(flight, LoadAbandoned("the load was given up before it began"))
