# Generated from src/hexcache/application/aio/loading.py by tools/unasync.py. Do not edit.
"""Loads: running the loader, reading its answer, storing it, and covering its failure.

Rule: a load ends by its deadline whatever the loader does; its result is stored only if nothing was invalidated since
the flight began, under the fences and tokens that were observed before; a failure is covered only by what may still be
served.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from hexcache.application.sync.primitives import Crew, Overdue
from hexcache.application.sync.reading import Reader, Passage
from hexcache.application.sync.tags import Tags
from hexcache.application.core import Core
from hexcache.application.flights import Flight
from hexcache.application.landing import Landing
from hexcache.application.policy import CachePolicy
from hexcache.application.results import Result, interpret
from hexcache.application.sealing import Sealed, Stamp
from hexcache.application.views import view_of
from hexcache.domain.entry import TAGGED
from hexcache.domain.errors import LoadCycle, LoadTimeout, UnsupportedValue, WrongWorld
from hexcache.domain.fill import ReadRule, after_failure
from hexcache.domain.lifetime import Lifetime
from hexcache.domain.lookup import MISS, Candidate
from hexcache.ports.observer import LoadEvent

Tokens = Mapping[str, bytes] | None
"""Tag -> token, as they were before the load; None when one of them could not be known."""


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


class Loading:
    """Runs loaders and keeps what they give."""

    def __init__(self, core: Core, reader: Reader, tags: Tags, crew: Crew) -> None:
        self._core = core
        self._reader = reader
        self._tags = tags
        self._crew = crew

    def rested(self, flight: Flight, stale: Candidate | None) -> Landing | None:
        """What stands in for a load while the origin, which failed a short while ago, is left alone; None to ask it."""
        core = self._core
        if stale is None or not core.backoff.blocked(flight.name, core.now()):
            return None
        return self.covering(flight, stale)

    def load(self, flight: Flight, want: Want, passage: Passage, stale: Candidate | None) -> Landing:
        """What a flight brings when no tier could answer.

        Args:
            flight: the flight.
            want: what its leader asked for.
            passage: what was learnt from the tiers.
            stale: the best entry that was not acceptable; it is shown to the loader and covers its failure.
        """
        core = self._core
        tokens = self.tokens(want, (stale,))
        began = core.now()
        core.stats.loads += 1
        try:
            args = (view_of(core, stale),) if want.with_entry else ()
            answer = self.run(want, want.loader, *args)
        except (WrongWorld, LoadCycle):  # a mistake in the program, which a stale value would hide
            raise
        except Exception as exc:
            self.failed(exc, core.now() - began)
            landing = self.covering(flight, stale, exc, core.now() - began)
            if landing is None:
                raise
            return landing
        cost = core.now() - began
        core.stats.load_seconds += cost
        return self.complete(flight, want, passage, answer, cost, tokens, stale)

    def run(self, want: Want, loader: Callable[..., Any], *args: object) -> Any:
        """Run a loader within its deadline.

        Raises:
            LoadTimeout: it did not end in time.
        """
        policy = want.policy
        try:
            return self._crew.load(policy.load_timeout, policy.loader_thread == "worker", loader, *args)
        except Overdue as exc:
            self._core.stats.load_timeouts += 1
            raise LoadTimeout(f"the loader did not end within {policy.load_timeout} s") from exc

    def tokens(self, want: Want, stale: Iterable[Candidate | None]) -> Tokens:
        """The tokens of all tags that are known before the load: those of the call and those of earlier values."""
        tags = dict.fromkeys(want.tags)
        for candidate in stale:
            if candidate is not None:
                tags.update(dict.fromkeys(tag for tag, _ in candidate.entry.deps))
        known = self._tags.current(tags)
        return None if known is None else dict(known)

    def failed(self, error: Exception, seconds: float) -> None:
        """Count a failed load and tell of it."""
        self._core.stats.load_failures += 1
        kind = "timeout" if isinstance(error, LoadTimeout) else "failure"
        self._core.tell_load(LoadEvent(kind, type(error).__name__, seconds))

    def covering(
        self, flight: Flight, stale: Candidate | None, error: Exception | None = None, seconds: float = 0.0
    ) -> Landing | None:
        """The landing that stands in for a failed load; None if nothing may, and the error goes to the callers.

        What was invalidated while the load ran covers nothing: neither by its key nor by its tags.

        Args:
            flight: the flight whose load failed.
            stale: the best entry that was found before the load.
            error: what went wrong; None if the origin was not asked, as it failed a short while ago.
            seconds: how long the load took.
        """
        core = self._core
        if stale is None or flight.detached:
            return None
        if stale.entry.kind & TAGGED and not self._tags.verify(stale.entry):
            return None
        covered = after_failure(stale, core.now())
        if covered is None:
            return None
        if error is not None:
            core.backoff.failed(flight.name, core.now())
            kind = "refresh_failure" if flight.quiet else "stale_served"
            core.tell_load(LoadEvent(kind, type(error).__name__, seconds))
        return Landing(stale.entry, stale=covered.stale, covers=True)

    def complete(
        self,
        flight: Flight,
        want: Want,
        passage: Passage,
        answer: object,
        cost: float,
        tokens: Tokens,
        stale: Candidate | None,
    ) -> Landing:
        """Read a loader's answer, store it if it may be, and say what the flight brings."""
        core = self._core
        result = interpret(answer, want.life, want.policy, stale)
        if not result.stored:
            core.backoff.succeeded(flight.name)
            return self._passing(flight, result)
        deps = self._deps(result.tag_names(want.tags, want.scope), tokens)
        life = result.life.jittered(want.policy.jitter, core.entropy.random())
        stamp = Stamp(life, core.now(), core.clocks.wall(), cost, core.version(), deps or ())
        landing = self._keep(flight, passage, result, stamp, trusted=deps is not None)
        core.backoff.succeeded(flight.name)
        return landing

    def _deps(self, names: Iterable[str], tokens: Tokens) -> tuple[tuple[str, bytes], ...] | None:
        """(tag, token) pairs, as they were before the load where the tag was known then."""
        if tokens is None:
            return None
        wanted = tuple(names)
        late = self._tags.current([name for name in wanted if name not in tokens])
        if late is None:
            return None
        known = {**tokens, **dict(late)}
        return tuple([(name, known[name]) for name in wanted])

    def _passing(self, flight: Flight, result: Result) -> Landing:
        """A result for those who wait, each with a value of its own if it can be copied."""
        core = self._core
        if result.missing:
            return Landing(None, MISS, loaded=True)
        try:
            sealed = core.sealer.seal(result.value)
        except UnsupportedValue:
            return Landing(None, result.value, loaded=True)
        stamp = Stamp(result.life, core.now(), core.clocks.wall())
        return Landing(core.sealer.entry(flight.name, sealed, stamp), loaded=True)

    def _keep(self, flight: Flight, passage: Passage, result: Result, stamp: Stamp, *, trusted: bool) -> Landing:
        """Store a loaded result; without known tags or after an invalidation it goes to the waiting callers only."""
        core = self._core
        sealed: Sealed | None = None
        if result.missing:
            entry = core.sealer.missing_entry(flight.name, stamp)
        else:
            value = result.value if result.unchanged is None else core.sealer.open(result.unchanged.entry)
            sealed = core.sealer.seal(value)
            entry = core.sealer.entry(flight.name, sealed, stamp)
        if trusted and not flight.detached:
            stores = range(self._reader.first_store, self._reader.depth)
            record = core.sealer.record(sealed, stamp)
            kept = not stores or self._reader.install_record(passage, record, stores) is not None
            if kept and not flight.detached:
                core.install(entry, passage.fences)
        return Landing(entry, loaded=True)
