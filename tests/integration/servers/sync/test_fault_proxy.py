# Generated from tests/integration/servers/aio/test_fault_proxy.py by tools/unasync.py. Do not edit.
"""What a client sees of each fault of the proxy."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import TimeoutError as NoAnswer

from tests.integration.servers.sync.primitives import Redis, client_at
from tests.servers.fault_proxy import FaultProxy
from tests.servers.single import Server

SHORT = 0.05
"""Seconds that are waited for an answer that does not come."""


@pytest.fixture
def client(redis_proxy: FaultProxy) -> Iterator[Redis]:
    """A client with an open connection through the proxy."""
    with client_at(redis_proxy.port) as client:
        client.ping()
        yield client


def test_a_proxy_without_faults_is_a_clean_pipe(client: Redis, redis_proxy: FaultProxy) -> None:
    up, down = redis_proxy.bytes_up, redis_proxy.bytes_down
    assert client.echo("x" * 300_000) == b"x" * 300_000
    assert redis_proxy.bytes_up - up > 300_000
    assert redis_proxy.bytes_down - down > 300_000
    assert redis_proxy.connections == redis_proxy.open_connections == 1


def test_latency_counts_in_both_directions(client: Redis, redis_proxy: FaultProxy) -> None:
    redis_proxy.faults.latency = 0.05
    begin = time.monotonic()
    client.ping()
    assert time.monotonic() - begin >= 0.1


def test_bandwidth_is_doled_out(client: Redis, redis_proxy: FaultProxy) -> None:
    redis_proxy.faults.bandwidth = 200_000
    begin = time.monotonic()
    assert client.echo("x" * 10_000) == b"x" * 10_000
    assert time.monotonic() - begin >= 0.1


def test_a_black_hole_swallows_new_connections_until_it_heals(redis_proxy: FaultProxy) -> None:
    redis_proxy.faults.black_hole = True
    with client_at(redis_proxy.port, timeout=SHORT) as client:
        with pytest.raises(NoAnswer):
            client.ping()
    redis_proxy.heal()
    with client_at(redis_proxy.port) as client:
        assert client.ping()


def test_a_reset_loses_the_reply_of_what_was_done(
    client: Redis, redis_proxy: FaultProxy, valkey: Server, redis_prefix: str
) -> None:
    redis_proxy.faults.reset_after = 0
    with pytest.raises(NoConnection):
        client.incr(redis_prefix + "a")
    assert valkey.ask("GET", redis_prefix + "a") == b"1"
    redis_proxy.heal()
    assert client.incr(redis_prefix + "a") == 2


@pytest.mark.parametrize("fault", ["reset_after", "close_after"])
def test_a_connection_ends_in_the_middle_of_a_reply(
    client: Redis, redis_proxy: FaultProxy, fault: str
) -> None:
    setattr(redis_proxy.faults, fault, 1000)
    with pytest.raises(NoConnection):
        client.echo("x" * 2000)


def test_a_reply_stalls_half_written_and_a_new_connection_does_not(
    client: Redis, redis_proxy: FaultProxy
) -> None:
    redis_proxy.faults.stall_after = 1000
    down = redis_proxy.bytes_down
    with client_at(redis_proxy.port, timeout=SHORT) as hasty:
        with pytest.raises(NoAnswer):
            hasty.echo("x" * 2000)
    assert redis_proxy.bytes_down - down >= 1000
    redis_proxy.heal()
    with client_at(redis_proxy.port) as late:
        assert late.echo("x" * 2000) == b"x" * 2000
    assert client.ping()


def test_new_connections_are_reset_and_open_ones_stay(client: Redis, redis_proxy: FaultProxy) -> None:
    redis_proxy.faults.reset_on_connect = True
    with client_at(redis_proxy.port) as late:
        with pytest.raises(NoConnection):
            late.ping()
        assert client.ping()


def test_a_proxy_that_refuses_listens_again_on_its_port(client: Redis, redis_proxy: FaultProxy) -> None:
    redis_proxy.refuse()
    redis_proxy.reset_all()
    with pytest.raises(NoConnection):
        client.ping()
    redis_proxy.heal()
    assert client.ping()
