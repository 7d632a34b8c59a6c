"""A buffered store over a store that goes wrong on command, with a moved clock and somebody who is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Self

from hexcache.adapters.outbound.buffering.aio.store import AsyncBufferedStore
from hexcache.adapters.outbound.buffering.ledger import Ledger
from hexcache.adapters.outbound.memory.aio.store import AsyncMemoryStore
from hexcache.adapters.outbound.memory.blobs import BlobTable
from hexcache.domain.buffer_rule import BufferRule
from hexcache.ports.finding import Found
from hexcache.testing.aio.faults import AsyncFaultyStore
from hexcache.testing.clock import MovedClock
from hexcache.testing.contracts.aio.primitives import eventually

NEVER = float("inf")
CALM: dict[str, Any] = {"flush_age": 1e6, "retry": 1e5, "retry_max": 1e5}
"""Nothing is flushed for its age, and what failed is not tried again by itself."""


class AsyncEars:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[tuple[Any, ...]] = []
        self.deaf: BaseException | None = None

    def flushed(self, entries: int, /) -> None:
        self.hear("flushed", entries)

    def flush_failed(self, reason: str, /, *, timeout: bool) -> None:
        self.hear("failed", reason, timeout)

    def refused(self, address: str, reason: str, /) -> None:
        self.hear("refused", address, reason)

    def unwritten(self, entries: int, /) -> None:
        self.hear("unwritten", entries)

    async def landed(self, addresses: Sequence[str], /) -> None:
        self.hear("landed", *addresses)

    def hear(self, *fact: Any) -> None:
        self.told.append(fact)
        if self.deaf is not None:
            raise self.deaf

    def kinds(self) -> list[str]:
        return [fact[0] for fact in self.told]


class AsyncBench:
    """Everything that a test of a buffered store needs.

    Attributes:
        table: what is in the store itself.
        below: the store under the buffer, which counts its calls and fails on command.
        store: the buffered store.
        ears: who is told.
    """

    def __init__(self, *, deadline: float = 20.0, max_value_bytes: int | None = None, **rule: Any) -> None:
        self.clock = MovedClock()
        self.table = BlobTable(self.clock.wall, max_value_bytes=max_value_bytes)
        self.below = AsyncFaultyStore(AsyncMemoryStore(self.table))
        self.ledger = Ledger(BufferRule(**{**CALM, **rule}), self.clock.clocks)
        self.ears = AsyncEars()
        self.store = self.another(deadline=deadline)
        self.store.listen(self.ears)

    def another(self, *, deadline: float = 20.0) -> AsyncBufferedStore:
        """Another object over the same ledger and the same store."""
        return AsyncBufferedStore(self.below, self.ledger, clocks=self.clock.clocks, deadline=deadline)

    async def put(self, *addresses: str, blob: bytes | None = None) -> None:
        """Write each address into itself, or a blob into all."""
        for address in addresses:
            await self.store.put(address, address.encode() if blob is None else blob, dead_at=NEVER)

    async def seen(self, address: str) -> bytes | None:
        """What is found through the buffer."""
        found = await self.store.get(address)
        return found.blob if isinstance(found, Found) else None

    def stored(self, address: str) -> bytes | None:
        """What the store itself has."""
        found = self.table.read(address)
        return found.blob if isinstance(found, Found) else None

    def pending(self) -> int:
        """How many changes have not landed."""
        return int(self.store.backlog()["entries"])

    def batches(self) -> list[tuple[str, ...]]:
        """The addresses of each batch of writes that reached the store, in order."""
        return [call.subjects for call in self.below.calls if call.operation == "put_many"]

    def calls(self) -> list[str]:
        """The operations that reached the store, in order."""
        return [call.operation for call in self.below.calls]

    async def until(self, true: Callable[[], object]) -> None:
        """Wait until something becomes true; what never does fails the test."""

        async def asked() -> bool:
            return bool(true())

        await eventually(asked, True)

    async def until_held(self, address: str) -> None:
        """Wait until somebody works past the buffer at an address."""
        await self.until(lambda: self.ledger._buffer.held(address))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.below.heal()
        await self.store.aclose()
