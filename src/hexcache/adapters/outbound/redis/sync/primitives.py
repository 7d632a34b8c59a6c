"""Requests in the blocking world, written by hand beside ``aio/primitives.py`` with the same names.

Rule: no request takes longer than its deadline, whatever the peer does. A connection serves the next caller only when
every reply of its last request was read; after anything else it is closed. A request is sent again at most once, over a
new connection, and only if nothing of it went out or sending it twice is the same as sending it once.
"""

from __future__ import annotations

import select
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, TypeAlias

from redis.exceptions import ConnectionError as Broken
from redis.exceptions import TimeoutError as Late

from hexcache.adapters.outbound.redis.blocking_connection import monotonic, wait_until
from hexcache.adapters.outbound.redis.blocking_pools import pool_by_sentinels, pool_to
from hexcache.adapters.outbound.redis.budget import spoken_for
from hexcache.adapters.outbound.redis.commands import Reply
from hexcache.adapters.outbound.redis.errors import is_broken, mark_unsent
from hexcache.adapters.outbound.redis.forking import tell_after_fork
from hexcache.adapters.outbound.redis.settings import Address, RedisSettings
from hexcache.adapters.outbound.redis.shelf import Shelf
from hexcache.adapters.outbound.redis.silence import UNPROVEN

__all__ = ["Connections", "Reads", "Turn", "exchange_all", "monotonic"]

GRACE: Final = 0.02
"""Time for reading what has arrived from one server while another one kept silent to the end, seconds."""


class Connections:
    """Connections to one server, as requests and replies."""

    def __init__(self, settings: RedisSettings, make_pool: Callable[[], Any], greeting: bytes = b"") -> None:
        """Connect nothing; see :class:`Shelf`."""
        self.shelf = Shelf(make_pool, settings, greeting)
        self._longest = settings.deadline
        self.operation = settings.operation_deadline

    @classmethod
    def to(cls, address: Address, settings: RedisSettings, greeting: bytes = b"") -> Connections:
        """Connections to the server at an address."""
        return cls(settings, lambda: pool_to(address, settings), greeting)

    @classmethod
    def by_sentinels(cls, settings: RedisSettings, *, replicas: bool = False) -> Connections:
        """Connections to the primary that Sentinels name, or to its replicas."""
        return cls(settings, lambda: pool_by_sentinels(settings, replicas=replicas))

    def exchange(self, buffer: bytes, count: int, *, again: bool = False, until: float | None = None) -> list[Reply]:
        """Send a request and read its replies; errors that are replies stand in their places.

        Args:
            buffer: one or more commands.
            count: how many they are.
            again: sending it twice is the same as sending it once.
            until: when it is over at the latest, monotonic time; None for the longest call from now.

        Raises:
            Exception: redis-py's, ``OSError`` or ``TimeoutError``.
        """
        shelf, now = self.shelf, monotonic()
        until = min(spoken_for(), now + self._longest if until is None else until)
        line: Any = None
        fresh = False
        while True:
            asked = False
            try:
                try:
                    line = shelf.idle.pop()
                except IndexError:
                    line = shelf.wait(until)
                if fresh or now - line.rested > UNPROVEN:
                    shelf.make_ready(line, until, fresh=fresh)
                    now = monotonic()
                wait_until(min(until, now + self.operation))
                asked = True
                replies: list[Reply] = line.ask(buffer, count)
            except BaseException as exc:
                if line is None:
                    raise
                repeated = not fresh and line.rested > 0.0 and is_broken(exc) and (again or line.untouched)
                lost, line = line, None
                shelf.lose(lost)
                if not repeated:
                    if not asked:
                        mark_unsent(exc)
                    raise
                fresh, now = True, monotonic()
                continue
            shelf.put(line, now)
            return replies

    def begin(self, buffer: bytes, until: float, connected: float) -> Any:
        """Send a request over a connection that is to be had before ``connected``.

        Returns:
            The connection; its replies are read with :meth:`end`.
        """
        line = self.shelf.wait(connected)
        asked = False
        try:
            self.shelf.make_ready(line, connected)
            wait_until(until)
            asked = True
            line.send(buffer)
        except BaseException as exc:
            self.shelf.lose(line)
            if not asked:
                mark_unsent(exc)
            raise
        return line

    def end(self, line: Any, count: int, until: float) -> list[Reply]:
        """Read the replies to a request that was begun."""
        try:
            wait_until(until)
            replies: list[Reply] = line.receive(count)
        except BaseException:
            self.shelf.lose(line)
            raise
        self.shelf.put(line, monotonic())
        return replies

    def renew(self) -> None:
        """Use no connection again that is open now."""
        self.shelf.renew()

    def close(self) -> None:
        """Close them."""
        self.shelf.close()


Part: TypeAlias = tuple[Connections, bytes, int]
"""Over which connections, what, and how many commands that is."""


def exchange_all(parts: Sequence[Part], *, again: bool, until: float) -> list[list[Reply] | Exception]:
    """Send requests to several servers side by side; where one fails its error stands in the place of its replies.

    All are sent first; then replies are read from whichever server answers. A server that keeps silent to the end takes
    nothing from the others: what has arrived from them is still read.
    """
    if len(parts) == 1:
        return [_alone(*parts[0], again=again, until=until)]
    until = min(spoken_for(), until)
    answers: list[list[Reply] | Exception] = [Broken("not sent")] * len(parts)
    lines: dict[int, tuple[int, Any]] = {}
    try:
        for place, (connections, buffer, _) in enumerate(parts):
            now = monotonic()
            try:
                line = connections.begin(buffer, until, now + (until - now) / (len(parts) - place + 1))
            except Exception as exc:  # noqa: BLE001 - told in its place
                answers[place] = exc
            else:
                lines[line.fileno()] = place, line
        over = min(until, monotonic() + parts[0][0].operation) if parts else until
        while lines:
            for number in _answering(lines, over) or list(lines):
                place, line = lines.pop(number)
                connections, _, count = parts[place]
                try:
                    answers[place] = connections.end(line, count, max(over, monotonic() + GRACE / len(parts)))
                except Exception as exc:  # noqa: BLE001 - told in its place
                    answers[place] = exc
    finally:
        for place, line in lines.values():
            parts[place][0].shelf.lose(line)
    return answers


def _alone(
    connections: Connections, buffer: bytes, count: int, *, again: bool, until: float
) -> list[Reply] | Exception:
    try:
        return connections.exchange(buffer, count, again=again, until=until)
    except Exception as exc:  # noqa: BLE001 - told in its place
        return exc


def _answering(lines: dict[int, tuple[int, Any]], until: float) -> list[int]:
    """Which connections have something to read; none if the time is over before."""
    poller = select.poll()
    for number in lines:
        poller.register(number, select.POLLIN)
    return [number for number, _ in poller.poll(max(0.0, until - monotonic()) * 1000)]


class Reads:
    """Single reads; a thread waits for its own."""

    def __init__(
        self, alone: Callable[[bytes], Reply], together: Callable[[list[bytes]], list[Reply | Exception]]
    ) -> None:
        """Read with ``alone``; ``together`` is for tasks."""
        del together
        self.get = alone


class Turn:
    """One at a time."""

    def __init__(self) -> None:
        self.forget_parent()
        tell_after_fork(self)

    def forget_parent(self) -> None:
        """Begin anew: whoever has the turn is in the parent."""
        self._lock = threading.Lock()

    @contextmanager
    def taken(self, until: float) -> Iterator[None]:
        """Wait for the turn.

        Raises:
            Late: it did not come in time.
        """
        lock = self._lock
        if not lock.acquire(timeout=max(0.0, until - monotonic())):
            raise Late("others took all the time")
        try:
            yield
        finally:
            lock.release()
