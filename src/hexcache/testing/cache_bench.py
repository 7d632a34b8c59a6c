"""What the cache machine stands on: a cache over stores that may fail, a moved clock, and the model beside it.

Rule: the bench compares and keeps count; which calls are made is the machine's affair.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any, ClassVar

from hypothesis.stateful import RuleBasedStateMachine, initialize

from hexcache.domain.lookup import MISS
from hexcache.ports.sync.cache import CachePort
from hexcache.testing.aio.faults import AsyncFaultyStore
from hexcache.testing.cache_model import CacheModel, Name
from hexcache.testing.clock import MovedClock
from hexcache.testing.machine import expect
from hexcache.testing.sync.faults import FaultyStore


@dataclass(frozen=True, slots=True)
class World:
    """Where a run takes place.

    Attributes:
        stores: nearest first.
        open: opens another cache over them.
        leave: called at the end, when every cache is closed.
    """

    stores: list[FaultyStore] | list[AsyncFaultyStore]
    open: Callable[[], CachePort[Any]]
    leave: Callable[[], None] = lambda: None


class CacheBench(RuleBasedStateMachine):
    """A cache, its stores and the model.

    Attributes:
        world: makes the place of a run.
    """

    world: ClassVar[Callable[[MovedClock], World]]

    @initialize()
    def begin(self) -> None:
        """Open a cache over new stores."""
        self.clock = MovedClock()
        self.model = CacheModel()
        self.here = type(self).world(self.clock)
        self.stores = self.here.stores
        self.opened: list[CachePort[Any]] = []
        self.numbers = count(1)
        self.failing = False
        self.reopen()

    def reopen(self) -> None:
        """Go on with a new cache over the same stores."""
        self.root = self.here.open()
        self.opened.append(self.root)

    def teardown(self) -> None:
        """Close everything."""
        for store in getattr(self, "stores", []):
            store.heal()
        for cache in getattr(self, "opened", []):
            cache.close()
        if hasattr(self, "here"):
            self.here.leave()

    def view(self, path: str) -> CachePort[Any]:
        """A namespace."""
        return self.root.namespace(path) if path else self.root

    def now(self) -> float:
        """The time that lives are measured by."""
        return self.clock.monotonic()

    def note(self, name: Name, value: object, ttl: float | None, named: frozenset[str]) -> None:
        """Tell the model of a write."""
        scoped = frozenset((name[0], tag) for tag in named)
        self.model.write(name, value, self.model.end(self.now(), ttl), scoped, shaken=self.failing)

    def check(self, name: Name, answer: object) -> None:
        """Compare an answer of ``get`` with the model."""
        kept = self.model.fresh(name, self.now())
        if answer is MISS:
            expect(kept is None or kept.shaken or self.failing, f"{name} is missing, though it holds {kept}")
        else:
            servable = self.model.servable(name, self.now())
            expect(answer in servable, f"{name} gave {answer!r}; servable are {servable}")
