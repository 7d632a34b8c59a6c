# Generated from src/hexcache/application/aio/writing.py by tools/unasync.py. Do not edit.
"""Writing: values and deletes, through every tier, deepest first.

Rule: stores before memory, deeper before nearer, the bus after the stores; the writes of one key go one after another.
Whatever happens on the way, no reader that begins afterwards gets from this process what was there before: a store that
did not take the change, or that an interruption kept it from, is not read for the key until it is repaired, and loads
in flight are not stored.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from hexcache.application.sync.ordering import turn
from hexcache.application.sync.publishing import Publisher
from hexcache.application.sync.tier import Tier
from hexcache.application.core import Core
from hexcache.application.sealing import Sealed, Stamp, cap_entry, capped
from hexcache.domain.fence import Fence
from hexcache.domain.key import address_of
from hexcache.domain.report import Effect, TierOutcome, WriteReport

T = TypeVar("T")

_NOTHING: Mapping[str, Fence] = {}

BY_RULE = "not stored by rule"


@dataclass(frozen=True, slots=True)
class Change:
    """A value on its way into the tiers."""

    sealed: Sealed
    stamp: Stamp


class Writer:
    """Changes what the tiers of one cache hold."""

    def __init__(self, core: Core, tiers: Sequence[Tier], publisher: Publisher) -> None:
        self._core = core
        self._deepest_first = tuple(reversed(tiers))
        self._publisher = publisher
        self.alone = not tiers and len(core.memory) <= 1 and not publisher.connected

    def set(self, changes: Mapping[str, Change]) -> WriteReport:
        """Store values, whatever was there."""
        core = self._core
        core.stats.sets += len(changes)
        if self.alone:
            with core.changing:
                return WriteReport(tuple(self.remember(changes)))
        with turn(core, changes.keys()) as in_order:
            heard = {name: core.heard(name) for name in changes}
            core.stats.detached += core.flights.detach(changes.keys())
            outcomes = self.through(changes.keys(), lambda tier: self.store(tier, changes))
            degraded = any(not outcome.ok for outcome in outcomes)
            outcomes += self.remember(changes, heard, in_order=in_order, degraded=degraded)
        self._publisher.keys(changes)
        return WriteReport(tuple(outcomes))

    def delete(self, names: Collection[str]) -> WriteReport:
        """Remove entries from every tier, deepest first."""
        core = self._core
        core.stats.deletes += len(names)
        core.stats.invalidations += len(names)
        addresses = {name: address_of(core.root, name) for name in names}
        with turn(core, names):
            core.stats.detached += core.flights.detach(names)
            removed = self.through(names, lambda tier: tier.remove(addresses))
            held = [core.drop(name) for name in names]
        self._publisher.keys(names)
        outcomes = [outcome for outcome, _ in removed]
        outcomes += [TierOutcome(slot.name, Effect.DONE) for slot in reversed(core.memory)]
        return WriteReport(tuple(outcomes), any(held) or any(found for _, found in removed))

    def through(
        self,
        names: Collection[str],
        change: Callable[[Tier], T],
        *,
        but: Tier | None = None,
    ) -> list[T]:
        """Change one store after another, deepest first.

        An interruption on the way leaves some stores changed and others not. The latter are owed the removal of these
        names, which is right whatever the change was, and memory lets them go.

        Args:
            names: what is changed.
            change: changes one store.
            but: a store that was changed already.
        """
        stores = [tier for tier in self._deepest_first if tier is not but]
        done: list[T] = []
        try:
            for tier in stores:
                done.append(change(tier))  # noqa: PERF401 - what was done so far is looked at below
        except BaseException:
            for tier in stores[len(done) :]:
                for name in names:
                    if not tier.state.repairs.owes(name):
                        tier.owe(name, None, float("inf"), "delete")
            for name in names:
                self._core.drop(name)
            raise
        return done

    def place(self, tier: Tier) -> int:
        """Where a store stands in the order in which stores are changed, 0 the deepest."""
        return self._deepest_first.index(tier)

    def store(self, tier: Tier, changes: Mapping[str, Change]) -> TierOutcome:
        """Store values in one tier; a value that its rule refuses does not leave its predecessor there."""
        core = self._core
        wall = core.clocks.wall()
        blobs: dict[str, tuple[str, bytes, float]] = {}
        refused: dict[str, str] = {}
        for name, change in changes.items():
            address, record = address_of(core.root, name), core.sealer.record(change.sealed, change.stamp)
            if tier.rule.refusal(len(record.payload), record.cost):
                refused[name] = address
                continue
            own = capped(record, wall, tier.rule.ttl_cap)
            blobs[name] = (address, tier.codec.encode(address, own), own.dead_at)
        outcomes: list[TierOutcome] = []
        if refused:
            removed, _ = tier.remove(refused)
            outcomes.append(TierOutcome(tier.name, Effect.REFUSED, BY_RULE) if removed.ok else removed)
        if len(blobs) == 1:
            ((name, (address, blob, dead_at)),) = blobs.items()
            outcomes.append(tier.write(name, address, blob, dead_at))
        elif blobs:
            outcomes.append(tier.write_many(blobs))
        return worst(outcomes)

    def remember(
        self,
        changes: Mapping[str, Change],
        heard: Mapping[str, Fence] = _NOTHING,
        *,
        in_order: bool = True,
        degraded: bool = False,
    ) -> list[TierOutcome]:
        """Put values into the memory tiers.

        A write out of order leaves nothing there, nor does one after whose stores another cache told of a change: its
        value may be the one that the stores hold now.

        Args:
            changes: the values.
            heard: what was heard of each name before the first store was written; nothing if there is none.
            in_order: no earlier write of these names is still under way.
            degraded: some store did not take the values, which then live for a short while only.
        """
        core = self._core
        outcomes: list[list[TierOutcome]] = []
        for name, change in changes.items():
            if not in_order:
                core.drop(name)
                continue
            entry = core.sealer.entry(name, change.sealed, change.stamp)
            if degraded:
                cap_entry(entry, core.now(), core.policy.degraded_ttl)
            outcomes.append(core.write(entry))
            if name in heard and core.heard(name) != heard[name]:
                core.drop(name)
        if len(outcomes) == 1:
            return outcomes[0]
        return [worst(of_one_tier) for of_one_tier in zip(*outcomes, strict=True)]


def worst(outcomes: Sequence[TierOutcome]) -> TierOutcome:
    """The outcome of one tier that stands for several: one that failed before one that refused."""
    return min(outcomes, key=lambda outcome: (outcome.ok, outcome.effect is not Effect.REFUSED))
