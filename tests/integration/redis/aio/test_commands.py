"""Every call of a link, against real servers of both kinds."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from hexcache.adapters.outbound.redis.aio.link import AsyncLink
from hexcache.adapters.outbound.redis.aio.opening import open_link
from hexcache.adapters.outbound.redis.commands import Script
from hexcache.domain.errors import StoreRejected, StoreUnavailable
from tests.integration.redis.settings import settings_at, settings_of
from tests.servers.ports import free_ports
from tests.servers.single import Server

TWO = Script("return {KEYS[1], ARGV[1]}")


@pytest.fixture
async def link(any_redis: Server) -> AsyncIterator[AsyncLink]:
    link = open_link(settings_of(any_redis))
    yield link
    await link.aclose()


async def test_a_value_comes_back_as_it_was_written(link: AsyncLink, redis_prefix: str) -> None:
    key, value = f"{redis_prefix}k".encode(), bytes(range(256)) * 1000
    assert await link.call("SET", key, value, "PX", 60_000) == b"OK"
    assert await link.get(key) == value
    assert await link.call("PTTL", key) > 0
    assert await link.call("UNLINK", key) == 1
    assert await link.get(key) is None


async def test_many_come_back_in_the_order_of_the_keys(link: AsyncLink, redis_prefix: str) -> None:
    keys = [f"{redis_prefix}{number}".encode() for number in range(300)]
    assert await link.call_all([("SET", key, key, "PX", 60_000) for key in keys[::2]]) == [b"OK"] * 150
    expected = [key if place % 2 == 0 else None for place, key in enumerate(keys)]
    assert await link.get_many(keys) == expected
    assert await link.get_many([]) == []
    assert await link.call_all([]) == []


async def test_a_batch_answers_each_command_by_itself(link: AsyncLink, redis_prefix: str) -> None:
    key = f"{redis_prefix}n".encode()
    replies = await link.call_all([("SET", key, b"1", "PX", 60_000), ("LPUSH", key, b"x"), ("INCRBY", key, 41)])
    assert replies[0] == b"OK"
    assert isinstance(replies[1], StoreRejected)
    assert "WRONGTYPE" in str(replies[1])
    assert replies[2] == 42


async def test_a_refusal_is_typed_and_tells_no_value(link: AsyncLink, redis_prefix: str) -> None:
    key = f"{redis_prefix}list".encode()
    await link.call("LPUSH", key, b"hidden")
    await link.call("PEXPIRE", key, 60_000)
    with pytest.raises(StoreRejected) as caught:
        await link.call("INCRBYFLOAT", key, "hidden")
    assert "hidden" not in str(caught.value)
    with pytest.raises(StoreRejected, match="WRONGTYPE"):
        await link.get(key)


async def test_scripts_run_also_where_the_server_does_not_know_them_yet(link: AsyncLink, redis_prefix: str) -> None:
    key = f"{redis_prefix}k".encode()
    await link.call("SCRIPT FLUSH")
    assert await link.run(TWO, [key], [7]) == [key, b"7"]
    assert await link.run(TWO, [key], [b"\xff"]) == [key, b"\xff"]
    await link.call("SCRIPT FLUSH")
    expected = [[key, str(number).encode()] for number in range(20)]
    assert await link.run_all(TWO, [([key], [number]) for number in range(20)]) == expected
    assert await link.run_all(TWO, []) == []


async def test_a_script_that_fails_is_a_refusal(link: AsyncLink, redis_prefix: str) -> None:
    broken = Script("return redis.call('LPUSH', KEYS[1], 'x') + redis.call('INCR', KEYS[1])")
    with pytest.raises(StoreRejected):
        await link.run(broken, [f"{redis_prefix}b".encode()])
    await link.call("UNLINK", f"{redis_prefix}b".encode())


async def test_a_scan_lists_every_key_of_its_pattern_and_no_other(link: AsyncLink, redis_prefix: str) -> None:
    keys = [f"{redis_prefix}s{number}".encode() for number in range(1200)]
    await link.call_all([("SET", key, b"", "PX", 60_000) for key in [*keys, f"{redis_prefix}other".encode()]])
    found = [key async for page in _pages(link, f"{redis_prefix}s*".encode()) for key in page]
    assert set(found) == set(keys)
    await link.call("UNLINK", *keys)


async def _pages(link: AsyncLink, pattern: bytes) -> AsyncIterator[list[bytes]]:
    async for page in link.scan(pattern):
        yield page


async def test_commands_without_keys_reach_the_server(link: AsyncLink) -> None:
    await link.ping()
    (info,) = await link.call_everywhere("INFO", "server")
    assert b"redis_version" in info
    assert not link.sharded


async def test_connections_speak_resp3_and_bear_their_name(any_redis: Server, redis_prefix: str) -> None:
    name = redis_prefix.strip(":")
    link = open_link(settings_of(any_redis, client_name=name, db=3))
    told = str(await link.call("CLIENT INFO"))
    assert f"name={name} " in told
    assert "resp=3" in told
    assert "db=3 " in told
    await link.aclose()


async def test_nothing_is_connected_before_the_first_call() -> None:
    (port,) = free_ports(1)
    link = open_link(settings_at(port))
    with pytest.raises(StoreUnavailable) as caught:
        await link.get(b"k")
    assert isinstance(caught.value.__cause__, Exception)
    await link.aclose()


async def test_a_closed_link_answers_nothing_and_may_be_closed_again(any_redis: Server) -> None:
    link = open_link(settings_of(any_redis))
    await link.ping()
    await link.aclose()
    await link.aclose()
    with pytest.raises(StoreUnavailable):
        await link.ping()
