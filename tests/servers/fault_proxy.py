"""A proxy that breaks connections as a network does.

Rule: it runs in a thread of its own, so that tests of both worlds use it alike, and listens on 127.0.0.1 on one port
for its whole life. With a TLS context it also is the TLS end of a server that was built without TLS.

    with FaultProxy(("127.0.0.1", 6379)) as proxy:
        client = redis.Redis(port=proxy.port)
        proxy.faults.latency = 0.2
        proxy.reset_all()
        proxy.refuse()
        proxy.heal()

See :class:`tests.servers.faults.Faults` for what can be set.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
import ssl
import threading
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import Any, Self, TypeVar

from tests.servers.faults import Faults
from tests.servers.pipe import Pipe, accepted, dialled, reset
from tests.servers.ports import HOST, free_ports
from tests.servers.waiting import PATIENCE

T = TypeVar("T")
WAITING = 256
"""Connections that may wait to be accepted."""


class FaultProxy:
    """Stands between clients and one server.

    Args:
        upstream: host and port of the server.
        tls: the context of the end that serves; None for plain connections.
        seed: where the jitter's chance begins.
    """

    def __init__(self, upstream: tuple[str, int], *, tls: ssl.SSLContext | None = None, seed: int = 0) -> None:
        self.upstream = upstream
        self.faults = Faults()
        self.connections = 0
        """Connections that were accepted so far."""
        self.bytes_up = 0
        """Bytes of requests that passed."""
        self.bytes_down = 0
        """Bytes of replies that came, also those that a fault swallowed."""
        [self.port] = free_ports(1)
        self._tls = tls
        self._chance = random.Random(seed)
        self._pipes: set[Pipe] = set()
        self._serving: set[asyncio.Task[None]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._listener: socket.socket | None = None
        self._accepting: asyncio.Task[None] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """The URL of the server through the proxy, without its password."""
        return f"redis{'s' if self._tls else ''}://{HOST}:{self.port}/0"

    @property
    def open_connections(self) -> int:
        """Connections that pass data now."""
        return len(self._pipes)

    def start(self) -> None:
        """Start the thread and listen."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="fault proxy", daemon=True)
        self._thread.start()
        self.listen()

    def stop(self) -> None:
        """End everything. Nothing happens if it does not run."""
        if self._loop is None or self._thread is None:
            return
        self.refuse()
        self._in_loop(self._end)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)
        self._loop.close()
        self._loop = self._thread = None

    def listen(self) -> None:
        """Accept connections (again), on the same port."""
        self._in_loop(self._listen)

    def refuse(self) -> None:
        """Accept no connections; those that are open stay."""
        self._in_loop(self._refuse)

    def reset_all(self) -> None:
        """Reset every open connection now."""
        self._in_loop(self._reset_all)

    def heal(self) -> None:
        """Be a clean pipe again: no faults, listening."""
        self.faults.clear()
        self.listen()

    def _in_loop(self, make: Callable[[], Coroutine[Any, Any, T]]) -> T:
        if self._loop is None:
            raise RuntimeError("the proxy was not started, or was stopped")
        return asyncio.run_coroutine_threadsafe(make(), self._loop).result(PATIENCE)

    async def _listen(self) -> None:
        if self._listener is None:
            listener = socket.socket()
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((HOST, self.port))
            listener.listen(WAITING)
            listener.setblocking(False)
            self._listener = listener
            self._accepting = asyncio.ensure_future(self._accept(listener))

    async def _refuse(self) -> None:
        if self._accepting is not None and self._listener is not None:
            self._accepting.cancel()
            await asyncio.gather(self._accepting, return_exceptions=True)
            self._listener.close()
            self._accepting = self._listener = None

    async def _reset_all(self) -> None:
        for pipe in list(self._pipes):
            pipe.reset()

    async def _end(self) -> None:
        await self._reset_all()
        for task in self._serving:
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)

    async def _accept(self, listener: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            sock, _ = await loop.sock_accept(listener)
            task = asyncio.ensure_future(self._serve(sock))
            self._serving.add(task)
            task.add_done_callback(self._serving.discard)

    async def _serve(self, sock: socket.socket) -> None:
        self.connections += 1
        if self.faults.reset_on_connect:
            reset(sock)
            return
        try:
            await self.faults.pass_black_hole()
            client = await accepted(sock, self._tls)
        except (OSError, asyncio.CancelledError):
            sock.close()
            return
        try:
            server = await dialled(self.upstream)
        except OSError:
            client.reset()
            return
        pipe = Pipe(client, server, self.faults, self._chance, self._count)
        self._pipes.add(pipe)
        try:
            with contextlib.suppress(OSError):
                await pipe.run()
        finally:
            self._pipes.discard(pipe)

    def _count(self, replies: bool, size: int) -> None:
        if replies:
            self.bytes_down += size
        else:
            self.bytes_up += size
