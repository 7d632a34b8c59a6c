"""Changes that depend on what is there: ``add`` and ``touch``.

Rule: what they saw must still be there when they change it: a store decides by the token of what was read, memory by
its fence, and both within this process by turns. They never bring back what somebody changed in between.
"""

from __future__ import annotations

from collections.abc import Sequence

from hexcache.application.aio.ordering import turn
from hexcache.application.aio.publishing import AsyncPublisher
from hexcache.application.aio.reading import AsyncReader, Passage
from hexcache.application.aio.tags import AsyncTags
from hexcache.application.aio.tier import AsyncTier
from hexcache.application.aio.writing import AsyncWriter, Change
from hexcache.application.core import Core
from hexcache.application.sealing import Stamp, capped
from hexcache.domain.entry import MISSING, TAGGED, Entry
from hexcache.domain.errors import StoreUnavailable
from hexcache.domain.fill import Load, ReadRule
from hexcache.domain.lifetime import NEVER, Lifetime
from hexcache.domain.lookup import Candidate
from hexcache.domain.report import Effect, TierOutcome, WriteReport

FRESH_ONLY = ReadRule("never", NEVER, 0.0)

ATTEMPTS = 8
"""How often a touch is tried again whose entry was changed meanwhile."""


class AsyncAmender:
    """Adds and touches."""

    def __init__(
        self,
        core: Core,
        tiers: Sequence[AsyncTier],
        reader: AsyncReader,
        writer: AsyncWriter,
        tags: AsyncTags,
        publisher: AsyncPublisher,
    ) -> None:
        self._core = core
        self._tiers = tuple(tiers)
        self._reader = reader
        self._writer = writer
        self._tags = tags
        self._publisher = publisher

    async def add(self, name: str, change: Change) -> WriteReport | None:
        """Store a value only if no fresh one is there; the deepest store with conditional writes that takes it decides.

        Returns:
            What each tier did; None when the value was not stored.

        Raises:
            StoreError: the store that decides failed; whether it took the value is then unknown.
        """
        core = self._core
        if self._writer.alone:
            with core.changing:
                return self._add_to_memory(name, change)
        async with turn(core, (name,)) as in_order:
            heard = {name: core.heard(name)}
            decider = self._decider(change)
            if not (await self._decide(decider, name, change) if decider else await self._free(name)):
                return None
            core.stats.sets += 1
            core.stats.detached += core.flights.detach((name,))
            changes = {name: change}
            outcomes = await self._writer.through(changes, lambda tier: self._writer.store(tier, changes), but=decider)
            degraded = any(not outcome.ok for outcome in outcomes)
            if decider is not None:
                outcomes.insert(self._writer.place(decider), TierOutcome(decider.name, Effect.DONE))
            outcomes += self._writer.remember(changes, heard, in_order=in_order, degraded=degraded)
        await self._publisher.keys((name,))
        return WriteReport(tuple(outcomes))

    def _add_to_memory(self, name: str, change: Change) -> WriteReport | None:
        found = self._core.peek(name)
        if found is not None and self._is_value(found.entry):
            return None
        self._core.stats.sets += 1
        outcomes = self._writer.remember({name: change})
        held = any(outcome.effect is Effect.DONE for outcome in outcomes)
        return WriteReport(tuple(outcomes)) if held else None

    def _decider(self, change: Change) -> AsyncTier | None:
        size = len(change.sealed.payload or b"")
        able = [
            tier
            for tier in self._tiers
            if tier.capabilities.conditional_write and not tier.rule.refusal(size, change.stamp.cost)
        ]
        return able[-1] if able else None

    async def _free(self, name: str) -> bool:
        """Whether no tier has a fresh value, where no store can decide."""
        step = await self._reader.walk(self._reader.passage(name), FRESH_ONLY)
        return isinstance(step, Load) or not self._is_value(step.candidate.entry)

    async def _decide(self, tier: AsyncTier, name: str, change: Change) -> bool:
        core, reader = self._core, self._reader
        if tier.state.repairs.owes(name):
            raise StoreUnavailable(f"{tier.name}: an earlier change of the key is still owed")
        passage = reader.passage(name)
        position = reader.first_store + self._tiers.index(tier)
        wall = core.clocks.wall()
        seen = await tier.seen(passage.address, await tier.get(passage.address), wall)
        entry = await reader.accept(passage, position, seen)
        if entry is not None and await self._verified(entry) and self._is_value(entry):
            return False
        if position not in passage.tokens:
            raise StoreUnavailable(f"{tier.name}: the key holds foreign bytes that could not be removed")
        record = capped(core.sealer.record(change.sealed, change.stamp), wall, tier.rule.ttl_cap)
        blob = tier.codec.encode(passage.address, record)
        token = passage.tokens[position]
        return await tier.ask("put_if", tier.store.put_if, passage.address, blob, dead_at=record.dead_at, token=token)

    async def _verified(self, entry: Entry) -> bool:
        return not entry.kind & TAGGED or await self._tags.verify(entry)

    def _is_value(self, entry: Entry) -> bool:
        return not entry.kind & MISSING and self._core.now() < entry.fresh_until

    async def touch(self, name: str, life: Lifetime, version: bytes) -> WriteReport | None:
        """Give a live entry a new ttl from now on, in every tier that can be asked; None when there is none.

        Its age, its tags and the length of its stale window stay. The deepest store that answers and would hold the
        value decides whether it is live: what that store does not have was deleted or replaced, maybe by another
        process, and a copy nearer by is dropped instead of being kept alive.

        Returns:
            What became of it in each store that holds the entry, or may hold it. A store that failed keeps the entry
            with the life that it had.
        """
        for _ in range(ATTEMPTS):
            passage = self._reader.passage(name)
            found = await self._reader.survey(passage)
            if found is None or found.entry.kind & MISSING:
                return None
            if not self._is_held(passage, found.entry):
                self._core.drop(name)
                continue
            outcomes = await self._prolong(passage, found, life, version)
            if outcomes is not None:
                return WriteReport((*outcomes, *self._owed(name)))
        return WriteReport(())  # it is changed all the time, by others who give it lives of their own

    def _owed(self, name: str) -> list[TierOutcome]:
        """The stores that were not asked, as they still owe an earlier change of the key."""
        reason = "an earlier change of the key is still owed"
        return [
            TierOutcome(tier.name, Effect.QUEUED, reason)
            for tier in reversed(self._tiers)
            if tier.rule.read and tier.state.repairs.owes(name)
        ]

    def _is_held(self, passage: Passage, entry: Entry) -> bool:
        """Whether the deepest store that answered, of those that would hold the entry, holds this very version."""
        first = self._reader.first_store
        for position in sorted(passage.tokens, reverse=True):
            rule = self._tiers[position - first].rule
            if rule.write and position in passage.found:
                return passage.found[position][0].version == entry.version
            if not rule.refusal(entry.weight, entry.cost):
                return False
        return True

    async def _prolong(
        self, passage: Passage, found: Candidate, life: Lifetime, version: bytes
    ) -> list[TierOutcome] | None:
        core, reader, entry = self._core, self._reader, found.entry
        sealed = core.sealer.seal(reader.value(passage, found))
        now = core.now()
        own = Lifetime(life.ttl, stale_window(passage, entry))
        stamp = Stamp(own, now, core.clocks.wall(), entry.cost, version, entry.deps, age=now - entry.created)
        shown = [place for place, (record, _) in passage.found.items() if record.version == entry.version]
        record = core.sealer.record(sealed, stamp)
        outcomes = await reader.install_record(passage, record, sorted(shown), supersedes=False)
        if outcomes is None:
            return None
        fresh = core.sealer.entry(passage.name, sealed, stamp)
        fences = passage.fences
        held = core.install(fresh, fences) if shown else core.prolong(fresh, entry.version, fences)
        if not (held or shown or core.observe(passage.name) == passage.fences):
            return None
        # A store that refused still holds the entry as it was.
        refused = {Effect.REFUSED: Effect.FAILED}
        return [TierOutcome(one.tier, refused.get(one.effect, one.effect), one.reason) for one in outcomes]


def stale_window(passage: Passage, entry: Entry) -> float:
    """The length of an entry's stale window, seconds; as the deepest store has it, since nearer tiers may cut it."""
    same = [record for _, (record, _) in sorted(passage.found.items()) if record.version == entry.version]
    fresh, dead = (same[-1].fresh_until, same[-1].dead_at) if same else (entry.fresh_until, entry.dead_at)
    return 0.0 if dead == fresh else dead - fresh
