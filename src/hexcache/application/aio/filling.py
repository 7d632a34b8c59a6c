"""``get_or_set``: one load a key, stale values while it runs or when it fails.

Rule: the load runs in a flight of its own, which ends by its deadline whatever the loader does; its result is stored
only if nothing was invalidated since the flight began, under the fences and tokens that were observed before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from hexcache.application.aio.primitives import Crew, Overdue, loop_thread, settle
from hexcache.application.aio.reading import AsyncReader, Passage
from hexcache.application.aio.tags import AsyncTags
from hexcache.application.core import Core
from hexcache.application.flights import NOT_OPENED, Flight, Landing, aboard
from hexcache.application.policy import CachePolicy
from hexcache.application.results import Result, interpret
from hexcache.application.sealing import Sealed, Stamp
from hexcache.application.views import view_of
from hexcache.domain.entry import MISSING, Entry
from hexcache.domain.errors import LoadAbandoned, LoadTimeout
from hexcache.domain.fill import Load, Reading, ReadRule, Serve, after_failure, after_tier
from hexcache.domain.lifetime import Lifetime
from hexcache.domain.lookup import Candidate
from hexcache.ports.observer import LoadEvent

SLACK = 5.0
"""Seconds that a waiter grants a flight beyond its load's deadline, for the tiers that it reads and writes."""


@dataclass(frozen=True, slots=True)
class Want:
    """What a caller of ``get_or_set`` asked for.

    Attributes:
        loader: the caller's function.
        life: lifetime of a loaded value, before jitter.
        tags: tags of the call, in their namespace.
        rule: what is acceptable.
        policy: the rest.
        default: what a negative result gives.
        with_entry: whether the loader is shown the stale entry.
        scope: the namespace's name prefix, for tags that the loader adds.
    """

    loader: Callable[..., Any]
    life: Lifetime
    tags: tuple[str, ...]
    rule: ReadRule
    policy: CachePolicy
    default: object
    with_entry: bool
    scope: str


class AsyncFiller:
    """Loads what is missing."""

    def __init__(self, core: Core, reader: AsyncReader, tags: AsyncTags, crew: Crew) -> None:
        self._core = core
        self._reader = reader
        self._tags = tags
        self._crew = crew

    async def value(self, name: str, want: Want) -> object:
        """The value for a caller, from memory, from a flight in the air, or from one of its own."""
        core = self._core
        while True:
            served = self._from_memory(name, want)
            if served is not NOT_OPENED:
                return served
            flight, leads = core.flights.board(name, loop_thread())
            if leads:
                self._crew.launch(self._fly, flight, want)
            else:
                core.stats.joined += 1
            landing = await self.wait(flight, want)
            entry = landing.entry
            if not (leads or landing.loaded or entry is None) and core.now() - entry.created >= want.rule.max_age:
                continue
            if leads and landing.stale and entry is not None and want.rule.stale == "revalidate":
                self._refresh(entry, want)
            return self.open(landing, want)

    def _from_memory(self, name: str, want: Want) -> object:
        core = self._core
        fences = core.observe(name)
        found = core.peek(name)
        if found is None:
            return NOT_OPENED
        reading = Reading(found.tier, found.tier + 1, want.rule)
        step = after_tier(reading, found, core.now(), core.entropy.random())
        if not isinstance(step, Serve):
            return NOT_OPENED
        if found.tier:
            core.install(found.entry, fences, found.tier)
        if step.refresh:
            self._refresh(found.entry, want)
        core.tier_hits[found.tier] += 1
        return self.open(Landing(found.entry, stale=step.stale), want)

    async def wait(self, flight: Flight, want: Want) -> Landing:
        """Wait for a flight.

        Raises:
            LoadTimeout: it did not land in time.
        """
        try:
            return await settle(flight.future, want.policy.load_timeout + SLACK)
        except Overdue as exc:
            raise LoadTimeout(f"no result within {want.policy.load_timeout} s") from exc

    def open(self, landing: Landing, want: Want) -> object:
        """The value of a landing for one caller."""
        stats, entry = self._core.stats, landing.entry
        if entry is None:
            return landing.value
        if landing.stale:
            stats.stale_hits += 1
        if entry.kind & MISSING:
            stats.negative_hits += 1
            return want.default
        value = landing.take()
        return self._core.sealer.open(entry) if value is NOT_OPENED else value

    def _refresh(self, entry: Entry, want: Want) -> None:
        """Begin a load that nobody waits for, unless one is in the air, recently failed, or too many run."""
        core = self._core
        if core.backoff.blocked(entry.name, core.now()) or len(self._crew) >= want.policy.max_refreshes:
            core.stats.refreshes_skipped += 1
            return
        flight = core.flights.begin_quietly(entry.name, loop_thread())
        if flight is None:
            return
        core.stats.refreshes += 1
        rule = replace(want.rule, stale="if_error", newer_than=entry.created, beta=0.0)
        try:
            self._crew.spawn(self._fly, flight, replace(want, rule=rule))
        except BaseException as exc:
            self._crash(flight, exc)
            raise

    async def _fly(self, flight: Flight, want: Want) -> None:
        try:
            with aboard(flight):
                landing = await self._obtain(flight, want)
        except Exception as exc:  # noqa: BLE001 - whatever it is belongs to those who wait
            self._crash(flight, exc)
        except BaseException as exc:
            self._crash(flight, LoadAbandoned(f"the load was given up: {type(exc).__name__}"))
            raise
        else:
            self._core.flights.remove(flight)
            flight.land(landing)

    def _crash(self, flight: Flight, error: BaseException) -> None:
        self._core.flights.remove(flight)
        flight.crash(error)

    async def _obtain(self, flight: Flight, want: Want) -> Landing:
        passage = self._reader.passage(flight.name)
        deps = await self._tags.current(want.tags)
        step = await self._reader.walk(passage, want.rule)
        if isinstance(step, Serve):
            await self._reader.fill(passage, step.candidate)
            self._core.stats.hits += not step.stale
            return Landing(step.candidate.entry, self._reader.open(passage, step.candidate), step.stale)
        self._core.stats.misses += 1
        return await self._load(flight, want, passage, step, deps)

    async def _load(
        self, flight: Flight, want: Want, passage: Passage, step: Load, deps: tuple[tuple[str, bytes], ...] | None
    ) -> Landing:
        core, previous = self._core, step.state.stale
        if previous is not None and core.backoff.blocked(flight.name, core.now()):
            covered = after_failure(previous, core.now())
            if covered is not None:
                return Landing(covered.candidate.entry, stale=True)
        began = core.now()
        core.stats.loads += 1
        try:
            answer = await self._run(want, previous)
        except Exception as exc:
            landing = self.cover(step.state.stale, exc, core.now() - began)
            if landing is None:
                raise
            return landing
        cost = core.now() - began
        core.stats.load_seconds += cost
        return await self.complete(flight, want, passage, answer, cost, deps, previous)

    async def complete(
        self,
        flight: Flight,
        want: Want,
        passage: Passage,
        answer: object,
        cost: float,
        deps: tuple[tuple[str, bytes], ...] | None,
        previous: Candidate | None,
    ) -> Landing:
        """Read a loader's answer, store it if it may be, and say what the flight brings."""
        self._core.backoff.succeeded(flight.name)
        result = interpret(answer, want.life, want.policy, previous)
        if not result.stored:
            return Landing(None, result.value, loaded=True)
        late = await self._tags.current(result.late_tags(want.tags, want.scope))
        known = None if deps is None or late is None else (*deps, *late)
        return await self._keep(flight, passage, result, cost, known)

    async def _run(self, want: Want, previous: Candidate | None) -> object:
        args = (view_of(self._core, previous),) if want.with_entry else ()
        return await self.run(want, want.loader, *args)

    async def run(self, want: Want, loader: Callable[..., Any], *args: object) -> Any:
        """Run a loader within its deadline.

        Raises:
            LoadTimeout: it did not end in time.
        """
        policy = want.policy
        try:
            return await self._crew.load(policy.load_timeout, policy.loader_thread == "worker", loader, *args)
        except Overdue as exc:
            self._core.stats.load_timeouts += 1
            raise LoadTimeout(f"the loader did not end within {policy.load_timeout} s") from exc

    def cover(self, stale: Candidate | None, error: Exception, seconds: float) -> Landing | None:
        """Count a failed load; what covers it, or None if its error goes to the callers."""
        core = self._core
        core.stats.load_failures += 1
        kind = "timeout" if isinstance(error, LoadTimeout) else "failure"
        core.tell_load(LoadEvent(kind, type(error).__name__, seconds))
        covered = after_failure(stale, core.now())
        if covered is None:
            return None
        core.backoff.failed(covered.candidate.entry.name, core.now())
        core.tell_load(LoadEvent("stale_served", type(error).__name__, seconds))
        return Landing(covered.candidate.entry, stale=True)

    async def _keep(
        self,
        flight: Flight,
        passage: Passage,
        result: Result,
        cost: float,
        deps: tuple[tuple[str, bytes], ...] | None,
    ) -> Landing:
        """Store a loaded result; without known tags or after an invalidation it goes to the waiting callers only."""
        core = self._core
        life = result.life.jittered(core.policy.jitter, core.entropy.random())
        stamp = Stamp(life, core.now(), core.clocks.wall(), cost, core.version(), deps or ())
        sealed: Sealed | None = None
        if result.missing:
            entry = core.sealer.missing_entry(flight.name, stamp)
        else:
            value = result.value if result.unchanged is None else core.sealer.open(result.unchanged.entry)
            sealed = core.sealer.seal(value)
            entry = core.sealer.entry(flight.name, sealed, stamp)
        if deps is not None and not flight.detached:
            stores = range(self._reader.first_store, self._reader.depth)
            kept = not stores or await self._reader.install_record(passage, core.sealer.record(sealed, stamp), stores)
            if kept and not flight.detached:
                core.install(entry, passage.fences)
        return Landing(entry, loaded=True)
