"""Single servers answer, hold what they are configured to, and do as they are told."""

from __future__ import annotations

import pytest
from redis import Redis
from redis.exceptions import AuthenticationError, NoPermissionError
from redis.exceptions import TimeoutError as NoAnswer

from tests.integration.servers.sync.primitives import client_at
from tests.servers.asking import Refused
from tests.servers.binaries import find_any
from tests.servers.single import Server, single
from tests.servers.waiting import wait_until


def test_both_servers_answer_and_are_two_versions(valkey: Server, redis_server: Server) -> None:
    assert valkey.version.startswith("valkey ")
    assert redis_server.version.startswith("redis ")


def test_a_client_reads_what_it_wrote(any_redis: Server, redis_prefix: str) -> None:
    with Redis.from_url(any_redis.url) as client:
        client.set(redis_prefix + "a", b"1")
        assert client.get(redis_prefix + "a") == b"1"


@pytest.mark.parametrize("turn", [1, 2])
def test_a_test_finds_no_key_of_another(valkey: Server, redis_prefix: str, turn: int) -> None:
    assert valkey.ask("INCR", redis_prefix + "turns") == 1, turn


def test_a_paused_server_is_silent_until_it_is_resumed(own_redis: Server) -> None:
    own_redis.process.pause()
    with client_at(own_redis.port, timeout=0.05) as client:
        with pytest.raises(NoAnswer):
            client.ping()
        own_redis.process.resume()
        assert own_redis.ask("PING") == b"PONG"


@pytest.mark.parametrize("end", ["kill", "stop"])
def test_an_ended_server_refuses_and_comes_back_empty_on_its_port(own_redis: Server, end: str) -> None:
    own_redis.ask("SET", "a", "1")
    getattr(own_redis.process, end)()
    assert not own_redis.process.running
    with pytest.raises(ConnectionRefusedError):
        own_redis.ask("PING")
    own_redis.process.restart()
    assert own_redis.ask("GET", "a") is None


def test_a_user_is_held_to_the_prefix(secured_redis: Server, redis_prefix: str) -> None:
    user = secured_redis.user
    assert user is not None
    with Redis.from_url(secured_redis.url_of(user)) as client:
        client.set(user.prefix + redis_prefix, b"1")
        with pytest.raises(NoPermissionError):
            client.set(redis_prefix, b"1")
        with pytest.raises(NoPermissionError):
            client.flushall()
    with client_at(secured_redis.port) as nobody, pytest.raises(AuthenticationError):
        nobody.ping()
    assert secured_redis.ask("GET", user.prefix + redis_prefix) == b"1"


def fill(server: Server) -> None:
    """Write 25 MiB."""
    for number in range(100):
        server.ask("SET", f"b{number}", b"x" * 2**18)


def test_a_full_server_refuses_and_evicts_nothing() -> None:
    with single(find_any(), maxmemory=4 * 2**20) as server:
        server.ask("SET", "a", "1")
        with pytest.raises(Refused, match="OOM"):
            fill(server)
        assert server.ask("GET", "a") == b"1"


def test_a_replica_follows() -> None:
    with single(find_any(), password="s3cret") as master, single(find_any(), replica_of=master) as replica:
        master.ask("SET", "a", "1")
        wait_until(lambda: replica.ask("GET", "a") == b"1", "the replica has it")
