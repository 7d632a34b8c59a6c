"""Whatever is called in whatever order, a cache over healthy tiers answers exactly as a dict with deadlines would."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from hexcache.adapters.outbound.memory.lease_table import LeaseTable
from hexcache.adapters.outbound.memory.sync.leases import MemoryLeases
from hexcache.domain.backoff import RefreshBackoff
from hexcache.domain.load import DoNotStore, Loaded, Missing
from hexcache.domain.lookup import MISS
from hexcache.testing.clock import MovedClock
from tests.unit.application.sync.assembling import Origin, Rig

MISSING_TTL = 30.0
GONE = object()
"""The model's value of a negative result."""

keys = st.sampled_from(["a", "b", "c"])
paths = st.sampled_from(["", "n", "n/m"])
values = st.sampled_from([None, 0, "text", [1], (1,), {"k": b"v"}])
lives = st.sampled_from([1.0, 4.0, 20.0, None])
windows = st.sampled_from([0.0, 2.0, 30.0])
tag_sets = st.sets(st.sampled_from(["red", "blue"]))


class OriginDown(Exception):
    """What the origin says when it is down."""


@dataclass(frozen=True)
class Held:
    """The last value of a key."""

    value: object
    created: float
    fresh_until: float
    dead_at: float
    tags: frozenset[tuple[str, str]] = frozenset()
    expired: bool = False


class CacheOrder(RuleBasedStateMachine):
    """Calls of one cache and its namespaces, the passing of time, and the loss of nearer copies."""

    memory: ClassVar[int]
    stores: ClassVar[int]
    leased: ClassVar[bool]

    @initialize()
    def open(self) -> None:
        """Begin with empty tiers."""
        clock = MovedClock()
        keeper = MemoryLeases(LeaseTable(clock.monotonic)) if self.leased else None
        policy: dict[str, Any] = {"stale": "if_error", "missing_ttl": MISSING_TTL, "tag_max_age": 1_000}
        self.rig = Rig(self.memory, self.stores, clock=clock, keeper=keeper, **policy)
        self.held: dict[tuple[str, str], Held] = {}
        self.backoff = RefreshBackoff()
        self.now = self.rig.clock.monotonic

    def teardown(self) -> None:
        """Close the cache."""
        if hasattr(self, "rig"):
            self.rig.__exit__()

    def view(self, path: str) -> Any:
        cache: Any = self.rig.cache
        for part in path.split("/") if path else []:
            cache = cache.namespace(part)
        return cache

    def alive(self, path: str, key: str) -> Held | None:
        held = self.held.get((path, key))
        return held if held is not None and self.now() < held.dead_at else None

    def fresh(self, path: str, key: str) -> Held | None:
        held = self.alive(path, key)
        return held if held is not None and not held.expired and self.now() < held.fresh_until else None

    def note(
        self, path: str, key: str, value: object, ttl: float | None, window: float, tags: set[str] | frozenset[str]
    ) -> None:
        now = self.now()
        end = float("inf") if ttl is None else now + ttl
        self.held[path, key] = Held(value, now, end, end + window, frozenset((path, tag) for tag in tags))

    @rule(path=paths, key=keys, value=values, ttl=lives, window=windows, tags=tag_sets)
    def store(self, path: str, key: str, value: object, ttl: float | None, window: float, tags: set[str]) -> None:
        assert self.view(path).set(key, value, ttl=ttl, stale_ttl=window, tags=tags).complete
        self.note(path, key, value, ttl, window, tags)

    @rule(path=paths, batch=st.dictionaries(keys, values), ttl=lives, tags=tag_sets)
    def set_many(self, path: str, batch: dict[str, object], ttl: float | None, tags: set[str]) -> None:
        assert self.view(path).set_many(batch, ttl=ttl, tags=tags).complete
        for key, value in batch.items():
            self.note(path, key, value, ttl, 0.0, tags)

    @rule(path=paths, key=keys, value=values, ttl=lives, window=windows)
    def add(self, path: str, key: str, value: object, ttl: float | None, window: float) -> None:
        held = self.fresh(path, key)
        free = held is None or held.value is GONE
        assert self.view(path).add(key, value, ttl=ttl, stale_ttl=window) is free
        if free:
            self.note(path, key, value, ttl, window, set())

    @rule(path=paths, batch=st.lists(keys, max_size=3))
    def delete(self, path: str, batch: list[str]) -> None:
        cache = self.view(path)
        report = cache.delete(batch[0]) if len(batch) == 1 else cache.delete_many(batch)
        assert report.complete
        for key in batch:
            self.held.pop((path, key), None)

    @rule(path=paths, key=keys, ttl=lives)
    def touch(self, path: str, key: str, ttl: float | None) -> None:
        held = self.alive(path, key)
        if held is not None and held.expired:
            return  # how long its stale window is by now depends on who looked at it when
        there = held is not None and held.value is not GONE
        assert self.view(path).touch(key, ttl) is there
        if held is not None and there:
            window = 0.0 if held.dead_at == held.fresh_until else held.dead_at - held.fresh_until
            end = float("inf") if ttl is None else self.now() + ttl
            self.held[path, key] = replace(held, fresh_until=end, dead_at=end + window)

    @rule(
        path=paths, key=keys, value=values, kind=st.sampled_from(["plain", "loaded", "missing", "passing", "down"]),
        ttl=lives, window=windows, tags=tag_sets,
    )  # fmt: skip
    def get_or_set(
        self, path: str, key: str, value: object, kind: str, ttl: float | None, window: float, tags: set[str]
    ) -> None:
        answers: dict[str, object] = {
            "plain": value, "loaded": Loaded(value, ttl=7, tags=["blue"]), "missing": Missing(),
            "passing": DoNotStore(value), "down": OriginDown(),
        }  # fmt: skip
        origin = Origin(answers[kind])
        name = key if not path else f"\x1f{path}\x1f{key}"
        fresh, stale = self.fresh(path, key), self.alive(path, key)

        def call() -> object:
            return self.view(path).get_or_set(key, origin, ttl=ttl, stale_ttl=window, tags=tags, default="default")

        if fresh is not None or (stale is not None and self.backoff.blocked(name, self.now())):
            served = fresh or stale
            assert served is not None
            assert call() == ("default" if served.value is GONE else served.value)
            assert origin.calls == 0
        elif kind == "down" and stale is None:
            with pytest.raises(OriginDown):
                call()
        elif kind == "down":
            assert stale is not None
            assert call() == ("default" if stale.value is GONE else stale.value)
            self.backoff.failed(name, self.now())
        else:
            assert call() == ("default" if kind == "missing" else value)
            assert origin.calls == 1
            self.backoff.succeeded(name)
            if kind == "missing":
                self.note(path, key, GONE, MISSING_TTL if ttl is None else min(ttl, MISSING_TTL), 0.0, tags)
            elif kind != "passing":
                self.note(
                    path,
                    key,
                    value,
                    7 if kind == "loaded" else ttl,
                    window,
                    tags | {"blue"} if kind == "loaded" else tags,
                )

    @rule(path=paths, tags=tag_sets)
    def invalidate_tags(self, path: str, tags: set[str]) -> None:
        assert self.view(path).invalidate_tags(*tags).complete
        self.held = {n: held for n, held in self.held.items() if not held.tags & {(path, tag) for tag in tags}}

    @rule(path=paths, tags=tag_sets)
    def expire_tags(self, path: str, tags: set[str]) -> None:
        assert self.view(path).expire_tags(*tags).complete
        for name, held in self.held.items():
            if held.tags & {(path, tag) for tag in tags}:
                self.held[name] = replace(held, expired=True)

    @rule(path=paths)
    def clear(self, path: str) -> None:
        assert self.view(path).clear().complete
        self.held = {
            n: held for n, held in self.held.items() if path and not (n[0] == path or n[0].startswith(path + "/"))
        }

    @rule(seconds=st.sampled_from([0.5, 1.0, 3.0, 20.0]))
    def wait(self, seconds: float) -> None:
        self.rig.clock.advance(seconds)

    @rule(tiers=st.integers(0, 3))
    def lose_nearer_copies(self, tiers: int) -> None:
        """Evict everything from the nearest tiers; the deepest one keeps all."""
        for place in range(min(tiers, self.memory + self.stores - 1)):
            if place < self.memory:
                self.rig.core.memory[place].tier.clear()
            else:
                self.rig.inner[place - self.memory].clear("app:")
                self.rig.inner[place - self.memory].clear("app/")

    @invariant()
    def answers_agree(self) -> None:
        if not hasattr(self, "rig"):
            return
        for path in ("", "n", "n/m"):
            cache = self.view(path)
            many = cache.get_many(["a", "b", "c"])
            for key in ("a", "b", "c"):
                held, fresh = self.alive(path, key), self.fresh(path, key)
                expected = MISS if fresh is None or fresh.value is GONE else fresh.value
                assert cache.get(key, MISS) == many.get(key, MISS) == expected
                assert cache.has(key) is (expected is not MISS)
                entry = cache.get_entry(key)
                assert (entry is None) is (held is None)
                if entry is not None and held is not None:
                    assert entry.missing is (held.value is GONE)
                    assert entry.missing or entry.value == held.value
                    assert entry.stale is (fresh is None)
                    assert entry.age == self.now() - held.created
                    assert {(path, tag) for tag in entry.tags} == held.tags


def order(memory: int, stores: int, examples: int, *, leased: bool = False) -> Any:
    """The test class for one assembly."""

    class Machine(CacheOrder):
        """One assembly."""

    Machine.memory, Machine.stores, Machine.leased = memory, stores, leased
    Machine.TestCase.settings = settings(
        max_examples=examples,
        stateful_step_count=25,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    return Machine.TestCase


TestMemory = order(1, 0, 30)
TestThreeMemoryTiers = order(3, 0, 30)
TestStore = order(0, 1, 20)
TestMemoryOverStore = order(1, 1, 40)
TestLeasedMemoryOverStore = order(1, 1, 20, leased=True)
TestMemoryOverStoreOverStore = order(1, 2, 40)
