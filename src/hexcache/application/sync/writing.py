# Generated from src/hexcache/application/aio/writing.py by tools/unasync.py. Do not edit.
"""Writing: values, deletes and clears, through every tier, deepest first.

Rule: stores before memory, deeper before nearer, the bus after the stores; the writes of one key go one after another.
Whatever happens on the way, no reader that begins afterwards gets from this process what was there before: a store that
did not take the change is not read for the key until it is repaired, and loads in flight are not stored.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from hexcache.application.sync.ordering import turn
from hexcache.application.sync.publishing import Publisher
from hexcache.application.sync.tier import Tier
from hexcache.application.core import Core
from hexcache.application.sealing import Sealed, Stamp, cap_entry, capped
from hexcache.domain.errors import IncompleteWrite, StoreUnavailable
from hexcache.domain.key import address_of, address_prefix
from hexcache.domain.record import Record
from hexcache.domain.report import Effect, TierOutcome, WriteReport
from hexcache.ports.finding import Found


@dataclass(frozen=True, slots=True)
class Change:
    """A value on its way into the tiers."""

    sealed: Sealed
    stamp: Stamp


class Writer:
    """Changes what the tiers of one cache hold."""

    def __init__(self, core: Core, tiers: Sequence[Tier], publisher: Publisher) -> None:
        self._core = core
        self._tiers = tuple(tiers)
        self._publisher = publisher
        self._alone = not tiers and len(core.memory) <= 1
        decisive = [tier for tier in tiers if tier.capabilities.conditional_write]
        self._decider = decisive[-1] if decisive else None

    def set(self, changes: Mapping[str, Change]) -> WriteReport:
        """Store values, whatever was there.

        Raises:
            IncompleteWrite: under ``strict``, if a store did not take one.
        """
        core = self._core
        core.stats.sets += len(changes)
        if self._alone:
            return WriteReport(tuple(self._remember(changes, in_order=True, degraded=False)))
        with turn(core, changes.keys()) as in_order:
            core.stats.detached += core.flights.detach(changes)
            try:
                outcomes = [self._store(tier, changes) for tier in reversed(self._tiers)]
            except BaseException:
                for name in changes:
                    core.drop(name)
                raise
            degraded = any(not outcome.ok for outcome in outcomes)
            outcomes += self._remember(changes, in_order=in_order, degraded=degraded)
        self._publisher.keys(changes)
        return self._checked(WriteReport(tuple(outcomes)))

    def add(self, name: str, change: Change) -> bool:
        """Store a value only if no fresh one is there; the deepest store with conditional writes decides.

        Raises:
            StoreError: it could not decide; nothing was stored.
        """
        core = self._core
        with turn(core, (name,)) as in_order:
            if self._decider is None:
                found = core.peek(name)
                if found is not None and core.now() < found.entry.fresh_until:
                    return False
                self._remember({name: change}, in_order=in_order, degraded=False)
                return True
            if not self._decide(self._decider, name, change):
                return False
            core.stats.sets += 1
            others = [tier for tier in reversed(self._tiers) if tier is not self._decider]
            try:
                outcomes = [self._store(tier, {name: change}) for tier in others]
            except BaseException:
                core.drop(name)
                raise
            degraded = any(not outcome.ok for outcome in outcomes)
            self._remember({name: change}, in_order=in_order, degraded=degraded)
        self._publisher.keys((name,))
        return True

    def delete(self, names: Collection[str]) -> WriteReport:
        """Remove entries from every tier, deepest first.

        Raises:
            IncompleteWrite: under ``strict``, if a store did not take one.
        """
        core = self._core
        core.stats.deletes += len(names)
        core.stats.invalidations += len(names)
        found = False
        outcomes: list[TierOutcome] = []
        addresses = {name: address_of(core.root, name) for name in names}
        with turn(core, names):
            core.stats.detached += core.flights.detach(names)
            try:
                for tier in reversed(self._tiers):
                    outcome, there = tier.remove(addresses)
                    outcomes.append(outcome)
                    found = found or there
            finally:
                held = [core.drop(name) for name in names]
            outcomes += [TierOutcome(slot.name, Effect.DONE) for slot in reversed(core.memory)]
        self._publisher.keys(names)
        return self._checked(WriteReport(tuple(outcomes), found or any(held)))

    def clear(self, path: str) -> WriteReport:
        """Remove a namespace and those below it from every tier, deepest first.

        Raises:
            IncompleteWrite: under ``strict``, if a store did not take it.
        """
        core = self._core
        core.stats.invalidations += 1
        core.stats.detached += core.flights.detach_within(path)
        found = False
        outcomes: list[TierOutcome] = []
        try:
            for tier in reversed(self._tiers):
                for prefix in clear_prefixes(core.root, path):
                    outcome, there = tier.clear(path, prefix)
                    found = found or there
                    if not outcome.ok:
                        break
                outcomes.append(outcome)
        finally:
            held = core.drop_within(path)
        outcomes += [TierOutcome(slot.name, Effect.DONE) for slot in reversed(core.memory)]
        self._publisher.namespace(path)
        return self._checked(WriteReport(tuple(outcomes), found or held > 0))

    def _decide(self, tier: Tier, name: str, change: Change) -> bool:
        if tier.state.repairs.owes(name):
            raise StoreUnavailable(f"{tier.name}: an earlier change of the key is still owed")
        address = address_of(self._core.root, name)
        wall = self._core.clocks.wall()
        found = tier.ask("get", tier.store.get, address)
        if isinstance(found, Found):
            seen = tier.seen(address, found, wall)
            if seen is not None and seen.record is not None and seen.record.fresh_until > wall:
                return False
            token = found.token if seen is None else seen.token
        else:
            token = found.token
        record = capped(self._record(change), wall, tier.rule.ttl_cap)
        blob = tier.codec.encode(address, record)
        return tier.ask("put_if", tier.store.put_if, address, blob, dead_at=record.dead_at, token=token)

    def _store(self, tier: Tier, changes: Mapping[str, Change]) -> TierOutcome:
        wall = self._core.clocks.wall()
        blobs: dict[str, tuple[str, bytes, float]] = {}
        refused: dict[str, str] = {}
        for name, change in changes.items():
            address, record = address_of(self._core.root, name), self._record(change)
            if tier.rule.refusal(len(record.payload), record.cost):
                refused[name] = address
                continue
            own = capped(record, wall, tier.rule.ttl_cap)
            blobs[name] = (address, tier.codec.encode(address, own), own.dead_at)
        outcome = TierOutcome(tier.name, Effect.SKIPPED)
        if len(blobs) == 1:
            name, (address, blob, dead_at) = next(iter(blobs.items()))
            outcome = tier.write(name, address, blob, dead_at)
        elif blobs:
            outcome = tier.write_many(blobs)
        if refused:
            removed, _ = tier.remove(refused)
            if outcome.ok:
                outcome = removed if not removed.ok else TierOutcome(tier.name, Effect.REFUSED, "not stored by rule")
        return outcome

    def _record(self, change: Change) -> Record:
        return self._core.sealer.record(change.sealed, change.stamp)

    def _remember(self, changes: Mapping[str, Change], *, in_order: bool, degraded: bool) -> list[TierOutcome]:
        core, outcomes = self._core, dict[str, TierOutcome]()
        for name, change in changes.items():
            if not in_order:
                core.drop(name)
                continue
            entry = core.sealer.entry(name, change.sealed, change.stamp)
            if degraded:
                cap_entry(entry, core.now(), core.policy.degraded_ttl)
            for outcome in core.write(entry):
                if outcome.tier not in outcomes or outcome.effect is Effect.REFUSED:
                    outcomes[outcome.tier] = outcome
        return list(outcomes.values())

    def _checked(self, report: WriteReport) -> WriteReport:
        if self._core.policy.strict and report.degraded:
            raise IncompleteWrite(report)
        return report


def clear_prefixes(root: str, path: str) -> tuple[str, str]:
    """The address prefixes of a namespace itself and of those below it."""
    own = address_prefix(root, path)
    return own, own[:-1] + "/"
