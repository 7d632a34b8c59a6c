"""Servers by their own words."""

from __future__ import annotations

import pytest

from hexcache.adapters.outbound.redis.versions import ServerVersion, all_have, told_by_hello, told_by_info

VALKEY = b"# Server\r\nredis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:9.1.2\r\nserver_mode:standalone\r\n"
REDIS = b"# Server\r\nredis_version:8.2.3\r\nredis_mode:cluster\r\nexecutable:/usr/bin/a:b\r\n"


def test_valkey_is_not_taken_for_the_redis_that_it_resembles() -> None:
    assert told_by_info(VALKEY) == ServerVersion("valkey", "9.1.2", "standalone")
    assert told_by_info(REDIS) == ServerVersion("redis", "8.2.3", "cluster")
    assert told_by_info({"redis_version": "6.2.1"}) == ServerVersion("redis", "6.2.1")
    assert told_by_info(b"") == ServerVersion("redis")


def test_a_greeting_tells_the_same() -> None:
    pairs = [b"server", b"valkey", b"version", b"9.1.2", b"proto", 3, b"mode", b"cluster"]
    told = ServerVersion("valkey", "9.1.2", "cluster")
    assert told_by_hello(pairs) == told_by_hello(dict(zip(pairs[::2], pairs[1::2], strict=True))) == told


@pytest.mark.parametrize(
    ("server", "has"),
    [
        (ServerVersion("valkey", "8.1.0"), True),
        (ServerVersion("valkey", "8.0.9"), False),
        (ServerVersion("valkey", "10.0.0-rc1"), True),
        (ServerVersion("redis", "8.4"), True),
        (ServerVersion("redis", "8.2.3"), False),
        (ServerVersion("dragonfly", "99.0.0"), False),
        (ServerVersion(), False),
    ],
)
def test_a_feature_is_known_by_kind_and_version(server: ServerVersion, has: bool) -> None:
    assert server.has("SET IFEQ") is has


def test_of_several_servers_all_must_have_it() -> None:
    new, old = ServerVersion("valkey", "9.1.0"), ServerVersion("valkey", "8.1.0")
    assert all_have([new, new], "MSETEX")
    assert not all_have([new, old], "MSETEX")
