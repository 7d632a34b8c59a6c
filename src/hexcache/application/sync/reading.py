# Generated from src/hexcache/application/aio/reading.py by tools/unasync.py. Do not edit.
"""Reading through the tiers, and filling the nearer ones from a deeper one.

Rule: fences are observed before the first tier is read, and every store's token is kept from its reading; what was read
is installed nearer only under both, deepest first, and not at all beyond a store that changed in between. A store
without conditional writes (or one that is written and never read) is filled in a turn, after a look at the fence, so
that nothing is brought back that this process has changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from hexcache.application.sync.ordering import turn
from hexcache.application.sync.tags import Tags
from hexcache.application.sync.tier import Tier, Seen
from hexcache.application.core import Core
from hexcache.application.sealing import capped
from hexcache.domain.entry import TAGGED, Entry
from hexcache.domain.errors import Undecodable
from hexcache.domain.fence import Fence
from hexcache.domain.fill import Load, ReadRule, ReadTier, Serve, after_tier, begin, younger
from hexcache.domain.key import address_of
from hexcache.domain.lookup import Candidate
from hexcache.domain.record import Record
from hexcache.domain.report import TierOutcome
from hexcache.ports.finding import Token


@dataclass(slots=True)
class Passage:
    """What one read-through has learnt on its way down.

    Attributes:
        name: which entry.
        address: where stores keep it.
        fences: observed before the first tier was read.
        tokens: position of each store that answered -> token of the address there.
        found: position of each store that held a record -> the record and its value, already opened.
        stale: the best entry that was not fresh.
        taken: some store was to take what was loaded.
    """

    name: str
    address: str
    fences: tuple[Fence, ...]
    tokens: dict[int, Token] = field(default_factory=dict)
    found: dict[int, tuple[Record, object]] = field(default_factory=dict)
    stale: Candidate | None = None
    taken: bool = False


class Reader:
    """The tiers of one cache, read nearest first. Positions count memory tiers, then stores."""

    def __init__(self, core: Core, tiers: Sequence[Tier], tags: Tags) -> None:
        self._core = core
        self._tiers = tuple(tiers)
        self._tags = tags
        self.first_store = len(core.memory)
        self.depth = self.first_store + len(self._tiers)

    def passage(self, name: str) -> Passage:
        """Begin a read-through."""
        return Passage(name, address_of(self._core.root, name), self._core.observe(name))

    def walk(self, passage: Passage, rule: ReadRule, depth: int | None = None) -> Serve | Load:
        """Read tier after tier until the rule is satisfied or none is left; at most ``depth`` of them, None for all."""
        core = self._core
        step = begin(self.depth if depth is None else depth, rule)
        while isinstance(step, ReadTier):
            found = self._read(passage, step.state.at)
            step = after_tier(step.state, found, core.now(), core.entropy.random())
        return step

    def survey(self, passage: Passage) -> Candidate | None:
        """Read every tier, so that every token is known; the youngest live entry."""
        youngest: Candidate | None = None
        for position in range(self.depth):
            found = self._read(passage, position)
            if found is not None and self._core.now() < found.entry.dead_at:
                youngest = younger(youngest, found)
        return youngest

    def _read(self, passage: Passage, position: int) -> Candidate | None:
        if position < self.first_store:
            entry = self._core.memory[position].tier.peek(passage.name)
        else:
            tier = self._tiers[position - self.first_store]
            seen = tier.read(passage.name, passage.address, self._core.clocks.wall())
            entry = self.accept(passage, position, seen)
        if entry is None or (entry.kind & TAGGED and not self._tags.verify(entry)):
            return None
        return Candidate(position, entry)

    def accept(self, passage: Passage, position: int, seen: Seen | None) -> Entry | None:
        """Note what a store showed; the entry if it holds one that can be opened."""
        if seen is None:
            return None
        passage.tokens[position] = seen.token
        if seen.record is None:
            return None
        clocks = self._core.clocks
        try:
            entry, value = self._core.sealer.from_record(passage.name, seen.record, self._core.now(), clocks.wall())
        except Undecodable as exc:
            tier = self._tiers[position - self.first_store]
            again = tier.discard(passage.address, exc.reason)
            if again is None:
                del passage.tokens[position]
            else:
                passage.tokens[position] = again.token
            return None
        passage.found[position] = (seen.record, value)
        return entry

    def fill(self, passage: Passage, candidate: Candidate) -> None:
        """Install an entry found at some position into every nearer tier, with what is left of its life."""
        found = passage.found.get(candidate.tier)
        nearer = range(self.first_store, candidate.tier)
        if found is not None and nearer and self.install_record(passage, found[0], nearer) is None:
            return
        if candidate.tier > 0 and self.first_store:
            self._core.install(candidate.entry, passage.fences, min(candidate.tier, self.first_store))

    def install_record(
        self, passage: Passage, record: Record, positions: Sequence[int], *, supersedes: bool = True
    ) -> list[TierOutcome] | None:
        """Put a record into these stores, deepest first, each under its token; None once one had changed.

        Args:
            passage: what was learnt on the way down.
            record: what to store.
            positions: where.
            supersedes: a store that held another record and does not take this one is to be left with neither.

        Returns:
            What became of it in each store that was asked.
        """
        wall = self._core.clocks.wall()
        outcomes: list[TierOutcome] = []
        for position in reversed(positions):
            tier = self._tiers[position - self.first_store]
            if tier.rule.refusal(len(record.payload), record.cost):
                if supersedes and position in passage.found:
                    tier.remove({passage.name: passage.address})
                continue
            passage.taken = True
            own = capped(record, wall, tier.rule.ttl_cap)
            blob = tier.codec.encode(passage.address, own)
            older = supersedes and position in passage.found
            if tier.rule.read and position not in passage.tokens:
                continue  # it could not be asked
            outcome = self._install(tier, passage, position, blob, own.dead_at, older=older)
            if outcome is None:
                return None
            outcomes.append(outcome)
        return outcomes

    def _install(
        self, tier: Tier, passage: Passage, position: int, blob: bytes, dead_at: float, *, older: bool
    ) -> TierOutcome | None:
        """Put a blob into a store; None when the address had changed."""
        name, address = passage.name, passage.address
        if tier.rule.read and tier.capabilities.conditional_write:
            return tier.install(name, address, blob, dead_at, passage.tokens[position], older=older)
        with turn(self._core, (name,)) as in_order:
            if in_order and self._core.observe(name) == passage.fences:
                return tier.write(name, address, blob, dead_at)
            return None

    def open(self, passage: Passage, candidate: Candidate) -> object:
        """The value of what a walk served, which is a hit of its tier."""
        self._core.tier_hits[candidate.tier] += 1
        return self.value(passage, candidate)

    def value(self, passage: Passage, candidate: Candidate) -> object:
        """The value of what a walk found."""
        found = passage.found.get(candidate.tier)
        return self._core.sealer.open(candidate.entry) if found is None else found[1]
