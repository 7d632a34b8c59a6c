"""The fixtures that give a test its servers.

Rule: a server starts when the first test asks for it, serves the whole session and ends with it; a process of
pytest-xdist has a set of its own. Tests keep apart by ``redis_prefix`` and never flush, pause or kill what is shared:
for that there is ``own_redis``, and the functions of the modules beside this one. What is imported late costs runs
without servers nothing.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pytest

from tests.servers.binaries import Kind, find, find_any
from tests.servers.choice import NoServer, Ways, chosen, required
from tests.servers.cluster import Cluster, cluster
from tests.servers.containers import contained
from tests.servers.fault_proxy import FaultProxy
from tests.servers.sentinel import Sentinels, sentinels
from tests.servers.single import Server, User, single
from tests.servers.visiting import RUN, visited, visited_cluster

if TYPE_CHECKING:
    from tests.servers.tls import TLSServer

T = TypeVar("T")

PASSWORD = "s3cret"
APP = User("app", "s3cret-app", "app:")

_prefixes = (f"{RUN}-{number}:" for number in itertools.count())


def offered(ways: Ways[T], stack: ExitStack) -> T:
    """The server that was chosen, until the stack is closed; without one the test is skipped or, if required, fails.

    A way that fails otherwise is an error as it stands: a server that is there and does not start is a defect.
    """
    try:
        return stack.enter_context(chosen(ways))
    except NoServer as exc:
        reason = str(exc)
    if required(ways.kind):
        pytest.fail(f"{reason} (HEXCACHE_TEST_REQUIRE wants one)", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def server_stack() -> Iterator[ExitStack]:
    """What is closed with the session."""
    with ExitStack() as stack:
        yield stack


def single_ways(kind: Kind) -> Ways[Server]:
    """The ways to a single server."""
    return Ways(kind, at=visited, local=lambda: single(find(kind)), container=lambda: contained(kind))


@pytest.fixture(scope="session")
def valkey(server_stack: ExitStack) -> Server:
    """A Valkey server, shared by the session."""
    return offered(single_ways("valkey"), server_stack)


@pytest.fixture(scope="session")
def redis_server(server_stack: ExitStack) -> Server:
    """A Redis server, shared by the session: the second version of what ``valkey`` is the first of."""
    return offered(single_ways("redis"), server_stack)


@pytest.fixture(params=["valkey", "redis_server"])
def any_redis(request: pytest.FixtureRequest) -> Server:
    """Both of the single servers, one after the other."""
    server: Server = request.getfixturevalue(request.param)
    return server


@pytest.fixture(scope="session")
def secured_redis(server_stack: ExitStack) -> Server:
    """A server with a password in its URL and a ``user`` who is held to the prefix ``app:``; shared by the session."""
    return offered(
        Ways("redis_secured", local=lambda: single(find_any(), password=PASSWORD, user=APP)),
        server_stack,
    )


@pytest.fixture(scope="session")
def tls_redis(server_stack: ExitStack, tmp_path_factory: pytest.TempPathFactory) -> TLSServer:
    """A server behind TLS, with the certificates that a client needs; shared by the session."""
    from tests.servers.tls import behind_tls  # noqa: PLC0415  (the module's rule)

    folder = tmp_path_factory.mktemp("certificates")
    ways: Ways[TLSServer] = Ways("redis_tls", local=lambda: behind_tls(find_any(), Path(folder)))
    return offered(ways, server_stack)


@pytest.fixture(scope="session")
def redis_cluster(server_stack: ExitStack) -> Cluster:
    """Three masters with a replica each, shared by the session; who kills a node calls ``recover`` in the end."""
    return offered(Ways("redis_cluster", at=visited_cluster, local=lambda: cluster(find_any())), server_stack)


@pytest.fixture(scope="session")
def redis_sentinels(server_stack: ExitStack) -> Sentinels:
    """Three Sentinels over a master and a replica, shared by the session; ``recover`` as for a cluster."""
    return offered(Ways("redis_sentinels", local=lambda: sentinels(find_any())), server_stack)


@pytest.fixture
def own_redis() -> Iterator[Server]:
    """A server for this test alone, to pause, kill and restart by its ``process``."""
    with ExitStack() as stack:
        yield offered(Ways("redis_own", local=lambda: single(find_any())), stack)


@pytest.fixture
def redis_proxy(valkey: Server) -> Iterator[FaultProxy]:
    """A proxy of this test's own before ``valkey``; its ``faults`` are none at first."""
    with FaultProxy((valkey.host, valkey.port)) as proxy:
        yield proxy


@pytest.fixture
def redis_prefix() -> str:
    """What every key of this test begins with, on whatever server: nobody else's keys do."""
    return next(_prefixes)
