"""What a client sees of each fault of the HTTP proxy."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.servers.http_fault import HttpFaultProxy
from tests.servers.http_faults import Answer, BlackHole, Cut, Reset, Slow
from tests.servers.ports import HOST
from tests.servers.waiting import PATIENCE, wait_until


class Echo(BaseHTTPRequestHandler):
    """Answers what it was asked."""

    protocol_version = "HTTP/1.1"
    asked: list[str]

    def do_PUT(self) -> None:
        self.asked.append(self.path)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        told = f"{self.headers['Host']} {self.path} ".encode() + body
        self.send_response(200)
        self.send_header("X-Mine", "yes")
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  (the standard library's)
        pass


@pytest.fixture
def asked() -> list[str]:
    """The paths that reached the server."""
    return []


@pytest.fixture
def proxy(asked: list[str]) -> Iterator[HttpFaultProxy]:
    """A proxy before an echo."""
    server = ThreadingHTTPServer((HOST, 0), type("OwnEcho", (Echo,), {"asked": asked}))
    server.daemon_threads = False
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    with HttpFaultProxy((HOST, server.server_address[1])) as proxy:
        yield proxy
    server.shutdown()
    thread.join(PATIENCE)
    server.server_close()


def put(proxy: HttpFaultProxy, path: str = "/a", body: bytes = b"text", timeout: float = PATIENCE) -> tuple[int, bytes]:
    """Send a request on a connection of its own."""
    with closing(http.client.HTTPConnection(HOST, proxy.port, timeout=timeout)) as client:
        client.request("PUT", path, body)
        answer = client.getresponse()
        return answer.status, answer.read()


def test_a_proxy_without_faults_passes_host_path_and_body_on(proxy: HttpFaultProxy) -> None:
    assert put(proxy, "/a%2Fb/../c?x=1") == (200, f"{HOST}:{proxy.port} /a%2Fb/../c?x=1 text".encode())
    assert proxy.lines("PUT /a%2F") == ["PUT /a%2Fb/../c?x=1"]


def test_a_connection_serves_several_requests(proxy: HttpFaultProxy) -> None:
    with closing(http.client.HTTPConnection(HOST, proxy.port, timeout=PATIENCE)) as client:
        for number in range(3):
            client.request("PUT", f"/{number}", b"")
            assert client.getresponse().read().endswith(f"/{number} ".encode())
    assert proxy.connections == 1


def test_an_answer_comes_in_place_of_the_servers_for_so_many_requests_that_match(
    proxy: HttpFaultProxy, asked: list[str]
) -> None:
    proxy.plan.add(Answer(503, b"slow down", [("Retry-After", "1")]), match="^PUT /a", times=2)
    assert [put(proxy, path)[0] for path in ("/a", "/b", "/a", "/a")] == [503, 200, 503, 200]
    assert asked == ["/b", "/a"]


def test_a_cut_answer_is_shorter_than_its_header_says(proxy: HttpFaultProxy, asked: list[str]) -> None:
    proxy.plan.add(Cut(3), times=1)
    with pytest.raises(http.client.IncompleteRead):
        put(proxy)
    assert asked == ["/a"]


@pytest.mark.parametrize("served", [True, False])
def test_a_reset_loses_the_answer_or_the_request(proxy: HttpFaultProxy, asked: list[str], *, served: bool) -> None:
    proxy.plan.add(Reset(served=served), times=1)
    with pytest.raises(ConnectionResetError):
        put(proxy)
    assert asked == ["/a"] * served


def test_a_black_hole_answers_nothing_until_the_proxy_heals(proxy: HttpFaultProxy, asked: list[str]) -> None:
    proxy.plan.add(BlackHole())
    with pytest.raises(TimeoutError):
        put(proxy, timeout=0.1)
    ended: list[BaseException] = []

    def wait() -> None:
        try:
            put(proxy)
        except OSError as exc:
            ended.append(exc)

    waiting = threading.Thread(target=wait)
    waiting.start()
    wait_until(lambda: len(proxy.requests) == 2, "the second request is held")
    proxy.heal()
    waiting.join(PATIENCE)
    assert len(ended) == 1
    assert asked == []
    assert put(proxy)[0] == 200


def test_a_slow_answer_is_whole(proxy: HttpFaultProxy) -> None:
    proxy.plan.add(Slow(0.3), times=1)
    with pytest.raises(TimeoutError):
        put(proxy, timeout=0.05)
    proxy.plan.add(Slow(0.05), times=1)
    assert put(proxy)[1].endswith(b"text")
