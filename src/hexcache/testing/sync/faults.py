# Generated from src/hexcache/testing/aio/faults.py by tools/unasync.py. Do not edit.
"""A store that goes wrong on command, around any other store.

Rule: without a planned fault it is the inner store, call for call; with one it does exactly that wrong and nothing
else. It never sleeps: a call that hangs does so until the test releases or heals it.

    faulty = FaultyStore(store)
    faulty.fail("get", error=StoreTimeout("slow"), times=2)
    gate = faulty.hold("delete")
    ...
    gate.entered()
    gate.release()
    faulty.heal()
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from hexcache.ports.sync.store import Store
from hexcache.ports.capabilities import Capabilities
from hexcache.ports.finding import StoreFinding, Token
from hexcache.testing.sync.planning import FaultPlanning, Hold
from hexcache.testing.fault import Call, FaultPlan, Operation
from hexcache.testing.strike import Strike


class FaultyStore(FaultPlanning):
    """Wraps a store and lets a test decide what goes wrong, by the methods of its planning half.

    Attributes:
        plan: the faults in force; hand one plan to several stores to have them fail together.
        calls: every call that arrived, in order.
    """

    def __init__(self, inner: Store, plan: FaultPlan | None = None) -> None:
        super().__init__(plan)
        self.inner = inner
        self.calls: list[Call] = []
        self._first_tokens: dict[str, Token] = {}

    @property
    def capabilities(self) -> Capabilities:
        """Those of the inner store, but no call is bounded: it may hang."""
        return replace(self.inner.capabilities, bounded_calls=False)

    def count(self, *operations: Operation) -> int:
        """How many calls of these operations arrived (of all, when none is named)."""
        return sum(1 for call in self.calls if not operations or call.operation in operations)

    def get(self, address: str, /) -> StoreFinding:
        """As the port says, unless a fault strikes."""
        with self._during("get", address) as strike:
            return self._answer(address, self.inner.get(strike.redirect(address)), strike)

    def get_many(self, addresses: Sequence[str], /) -> dict[str, StoreFinding]:
        """As the port says, unless a fault strikes."""
        with self._during("get_many", *addresses) as strike:
            found = self.inner.get_many([strike.redirect(address) for address in addresses])
            return {a: self._answer(a, found[strike.redirect(a)], strike) for a in addresses}

    def put(self, address: str, blob: bytes, /, *, dead_at: float) -> None:
        """As the port says, unless a fault strikes."""
        with self._during("put", address) as strike:
            if not strike.lost:
                self.inner.put(address, blob, dead_at=strike.deadline(dead_at))

    def put_if(self, address: str, blob: bytes, /, *, dead_at: float, token: Token) -> bool:
        """As the port says, unless a fault strikes."""
        with self._during("put_if", address) as strike:
            if strike.lost:
                return True
            if strike.forced:
                self.inner.put(address, blob, dead_at=strike.deadline(dead_at))
                return True
            return self.inner.put_if(address, blob, dead_at=strike.deadline(dead_at), token=token)

    def put_many(self, blobs: Mapping[str, tuple[bytes, float]], /) -> dict[str, str]:
        """As the port says, unless a fault strikes."""
        with self._during("put_many", *blobs) as strike:
            if strike.lost:
                return {}
            return self.inner.put_many({a: (blob, strike.deadline(end)) for a, (blob, end) in blobs.items()})

    def delete(self, address: str, /) -> bool:
        """As the port says, unless a fault strikes."""
        with self._during("delete", address) as strike:
            return True if strike.lost else self.inner.delete(address)

    def delete_many(self, addresses: Sequence[str], /) -> int:
        """As the port says, unless a fault strikes."""
        with self._during("delete_many", *addresses) as strike:
            return len(set(addresses)) if strike.lost else self.inner.delete_many(addresses)

    def scan(self, prefix: str, /) -> Iterator[str]:
        """As the port says, unless a fault strikes (before the first address)."""
        with self._during("scan", prefix):
            listing = self.inner.scan(prefix)
        for address in listing:
            yield address

    def clear(self, prefix: str, /) -> int:
        """As the port says, unless a fault strikes."""
        with self._during("clear", prefix) as strike:
            return 0 if strike.lost else self.inner.clear(prefix)

    def ping(self) -> None:
        """As the port says, unless a fault strikes."""
        with self._during("ping"):
            self.inner.ping()

    def close(self) -> None:
        """Close the inner store, unless a fault strikes."""
        with self._during("close"):
            self.inner.close()

    @contextmanager
    def _during(self, operation: Operation, *subjects: str) -> Iterator[Strike]:
        self.calls.append(Call(operation, subjects))
        strike = Strike(self.plan.take(operation, subjects))
        self._wait(strike, after=False)
        strike.interpose()
        strike.raise_if_failing(after=False)
        yield strike
        self._wait(strike, after=True)
        strike.raise_if_failing(after=True)

    def _wait(self, strike: Strike, *, after: bool) -> None:
        for hold in strike.each(Hold):
            if hold.after is after:
                hold.gate.passage()

    def _answer(self, address: str, finding: StoreFinding, strike: Strike) -> StoreFinding:
        first = self._first_tokens.setdefault(address, finding.token)
        return strike.distort(finding, first)
