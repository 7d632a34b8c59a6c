"""A server that misbehaves as it is told, which no real one does on demand.

Rule: a key says how it is answered, and its value is the key itself, so that an answer which belongs to somebody else
is seen at once. What came in is counted, so that a command which was sent twice is seen too.

A key is ``behaviour:anything``:

* ``plain``: answered at once. So are commands other than ``GET`` and ``MGET``.
* ``slow``: answered after ``Peer.pause`` seconds.
* ``drip``: answered byte by byte, ``Peer.pause`` seconds between two.
* ``half``: half of an answer, then nothing more on this connection.
* ``cut``: half of an answer, then the end of the connection.
* ``gone``: the end of the connection, without an answer.
* ``deaf``: nothing more on this connection.
* ``twice``: two answers.
"""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from types import TracebackType
from typing import Self

from tests.servers.ports import HOST

HELLO = b"%1\r\n$5\r\nproto\r\n:3\r\n"


class Peer:
    """The server, in a thread of its own.

    Attributes:
        port: where it listens, on the loopback.
        seen: commands by name and first argument.
        connections: how many were accepted.
        pause: seconds, for behaviours that wait.
        greets: whether the commands with which a connection begins are answered.
    """

    def __init__(self) -> None:
        self.port = 0
        self.seen: Counter[bytes] = Counter()
        self.connections = 0
        self.pause = 0.05
        self.greets = True
        self._loop = asyncio.new_event_loop()
        self._writers: set[asyncio.StreamWriter] = set()
        self._silent: set[asyncio.StreamWriter] = set()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True, name="peer")

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(10)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._serve, HOST, 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _end(self) -> None:
        self._server.close()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for writer in self._writers:
            writer.transport.abort()
        await asyncio.sleep(0)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._writers.add(writer)
        try:
            while True:
                words = await command(reader)
                name = words[0].upper()
                self.seen[b" ".join([name, *words[1:2]])] += 1
                if not await self._answer(name, words, writer):
                    return
        except (asyncio.IncompleteReadError, OSError):
            return
        finally:
            self._writers.discard(writer)
            writer.transport.abort()

    async def _answer(self, name: bytes, words: list[bytes], writer: asyncio.StreamWriter) -> bool:
        """Answer one command; False for the end of the connection."""
        if name in {b"HELLO", b"CLIENT", b"SELECT"}:
            if self.greets:
                writer.write(HELLO if name == b"HELLO" else b"+OK\r\n")
            return True
        if name in {b"GET", b"MGET"}:
            answer = b"".join([bulk(word) for word in words[1:]])
            if name == b"MGET":
                answer = b"*%d\r\n%s" % (len(words) - 1, answer)
            manners = [word.partition(b":")[0].decode() for word in words[1:]]
            manner = next((one for one in manners if one != "plain"), "plain")
            return await self._behave(manner, answer, writer)
        manner = words[1].partition(b":")[0].decode() if len(words) > 1 else "plain"
        return await self._behave(manner, b"+OK\r\n", writer)

    async def _behave(self, manner: str, answer: bytes, writer: asyncio.StreamWriter) -> bool:
        if manner == "gone":
            return False
        if writer in self._silent:
            return True
        if manner in {"deaf", "half"}:
            self._silent.add(writer)
        if manner == "deaf":
            return True
        if manner in {"half", "cut"}:
            writer.write(answer[: len(answer) // 2])
            await writer.drain()
            return manner == "half"
        if manner == "drip":
            for place in range(len(answer)):
                await asyncio.sleep(self.pause)
                if writer.is_closing():  # whoever asked has gone
                    return False
                writer.write(answer[place : place + 1])
            return True
        if manner == "slow":
            await asyncio.sleep(self.pause)
        writer.write(answer * (2 if manner == "twice" else 1))
        return True


def bulk(value: bytes) -> bytes:
    """A value on the wire."""
    return b"$%d\r\n%s\r\n" % (len(value), value)


async def command(reader: asyncio.StreamReader) -> list[bytes]:
    """The next command's words."""
    count = int((await reader.readuntil(b"\r\n"))[1:-2])
    words = []
    for _ in range(count):
        size = int((await reader.readuntil(b"\r\n"))[1:-2])
        words.append((await reader.readexactly(size + 2))[:-2])
    return words
