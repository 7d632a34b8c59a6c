"""What is sent a second time, and what never is."""

from __future__ import annotations

import pytest

from hexcache.adapters.outbound.redis.aio.opening import open_link
from hexcache.adapters.outbound.redis.commands import Script
from hexcache.domain.errors import StoreUnavailable
from tests.integration.redis.peer import Peer
from tests.integration.redis.settings import settings_at, settings_of
from tests.servers.single import Server


async def test_a_read_is_sent_once_more_when_a_used_connection_breaks(peer: Peer) -> None:
    link = open_link(settings_at(peer.port))
    await link.get(b"plain:1")
    with pytest.raises(StoreUnavailable):
        await link.get(b"gone:1")
    assert peer.seen[b"GET gone:1"] == 2
    assert peer.connections == 2


async def test_a_read_is_sent_once_when_a_new_connection_breaks(peer: Peer) -> None:
    link = open_link(settings_at(peer.port))
    with pytest.raises(StoreUnavailable):
        await link.get(b"gone:1")
    assert peer.seen[b"GET gone:1"] == 1


@pytest.mark.parametrize("command", [("SET", b"gone:1", b"v"), ("INCR", b"gone:1"), ("UNLINK", b"gone:1")])
async def test_a_change_that_may_have_happened_is_never_sent_twice(peer: Peer, command: tuple[str, ...]) -> None:
    link = open_link(settings_at(peer.port))
    await link.get(b"plain:1")
    with pytest.raises(StoreUnavailable):
        await link.call(*command)
    assert peer.seen[f"{command[0]} gone:1".encode()] == 1


async def test_a_batch_with_one_change_is_never_sent_twice(peer: Peer) -> None:
    link = open_link(settings_at(peer.port))
    await link.get(b"plain:1")
    with pytest.raises(StoreUnavailable):
        await link.call_all([("GET", b"plain:1"), ("SET", b"plain:2", b"v"), ("GET", b"gone:3")])
    assert peer.seen[b"SET plain:2"] == 1


@pytest.mark.parametrize(("repeatable", "times"), [(False, 1), (True, 2)])
async def test_a_script_is_sent_twice_only_if_it_says_that_it_may_be(peer: Peer, repeatable: bool, times: int) -> None:
    link = open_link(settings_at(peer.port))
    script = Script("return 1", repeatable=repeatable)
    name = b"EVALSHA gone:" + script.sha.encode()
    await link.get(b"plain:1")
    # The peer reads its manner in the first word after the command: the digest.
    object.__setattr__(script, "sha", "gone:" + script.sha)
    with pytest.raises(StoreUnavailable):
        await link.run(script, [b"k"])
    assert peer.seen[name] == times


async def test_a_server_that_was_restarted_costs_no_call(own_redis: Server) -> None:
    link = open_link(settings_of(own_redis))
    for number in range(3):
        await link.call_all([("SET", b"a", b"1")] * 3)
        own_redis.process.restart()
        assert await link.call("SET", b"k", str(number).encode()) == b"OK"
        assert await link.get(b"k") == str(number).encode()
        own_redis.process.restart()
        assert await link.get(b"k") is None
    await link.aclose()


async def test_a_server_that_is_gone_is_unavailable_until_it_is_back(own_redis: Server) -> None:
    link = open_link(settings_of(own_redis))
    await link.call("SET", b"k", b"1")
    own_redis.process.kill()
    for _ in range(3):
        with pytest.raises(StoreUnavailable):
            await link.get(b"k")
        with pytest.raises(StoreUnavailable):
            await link.call("SET", b"k", b"2")
    own_redis.process.start()
    assert await link.get(b"k") is None
    await link.aclose()
