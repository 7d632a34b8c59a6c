"""One connection through the fault proxy: two streams, and a pump in each direction.

Rule: the first end of either direction ends both, as a reset where a fault or an error made it, else in order.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
import ssl
import struct
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.servers.faults import End, Faults

CHUNK = 65_536
"""Bytes that are taken at once."""
TICKS = 50
"""Pieces a second in which a bandwidth is doled out."""
LEAVE = 0.02
"""Seconds for bytes to reach the client before a reset throws away what it has not read."""
GOOD_BYE = 1.0
"""Seconds that the other end of a TLS connection has for its half of the end."""

_NO_LINGER = struct.pack("ii", 1, 0)


@dataclass(slots=True)
class Stream:
    """One end's connection to the proxy."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    def reset(self) -> None:
        """End it with an RST."""
        sock = self.writer.get_extra_info("socket")
        if sock is not None:
            with contextlib.suppress(OSError):
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
        self.writer.transport.abort()

    async def close(self) -> None:
        """End it in order, without waiting for an end that does not answer."""
        self.writer.close()
        with contextlib.suppress(OSError, TimeoutError):
            await asyncio.wait_for(self.writer.wait_closed(), GOOD_BYE)
        self.writer.transport.abort()


def reset(sock: socket.socket) -> None:
    """End a connection that was just accepted with an RST."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
    sock.close()


async def accepted(sock: socket.socket, tls: ssl.SSLContext | None) -> Stream:
    """The stream of a connection that was accepted, after its handshake.

    Raises:
        OSError: the handshake failed.
    """
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(loop=loop)
    protocol = asyncio.StreamReaderProtocol(reader, loop=loop)
    transport, _ = await loop.connect_accepted_socket(lambda: protocol, sock, ssl=tls)
    return Stream(reader, asyncio.StreamWriter(transport, protocol, reader, loop))


async def dialled(address: tuple[str, int]) -> Stream:
    """A stream to the server.

    Raises:
        OSError: it is not there.
    """
    return Stream(*await asyncio.open_connection(*address))


@dataclass(slots=True, eq=False)
class Pipe:
    """A client's stream, a server's, and the faults between them."""

    client: Stream
    server: Stream
    faults: Faults
    chance: random.Random
    count: Callable[[bool, int], None]
    """Told the direction (True for replies) and the bytes that came."""
    _counted: tuple[tuple[int, End] | None, int] = field(default=(None, 0))
    """The cut that is in force, and the bytes of replies since it is."""

    async def run(self) -> None:
        """Pump until an end is there."""
        pumps = [
            asyncio.ensure_future(self._pump(self.client, self.server, replies=False)),
            asyncio.ensure_future(self._pump(self.server, self.client, replies=True)),
        ]
        try:
            done, _ = await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
            if any(pump.exception() for pump in done):
                self.reset()
        finally:
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
            await asyncio.gather(self.client.close(), self.server.close())

    def reset(self) -> None:
        """Reset both sides now."""
        self.client.reset()
        self.server.reset()

    async def _pump(self, source: Stream, sink: Stream, *, replies: bool) -> None:
        while True:
            data = await source.reader.read(CHUNK)
            await self.faults.pass_black_hole()
            if not data:
                return
            if delay := self.faults.delay(self.chance):
                await asyncio.sleep(delay)
            cut = self._cut_within(len(data)) if replies else None
            self.count(replies, len(data))  # before anybody can have seen them
            await self._pour(sink, data if cut is None else data[: cut[0]])
            if cut is not None:
                if cut[1] == "reset":
                    await asyncio.sleep(LEAVE)
                    self.client.reset()
                elif cut[1] == "stall":
                    await _swallow(source)
                return

    def _cut_within(self, size: int) -> tuple[int, End] | None:
        """How many of the next bytes pass before the connection ends, and how; None if it goes on."""
        cut = self.faults.cut
        seen, passed = self._counted
        if cut != seen:
            passed = 0
        self._counted = cut, passed + size
        return (cut[0] - passed, cut[1]) if cut is not None and passed + size >= cut[0] else None

    async def _pour(self, sink: Stream, data: bytes) -> None:
        rate = self.faults.bandwidth
        step = max(1, int(rate / TICKS)) if rate else len(data) or 1
        for begin in range(0, len(data), step):
            piece = data[begin : begin + step]
            if rate:
                await asyncio.sleep(len(piece) / rate)
            sink.writer.write(piece)
            await sink.writer.drain()


async def _swallow(source: Stream) -> None:
    """Take whatever comes until the stream ends."""
    while await source.reader.read(CHUNK):
        pass
