"""Single reads of one moment share a request, and nothing else."""

from __future__ import annotations

import asyncio

import pytest

from hexcache.adapters.outbound.redis.aio.opening import open_link
from hexcache.domain.errors import StoreRejected, StoreTimeout, StoreUnavailable
from tests.integration.redis.peer import Peer
from tests.integration.redis.settings import settings_at, settings_of
from tests.servers.binaries import find_any
from tests.servers.single import User, single


async def test_many_readers_of_one_moment_make_two_requests(peer: Peer) -> None:
    link = open_link(settings_at(peer.port))
    keys = [f"plain:{number}".encode() for number in range(200)]
    assert await asyncio.gather(*[link.get(key) for key in keys]) == keys
    assert sum(count for name, count in peer.seen.items() if name.startswith((b"GET", b"MGET"))) == 2
    await link.aclose()


async def test_a_lone_reader_makes_a_request_of_its_own_at_once(peer: Peer) -> None:
    link = open_link(settings_at(peer.port))
    for number in range(3):
        key = f"plain:{number}".encode()
        assert await link.get(key) == key
        assert peer.seen[b"GET " + key] == 1
    await link.aclose()


async def test_one_key_that_many_read_is_asked_for_once(peer: Peer) -> None:
    link = open_link(settings_at(peer.port))
    assert await asyncio.gather(*[link.get(b"plain:same") for _ in range(50)]) == [b"plain:same"] * 50
    assert peer.seen[b"GET plain:same"] == 1
    assert peer.seen[b"MGET plain:same"] == 1
    await link.aclose()


async def test_a_reader_that_is_cancelled_takes_nobody_with_it(peer: Peer) -> None:
    peer.pause = 0.05
    link = open_link(settings_at(peer.port))
    for gone in (0, 1, 5, 9):
        readers = [asyncio.ensure_future(link.get(f"slow:{number}".encode())) for number in range(10)]
        await asyncio.sleep(0.02 if gone % 2 else 0)
        readers[gone].cancel()
        ends = await asyncio.gather(*readers, return_exceptions=True)
        assert isinstance(ends[gone], asyncio.CancelledError)
        others = [number for number in range(10) if number != gone]
        assert [ends[number] for number in others] == [f"slow:{number}".encode() for number in others]
    await link.aclose()


async def test_readers_that_are_all_cancelled_cost_nothing(peer: Peer) -> None:
    link = open_link(settings_at(peer.port))
    readers = [asyncio.ensure_future(link.get(f"plain:{number}".encode())) for number in range(10)]
    await asyncio.sleep(0)
    for reader in readers:
        reader.cancel()
    await asyncio.gather(*readers, return_exceptions=True)
    assert not any(name.startswith(b"MGET") for name in peer.seen)
    assert await link.get(b"plain:1") == b"plain:1"
    await link.aclose()


@pytest.mark.parametrize(("manner", "error"), [("deaf", StoreTimeout), ("cut", StoreUnavailable)])
async def test_an_error_reaches_every_reader_of_the_request(peer: Peer, manner: str, error: type[Exception]) -> None:
    link = open_link(settings_at(peer.port, operation_deadline=0.1))
    first, *riders = [link.get(f"{place}:{manner}".encode()) for place in ("plain", manner, *["plain"] * 8)]
    ends = await asyncio.gather(first, *riders, return_exceptions=True)
    assert ends[0] == f"plain:{manner}".encode()
    assert [type(end) for end in ends[1:]] == [error] * 9
    assert len({id(end) for end in ends[1:]}) == 9
    await link.aclose()


async def test_a_key_that_may_not_be_read_is_forbidden_to_its_reader_alone() -> None:
    user = User("limited", "s3cret", "mine:")
    with single(find_any(), user=user) as server:
        server.ask("SET", "mine:a", "1")
        server.ask("SET", "other:b", "2")
        link = open_link(settings_of(server, username=user.name, password=user.password))
        ends = await asyncio.gather(
            *[link.get(key) for key in (b"mine:a", b"mine:a", b"other:b", b"mine:c")], return_exceptions=True
        )
        assert ends[:2] == [b"1", b"1"]
        assert isinstance(ends[2], StoreRejected)
        assert ends[3] is None
        await link.aclose()
