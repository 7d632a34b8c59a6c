"""Connections to one server that the tasks of one event loop share.

Rule: there are never more than the pool's size; a task that finds none waits for a limited time, first come, first
served. A connection is put back open only when it is between two requests. Nothing here outlives the loop.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator
from typing import Any

from redis.exceptions import ConnectionError as Broken
from redis.exceptions import TimeoutError as Late

from hexcache.adapters.outbound.redis.awaited_pools import close_pool
from hexcache.adapters.outbound.redis.blocking_connection import monotonic
from hexcache.adapters.outbound.redis.settings import RedisSettings
from hexcache.adapters.outbound.redis.silence import UNPROVEN, is_silent


class LoopShelf:
    """Connections, each either open or spare.

    Attributes:
        idle: those that nobody uses, open ones on top.
    """

    def __init__(self, pool: Any, settings: RedisSettings, greeting: bytes) -> None:
        """Connect nothing.

        Args:
            pool: redis.asyncio's, which makes the connections.
            settings: sizes and deadlines.
            greeting: one command that is sent over each new connection.
        """
        self.idle: deque[Any] = deque()
        self._pool = pool
        self._size = settings.pool_size
        self._wait = settings.pool_wait
        self._connect = settings.connect_deadline
        self._greeting = greeting
        self._waiters: deque[asyncio.Future[Any]] = deque()
        self._made = 0
        self._generation = 0
        self._place: tuple[str, int] | None = None
        self._closed = False
        self._guard: AsyncGenerator[None] | None = None

    async def _begin(self) -> None:
        """Have this end with the loop.

        A loop that ends in order (``asyncio.run`` and its like) finalises the generators that were begun in it.
        """
        self._guard = _until_the_end(self)
        await anext(self._guard)

    def at_hand(self) -> Any | None:
        """An open connection that nobody uses, ready for a request."""
        while self.idle:
            line = self.idle.pop()
            if line.opened:
                if self._is_good(line):
                    return line
                line.drop()
            line.rested = 0.0
            self.idle.appendleft(line)
            if not self.idle[-1].opened:
                return None
        return None

    async def take(self, until: float) -> Any:
        """A connection, open or not; its turn is waited for.

        Raises:
            Late: none was free in time.
            Broken: the shelf is closed.
        """
        if self._closed:
            raise Broken("closed")
        if self._guard is None:
            await self._begin()
        if self.idle:
            return self.idle.pop()
        if self._made < self._size:
            line = self._pool.make_connection()
            self._made += 1
            return line
        turn: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiters.append(turn)
        try:
            async with asyncio.timeout(min(self._wait, until - monotonic())):
                return await turn
        except BaseException as exc:
            if turn.done() and not turn.cancelled() and turn.exception() is None:
                self._hand_on(turn.result())
            if isinstance(exc, TimeoutError):
                raise Late("no connection was free in time") from None
            raise

    async def make_ready(self, line: Any, until: float, *, fresh: bool = False) -> None:
        """See that a connection is open and between two requests; ``fresh`` for one that nobody used before.

        Raises:
            Exception: redis-py's, ``OSError`` or ``TimeoutError``; the connection is as it happens to be.
        """
        if line.opened:
            if not fresh and self._is_good(line):
                return
            line.drop()
        line.rested = 0.0
        async with asyncio.timeout(min(self._connect, until - monotonic())):
            await line.connect()
            if self._greeting:
                for reply in await line.ask(self._greeting, 1):
                    if isinstance(reply, Exception):
                        raise reply
        self._follow(line)

    def _is_good(self, line: Any) -> bool:
        """Whether an open connection may be used.

        What arrived is known to the loop only once it has looked; after a rest the socket itself is asked.
        """
        if line.generation != self._generation or not line.clean():
            return False
        return monotonic() - line.rested < UNPROVEN or is_silent(line.fileno())

    def _follow(self, line: Any) -> None:
        """Close connections to another primary than the one that was just named."""
        place = (line.host, line.port)
        if place != self._place and getattr(self._pool, "is_master", False):
            known, self._place = self._place, place
            if known is not None:
                self.renew()
        line.generation = self._generation

    def put(self, line: Any, now: float) -> None:
        """Put back one that is between two requests."""
        if line.generation != self._generation or self._closed or not line.clean():
            self.lose(line)
            return
        line.rested = now
        if self._waiters:
            self._hand_on(line)
        else:
            self.idle.append(line)

    def lose(self, line: Any) -> None:
        """Put back one that is not: it is closed, without waiting."""
        line.drop()
        line.rested = 0.0
        if self._waiters:
            self._hand_on(line)
        else:
            self.idle.appendleft(line)

    def _hand_on(self, line: Any) -> None:
        """Give it to whoever waits longest."""
        while self._waiters:
            turn = self._waiters.popleft()
            if not turn.done():
                turn.set_result(line)
                return
        if line.opened:
            self.idle.append(line)
        else:
            self.idle.appendleft(line)

    def renew(self) -> None:
        """Use no connection again that is open now."""
        self._generation += 1
        for line in self.idle:
            line.drop()
            line.rested = 0.0

    async def aclose(self) -> None:
        """Close those that nobody uses, and the others when they are put back."""
        self._closed = True
        self.renew()
        while self._waiters:
            turn = self._waiters.popleft()
            if not turn.done():
                turn.set_exception(Broken("closed"))
        guard, self._guard = self._guard, None
        await close_pool(self._pool)
        await asyncio.sleep(0)  # lets the transports go
        if guard is not None:
            await guard.aclose()


async def _until_the_end(shelf: LoopShelf) -> AsyncGenerator[None]:
    try:
        yield
    finally:
        shelf._guard = None  # noqa: SLF001 - its own end
        await shelf.aclose()
