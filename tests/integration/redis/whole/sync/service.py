# Generated from tests/integration/redis/whole/aio/service.py by tools/unasync.py. Do not edit.
"""A service that uses a cache all the time, and knows what it may be told.

Rule: every answer is judged when it comes, and so is how long it took. What was stored or deleted last is known, as
each key is one worker's alone; nothing older may ever come back.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias

from hexcache import Cache
from hexcache.domain.report import WriteReport
from tests.integration.redis.sync.primitives import pause, together
from tests.integration.redis.whole.places import tag_of
from tests.integration.redis.whole.table import TTL, Fault

Phase: TypeAlias = Literal["before", "turning", "broken", "mending"]

BUSY: Final = 1.5
"""Seconds that a machine of two cores with other work may add to a call of the cache; a fault lasts for as long as a
test looks at it, so a call without a bound would not end at all."""
CALLS: Final = {"get": 1, "get_many": 1, "set": 2, "delete": 2, "get_or_set": 5}
"""Calls of its one store, its bus and its leases that a call of a cache makes at most, one after another."""
WORKERS: Final = 3
TRIES: Final = 100
"""Of a write that a busy machine may keep from being answered in time."""
DOUBTS: Final = ("gaps", "silences", "reconnects")
"""Counters of a bus that has memory emptied, as changes by others may have been missed."""


@dataclass
class Service:
    """Workers that read, load, write and delete.

    Attributes:
        name: of the tier on Redis.
        cache: over that tier.
        memory: whether a memory tier stands before it.
        fault: what will go wrong.
        versions: what was stored last, by key.
        loaded: what was loaded, by key.
        rounds: how many there were.
        doubts: what the bus had counted when the first values were stored.
    """

    name: str
    cache: Cache[Any]
    memory: bool
    fault: Fault
    versions: dict[str, int] = field(default_factory=dict)
    loaded: dict[str, str] = field(default_factory=dict)
    rounds: int = 0
    doubts: list[int] = field(default_factory=list)

    def key(self, kind: str, worker: int) -> str:
        """A key of one worker; those of one number lie on one node of a cluster."""
        return f"{self.name}.{kind}.{tag_of(worker)}"

    def keys(self, *kinds: str) -> list[str]:
        """Those of all workers."""
        return [self.key(kind, worker) for kind in kinds for worker in range(WORKERS)]

    def begin(self) -> None:
        """Store what is read later on."""
        self.cache.set_many(dict.fromkeys(self.keys("warm"), 1), ttl=TTL)
        self.doubts = self.doubted()

    def work(self, phase: Phase) -> None:
        """One round of all workers at once."""
        self.rounds += 1
        for end in together([(self.round, (worker, self.rounds, phase)) for worker in range(WORKERS)]):
            if isinstance(end, BaseException):
                raise end

    def round(self, worker: int, number: int, phase: Phase) -> None:
        """One round of one worker."""
        self.read(worker, phase)
        self.load(worker, number)
        self.change(worker, number, phase)

    def read(self, worker: int, phase: Phase) -> None:
        """Read what nobody changes: what memory has, what only the tier has, and what nobody has."""
        warm, cold = self.key("warm", worker), self.key("cold", worker)
        found = self.timed("get", warm)
        assert found == 1 or (found is None and self.may_miss(phase))
        if phase != "before":  # so that no memory has it
            found = self.timed("get", cold)
            assert found == 1 or (found is None and not self.is_read(phase))
        several = self.timed("get_many", [warm, cold, self.key("absent", worker)])
        assert several.items() <= {warm: 1, cold: 1}.items()

    def load(self, worker: int, number: int) -> None:
        """Whatever happens, ``get_or_set`` answers: what is stored, or what the loader says."""
        key, value = self.key(f"loaded.{number}", worker), f"{worker} loaded {number}"

        def origin() -> str:
            return value

        def unchanged() -> int:
            return 1

        assert self.timed("get_or_set", key, origin, ttl=TTL) == value
        assert self.timed("get_or_set", self.key("warm", worker), unchanged, ttl=TTL) == 1
        self.loaded[key] = value

    def change(self, worker: int, number: int, phase: Phase) -> None:
        """What was stored is found, or nothing is; what was deleted is not found."""
        changed, gone = self.key("changed", worker), self.key("gone", worker)
        self.versions[changed] = number
        stored = self.timed("set", changed, number, ttl=TTL)
        found = self.timed("get", changed)
        assert found == number or (found is None and not self.remembers())
        deleted = self.timed("delete", gone)
        assert self.timed("get", gone) is None
        if phase == "broken":
            assert self.effect(stored) in self.fault.writes
            assert self.effect(deleted) in self.fault.deletes

    def may_miss(self, phase: Phase) -> bool:
        """Whether what was stored before all this may not be found."""
        return not self.is_read(phase) and not self.remembers()

    def is_read(self, phase: Phase) -> bool:
        """Whether the tier answers every read."""
        sound = phase == "before" or (phase == "broken" and self.fault.reads)
        return sound and not self.tier["failures"]  # as a busy machine may cause

    def remembers(self) -> bool:
        """Whether memory has to know what went through it, as nothing gave it reason to doubt that."""
        if not self.memory:
            return False
        pause(0.1)  # a doubt that is under way is counted
        return self.doubted() == self.doubts

    def doubted(self) -> list[int]:
        """How often the bus said that something may have been missed."""
        told = self.cache.stats()["bus"] or {}
        return [told.get(doubt, 0) for doubt in DOUBTS]

    def timed(self, call: str, *args: Any, **options: Any) -> Any:
        """The answer to a call, which came in time."""
        began = time.monotonic()
        answer = getattr(self.cache, call)(*args, **options)
        took = time.monotonic() - began
        assert took <= 1.2 * self.fault.deadline * CALLS[call] + BUSY, f"{call} took {took:.2f} s"
        return answer

    def effect(self, report: WriteReport) -> object:
        """What became of a change in the tier."""
        return next(outcome.effect for outcome in report.outcomes if outcome.tier == self.name)

    @property
    def tier(self) -> dict[str, Any]:
        """The tier's counters and state."""
        told: dict[str, Any] = self.cache.stats()["tiers"][self.name]
        return told

    def is_well(self) -> bool:
        """Whether the tier is used as if nothing had been."""
        tier, bus = self.tier, self.cache.stats()["bus"]
        if tier["breaker"] != "closed" or tier["owed"] or tier["distrusted"] or not (bus is None or bus["hears"]):
            return False
        report: WriteReport = self.timed("set", self.key("probe", 0), 1, ttl=TTL)
        return report.complete

    def check_breaker(self) -> None:
        """A tier that answers nothing is left alone, which can be seen."""
        if self.fault.opens and not self.fault.answers:
            assert self.tier["breaker"] != "closed"

    def check_counters(self) -> None:
        """What happened can be seen in the counters."""
        tier, fault = self.tier, self.fault
        assert tier[fault.counts] >= 1
        assert (tier["breaker_opens"] >= 1) is fault.opens
        assert (tier["failures"] >= 1) is (fault.shown == "failing")

    def expected(self) -> dict[str, set[object]]:
        """What may be found by key."""
        kept: set[object] = {1, None} if self.fault.forgets else {1}
        return {
            **{key: {value, None} for key, value in {**self.versions, **self.loaded}.items()},
            **{key: {1, None} for key in self.keys("warm")},
            **dict.fromkeys(self.keys("cold"), kept),
        }

    def check_use(self) -> None:
        """All is as it should be, and goes on."""
        for key, values in self.expected().items():
            assert self.cache.get(key) in values | {None}  # a busy machine may keep a call from being answered
        assert self.cache.get_many(self.keys("gone", "absent")) == {}
        for key in self.versions:
            self.versions[key] += 1
            self.store(key, self.versions[key])

    def store(self, key: str, value: object) -> None:
        """Set until it is complete."""
        for _ in range(TRIES):
            report: WriteReport = self.cache.set(key, value, ttl=TTL)
            if report.complete:
                return
            pause(0.1)
        raise AssertionError("no write was complete")
