# Generated from src/hexcache/application/aio/batching.py by tools/unasync.py. Do not edit.
"""Reads of several keys: one batch a tier.

Rule: everything is matched by key and never by position; each key keeps its own fences and tokens, so that bulk and
single reads are equally safe. A bulk read refreshes nothing: what is stale is at most remembered, to cover a failure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from hexcache.application.sync.reading import Reader, Passage
from hexcache.application.sync.tags import Tags
from hexcache.application.sync.tier import Tier
from hexcache.application.core import Core
from hexcache.domain.entry import MISSING, TAGGED
from hexcache.domain.fill import Reading, ReadRule, Serve, after_tier, younger
from hexcache.domain.lookup import MISS, Candidate

Taker = Callable[[Passage, Candidate], None]
"""What is told of each entry that may be served, once nearer tiers were filled with it."""

NEVER_EARLY = 1.0
"""The draw of an early refresh that is never won."""


def settled(rule: ReadRule) -> ReadRule:
    """The rule as bulk calls have it: no refresh behind the caller's back; what is stale only covers a failure."""
    return replace(rule, stale="never" if rule.stale == "never" else "if_error", beta=0.0)


class BatchReader:
    """The tiers of one cache, read for several keys at once."""

    def __init__(self, core: Core, tiers: Sequence[Tier], reader: Reader, tags: Tags) -> None:
        self._core = core
        self._tiers = tuple(tiers)
        self._reader = reader
        self._tags = tags

    def get(self, names: Iterable[str], rule: ReadRule) -> dict[str, object]:
        """The values by name, MISS for a negative result; each tier is asked for what the nearer ones did not have."""
        core, reader = self._core, self._reader
        values: dict[str, object] = {}

        def take(passage: Passage, found: Candidate) -> None:
            value = reader.open(passage, found)
            if found.entry.kind & MISSING:
                core.stats.negative_hits += 1
                value = MISS
            values[passage.name] = value

        passages = {name: reader.passage(name) for name in names}
        self.walk(passages, rule, take)
        core.stats.misses += len(passages)
        return values

    def walk(self, passages: dict[str, Passage], rule: ReadRule, take: Taker) -> None:
        """Read tier after tier; what may be served goes to ``take`` and leaves ``passages``.

        Raises:
            StoreError: a tier failed, under ``strict`` only.
        """
        for name, passage in list(passages.items()):
            found = self._core.peek(name)
            if found is not None and self._suits(passage, found, rule, take):
                del passages[name]
        for position in range(self._reader.first_store, self._reader.depth):
            if passages:
                self._ask(position, passages, rule, take)

    def _ask(self, position: int, passages: dict[str, Passage], rule: ReadRule, take: Taker) -> None:
        tier = self._tiers[position - self._reader.first_store]
        addresses = {name: passage.address for name, passage in passages.items()}
        seen = tier.read_many(addresses, self._core.clocks.wall())
        for name, one in seen.items():
            passage = passages[name]
            entry = self._reader.accept(passage, position, one)
            if entry is None or (entry.kind & TAGGED and not self._tags.verify(entry)):
                continue
            if self._suits(passage, Candidate(position, entry), rule, take):
                del passages[name]

    def _suits(self, passage: Passage, found: Candidate, rule: ReadRule, take: Taker) -> bool:
        step = after_tier(Reading(found.tier, found.tier + 1, rule), found, self._core.now(), NEVER_EARLY)
        if not isinstance(step, Serve):
            if step.state.stale is not None:
                passage.stale = younger(passage.stale, step.state.stale)
            return False
        self._reader.fill(passage, found)
        self._core.stats.hits += 1
        take(passage, found)
        return True
