"""Connections of redis.asyncio that are dropped without waiting.

Rule: a task that is cancelled cannot await anything more, so dropping a connection is one step that never waits. Who
bounds a wait is whoever awaits; a connection has no timeouts of its own.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final

from redis.asyncio.connection import Connection, SSLConnection
from redis.asyncio.sentinel import SentinelManagedConnection, SentinelManagedSSLConnection
from redis.exceptions import ConnectionError as Broken

_LARGE: Final = 64 * 1024
"""From this many bytes on a request waits for the socket to take it."""


class _Droppable(Connection):
    """What is common to these connections.

    Attributes:
        rested: when it was last put down, monotonic time.
    """

    rested: float = 0.0

    @property
    def opened(self) -> bool:
        """Whether there is a socket."""
        return self._writer is not None

    async def ask(self, buffer: bytes, count: int) -> list[Any]:
        """Send a request and read its replies; errors that are replies stand in their places.

        Whoever calls this drops the connection when it raises: what is read next would belong to somebody else.
        """
        writer = self._writer
        if writer is None:
            raise Broken("not connected")
        writer.write(buffer)
        if len(buffer) >= _LARGE:
            await writer.drain()
        read: Callable[[], Awaitable[Any]] = self._parser.read_response  # type: ignore[attr-defined] # of each parser
        return [await read() for _ in range(count)]

    def clean(self) -> bool:
        """Whether it is open and nothing was received that nobody asked for."""
        reader, writer = self._reader, self._writer
        if reader is None or writer is None or writer.is_closing() or reader.at_eof():
            return False
        if reader._buffer:  # type: ignore[attr-defined] # noqa: SLF001 - nothing else tells
            return False
        parsed = getattr(self._parser, "_reader", None)
        return parsed is None or not parsed.has_data()

    def fileno(self) -> int:
        """The socket's number.

        Raises:
            Broken: there is none.
        """
        if self._writer is None:
            raise Broken("not connected")
        number: int = self._writer.get_extra_info("socket").fileno()
        return number

    def drop(self) -> None:
        """Close it at once; whatever was under way is lost."""
        self._parser.on_disconnect()
        writer, self._writer, self._reader = self._writer, None, None
        if writer is not None:
            writer.transport.abort()


class DroppableConnection(_Droppable):
    """To one server."""


class DroppableSSLConnection(_Droppable, SSLConnection):
    """The same, encrypted."""


class DroppableSentinelConnection(_Droppable, SentinelManagedConnection):
    """To the server that the Sentinels name."""


class DroppableSentinelSSLConnection(_Droppable, SentinelManagedSSLConnection):
    """The same, encrypted."""
