"""The core of one cache: all that its blocking and its awaited face share.

Rule: what must be one in a process (memory tiers, fences, flights, turns, beliefs, counters) is here, is safe for
threads and tasks alike, and never waits.
"""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Protocol

from hexcache.application.audience import Audience
from hexcache.application.flights import FlightTable
from hexcache.application.forking import ForkAware, watch
from hexcache.application.policy import CachePolicy
from hexcache.application.sealing import Sealer, cap_entry
from hexcache.application.statistics import Statistics
from hexcache.application.tag_states import TagStates
from hexcache.application.tier_state import TierState
from hexcache.application.turns import TurnTable
from hexcache.domain.backoff import RefreshBackoff
from hexcache.domain.entry import TAGGED, Entry
from hexcache.domain.errors import InvalidSetting
from hexcache.domain.fence import Fence, FenceTable
from hexcache.domain.key import split_name
from hexcache.domain.lookup import Candidate
from hexcache.domain.report import Effect, TierOutcome
from hexcache.domain.tag import TagState, Validity, judge
from hexcache.ports.clock import Clocks
from hexcache.ports.entropy import Entropy
from hexcache.ports.invalidation import Invalidation
from hexcache.ports.memory_tier import MemoryTier
from hexcache.ports.observer import LoadEvent, Observer, TierEvent

TOO_HEAVY = "heavier than the tier takes"

BUS = "bus"
"""What observers know the bus by."""


@dataclass(frozen=True, slots=True)
class MemorySlot:
    """A memory tier in an assembly.

    Attributes:
        name: the tier's name.
        tier: the tier.
        ttl_cap: longest life there, seconds.
        untold_cap: longest life there of what comes in while changes by others are not heard, seconds.
    """

    name: str
    tier: MemoryTier
    ttl_cap: float = float("inf")
    untold_cap: float = float("inf")

    def cap(self, *, told: bool) -> float:
        """The longest life of what comes in now, seconds."""
        return self.ttl_cap if told else min(self.ttl_cap, self.untold_cap)


class Ear(Protocol):
    """Hears of changes by others."""

    def hears(self) -> bool:
        """Whether it does now."""
        ...


@dataclass(frozen=True, slots=True)
class LeaseSlot:
    """Where the leases of loads are kept.

    Attributes:
        position: the place of the tier beside which they are, among all tiers.
        state: breaker and counters of whoever keeps them.
    """

    position: int
    state: TierState


class Deferred(Protocol):
    """Has writes pending that a change by another cache may overtake."""

    def superseded(self, name: str) -> None:
        """An entry was changed."""
        ...

    def superseded_within(self, path: str) -> None:
        """A namespace was changed, all of it."""
        ...


class RootFace(Protocol):
    """A cache object whose hit path may have to look at its keys."""

    def guard_root(self) -> None:
        """Look at keys of the root from now on."""
        ...


class Core:
    """The shared state of one cache."""

    def __init__(
        self,
        root: str,
        *,
        policy: CachePolicy,
        clocks: Clocks,
        entropy: Entropy,
        sealer: Sealer,
        memory: Sequence[MemorySlot],
        states: Sequence[TierState],
        tags: TagStates,
        leases: LeaseSlot | None = None,
        observers: Sequence[Observer] = (),
    ) -> None:
        names = [slot.name for slot in memory] + [state.name for state in states]
        if len(set(names)) < len(names):
            raise InvalidSetting(f"tiers are named {', '.join(names)}; accepted: a different name for each")
        self.root = root
        self.policy = policy
        self.clocks = clocks
        self.now = clocks.monotonic
        self.entropy = entropy
        self.sealer = sealer
        self.memory = tuple(memory)
        self.states = tuple(states)
        self.tags = tags
        self.leases = leases
        self.stats = Statistics()
        self.audience = Audience(observers, self.stats)
        self.flights = FlightTable()
        self.turns = TurnTable()
        self.backoff = RefreshBackoff(first=policy.refresh_backoff, most=policy.refresh_backoff_max)
        self._salt = b""
        self.node = self.token(8)
        self.seq = count(1)
        self.faces: weakref.WeakSet[RootFace] = weakref.WeakSet()
        self.namespaced = False
        self.crews: weakref.WeakSet[ForkAware] = weakref.WeakSet()
        self.ears: list[Ear] = []
        self.deferrals: weakref.WeakSet[Deferred] = weakref.WeakSet()
        self._fences = FenceTable()
        self._heard = FenceTable()
        self._lock = threading.Lock()
        self.changing = threading.Lock()
        self.tier_hits = [0] * (len(self.memory) + len(self.states))
        watch(self)

    def observe(self, name: str) -> tuple[Fence, ...]:
        """What installs must find unchanged; to be called before the first tier is read.

        One fence for each memory tier; without any, the core's own, for stores that have no conditions of their own.
        """
        if not self.memory:
            return (self._fences.observe(name),)
        return tuple([slot.tier.observe(name) for slot in self.memory])

    def peek(self, name: str) -> Candidate | None:
        """The nearest memory tier's live entry, its tags judged (a soft change made it stale); never waits."""
        for position, slot in enumerate(self.memory):
            entry = slot.tier.peek(name)
            if entry is not None and self.vouches(entry):
                return Candidate(position, entry)
        return None

    def vouches(self, entry: Entry, states: Mapping[str, TagState | None] | None = None) -> bool:
        """Whether the entry's tags are known to be current; an expired tag makes the entry stale on the way.

        Args:
            entry: the entry.
            states: the tags' states, if they were just learnt; otherwise what is believed of them.
        """
        if not entry.kind & TAGGED:
            return True
        validity = self.tags.judge(entry) if states is None else judge(entry.deps, states)
        if validity is Validity.STALE:
            now = self.now()
            entry.fresh_until = min(entry.fresh_until, now)
            entry.quiet_until = min(entry.quiet_until, now)
        return validity in {Validity.VALID, Validity.STALE}

    def install(self, entry: Entry, fences: tuple[Fence, ...] | None, depth: int | None = None) -> bool:
        """Put an entry into the memory tiers nearer than ``depth``, deepest first, each cut to the tier's cap.

        Args:
            entry: the caller gives it away.
            fences: what was observed; None for a write.
            depth: how many tiers to fill; None for all.
        """
        now = self.now()
        held = False
        told = self._told()
        for position in reversed(range(len(self.memory) if depth is None else depth)):
            slot = self.memory[position]
            own = cap_entry(entry.copy(), now, slot.cap(told=told))
            held = slot.tier.install(own, None if fences is None else fences[position]) or held
        return held

    def prolong(self, entry: Entry, version: bytes, fences: tuple[Fence, ...]) -> bool:
        """Put an entry in place of its own earlier version, in those memory tiers that hold it; True if one took it.

        A tier that does not hold that version gets nothing: it was changed there, and changes go deepest first.
        """
        now = self.now()
        held = False
        told = self._told()
        for slot, fence in zip(self.memory, fences, strict=False):
            present = slot.tier.peek(entry.name)
            if present is not None and present.version == version:
                own = cap_entry(entry.copy(), now, slot.cap(told=told))
                held = slot.tier.install(own, fence) or held
        return held

    def write(self, entry: Entry) -> list[TierOutcome]:
        """Put a written entry into every memory tier, deepest first, whatever was there; detach its flight."""
        now = self.now()
        outcomes: list[TierOutcome] = []
        told = self._told()
        for slot in reversed(self.memory):
            held = slot.tier.install(cap_entry(entry.copy(), now, slot.cap(told=told)))
            outcomes.append(TierOutcome(slot.name, Effect.DONE if held else Effect.REFUSED, "" if held else TOO_HEAVY))
        self._move(entry.name)
        self.stats.detached += self.flights.detach((entry.name,))
        return outcomes

    def drop(self, name: str) -> bool:
        """Invalidate a name in memory, deepest tier first, and detach its flight; True if a tier had it."""
        self.stats.detached += self.flights.detach((name,))
        found = False
        for slot in reversed(self.memory):
            found = slot.tier.invalidate(name) or found
        self._move(name)
        return found

    def drop_within(self, path: str) -> int:
        """Invalidate a namespace in memory, and detach its flights; returns how many entries there were."""
        self.stats.detached += self.flights.detach_within(path)
        with self._lock:
            self._fences.bump_all()
        return max([slot.tier.clear(path) for slot in reversed(self.memory)], default=0)

    def _told(self) -> bool:
        """Whether changes by others are heard now."""
        return bool(self.ears) and any(ear.hears() for ear in self.ears)

    def _move(self, name: str) -> None:
        if not self.memory:
            with self._lock:
                self._fences.bump(name)

    def version(self) -> bytes:
        """A token for a write."""
        return self.token(8)

    def token(self, size: int) -> bytes:
        """``size`` random bytes (at most 16), other ones than a forked child or its parent draws."""
        drawn = self.entropy.randbytes(size)
        if not self._salt:
            return drawn
        return bytes([own ^ salt for own, salt in zip(drawn, self._salt, strict=False)])

    def guard_root(self) -> None:
        """There are namespaces now: keys of the root are looked at before they are looked up in memory.

        A name in a namespace begins with a control character. Until there is one, a root key that holds such a
        character finds nothing in memory, and the hit path need not look.
        """
        self.namespaced = True
        for face in list(self.faces):
            face.guard_root()

    def heard(self, name: str) -> Fence:
        """What changes when another cache tells of a change of this name.

        A writer looks at it before the first store and again after memory: memory is written last, when another cache
        may have overwritten the store since and have told so already.
        """
        return self._heard.observe(name)

    def on_invalidation(self, message: Invalidation) -> None:
        """Another cache changed something that this one may hold."""
        if message.origin == self.node:
            return
        self.stats.invalidations += 1
        if message.kind == "key":
            with self._lock:
                self._heard.bump(message.subject)
            for deferral in list(self.deferrals):
                deferral.superseded(message.subject)
            self.drop(message.subject)
        elif message.kind == "tag":
            self.tags.doubt(message.subject)
            self.stats.detached += self.flights.detach_within(split_name(message.subject)[0])
        else:
            with self._lock:
                self._heard.bump_all()
            if message.kind == "epoch":
                self.tags.doubt_all()
            path = message.subject if message.kind == "namespace" else ""
            for deferral in list(self.deferrals):
                deferral.superseded_within(path)
            self.drop_within(path)
            if message.kind == "epoch":
                self.tell_tier(TierEvent(BUS, "doubted"))

    def tell_tier(self, event: TierEvent) -> None:
        """Tell the observers."""
        self.audience.on_tier(event)

    def tell_load(self, event: LoadEvent) -> None:
        """Tell the observers."""
        self.audience.on_load(event)

    def reset_after_fork(self) -> None:
        """Become a node of its own in a forked child: locks that a parent's thread held are replaced."""
        self._lock = threading.Lock()
        self.changing = threading.Lock()
        self.flights.reset()
        self.turns.reset()
        self.tags.reset()
        for state in self.states:
            state.reset()
        if self.leases is not None:
            self.leases.state.reset()
        for crew in list(self.crews):
            crew.reset_after_fork()
        for slot in self.memory:
            reset = getattr(slot.tier, "reset_after_fork", None)
            if reset is not None:
                reset()
        # The injected source goes on alike in parent and child, who would draw the same tokens.
        self._salt = os.urandom(16)
        self.node = self.token(8)
        self.seq = count(1)
        if self.ears:  # until the child listens, nobody tells it what is no longer current
            self.tags.doubt_all()
            self.drop_within("")
