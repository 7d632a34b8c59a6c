"""A proxy that breaks requests as an overloaded service or the way to it does.

Rule: it listens on 127.0.0.1 in threads of its own, so that tests of both worlds use it alike, passes requests and
answers on byte for byte (the ``Host`` header too: signatures stay valid), and keeps a list of what was asked.

    with HttpFaultProxy(("127.0.0.1", 8333)) as proxy:
        client = boto3.client("s3", endpoint_url=proxy.url)
        proxy.plan.add(Answer(503, slow_down), match="^GET", times=2)
        proxy.heal()

See :mod:`tests.servers.http_faults` for what can happen. Who needs a server to do more than it does extends
:meth:`HttpFaultProxy.served`.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import struct
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, NoReturn, Self

from tests.servers.http_faults import Answer, BlackHole, Cut, Plan, Reset, Slow
from tests.servers.ports import HOST, free_ports
from tests.servers.waiting import PATIENCE

HOP = frozenset({"connection", "expect", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"})
"""Headers of a connection, not of a request."""
GLANCE = 0.05
"""Seconds between looks at whether the proxy was stopped."""
_NO_LINGER = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True)
class Request:
    """What a client sent."""

    method: str
    target: str
    """Path and query, as they came."""
    headers: Mapping[str, str]
    body: bytes

    @property
    def line(self) -> str:
        """Method and target."""
        return f"{self.method} {self.target}"


class HttpFaultProxy:
    """Stands between clients and one HTTP server.

    Args:
        upstream: host and port of the server, which speaks plain HTTP.
        tls: the context of the end that serves; None for plain HTTP.
    """

    def __init__(self, upstream: tuple[str, int], *, tls: ssl.SSLContext | None = None) -> None:
        self.upstream = upstream
        self.plan = Plan()
        self.requests: list[Request] = []
        """What was asked so far."""
        self.connections = 0
        """Connections that were accepted so far."""
        self.tls = tls
        [self.port] = free_ports(1)
        self.healing = threading.Event()
        """Set by the next :meth:`heal`, which puts a new one in its place."""
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http{'s' if self.tls else ''}://{HOST}:{self.port}"

    def __enter__(self) -> Self:
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(GLANCE,), name="HTTP fault proxy")
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        assert self._thread is not None
        self.heal()
        self._server.shutdown()
        self._thread.join(PATIENCE)
        self._server.end_connections()
        self._server.server_close()  # waits for the threads of the connections

    def heal(self) -> None:
        """Be a clean pipe again; what a black hole holds ends without an answer."""
        self.plan.clear()
        healing, self.healing = self.healing, threading.Event()
        healing.set()

    def lines(self, match: str = "") -> list[str]:
        """The lines of the requests so far that begin so."""
        return [request.line for request in self.requests if request.line.startswith(match)]

    def served(self, request: Request, server: http.client.HTTPConnection) -> Answer:
        """What the server answers, asked over this connection to it.

        Raises:
            OSError: there is no answer.
            http.client.HTTPException: the same.
        """
        server.putrequest(request.method, request.target, skip_host=True, skip_accept_encoding=True)
        for name, value in request.headers.items():
            if name.lower() not in HOP | {"content-length"}:
                server.putheader(name, value)
        if request.body or request.method in {"PUT", "POST", "PATCH"}:
            server.putheader("Content-Length", str(len(request.body)))
        server.endheaders(request.body or None)
        answer = server.getresponse()
        return Answer(answer.status, answer.read(), answer.getheaders())


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # closing waits for the threads
    request_queue_size = 256

    def __init__(self, proxy: HttpFaultProxy) -> None:
        self.proxy = proxy
        self._open: set[socket.socket] = set()
        super().__init__((HOST, proxy.port), _Handler)

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.proxy.tls is not None:
            connection = self.proxy.tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        self.proxy.connections += 1
        self._open.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def end_connections(self) -> None:
        """End every connection that is open."""
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Leave alone a client that went away; it is part of what is tested."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1

    @property
    def _owner(self) -> _Server:
        assert isinstance(self.server, _Server)
        return self.server

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  (the standard library's)
        """Say nothing."""

    def handle_expect_100(self) -> bool:
        """Say at once that a body is welcome; some clients wait a second for that."""
        go_on = super().handle_expect_100()
        self.wfile.flush()
        return go_on

    def _do(self) -> None:
        proxy = self._owner.proxy
        request = Request(self.command, self.path, dict(self.headers.items()), self._body())
        proxy.requests.append(request)
        healing = proxy.healing  # before the plan is asked, lest a heal between the two is missed
        match fault := proxy.plan.taken(request.line):
            case None:
                self._send(self._served(request))
            case Answer():
                self._send(fault)
            case Cut(keep):
                self._send(self._served(request), keep=keep)
            case Reset(served):
                if served:
                    self._served(request)
                self._reset()
            case Slow(seconds):
                healing.wait(seconds)
                self._send(self._served(request))
            case BlackHole():
                healing.wait(PATIENCE)
                self._reset()

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = do_PATCH = _do  # noqa: N815  (the standard library asks so)

    def _body(self) -> bytes:
        if "chunked" not in self.headers.get("Transfer-Encoding", "").lower():
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = bytearray()
        while size := int(self.rfile.readline().split(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass
        return bytes(body)

    def _served(self, request: Request) -> Answer:
        proxy = self._owner.proxy
        server = http.client.HTTPConnection(*proxy.upstream, timeout=PATIENCE)
        with contextlib.closing(server):  # one a request: nothing has to be asked twice
            try:
                return proxy.served(request, server)
            except (OSError, http.client.HTTPException):
                return Answer(502)

    def _send(self, answer: Answer, *, keep: int | None = None) -> None:
        self.send_response_only(answer.status)
        for name, value in answer.headers:
            if name.lower() not in HOP | {"content-length"}:
                self.send_header(name, value)
        told = [value for name, value in answer.headers if name.lower() == "content-length"]
        if self.command == "HEAD":
            self.send_header("Content-Length", told[0] if told else "0")
        elif answer.status not in {204, 304}:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body if keep is None else answer.body[:keep])
        self.wfile.flush()
        if keep is not None:
            self.close_connection = True

    def _reset(self) -> NoReturn:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
        self.rfile.close()
        self.wfile.close()
        self.connection.close()
        raise ConnectionAbortedError
