"""Looking at a cache without changing it: health, explanation, listing, statistics.

Rule: what is shown is for people and scripts; it never holds a value or a secret, and asking changes no entry.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any

from hexcache.application.aio.publishing import AsyncPublisher
from hexcache.application.aio.tier import AsyncTier
from hexcache.application.aio.wiping import listing
from hexcache.application.core import Core
from hexcache.domain.entry import MISSING, SEALED, TAGGED
from hexcache.domain.errors import StoreError, Undecodable, Unsupported
from hexcache.domain.freshness import judge_age
from hexcache.domain.key import address_of, address_prefix, name_prefix, split_name
from hexcache.domain.record import Record
from hexcache.domain.tiering import TierRule
from hexcache.ports.aio.skills import AsyncProbedStore, layers
from hexcache.ports.finding import Found
from hexcache.ports.metering import MeteredStore

KEEPER_COUNTERS = ("failures", "timeouts", "rejected", "short_circuits", "breaker", "breaker_opens")
"""What is told of whoever keeps leases: calls that failed, and whether it is left alone."""


class AsyncInspection:
    """The tiers of one cache, looked at."""

    def __init__(self, core: Core, tiers: Sequence[AsyncTier], publisher: AsyncPublisher) -> None:
        self._core = core
        self._tiers = tuple(tiers)
        self._publisher = publisher

    async def health(self) -> dict[str, Any]:
        """A real round trip to every tier; memory tiers are always well."""
        report: dict[str, Any] = {
            slot.name: {"ok": True, "seconds": 0.0, "error": "", "breaker": "none"} for slot in self._core.memory
        }
        for tier in self._tiers:
            began = self._core.now()
            error = ""
            try:
                await tier.ping()
            except StoreError as exc:
                error = f"{type(exc).__name__}: {exc}"
            seconds = self._core.now() - began
            rights = {} if error else await self._rights(tier)
            lacking = [right for right, reason in rights.items() if reason and right in _needed(tier.rule)]
            error = error or "; ".join(rights[right] for right in lacking)
            report[tier.name] = {
                "ok": not error, "seconds": seconds, "error": error, "breaker": tier.state.breaker,
                **({"rights": rights} if rights else {}),
            }  # fmt: skip
        return report

    async def _rights(self, tier: AsyncTier) -> dict[str, str]:
        """Which rights a tier's identity has, where that can be tried; what is missing says why."""
        for store in layers(tier.store):
            if isinstance(store, AsyncProbedStore):
                try:
                    return await tier.ask("probe", store.probe)
                except StoreError:
                    return {}
        return {}

    async def explain(self, name: str) -> dict[str, Any]:
        """What each tier holds for a name, and why it would or would not be served."""
        path, key = split_name(name)
        address = address_of(self._core.root, name)
        tiers: dict[str, Any] = {slot.name: self._memory(slot.tier.peek(name)) for slot in self._core.memory}
        for tier in self._tiers:
            tiers[tier.name] = await self._store(tier, name, address)
            if tier.deferral is not None:
                tiers[tier.name]["pending"] = tier.deferral.is_pending(address)
        return {
            "key": key,
            "namespace": path,
            "address": address,
            "serializer": self._core.sealer.serializer,
            "in_flight": self._core.flights.flying(name),
            "refresh_blocked": self._core.backoff.blocked(name, self._core.now()),
            "tiers": tiers,
        }

    def _memory(self, entry: Any) -> dict[str, Any]:
        if entry is None:
            return {"state": "absent"}
        now = self._core.now()
        vouched = self._core.vouches(entry)
        return {
            "state": judge_age(entry, now).value if vouched else "tags changed or unknown",
            "age": round(now - entry.created, 3),
            "ttl": round(entry.fresh_until - now, 3),
            "dead_in": round(entry.dead_at - now, 3),
            "kept_as": "payload" if entry.kind & SEALED else "value",
            "missing": bool(entry.kind & MISSING),
            "tagged": bool(entry.kind & TAGGED),
            "bytes": entry.weight,
            "version": entry.version.hex(),
        }

    async def _store(self, tier: AsyncTier, name: str, address: str) -> dict[str, Any]:
        if tier.state.repairs.owes(name):
            return {"state": "distrusted until repaired"}
        try:
            found = await tier.get(address)
        except StoreError as exc:
            return {"state": "unknown", "error": f"{type(exc).__name__}: {exc}"}
        if not isinstance(found, Found):
            return {"state": "absent"}
        try:
            record = tier.codec.decode(address, found.blob)
        except Undecodable as exc:
            return {"state": "undecodable", "error": exc.reason, "bytes": len(found.blob)}
        return self._record(record, len(found.blob))

    def _record(self, record: Record, size: int) -> dict[str, Any]:
        wall = self._core.clocks.wall()
        fresh, dead = wall < record.fresh_until, wall < record.dead_at
        return {
            "state": "fresh" if fresh else "stale" if dead else "dead",
            "age": round(wall - record.created, 3),
            "ttl": round(record.fresh_until - wall, 3),
            "dead_in": round(record.dead_at - wall, 3),
            "missing": record.missing,
            "tagged": bool(record.deps),
            "bytes": size,
            "version": record.version.hex(),
        }

    async def keys(self, path: str) -> AsyncIterator[str]:
        """The keys of one namespace that some tier holds, each once.

        Raises:
            Unsupported: a tier cannot list.
            StoreError: a tier failed; a listing is whole or it is not given.
        """
        given: set[str] = set()
        for slot in self._core.memory:
            for name in slot.tier.names():
                own, key = split_name(name)
                if own == path and key not in given:
                    given.add(key)
                    yield key
        prefix = address_prefix(self._core.root, path)
        for tier in self._tiers:
            owes = tier.state.repairs.owes
            async for address in listing(tier, prefix):
                key = address[len(prefix) :]
                if key not in given and not owes(name_prefix(path) + key):
                    given.add(key)
                    yield key

    def oldest(self, path: str, n: int) -> list[str]:
        """The keys of one namespace that die soonest in the nearest memory tier.

        Raises:
            Unsupported: there is no memory tier.
        """
        if not self._core.memory:
            raise Unsupported("no tier of this assembly keeps its keys by their end; a memory tier does")
        tier = self._core.memory[0].tier
        names = map(split_name, tier.oldest(len(tier) if self._core.namespaced else n))
        return [key for own, key in names if own == path][: max(n, 0)]

    def stats(self) -> dict[str, Any]:
        """Counters in all, of the bus if there is one, for each tier, nearest first, and of a keeper of leases."""
        core = self._core
        tiers: dict[str, Any] = {}
        for position, slot in enumerate(core.memory):
            hits = core.tier_hits[position] + (core.stats.memory_hits if position == 0 else 0)
            tiers[slot.name] = {"hits": hits, **slot.tier.stats()}
        for position, tier in enumerate(self._tiers, len(core.memory)):
            tiers[tier.name] = {**tier.state.snapshot(), "hits": core.tier_hits[position]}
            if tier.deferral is not None:
                tiers[tier.name]["buffer"] = tier.deferral.backlog()
            for store in layers(tier.store):
                if isinstance(store, MeteredStore):
                    tiers[tier.name]["traffic"] = store.traffic()
        told = {**core.stats.snapshot(), "in_flight": len(core.flights), "bus": self._publisher.stats(), "tiers": tiers}
        if core.leases is not None:
            kept = core.leases.state.snapshot()
            told["lease_keeper"] = {name: kept[name] for name in KEEPER_COUNTERS}
        return told


def _needed(rule: TierRule) -> set[str]:
    """The rights without which a tier cannot do what its settings ask."""
    return {"delete", *(("read",) if rule.read else ()), *(("write",) if rule.write else ())}
