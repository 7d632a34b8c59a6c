"""Bringing what is pending to the store.

Rule: one worker an object, begun by the first write and ended by closing; what it is told by the store, it tells the
ledger before anybody else. A batch whose end is unknown counts as failed and is brought again: writing it twice is
harmless, as nothing later was written in between.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from hexcache.adapters.outbound.buffering.aio.primitives import Worker, abandonment, pause, resolved, within
from hexcache.adapters.outbound.buffering.forking import tell_after_fork
from hexcache.adapters.outbound.buffering.grip import Batch
from hexcache.adapters.outbound.buffering.ledger import Ledger
from hexcache.domain.errors import StoreError, StoreUnavailable
from hexcache.ports.aio.deferring import AsyncFlushListener
from hexcache.ports.aio.store import AsyncStore
from hexcache.ports.clock import Clock


class AsyncFlushing:
    """The flushing half of a buffered store.

    Attributes:
        inner: the store that is written to in the end.
        ledger: what is pending.
    """

    def __init__(self, inner: AsyncStore, ledger: Ledger, *, clock: Clock, deadline: float) -> None:
        self.inner = inner
        self.ledger = ledger
        self._clock = clock
        self._deadline = deadline
        self._listener: AsyncFlushListener | None = None
        self._worker = Worker(self._work, self._is_left)
        self._accepting = self._open = True
        ledger.join()
        tell_after_fork(self)

    def listen(self, listener: AsyncFlushListener, /) -> None:
        """Tell this listener what becomes of writes, from now on."""
        self._listener = listener

    def backlog(self) -> dict[str, float]:
        """What is pending and how flushes went; see the port. Shared by all objects over one ledger."""
        return self.ledger.backlog()

    def forget_parent(self) -> None:
        """In a forked child: the worker is the parent's."""
        self._worker.forget_parent()

    def nudge(self) -> None:
        """Look at the triggers now: for those who move the clock."""
        self._worker.wake()

    async def flush(self, seconds: float | None = None, /) -> int:
        """Bring what is pending now, whatever its age; see the port."""
        self._opened()
        number = self.ledger.ask()
        await self._bring(number, self._deadline if seconds is None else seconds)
        return self.ledger.left(number)

    async def _bring(self, number: int, seconds: float) -> bool:
        """Have the worker bring everything up to a number, until something fails; False when the time is over."""
        ledger = self.ledger
        until = self._clock() + seconds
        failures = ledger.counters["flush_failures"]
        while (ended := ledger.awaited(number)) is not None and ledger.counters["flush_failures"] == failures:
            self._worker.wake()
            if not await resolved(ended, until - self._clock()):
                return False
        return True

    async def drain(self, seconds: float | None = None, /) -> int:
        """Accept nothing more, and bring what is pending; see the port."""
        self._accepting = False
        ledger, rule = self.ledger, self.ledger.rule
        budget = self._deadline if seconds is None else seconds
        tries = rule.retry
        number = ledger.ask()
        while True:
            began = self._clock()
            in_time = await self._bring(number, budget)
            budget -= self._clock() - began + tries
            left = ledger.left(number)
            if not left or not in_time or budget <= 0:
                return left
            await pause(tries)
            tries = min(2 * tries, rule.retry_max)
            ledger.ask()

    async def aclose(self) -> None:
        """Bring what is pending, for as long as a flush may take, then close the store; may be called again.

        What could not be brought is told to the listener, and lost; not what another object over the same ledger will
        bring.
        """
        if not self._open:
            return
        drained = not self._accepting
        self._open = self._accepting = False
        left = 1
        try:
            left = self.ledger.left(self.ledger.latest) if drained else await self.drain()
        finally:
            await self._worker.stop(0.0 if left else self._deadline)
            lost = self.ledger.leave()
            if lost and self._listener is not None:
                self._tell(partial(self._listener.unwritten, lost))
            await self.inner.aclose()

    def _opened(self) -> None:
        if not self._open:
            raise StoreUnavailable("this buffered store was closed")

    def _is_left(self) -> bool:
        return self.ledger.pause() is not None

    async def _work(self) -> None:
        while True:
            seconds = self.ledger.pause()
            if seconds == 0.0:
                batch = self.ledger.begin(abandonment())
                if batch is not None:
                    await self._fly(batch)
            elif not await self._worker.rest(seconds):
                return

    async def _fly(self, batch: Batch) -> None:
        """Bring one batch, and tell what became of it."""
        refused: Mapping[str, str] = {}
        ended = False
        try:
            if puts := batch.puts:
                refused = await within(self._deadline, self.inner.put_many, puts)
            else:
                await within(self._deadline, self.inner.delete_many, batch.removals)
            ended = True
            self.ledger.landed(batch, refused)
        except StoreError as exc:
            self._failed(batch, f"{type(exc).__name__}: {exc}", timeout=isinstance(exc, TimeoutError))
            ended = True
        except Exception as exc:  # noqa: BLE001 - whatever a store does, nothing is lost for it
            self._failed(batch, type(exc).__name__, timeout=isinstance(exc, TimeoutError))
            ended = True
        else:
            await self._landed(batch, refused)
        finally:
            if not ended:  # cancelled
                self.ledger.failed(batch)

    def _failed(self, batch: Batch, reason: str, *, timeout: bool) -> None:
        self.ledger.failed(batch)
        if self._listener is not None:
            self._tell(partial(self._listener.flush_failed, reason, timeout=timeout))

    async def _landed(self, batch: Batch, refused: Mapping[str, str]) -> None:
        listener = self._listener
        if listener is None:
            return
        self._tell(partial(listener.flushed, len(batch.changes) - len(refused)))
        for address, reason in refused.items():
            self._tell(partial(listener.refused, address, reason))
        try:
            await listener.landed([one.address for one in batch.changes])
        except Exception:  # noqa: BLE001 - see the port
            self.ledger.count("listener_errors")

    def _tell(self, call: Callable[[], None]) -> None:
        try:
            call()
        except Exception:  # noqa: BLE001 - see the port
            self.ledger.count("listener_errors")
