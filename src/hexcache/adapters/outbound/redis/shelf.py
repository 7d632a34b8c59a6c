"""Connections to one server that threads share.

Rule: there are never more than the pool's size; a thread that finds none waits for a limited time. Taking one that is
free takes no lock. A connection is put back open only when it is between two requests.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import Any

from redis.exceptions import ConnectionError as Broken
from redis.exceptions import TimeoutError as Late

from hexcache.adapters.outbound.redis.blocking_connection import monotonic, wait_until
from hexcache.adapters.outbound.redis.blocking_pools import close_pool
from hexcache.adapters.outbound.redis.forking import tell_after_fork
from hexcache.adapters.outbound.redis.settings import RedisSettings
from hexcache.adapters.outbound.redis.silence import is_silent


class Shelf:
    """Connections, each either open or spare.

    Attributes:
        idle: those that nobody uses, open ones on top.
    """

    def __init__(self, make_pool: Callable[[], Any], settings: RedisSettings, greeting: bytes = b"") -> None:
        """Connect nothing.

        Args:
            make_pool: makes the pool of redis-py that makes the connections.
            settings: sizes and deadlines.
            greeting: one command that is sent over each new connection.
        """
        self._make_pool = make_pool
        self._size = settings.pool_size
        self._wait = settings.pool_wait
        self._connect = settings.connect_deadline
        self._greeting = greeting
        self._closed = False
        self.forget_parent()
        tell_after_fork(self)

    def forget_parent(self) -> None:
        """Begin anew."""
        self.idle: deque[Any] = deque()
        self._free = threading.Condition()
        self._waiting = 0
        self._made = 0
        self._generation = 0
        self._place: tuple[str, int] | None = None
        self._pool: Any = None

    def wait(self, until: float) -> Any:
        """A connection, also if one must be waited for.

        Raises:
            Late: none was free in time.
            Broken: the shelf is closed.
        """
        patience = min(until, monotonic() + self._wait)
        with self._free:
            self._waiting += 1
            try:
                while not self.idle and self._made >= self._size:
                    if self._closed or not self._free.wait(patience - monotonic()):
                        break
                if self._closed:
                    raise Broken("closed")
                try:
                    return self.idle.pop()
                except IndexError:
                    if self._made >= self._size:
                        raise Late("no connection was free in time") from None
                self._made += 1
            finally:
                self._waiting -= 1
        try:
            return self._new()
        except BaseException:
            self._made -= 1
            raise

    def _new(self) -> Any:
        with self._free:
            if self._pool is None:
                self._pool = self._make_pool()
            return self._pool.make_connection()

    def make_ready(self, line: Any, until: float, *, fresh: bool = False) -> None:
        """See that a connection is open and between two requests; ``fresh`` for one that nobody used before.

        Raises:
            Exception: redis-py's, or ``OSError``; the connection is as it happens to be.
        """
        if line.opened:
            if not fresh and is_silent(line.fileno()):
                return
            line.disconnect()
        line.rested = 0.0
        wait_until(min(until, monotonic() + self._connect))
        line.connect()
        if self._greeting:
            for reply in line.ask(self._greeting, 1):
                if isinstance(reply, Exception):
                    raise reply
        self._follow(line)

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
        self.idle.append(line)
        if self._waiting:
            self._wake()

    def lose(self, line: Any) -> None:
        """Put back one that is not: it is closed."""
        line.disconnect()
        line.rested = 0.0
        if not self._closed:
            self.idle.appendleft(line)
        if self._waiting:
            self._wake()

    def _wake(self) -> None:
        with self._free:
            self._free.notify()

    def renew(self) -> None:
        """Use no connection again that is open now."""
        self._generation += 1
        for _ in range(len(self.idle)):
            try:
                line = self.idle.pop()
            except IndexError:  # somebody took it meanwhile, and will see that it is of an older generation
                return
            self.lose(line)

    def close(self) -> None:
        """Close those that nobody uses, and the others when they are put back."""
        self._closed = True
        with self._free:
            self._free.notify_all()
        self.renew()
        if self._pool is not None:
            close_pool(self._pool)
