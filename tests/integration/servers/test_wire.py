"""What the faults are on the wire, where a client library tells them apart no more."""

from __future__ import annotations

import random
import socket
from collections.abc import Iterator

import pytest

from tests.servers.asking import encoded
from tests.servers.fault_proxy import FaultProxy
from tests.servers.faults import Faults
from tests.servers.ports import HOST

ECHO = encoded("ECHO", "x" * 5000)
REPLY = b"$5000\r\n" + b"x" * 5000 + b"\r\n"


@pytest.fixture
def connection(redis_proxy: FaultProxy) -> Iterator[socket.socket]:
    """A connection through the proxy that was used once."""
    with socket.create_connection((HOST, redis_proxy.port), 30) as connection:
        connection.sendall(ECHO)
        assert received(connection, len(REPLY)) == REPLY
        yield connection


def received(connection: socket.socket, size: int) -> bytes:
    """So many bytes; fewer if the other end closes in order."""
    data = b""
    while len(data) < size and (more := connection.recv(size - len(data))):
        data += more
    return data


def connect_and_read(port: int) -> None:
    """Either step may be the one that meets a reset."""
    with socket.create_connection((HOST, port), 30) as connection:
        connection.recv(1)


@pytest.mark.parametrize("limit", [0, 1, 1000, len(REPLY)])
def test_a_reset_comes_after_just_so_many_bytes(redis_proxy: FaultProxy, connection: socket.socket, limit: int) -> None:
    redis_proxy.faults.reset_after = limit
    connection.sendall(ECHO)
    assert received(connection, limit) == REPLY[:limit]
    with pytest.raises(ConnectionResetError):
        connection.recv(1)


@pytest.mark.parametrize("limit", [0, 1, 1000, len(REPLY)])
def test_an_orderly_end_comes_after_just_so_many_bytes(
    redis_proxy: FaultProxy, connection: socket.socket, limit: int
) -> None:
    redis_proxy.faults.close_after = limit
    connection.sendall(ECHO)
    assert received(connection, len(REPLY) + 1) == REPLY[:limit]


def test_bytes_of_earlier_replies_and_of_earlier_limits_do_not_count(
    redis_proxy: FaultProxy, connection: socket.socket
) -> None:
    redis_proxy.faults.close_after = 2 * len(REPLY)
    connection.sendall(ECHO)
    assert received(connection, len(REPLY)) == REPLY
    redis_proxy.faults.close_after = len(REPLY) + 10
    connection.sendall(ECHO + ECHO)
    assert received(connection, 3 * len(REPLY)) == REPLY + REPLY[:10]


def test_all_open_connections_are_reset_at_once(redis_proxy: FaultProxy, connection: socket.socket) -> None:
    redis_proxy.reset_all()
    with pytest.raises(ConnectionResetError):
        connection.recv(1)


def test_what_a_black_hole_held_back_comes_when_it_heals(redis_proxy: FaultProxy, connection: socket.socket) -> None:
    redis_proxy.faults.black_hole = True
    connection.sendall(ECHO)
    connection.settimeout(0.05)
    with pytest.raises(TimeoutError):
        connection.recv(1)
    redis_proxy.heal()
    connection.settimeout(30)
    assert received(connection, len(REPLY)) == REPLY


def test_a_new_connection_is_reset_before_anything_passes(redis_proxy: FaultProxy) -> None:
    redis_proxy.faults.reset_on_connect = True
    with pytest.raises(ConnectionResetError):
        connect_and_read(redis_proxy.port)


def test_a_server_that_is_gone_resets_and_a_proxy_that_refuses_refuses(redis_proxy: FaultProxy) -> None:
    redis_proxy.upstream = (HOST, 1)
    with pytest.raises(ConnectionResetError):
        connect_and_read(redis_proxy.port)
    redis_proxy.refuse()
    with pytest.raises(ConnectionRefusedError):
        connect_and_read(redis_proxy.port)


def test_jitter_is_as_large_as_said_and_comes_from_the_seed() -> None:
    faults = Faults(latency=0.02, jitter=0.05)
    delays = [faults.delay(chance) for chance in [random.Random(1)] for _ in range(200)]
    assert min(delays) == 0
    assert 0.06 < max(delays) <= 0.07
    again = random.Random(1)
    assert delays == [faults.delay(again) for _ in range(200)]


def test_faults_are_cleared_together() -> None:
    faults = Faults(latency=1, black_hole=True, close_after=3)
    faults.clear()
    assert faults == Faults()
