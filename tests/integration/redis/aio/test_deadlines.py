"""Every call ends in time, whatever the peer, the pool or the network does."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from hexcache.adapters.outbound.redis.aio.link import AsyncLink
from hexcache.adapters.outbound.redis.aio.opening import open_link
from hexcache.adapters.outbound.redis.budget import Budget
from hexcache.domain.errors import StoreError, StoreTimeout, StoreUnavailable
from tests.integration.redis.aio.primitives import together
from tests.integration.redis.peer import Peer
from tests.integration.redis.settings import settings_at, settings_of
from tests.integration.redis.timing import Within
from tests.servers.ports import HOST
from tests.servers.single import Server

QUICK: dict[str, Any] = {"deadline": 0.4, "connect_deadline": 0.3, "operation_deadline": 0.2, "pool_wait": 0.2}


@pytest.mark.parametrize("manner", ["deaf", "half", "drip"])
async def test_a_reply_that_does_not_come_or_drips_ends_with_the_operation(peer: Peer, manner: str) -> None:
    peer.pause = 0.1  # two bytes within the deadline, thirty to come
    link = open_link(settings_at(peer.port, **QUICK))
    await link.get(b"plain:1")
    with Within(0.2), pytest.raises(StoreTimeout):
        await link.get(f"{manner}:{'x' * 20}".encode())
    with Within(0.2), pytest.raises(StoreTimeout):
        await link.get_many([b"plain:1", f"{manner}:{'x' * 20}".encode()])
    with Within(0.2), pytest.raises(StoreTimeout):
        await link.call_all([("GET", f"{manner}:{number}".encode()) for number in range(20)])
    await link.aclose()


async def test_a_large_value_that_comes_slowly_ends_with_the_operation(peer: Peer) -> None:
    peer.pause = 0.0001  # a byte at a time, never a pause that a timeout for one read would notice
    link = open_link(settings_at(peer.port, **QUICK))
    with Within(0.4), pytest.raises(StoreTimeout):
        await link.get(b"drip:" + b"x" * 200_000)
    await link.aclose()


async def test_a_greeting_that_does_not_come_ends_with_connecting(peer: Peer) -> None:
    peer.greets = False
    link = open_link(settings_at(peer.port, **QUICK))
    with Within(0.3), pytest.raises(StoreTimeout):
        await link.get(b"plain:1")
    peer.greets = True
    assert await link.get(b"plain:1") == b"plain:1"
    await link.aclose()


@pytest.fixture
def full() -> Iterator[int]:
    """The port of a listener that accepts nobody: connections are not even refused."""
    with closing(socket.socket()) as listener:
        listener.bind((HOST, 0))
        listener.listen(0)
        port = listener.getsockname()[1]
        waiting = [socket.socket() for _ in range(8)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex((HOST, port))
        yield port
        for one in waiting:
            one.close()


async def test_connecting_into_the_void_ends_with_connecting(full: int) -> None:
    link = open_link(settings_at(full, **QUICK))
    with Within(0.3), pytest.raises(StoreTimeout):
        await link.get(b"k")
    await link.aclose()


async def test_a_name_that_is_not_resolved_is_unavailable_in_time(peer: Peer) -> None:
    link = open_link(settings_at(peer.port, host="no-such-host.invalid", **QUICK))
    with Within(0.4), pytest.raises(StoreError):
        await link.get(b"k")
    await link.aclose()


async def test_a_frozen_server_ends_calls_and_answers_again_when_it_thaws(own_redis: Server) -> None:
    link = open_link(settings_of(own_redis, **QUICK))
    await link.call("SET", b"k", b"v")
    own_redis.process.pause()
    try:
        for _ in range(3):
            with Within(0.4), pytest.raises(StoreTimeout):
                await link.get(b"k")
            with Within(0.4), pytest.raises(StoreTimeout):
                await link.call("SET", b"k", b"w")
    finally:
        own_redis.process.resume()
    patient = open_link(settings_of(own_redis))
    assert await patient.get(b"k") in {b"v", b"w"}
    await patient.aclose()
    await link.aclose()


async def test_who_waits_for_a_connection_waits_for_a_limited_time(peer: Peer) -> None:
    link = open_link(settings_at(peer.port, **{**QUICK, "operation_deadline": 0.4, "pool_wait": 0.1}, pool_size=2))
    with Within(0.4):
        ends = await together([(link.call, ("ECHO", b"deaf:1"))] * 6)
    assert [type(end) for end in ends] == [StoreTimeout] * 6
    assert peer.connections == 2
    assert sum(peer.seen.values()) - peer.seen[b"HELLO 3"] - peer.seen[b"CLIENT SETNAME"] == 2
    await link.aclose()


async def test_who_waits_for_a_connection_gets_it_when_it_is_free(peer: Peer) -> None:
    peer.pause = 0.01
    link = open_link(settings_at(peer.port, pool_size=2))
    keys = [f"slow:{number}".encode() for number in range(20)]
    assert await together([(link.get_many, ([key],)) for key in keys]) == [[key] for key in keys]
    assert peer.connections == 2
    await link.aclose()


async def test_several_trips_share_a_budget(peer: Peer) -> None:
    peer.pause = 0.15
    link = open_link(settings_at(peer.port))
    await link.get(b"plain:1")
    with Within(0.3), pytest.raises(StoreTimeout), Budget(0.3):
        await _read_many(link)
    with Budget(0.05), Budget(30), pytest.raises(StoreTimeout):
        await link.get(b"slow:1")
    assert await link.get(b"slow:2") == b"slow:2"
    await link.aclose()


async def _read_many(link: AsyncLink) -> None:
    for number in range(40):
        await link.get(f"slow:{number}".encode())


async def test_what_nobody_listens_to_is_unavailable_at_once(own_redis: Server) -> None:
    own_redis.process.kill()
    link = open_link(settings_of(own_redis))
    with Within(0.2), pytest.raises(StoreUnavailable):
        await link.get(b"k")
    await link.aclose()
