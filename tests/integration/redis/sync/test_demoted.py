# Generated from tests/integration/redis/aio/test_demoted.py by tools/unasync.py. Do not edit.
"""A server that was the primary and is a replica now: what it refuses was not done, and goes to the new primary."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hexcache.adapters.outbound.redis.sync.opening import open_link
from hexcache.adapters.outbound.redis.commands import Script
from hexcache.adapters.outbound.redis.settings import Address, RedisSettings, SentinelSettings
from hexcache.domain.errors import StoreRejected
from tests.integration.redis.false_sentinel import FalseSentinel
from tests.integration.redis.settings import PATIENT
from tests.servers.binaries import find_any
from tests.servers.single import Server, single

SET = Script("return redis.call('SET', KEYS[1], ARGV[1])")


@pytest.fixture(scope="module")
def pair() -> Iterator[tuple[Server, Server]]:
    """A primary and its replica."""
    with single(find_any()) as primary, single(find_any(), replica_of=primary) as replica:
        yield primary, replica


def settings_by(sentinel: FalseSentinel) -> RedisSettings:
    """For what this Sentinel names."""
    address, told = Address("127.0.0.1", sentinel.port), SentinelSettings("main")
    return RedisSettings(mode="sentinel", addresses=(address,), sentinel=told, **PATIENT)


def test_what_it_refuses_goes_to_the_new_primary(pair: tuple[Server, Server]) -> None:
    primary, replica = pair
    for _ in range(3):
        with FalseSentinel(replica.port, primary.port) as sentinel:
            link = open_link(settings_by(sentinel))
            assert link.get(b"n") is None  # over the replica, which is believed to be the primary
            assert link.call("INCR", b"n") == 1
            assert primary.ask("GET", "n") == b"1"
            assert link.get(b"n") == b"1"
            assert link.call("UNLINK", b"n") == 1
            link.close()


def test_of_a_batch_only_what_was_refused_is_sent_again(pair: tuple[Server, Server]) -> None:
    primary, replica = pair
    with FalseSentinel(replica.port, primary.port) as sentinel:
        link = open_link(settings_by(sentinel))
        link.get(b"k")
        replies = link.call_all([("INCR", b"a"), ("ECHO", b"x"), ("INCR", b"a"), ("PING",), ("SET", b"b", b"1")])
        assert replies == [1, b"x", 2, b"PONG", b"OK"]
        assert link.call("UNLINK", b"a", b"b") == 2
        link.close()


def test_a_script_is_carried_out_once(pair: tuple[Server, Server]) -> None:
    primary, replica = pair
    with FalseSentinel(replica.port, primary.port) as sentinel:
        link = open_link(settings_by(sentinel))
        link.get(b"k")
        assert link.run(SET, [b"s"], [b"v"]) == b"OK"
        assert primary.ask("GET", "s") == b"v"
        link.call("UNLINK", b"s")
        link.close()


def test_a_sentinel_that_stays_wrong_is_a_refusal(pair: tuple[Server, Server]) -> None:
    _, replica = pair
    with FalseSentinel(replica.port) as sentinel:
        link = open_link(settings_by(sentinel))
        with pytest.raises(StoreRejected, match="ReadOnly"):
            link.call("SET", b"k", b"v")
        link.close()
