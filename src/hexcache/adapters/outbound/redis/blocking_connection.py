"""Connections of redis-py whose every wait ends with the call that waits.

Rule: the time belongs to the call, not to a connection: a thread says until when it may wait, and whatever this thread
does on such a connection from then on (resolving a name, connecting, TLS, AUTH, asking Sentinels, reading a reply that
drips) takes what is left of it and no more. TLS, AUTH and the protocol are redis-py's.
"""

from __future__ import annotations

import math
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from typing import Any, Final, TypeAlias, TypeVar

from redis.connection import Connection, SSLConnection
from redis.exceptions import ConnectionError as Broken
from redis.sentinel import SentinelManagedConnection, SentinelManagedSSLConnection

monotonic = time.monotonic

T = TypeVar("T")

Resolved: TypeAlias = list[tuple[Any, ...]]

_LEAST: Final = 1e-4
"""A socket's timeout of zero means something else."""


class _Call(threading.local):
    until: float = math.inf


_call = _Call()


def wait_until(until: float) -> None:
    """Until when this thread may wait on connections; monotonic time."""
    _call.until = until


def left(most: float = math.inf) -> float | None:
    """What is left of this thread's call, at most ``most``; None without a bound.

    Raises:
        TimeoutError: nothing is left.
    """
    until = _call.until
    if until == math.inf:
        return None if most == math.inf else most
    seconds = until - monotonic()
    if seconds <= 0:
        raise TimeoutError("the call's time is over")
    return max(_LEAST, min(seconds, most))


class BoundedSocket:
    """A socket whose waits together take no longer than the call.

    Attributes:
        sent: bytes that the operating system took since this was last set to 0.
    """

    __slots__ = ("_most", "_sock", "sent")

    def __init__(self, sock: socket.socket, most: float) -> None:
        self._sock = sock
        self._most = most
        self.sent = 0

    def settimeout(self, seconds: float | None) -> None:
        """Longest single wait; 0 for none."""
        self._most = math.inf if seconds is None else seconds

    def _ready(self) -> socket.socket:
        self._sock.settimeout(left(self._most) if self._most else 0.0)
        return self._sock

    def recv(self, *args: Any) -> bytes:
        """As of a socket."""
        return self._ready().recv(*args)

    def recv_into(self, *args: Any) -> int:
        """As of a socket."""
        return self._ready().recv_into(*args)

    def sendall(self, data: bytes) -> None:
        """As of a socket; ``sent`` tells how far it came."""
        count = self._ready().send(data)
        self.sent += count
        if count == len(data):
            return
        rest = memoryview(data)
        while count < len(data):
            done = self._ready().send(rest[count:])
            count += done
            self.sent += done

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)


class _Named(Connection):
    """Resolves names within the call."""

    _address: str | None = None
    _host: str

    @property
    def host(self) -> str:
        """The name; while a socket is being connected, the address that stands for it."""
        return self._address or self._host

    @host.setter
    def host(self, value: str) -> None:
        self._host = value

    def _connect(self) -> socket.socket:
        refused = OSError("the name has no address")
        for *_, place in resolved(self._host, self.port):
            self._address = place[0]
            try:
                sock: socket.socket = super()._connect()  # type: ignore[no-untyped-call] # redis-py's
            except OSError as exc:
                refused = exc
            else:
                return sock
            finally:
                self._address = None
        raise refused


class _Bounded(Connection):
    """What is common to bounded connections.

    Attributes:
        rested: when it was last put down, monotonic time.
    """

    rested: float = 0.0
    _socket_timeout: float | None
    _socket_connect_timeout: float | None

    @property
    def socket_timeout(self) -> float | None:
        """Longest single wait from now on."""
        return left(self._socket_timeout or math.inf)

    @socket_timeout.setter
    def socket_timeout(self, value: float | None) -> None:
        self._socket_timeout = value

    @property
    def socket_connect_timeout(self) -> float | None:
        """Longest wait for a connection from now on."""
        return left(self._socket_connect_timeout or math.inf)

    @socket_connect_timeout.setter
    def socket_connect_timeout(self, value: float | None) -> None:
        self._socket_connect_timeout = value

    def _connect(self) -> Any:
        sock: socket.socket = super()._connect()  # type: ignore[no-untyped-call] # redis-py's
        return BoundedSocket(sock, self._socket_timeout or math.inf)

    @property
    def opened(self) -> bool:
        """Whether there is a socket."""
        return self._sock is not None

    @property
    def untouched(self) -> bool:
        """Whether nothing of the last request went out; to be asked before it is disconnected."""
        return self._sock is None or self._sock.sent == 0

    def ask(self, buffer: bytes, count: int) -> list[Any]:
        """Send a request and read its replies; errors that are replies stand in their places.

        Whoever calls this drops the connection when it raises: what is read next would belong to somebody else.
        """
        self.send(buffer)
        read = self._parser.read_response
        return [read() for _ in range(count)]

    def send(self, buffer: bytes) -> None:
        """The first half of :meth:`ask`."""
        sock = self._sock
        if sock is None:
            raise Broken("not connected")
        sock.sent = 0
        sock.sendall(buffer)

    def receive(self, count: int) -> list[Any]:
        """The second half of :meth:`ask`."""
        read = self._parser.read_response
        return [read() for _ in range(count)]

    def fileno(self) -> int:
        """The socket's number.

        Raises:
            Broken: there is none.
        """
        if self._sock is None:
            raise Broken("not connected")
        number: int = self._sock.fileno()
        return number

    def clean(self) -> bool:
        """Whether nothing was received that nobody asked for."""
        reader = getattr(self._parser, "_reader", None)
        return reader is None or not reader.has_data()


class BoundedConnection(_Bounded, _Named):
    """To one server."""


class BoundedSSLConnection(_Bounded, SSLConnection, _Named):
    """The same, encrypted."""


class BoundedSentinelConnection(_Bounded, SentinelManagedConnection, _Named):
    """To the server that the Sentinels name."""


class BoundedSentinelSSLConnection(_Bounded, SentinelManagedSSLConnection, _Named):
    """The same, encrypted."""


def resolved(host: str, port: int) -> Resolved:
    """The addresses of a name.

    Raises:
        OSError: there are none; ``TimeoutError`` if nobody knows in time.
    """
    try:
        return socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM, 0, socket.AI_NUMERICHOST)
    except socket.gaierror:
        return in_time(lambda: socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM), "the name was not resolved")


def in_time(call: Callable[[], T], otherwise: str) -> T:
    """What a call returns or raises that cannot be interrupted.

    It works in a thread of its own, which is left alone when it takes longer than this thread's call may.

    Raises:
        TimeoutError: nothing in time.
    """
    seconds = left()
    answer: Future[T] = Future()

    def work() -> None:
        try:
            result = call()
        except BaseException as exc:  # noqa: BLE001 - whatever it is belongs to whoever waits
            answer.set_exception(exc)
        else:
            answer.set_result(result)

    threading.Thread(target=work, name="hexcache-redis", daemon=True).start()
    try:
        return answer.result(seconds)
    except FutureTimeout:
        if answer.done():
            return answer.result()
        raise TimeoutError(f"{otherwise} in time") from None
