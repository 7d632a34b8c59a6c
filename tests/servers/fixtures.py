"""The fixtures that give a test its servers.

Rule: a server starts when the first test asks for it, serves the whole session and ends with it; a process of
pytest-xdist has a set of its own. Tests keep apart by ``redis_prefix`` and never flush, pause or kill what is shared:
for that they ask for ``own_redis``.
"""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TypeVar

import pytest

from tests.servers.binaries import Kind, find, find_any
from tests.servers.choice import NoServer, Ways, chosen, required
from tests.servers.single import Server, at_url, single

T = TypeVar("T")

_prefixes = (f"t{uuid.uuid4().hex[:8]}-{number}:" for number in itertools.count())


@contextmanager
def offered(ways: Ways[T]) -> Iterator[T]:
    """The server that was chosen; without one the test is skipped, or fails where the kind is required."""
    with _explained(chosen(ways), ways.kind) as server:
        yield server


@contextmanager
def _explained(choice: AbstractContextManager[T], kind: str) -> Iterator[T]:
    try:
        server = choice.__enter__()
    except NoServer as exc:
        if required(kind):
            pytest.fail(f"{exc} (HEXCACHE_TEST_REQUIRE wants one)", pytrace=False)
        pytest.skip(str(exc))
    try:
        yield server
    finally:
        choice.__exit__(None, None, None)


def single_ways(kind: Kind) -> Ways[Server]:
    """The ways to a single server."""
    return Ways(kind, at=at_url, local=lambda: single(find(kind)))


@pytest.fixture(scope="session")
def valkey() -> Iterator[Server]:
    """A Valkey server, shared by the session."""
    with offered(single_ways("valkey")) as server:
        yield server


@pytest.fixture(scope="session")
def redis_server() -> Iterator[Server]:
    """A Redis server, shared by the session: the second version of what ``valkey`` is the first of."""
    with offered(single_ways("redis")) as server:
        yield server


@pytest.fixture(params=["valkey", "redis_server"])
def any_redis(request: pytest.FixtureRequest) -> Server:
    """Both of the single servers, one after the other."""
    server: Server = request.getfixturevalue(request.param)
    return server


@pytest.fixture
def own_redis() -> Iterator[Server]:
    """A server for this test alone, to pause, kill and restart by its ``process``."""
    with offered(Ways("own", local=lambda: single(find_any()))) as server:
        yield server


@pytest.fixture
def redis_prefix() -> str:
    """What every key of this test begins with, on whatever server: nobody else's keys do."""
    return next(_prefixes)
