"""Requests in the awaited world. Its twin ``sync/primitives.py`` is written by hand, with the same names.

Rule: no request takes longer than its deadline, whatever the peer does, and none outlives its caller. A connection
serves the next caller only when every reply of its last request was read; after anything else, cancellation too, it is
closed. A request is sent again at most once, over a new connection, and only if sending it twice is the same as sending
it once.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

from redis.exceptions import ConnectionError as Broken
from redis.exceptions import TimeoutError as Late

from hexcache.adapters.outbound.redis.awaited_pools import pool_by_sentinels, pool_to
from hexcache.adapters.outbound.redis.blocking_connection import monotonic
from hexcache.adapters.outbound.redis.budget import spoken_for
from hexcache.adapters.outbound.redis.commands import Reply
from hexcache.adapters.outbound.redis.errors import is_broken, mark_unsent
from hexcache.adapters.outbound.redis.forking import keep_for_ever, tell_after_fork
from hexcache.adapters.outbound.redis.loop_shelf import LoopShelf
from hexcache.adapters.outbound.redis.per_loop import PerLoop
from hexcache.adapters.outbound.redis.settings import Address, RedisSettings

__all__ = ["AsyncConnections", "AsyncReads", "AsyncTurn", "exchange_all", "monotonic"]

_Loop: TypeAlias = asyncio.AbstractEventLoop


class AsyncConnections:
    """Connections to one server, as requests and replies: for each event loop its own, closed with it."""

    def __init__(self, settings: RedisSettings, make_pool: Callable[[], Any], greeting: bytes = b"") -> None:
        """Connect nothing; see :class:`LoopShelf`."""
        self._settings = settings
        self._make_pool = make_pool
        self._greeting = greeting
        self._longest = settings.deadline
        self._operation = settings.operation_deadline
        self._closed = False
        self._shelves = PerLoop(self._shelf)
        tell_after_fork(self)

    @classmethod
    def to(cls, address: Address, settings: RedisSettings, greeting: bytes = b"") -> AsyncConnections:
        """Connections to the server at an address."""
        return cls(settings, lambda: pool_to(address, settings), greeting)

    @classmethod
    def by_sentinels(cls, settings: RedisSettings, *, replicas: bool = False) -> AsyncConnections:
        """Connections to the primary that Sentinels name, or to its replicas."""
        return cls(settings, lambda: pool_by_sentinels(settings, replicas=replicas))

    def forget_parent(self) -> None:
        """Begin anew; the parent's loop still watches what is left behind."""
        keep_for_ever(self._shelves)
        self._shelves = PerLoop(self._shelf)

    def _shelf(self) -> LoopShelf:
        if self._closed:
            raise Broken("closed")
        return LoopShelf(self._make_pool(), self._settings, self._greeting)

    async def exchange(
        self, buffer: bytes, count: int, *, again: bool = False, until: float | None = None
    ) -> list[Reply]:
        """Send a request and read its replies; errors that are replies stand in their places.

        Args:
            buffer: one or more commands.
            count: how many they are.
            again: sending it twice is the same as sending it once.
            until: when it is over at the latest, monotonic time; None for the longest call from now.

        Raises:
            Exception: redis-py's, ``OSError`` or ``TimeoutError``.
        """
        shelf = self._shelves.here()
        until = min(spoken_for(), monotonic() + self._longest if until is None else until)
        fresh = False
        while True:
            asked = False
            line = None if fresh else shelf.at_hand()
            try:
                if line is None:
                    line = await shelf.take(until)
                    await shelf.make_ready(line, until, fresh=fresh)
                now, asked = monotonic(), True
                async with asyncio.timeout(min(self._operation, until - now)):
                    replies: list[Reply] = await line.ask(buffer, count)
            except BaseException as exc:
                if line is None:
                    raise
                repeated = not fresh and line.rested > 0.0 and again and is_broken(exc)
                shelf.lose(line)
                if not repeated:
                    if not asked:
                        mark_unsent(exc)
                    raise
                fresh = True
                continue
            shelf.put(line, now)
            return replies

    async def renew(self) -> None:
        """Use no connection again that is open now."""
        for loop, shelf in list(self._shelves.known.items()):
            _there(loop, shelf.renew)

    async def aclose(self) -> None:
        """Close them, those of other loops too where these still run."""
        self._closed = True
        mine = asyncio.get_running_loop()
        for loop, shelf in list(self._shelves.known.items()):
            if loop is mine:
                await shelf.aclose()
            elif loop.is_running():
                asyncio.run_coroutine_threadsafe(shelf.aclose(), loop)


def _there(loop: _Loop, call: Callable[[], None]) -> None:
    """Call in the loop's own thread."""
    if loop is asyncio.get_running_loop():
        call()
    elif loop.is_running():
        loop.call_soon_threadsafe(call)


Part: TypeAlias = tuple[AsyncConnections, bytes, int]
"""Over which connections, what, and how many commands that is."""


async def exchange_all(parts: Sequence[Part], *, again: bool, until: float) -> list[list[Reply] | Exception]:
    """Send requests to several servers side by side; where one fails its error stands in the place of its replies."""
    if len(parts) == 1:
        connections, buffer, count = parts[0]
        try:
            return [await connections.exchange(buffer, count, again=again, until=until)]
        except Exception as exc:  # noqa: BLE001 - told in its place
            return [exc]
    tasks = [
        asyncio.ensure_future(connections.exchange(buffer, count, again=again, until=until))
        for connections, buffer, count in parts
    ]
    try:
        answers = await asyncio.gather(*tasks, return_exceptions=True)
    except BaseException:
        for task in tasks:
            task.cancel()
        raise
    return [answer if isinstance(answer, (list, Exception)) else Broken("cancelled") for answer in answers]


class AsyncReads:
    """Single reads; those that tasks of one loop ask for while one is under way ride together.

    The first one goes at once and alone, so that a lone reader pays nothing. Those that come before it is answered wait
    for the end of the loop's tick and share one request. A reader that is cancelled leaves the others be; an error
    reaches all of its request.
    """

    def __init__(
        self,
        alone: Callable[[bytes], Awaitable[Reply]],
        together: Callable[[list[bytes]], Awaitable[list[Reply | Exception]]],
    ) -> None:
        """Read one with ``alone``, several with ``together``."""
        self._alone = alone
        self._together = together
        self._riders = PerLoop(_Riders)

    async def get(self, key: bytes) -> Reply:
        """The reply for one key, or the error in its place."""
        riders = self._riders.here()
        if not riders.under_way:
            riders.under_way = True
            try:
                return await self._alone(key)
            finally:
                riders.under_way = False
        loop = asyncio.get_running_loop()
        if not riders.waiting:
            loop.call_soon(self._depart, riders)
        seat: asyncio.Future[Reply] = loop.create_future()
        riders.waiting.append((key, seat))
        return await seat

    def _depart(self, riders: _Riders) -> None:
        waiting, riders.waiting = riders.waiting, []
        task = asyncio.ensure_future(self._ride(waiting))
        riders.tasks.add(task)
        task.add_done_callback(riders.tasks.discard)

    async def _ride(self, waiting: list[tuple[bytes, asyncio.Future[Reply]]]) -> None:
        seats: dict[bytes, list[asyncio.Future[Reply]]] = {}
        for key, seat in waiting:
            if not seat.done():
                seats.setdefault(key, []).append(seat)
        if not seats:
            return
        answers: list[Reply | Exception] = [Broken("closed")] * len(seats)
        try:
            answers = await self._together(list(seats))
        except Exception as exc:  # noqa: BLE001 - told to everybody who waits
            answers = [exc] * len(seats)
        finally:
            for key, answer in zip(seats, answers, strict=True):
                for seat in seats[key]:
                    if not seat.done():
                        seat.set_result(answer)


class _Riders:
    """Reads of one loop."""

    __slots__ = ("tasks", "under_way", "waiting")

    def __init__(self) -> None:
        self.under_way = False
        self.waiting: list[tuple[bytes, asyncio.Future[Reply]]] = []
        self.tasks: set[asyncio.Task[None]] = set()


class AsyncTurn:
    """One at a time, in each event loop."""

    def __init__(self) -> None:
        self._locks = PerLoop(asyncio.Lock)

    @asynccontextmanager
    async def taken(self, until: float) -> AsyncIterator[None]:
        """Wait for the turn.

        Raises:
            Late: it did not come in time.
        """
        lock = self._locks.here()
        try:
            async with asyncio.timeout(max(0.0, until - monotonic())):
                await lock.acquire()
        except TimeoutError:
            raise Late("others took all the time") from None
        try:
            yield
        finally:
            lock.release()
