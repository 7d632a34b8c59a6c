"""A store that goes wrong on command, around any other store.

Rule: without a planned fault it is the inner store, call for call; with one it does exactly that wrong and nothing
else. It never sleeps: a call that hangs does so until the test releases or heals it.

    faulty = AsyncFaultyStore(store)
    faulty.fail("get", error=StoreTimeout("slow"), times=2)
    gate = faulty.hold("delete")
    ...
    await gate.entered()
    gate.release()
    faulty.heal()
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

from hexcache.ports.aio.store import AsyncStore
from hexcache.ports.capabilities import Capabilities
from hexcache.ports.finding import StoreFinding, Token
from hexcache.testing.aio.planning import AsyncFaultPlanning, Hold
from hexcache.testing.fault import Call, FaultPlan, Operation
from hexcache.testing.strike import Strike


class AsyncFaultyStore(AsyncFaultPlanning):
    """Wraps a store and lets a test decide what goes wrong, by the methods of its planning half.

    Attributes:
        plan: the faults in force; hand one plan to several stores to have them fail together.
        calls: every call that arrived, in order.
    """

    def __init__(self, inner: AsyncStore, plan: FaultPlan | None = None) -> None:
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

    async def get(self, address: str, /) -> StoreFinding:
        """As the port says, unless a fault strikes."""
        async with self._during("get", address) as strike:
            return self._answer(address, await self.inner.get(strike.redirect(address)), strike)

    async def get_many(self, addresses: Sequence[str], /) -> dict[str, StoreFinding]:
        """As the port says, unless a fault strikes."""
        async with self._during("get_many", *addresses) as strike:
            found = await self.inner.get_many([strike.redirect(address) for address in addresses])
            return {a: self._answer(a, found[strike.redirect(a)], strike) for a in addresses}

    async def put(self, address: str, blob: bytes, /, *, dead_at: float) -> None:
        """As the port says, unless a fault strikes."""
        async with self._during("put", address) as strike:
            if not strike.lost:
                await self.inner.put(address, blob, dead_at=strike.deadline(dead_at))

    async def put_if(self, address: str, blob: bytes, /, *, dead_at: float, token: Token) -> bool:
        """As the port says, unless a fault strikes."""
        async with self._during("put_if", address) as strike:
            if strike.lost:
                return True
            if strike.forced:
                await self.inner.put(address, blob, dead_at=strike.deadline(dead_at))
                return True
            return await self.inner.put_if(address, blob, dead_at=strike.deadline(dead_at), token=token)

    async def put_many(self, blobs: Mapping[str, tuple[bytes, float]], /) -> dict[str, str]:
        """As the port says, unless a fault strikes."""
        async with self._during("put_many", *blobs) as strike:
            if strike.lost:
                return {}
            return await self.inner.put_many({a: (blob, strike.deadline(end)) for a, (blob, end) in blobs.items()})

    async def delete(self, address: str, /) -> bool:
        """As the port says, unless a fault strikes."""
        async with self._during("delete", address) as strike:
            return True if strike.lost else await self.inner.delete(address)

    async def delete_many(self, addresses: Sequence[str], /) -> int:
        """As the port says, unless a fault strikes."""
        async with self._during("delete_many", *addresses) as strike:
            return len(set(addresses)) if strike.lost else await self.inner.delete_many(addresses)

    async def scan(self, prefix: str, /) -> AsyncIterator[str]:
        """As the port says, unless a fault strikes (before the first address)."""
        async with self._during("scan", prefix):
            listing = self.inner.scan(prefix)
        async for address in listing:
            yield address

    async def clear(self, prefix: str, /) -> int:
        """As the port says, unless a fault strikes."""
        async with self._during("clear", prefix) as strike:
            return 0 if strike.lost else await self.inner.clear(prefix)

    async def ping(self) -> None:
        """As the port says, unless a fault strikes."""
        async with self._during("ping"):
            await self.inner.ping()

    async def aclose(self) -> None:
        """Close the inner store, unless a fault strikes."""
        async with self._during("close"):
            await self.inner.aclose()

    @asynccontextmanager
    async def _during(self, operation: Operation, *subjects: str) -> AsyncIterator[Strike]:
        self.calls.append(Call(operation, subjects))
        strike = Strike(self.plan.take(operation, subjects))
        await self._wait(strike, after=False)
        strike.interpose()
        strike.raise_if_failing(after=False)
        yield strike
        await self._wait(strike, after=True)
        strike.raise_if_failing(after=True)

    async def _wait(self, strike: Strike, *, after: bool) -> None:
        for hold in strike.each(Hold):
            if hold.after is after:
                await hold.gate.passage()

    def _answer(self, address: str, finding: StoreFinding, strike: Strike) -> StoreFinding:
        first = self._first_tokens.setdefault(address, finding.token)
        return strike.distort(finding, first)
