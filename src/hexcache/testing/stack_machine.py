"""A state machine that drives a cache, with its stores failing and healing, against a plain model.

Rule: a cache never gives an older value than the last one; while every tier is well it gives exactly that one; after a
failure it may miss, and what was deleted stays deleted.

    TestStackInAnyOrder = cache_machine(open_my_stack, lambda clock: [MyStore(clock)]).TestCase
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeAlias

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule, run_state_machine_as_test

from hexcache.domain.errors import StoreError
from hexcache.domain.lookup import MISS
from hexcache.ports.aio.cache import AsyncCachePort
from hexcache.ports.aio.store import AsyncStore
from hexcache.ports.sync.cache import CachePort
from hexcache.ports.sync.store import Store
from hexcache.testing.aio.faults import AsyncFaultyStore
from hexcache.testing.bridge import driven_cache
from hexcache.testing.cache_bench import CacheBench, World
from hexcache.testing.clock import MovedClock
from hexcache.testing.fault import Operation
from hexcache.testing.machine import expect
from hexcache.testing.sync.faults import FaultyStore

Opener: TypeAlias = Callable[[MovedClock, list[FaultyStore]], CachePort[Any]]
"""Opens a cache over these stores, nearest first, without jitter and early refresh, with memory tiers of its own."""
AsyncOpener: TypeAlias = Callable[[MovedClock, list[AsyncFaultyStore]], AsyncCachePort[Any]]
"""The same for an awaited cache."""

PATHS: Final = ("", "n", "n/m")
KEYS: Final = ("a", "a:b", "\u00e9")
paths = st.sampled_from(PATHS)
keys = st.sampled_from(KEYS)
ttls = st.sampled_from([None, 5.0, 50.0, 1e7])
tags = st.frozensets(st.sampled_from(["t", "u"]), max_size=2)
broken: st.SearchStrategy[list[Operation]] = st.sampled_from(
    [["get", "get_many"], ["put", "put_if", "put_many"], ["delete", "delete_many", "clear"], []]
)


class CacheMachine(CacheBench):
    """Calls of the driving port in any order. Made by :func:`cache_machine` and :func:`async_cache_machine`."""

    @rule(path=paths, key=keys, ttl=ttls, tags=tags)
    def set(self, path: str, key: str, ttl: float | None, tags: frozenset[str]) -> None:
        """Write."""
        value = next(self.numbers)
        try:
            self.view(path).set(key, value, ttl=ttl, tags=tags)
        except StoreError:  # the state of a tag cannot be read: nothing is stored
            expect(self.failing and bool(tags), "set failed while every tier is well")
            return
        self.note((path, key), value, ttl, tags)

    @rule(path=paths, batch=st.frozensets(keys, min_size=1), ttl=ttls)
    def set_many(self, path: str, batch: frozenset[str], ttl: float | None) -> None:
        """Write several."""
        values = {key: next(self.numbers) for key in sorted(batch)}
        self.view(path).set_many(values, ttl=ttl)
        for key, value in values.items():
            self.note((path, key), value, ttl, frozenset())

    @rule(path=paths, key=keys, ttl=ttls)
    def add(self, path: str, key: str, ttl: float | None) -> None:
        """Write what is not there."""
        value, name = next(self.numbers), (path, key)
        kept = self.model.fresh(name, self.now())
        try:
            added = self.view(path).add(key, value, ttl=ttl)
        except StoreError:
            expect(self.failing, "add failed while every tier is well")
            if kept is not None:
                kept.shaken = True
            return
        unsure = bool(self.model.servable(name, self.now())) and self.model.kept[name].shaken
        expect(added is (kept is None) or unsure, f"add of {name} answered {added}")
        if added:
            self.note(name, value, ttl, frozenset())

    @rule(path=paths, key=keys)
    def get(self, path: str, key: str) -> None:
        """Read in every way."""
        name, view = (path, key), self.view(path)
        self.check(name, view.get(key, MISS))
        self.check(name, view.get_many([key]).get(key, MISS))
        near = view.get_nowait(key, MISS)
        if near is not MISS:
            self.check(name, near)

    @rule(path=paths)
    def get_many(self, path: str) -> None:
        """Read every key of a namespace."""
        answers = self.view(path).get_many(KEYS)
        for key in KEYS:
            self.check((path, key), answers.get(key, MISS))

    @rule(path=paths, key=keys, ttl=ttls, tags=tags)
    def load(self, path: str, key: str, ttl: float | None, tags: frozenset[str]) -> None:
        """Read through."""
        name, value = (path, key), next(self.numbers)
        answer = self.view(path).get_or_set(key, lambda: value, ttl=ttl, tags=tags)
        if answer != value:
            self.check(name, answer)
            return
        kept = self.model.fresh(name, self.now())
        expect(kept is None or kept.shaken or self.failing, f"{name} was loaded, though it holds {kept}")
        scoped = frozenset((path, tag) for tag in tags)
        self.model.load(name, value, self.model.end(self.now(), ttl), scoped, shaken=self.failing)

    @rule(path=paths, key=keys)
    def delete(self, path: str, key: str) -> None:
        """Delete."""
        kept = self.model.fresh((path, key), self.now())
        report = self.view(path).delete(key)
        expect(report.found or kept is None or kept.shaken or self.failing, f"delete of {key!r} found nothing")
        self.model.remove((path, key))
        self.get(path, key)

    @rule(path=paths, batch=st.lists(keys, max_size=4))
    def delete_many(self, path: str, batch: list[str]) -> None:
        """Delete several."""
        self.view(path).delete_many(batch)
        for key in batch:
            self.model.remove((path, key))
        self.get_many(path)

    @rule(path=paths)
    def clear(self, path: str) -> None:
        """Clear a namespace."""
        self.view(path).clear()
        self.model.clear(path)
        self.get_many(path)

    @rule(path=paths, tag=st.sampled_from(["t", "u"]))
    def invalidate(self, path: str, tag: str) -> None:
        """Invalidate a tag."""
        self.view(path).invalidate_tags(tag)
        self.model.invalidate((path, tag))
        self.get_many(path)

    @rule(seconds=st.sampled_from([0.5, 4.5, 45.0, 1e6]))
    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.clock.advance(seconds)
        self.get_many("")

    @precondition(lambda self: bool(self.stores) and not self.failing)
    @rule(broken=broken, place=st.integers(0, 3))
    def fail(self, broken: list[Operation], place: int) -> None:
        """Have one store fail at some of its work."""
        self.failing = True
        self.model.shake()
        self.stores[place % len(self.stores)].fail(*broken)

    @precondition(lambda self: self.failing)
    @rule()
    def heal(self) -> None:
        """Have every tier well again, and bring what is owed."""
        for store in self.stores:
            store.heal()
        self.clock.advance(300)
        expect(self.root.flush() == 0, "changes are owed though every tier is well")
        self.failing = False

    @precondition(lambda self: bool(self.stores) and not self.failing)
    @rule()
    def restart(self) -> None:
        """Go on as another process would, with nothing in memory."""
        self.reopen()

    @classmethod
    def run(cls) -> None:
        """Run the machine now, for those who would rather call it from a test of their own."""
        run_state_machine_as_test(cls, settings=cls.TestCase.settings)


def cache_machine(
    opener: Opener,
    storer: Callable[[MovedClock], Sequence[Store]] = lambda _: [],
    *,
    max_examples: int = 50,
    steps: int = 40,
) -> type[CacheMachine]:
    """A machine for a stack of tiers; its ``TestCase`` is a test class.

    Args:
        opener: opens a cache over stores; the machine closes it.
        storer: makes the stores of a stack, empty, nearest first.
        max_examples: how many runs.
        steps: how many calls a run has at most.
    """

    def world(clock: MovedClock) -> World:
        stores = [FaultyStore(store) for store in storer(clock)]
        return World(stores, lambda: opener(clock, stores))

    return _machine(world, max_examples, steps)


def async_cache_machine(
    opener: AsyncOpener,
    storer: Callable[[MovedClock], Sequence[AsyncStore]] = lambda _: [],
    *,
    max_examples: int = 50,
    steps: int = 40,
) -> type[CacheMachine]:
    """The same for an awaited cache, which is driven on a private event loop."""

    def world(clock: MovedClock) -> World:
        stores = [AsyncFaultyStore(store) for store in storer(clock)]
        runner = asyncio.Runner()
        return World(stores, lambda: driven_cache(opener(clock, stores), runner), runner.close)

    return _machine(world, max_examples, steps)


def _machine(world: Callable[[MovedClock], World], max_examples: int, steps: int) -> type[CacheMachine]:
    class Machine(CacheMachine):
        """The machine of one kind of stack."""

    Machine.world = world
    Machine.TestCase.settings = settings(
        max_examples=max_examples,
        stateful_step_count=steps,
        deadline=None,
        report_multiple_bugs=False,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    return Machine
