"""The read-through as a state machine: everything that it decides, nothing that it does.

Rule: each function takes what is known and the time, and answers with the next step; no step is taken here. A shell
asks for a step, performs it (read a tier, run the loader), and hands the outcome to the next function.

Order of preference: a fresh entry of the nearest tier; with ``revalidate`` a stale one at once, refreshed behind the
caller's back; a fresh one of a deeper tier; the loader; and if the loader fails, a stale one after all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from hexcache.domain.early_refresh import should_refresh
from hexcache.domain.entry import Entry
from hexcache.domain.freshness import Freshness, judge_age
from hexcache.domain.lookup import Candidate

StaleMode: TypeAlias = Literal["revalidate", "if_error", "never"]
"""When a stale value is served: at once while a refresh runs behind; only when the loader failed; not at all."""


@dataclass(frozen=True, slots=True)
class ReadRule:
    """What a caller accepts.

    Attributes:
        stale: when a stale value is served.
        max_age: values of this age and older, in seconds, are treated as absent; 0 accepts none.
        beta: eagerness of early refresh; 0 switches it off.
        newer_than: monotonic time; a fresh value that is not younger only covers a failure. For refreshes, which are
            not answered by what they are to replace.
        other_than: version of what a refresh is to replace, as two tiers may tell its age a little differently; empty
            for none.
    """

    stale: StaleMode = "revalidate"
    max_age: float = float("inf")
    beta: float = 1.0
    newer_than: float = float("-inf")
    other_than: bytes = b""

    def replaces(self, entry: Entry) -> bool:
        """Whether the entry is what is to be replaced, and so at best covers a failure."""
        return entry.created <= self.newer_than or (self.other_than != b"" and entry.version == self.other_than)


@dataclass(frozen=True, slots=True)
class Reading:
    """How far a read-through has come.

    Attributes:
        at: the next tier to read.
        tiers: how many there are.
        rule: what the caller accepts.
        stale: the best entry so far that is not fresh.
    """

    at: int
    tiers: int
    rule: ReadRule
    stale: Candidate | None = None


@dataclass(frozen=True, slots=True)
class Serve:
    """Answer with this entry.

    Attributes:
        candidate: the entry and where it was.
        refresh: start a load that nobody waits for.
        stale: the entry is past its freshness.
    """

    candidate: Candidate
    refresh: bool = False
    stale: bool = False


@dataclass(frozen=True, slots=True)
class ReadTier:
    """Read the tier at ``state.at``, then call :func:`after_tier`."""

    state: Reading


@dataclass(frozen=True, slots=True)
class Load:
    """Nothing servable: run the loader (if there is one), then on failure call :func:`after_failure`."""

    state: Reading


Step: TypeAlias = Serve | ReadTier | Load


def begin(tiers: int, rule: ReadRule) -> Step:
    """The first step over ``tiers`` tiers."""
    return _next(Reading(0, tiers, rule))


def after_tier(state: Reading, found: Candidate | None, now: float, u: float) -> Step:
    """The step after the tier at ``state.at`` was read.

    Args:
        state: as in the step that asked for the reading.
        found: the entry, or None for a miss, a failure, or an entry whose tags are no longer current.
        now: monotonic time.
        u: a number from [0, 1), for early refresh.
    """
    if found is None:
        return _passed(state)
    entry = found.entry
    freshness = judge_age(entry, now)
    if freshness is Freshness.DEAD or now - entry.created >= state.rule.max_age:
        return _passed(state)
    if state.rule.replaces(entry):
        return _passed(state, found)
    if freshness is Freshness.FRESH:
        early = entry.quiet_until <= now and should_refresh(now, entry.fresh_until, entry.cost, state.rule.beta, u)
        return Serve(found, refresh=early)
    if state.rule.stale == "never":
        return _passed(state)
    if state.rule.stale == "revalidate" and found.tier == 0:
        return Serve(found, refresh=True, stale=True)
    return _passed(state, found)


def after_failure(stale: Candidate | None, now: float) -> Serve | None:
    """What covers a failed load; None if nothing may, and the error goes to the callers.

    Args:
        stale: ``Reading.stale`` of the step that asked for the load.
        now: monotonic time after the load.
    """
    if stale is None or judge_age(stale.entry, now) is Freshness.DEAD:
        return None
    return Serve(stale, stale=judge_age(stale.entry, now) is Freshness.STALE)


def _passed(state: Reading, stale: Candidate | None = None) -> Step:
    """The step after a tier that answers nothing, but may have shown something stale."""
    best = state.stale if stale is None else younger(state.stale, stale)
    return _next(Reading(state.at + 1, state.tiers, state.rule, best))


def _next(state: Reading) -> Step:
    if state.at < state.tiers:
        return ReadTier(state)
    if state.stale is not None and state.rule.stale == "revalidate":
        return Serve(state.stale, refresh=True, stale=True)
    return Load(state)


def younger(one: Candidate | None, other: Candidate) -> Candidate:
    """Whichever was created later."""
    return other if one is None or other.entry.created > one.entry.created else one
