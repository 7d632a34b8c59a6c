# Generated from tests/unit/application/aio/fleet.py by tools/unasync.py. Do not edit.
"""Several processes over one shared store and its leases, as far as one test process can play them."""

from __future__ import annotations

from typing import Any, Self

from hexcache.adapters.outbound.memory.sync.leases import MemoryLeases
from hexcache.adapters.outbound.memory.lease_table import LeaseTable
from hexcache.domain.lease import LeaseAnswer
from hexcache.testing.sync.primitives import Gate
from hexcache.testing.clock import MovedClock
from tests.unit.application.sync.assembling import ROOT, Rig
from tests.unit.application.sync.primitives import until
from tests.unit.application.sync.stores import Shelf
from tests.unit.application.shelves import Shelves

SOON = {"lease_poll": 0.001, "lease_poll_max": 0.002}
"""Pauses of real time between two looks, seconds: as short as may be, since no test waits for more than events."""

STRANGER = b"stranger"
"""The token of a process that no test plays."""


class WatchedLeases:
    """A keeper that writes down what it is asked, and goes wrong on command.

    Attributes:
        asked: the calls in order.
        error: raised by every call while it is set.
        lost: leases are granted, and the answers are lost.
        gates: calls of these names wait there.
    """

    def __init__(self, table: LeaseTable) -> None:
        self.inner = MemoryLeases(table)
        self.asked: list[str] = []
        self.error: BaseException | None = None
        self.lost = False
        self.gates: dict[str, Gate] = {}

    def hold(self, call: str) -> Gate:
        """Stop calls of this name at a gate until it is released."""
        self.gates[call] = Gate()
        return self.gates[call]

    def acquire(self, address: str, holder: bytes, /, *, ttl: float) -> LeaseAnswer:
        self._pass("acquire")
        answer = self.inner.acquire(address, holder, ttl=ttl)
        if self.lost:
            raise OSError("lost")
        return answer

    def renew(self, address: str, holder: bytes, /, *, ttl: float) -> bool:
        self._pass("renew")
        return self.inner.renew(address, holder, ttl=ttl)

    def release(self, address: str, holder: bytes, /, *, rest: float = 0.0) -> bool:
        self._pass("release")
        return self.inner.release(address, holder, rest=rest)

    def close(self) -> None:
        self._pass("close")
        self.inner.close()

    def _pass(self, call: str) -> None:
        self.asked.append(call)
        gate = self.gates.get(call)
        if gate is not None:
            gate.passage()
        if self.error is not None:
            raise self.error


class Fleet:
    """Processes with memory of their own over one store.

    Args:
        size: how many.
        memory: memory tiers of each.
        policy: policy values of each, and what else a rig takes.
    """

    def __init__(self, size: int = 2, memory: int = 1, **policy: Any) -> None:
        self.clock = MovedClock()
        self.table = LeaseTable(self.clock.monotonic)
        self.shelves = Shelves(self.clock.wall)
        self.keepers = [WatchedLeases(self.table) for _ in range(size)]
        self.rigs = [
            Rig(
                memory,
                [Shelf(self.clock.wall, shelves=self.shelves)],
                clock=self.clock,
                keeper=keeper,
                seed=number,
                **{**SOON, **policy},
            )
            for number, keeper in enumerate(self.keepers)
        ]

    def take(self, key: str, ttl: float = 10.0) -> None:
        """Let a process that no test plays hold the lease of a key; it never releases it."""
        self.table.acquire(f"{ROOT}:{key}", STRANGER, ttl)

    def free(self, key: str) -> bool:
        """Whether nobody holds the lease of a key, and it does not rest."""
        granted = self.table.acquire(f"{ROOT}:{key}", b"test", 1.0).state.value == "granted"
        return granted and self.table.release(f"{ROOT}:{key}", b"test", 0.0)

    def count(self, name: str) -> list[int]:
        """A counter of each process."""
        return [getattr(rig.core.stats, name) for rig in self.rigs]

    def requests(self) -> list[int]:
        """How often each process asked for a lease, renewed or released one."""
        return [len(keeper.asked) for keeper in self.keepers]

    def waiting(self, number: int, waits: int = 1) -> None:
        """Wait until so many loads of a process have begun to wait for another's."""
        until(lambda: self.rigs[number].core.stats.lease_waits >= waits)

    def renewed(self, number: int) -> None:
        """Wait until a process has renewed leases twice more; the first may have been under way."""
        asked = self.keepers[number].asked
        wanted = asked.count("renew") + 2
        until(lambda: asked.count("renew") >= wanted)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for keeper in self.keepers:
            keeper.error = None
            for gate in keeper.gates.values():
                gate.release()
        for rig in self.rigs:
            rig.__exit__()
