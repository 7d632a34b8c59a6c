"""Batches on their way from a buffer to its store: the flushing half of a ledger.

Rule: each method is one step under one lock and waits for nothing else; what has to be waited for is a future. One
batch is on its way at a time, whichever object brings it, so that no store sees two writes in opposite orders. Time is
injected.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Collection
from concurrent.futures import Future

from hexcache.adapters.outbound.buffering.forking import tell_after_fork
from hexcache.adapters.outbound.buffering.grip import Batch
from hexcache.adapters.outbound.buffering.tokens import LandedWrites, OwnTokens
from hexcache.domain.buffer_rule import BufferRule
from hexcache.domain.write_buffer import WriteBuffer
from hexcache.ports.clock import Clocks
from hexcache.ports.entropy import Entropy

COUNTERS = ("flushes", "flushed", "flush_failures", "refused", "overflows", "listener_errors")


class Flights:
    """What is pending for one store, as those who flush it see it.

    Args:
        rule: bounds and triggers.
        clocks: monotonic time for ages, wall time for deadlines.
        entropy: where the tokens' nonce comes from; None for the operating system.

    Attributes:
        rule: as given.
        counters: what happened so far, by the names in :data:`COUNTERS`.
    """

    def __init__(self, rule: BufferRule, clocks: Clocks, entropy: Entropy | None = None) -> None:
        nonce = os.urandom(8) if entropy is None else entropy.randbytes(8)
        self.rule = rule
        self._now, self._wall = clocks.monotonic, clocks.wall
        self._tokens = OwnTokens(nonce.hex())
        self.counters: dict[str, int] = dict.fromkeys(COUNTERS, 0)
        self._users = 0
        self._begin_anew(0)
        tell_after_fork(self)

    def _begin_anew(self, latest: int) -> None:
        self._lock = threading.Lock()
        self._buffer = WriteBuffer(self.rule, latest)
        self._landed = LandedWrites()
        self._batch: Batch | None = None
        self._ended: Future[None] | None = None
        self._moved: Future[None] | None = None

    def forget_parent(self) -> None:
        """In a forked child: nothing is pending. Numbers go on, so that no token of before fits anything."""
        self._begin_anew(self._buffer.latest)

    def join(self) -> None:
        """An object begins to use this ledger."""
        with self._lock:
            self._users += 1

    def leave(self) -> int:
        """An object is closed. The last one gives up what is pending; returns how much that is."""
        with self._lock:
            self._users -= 1
            if self._users:
                return 0
            lost = len(self._buffer)
            self._buffer.give_up()
        return lost

    @property
    def latest(self) -> int:
        """The number of the last change that was accepted."""
        return self._buffer.latest

    def count(self, counter: str, more: int = 1) -> None:
        """Add to a counter."""
        with self._lock:
            self.counters[counter] += more

    def pause(self) -> float | None:
        """Seconds until a flush is due; see :meth:`WriteBuffer.pause`."""
        now = self._now()
        with self._lock:
            self._recover()
            return self._buffer.pause(now)

    def begin(self, abandoned: Callable[[], bool]) -> Batch | None:
        """Take the next batch; None when there is none, or another one is on its way."""
        with self._lock:
            changes = self._buffer.begin()
            if not changes:
                return None
            self._batch = Batch(tuple(changes), self._now(), abandoned)
            return self._batch

    def landed(self, batch: Batch, refused: Collection[str]) -> None:
        """A batch arrived, but for what the store refused."""
        with self._lock:
            if batch is not self._batch:
                return
            for one in self._buffer.landed():
                if one.shown and one.blob is not None and one.address not in refused:
                    self._remember(one.address, one.number, one.blob)
            self.counters["flushes"] += 1
            self.counters["flushed"] += len(batch.changes) - len(refused)
            self.counters["refused"] += len(refused)
            over = self._over()
        resolve(over)

    def _remember(self, address: str, number: int, blob: bytes) -> None:
        """Let the token of a landed write fit, unless a later change is pending or under way."""
        if self._buffer.find(address) is None and not self._buffer.held(address):
            self._landed.remember(address, number, blob)

    def failed(self, batch: Batch) -> None:
        """A batch did not arrive, or nobody knows."""
        with self._lock:
            if batch is not self._batch:
                return
            over = self._fail()
        resolve(over)

    def _fail(self) -> list[Future[None]]:
        self._buffer.failed(self._now())
        self.counters["flush_failures"] += 1
        return self._over()

    def _over(self) -> list[Future[None]]:
        self._batch = None
        over = [future for future in (self._ended, self._moved) if future is not None]
        self._ended = self._moved = None
        return over

    def _recover(self) -> None:
        """Put back a batch whose bringer is gone: the event loop that it ran in was closed."""
        if self._batch is not None and self._batch.abandoned():
            resolve(self._fail())

    def _end(self) -> Future[None]:
        """Resolves when the batch on its way has ended."""
        self._ended = self._ended or Future()
        return self._ended

    def _move(self) -> Future[None]:
        """Resolves when something has left, or may now leave: a batch has ended, or an address was let go."""
        self._moved = self._moved or Future()
        return self._moved

    def ask(self) -> int:
        """Make everything due that is here now; returns the last number of it."""
        with self._lock:
            return self._buffer.ask()

    def awaited(self, number: int) -> Future[None] | None:
        """Resolves when something has left; None when everything up to ``number`` has."""
        with self._lock:
            return None if self._buffer.past(number) else self._move()

    def left(self, number: int) -> int:
        """How many changes up to ``number`` are still here."""
        with self._lock:
            return self._buffer.left(number)

    def backlog(self) -> dict[str, float]:
        """What is pending, and what happened so far: for statistics."""
        now = self._now()
        with self._lock:
            oldest = self._buffer.oldest()
            return {
                "entries": len(self._buffer),
                "bytes": self._buffer.size,
                "oldest_age": 0.0 if oldest is None else now - oldest,
                "flushing_for": 0.0 if self._batch is None else now - self._batch.begun,
                "retry_in": self._buffer.retry_in(now),
                **self.counters,
            }


def resolve(futures: list[Future[None]]) -> None:
    """Wake those who wait."""
    for future in futures:
        future.set_result(None)
