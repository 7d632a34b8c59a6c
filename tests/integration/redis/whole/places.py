"""Places where something goes wrong: servers of a test's own, what breaks them, and what mends them again.

Rule: what is broken is a real server, or the network before it; nothing of the cache is replaced. A place is mended
when its test is over, whatever became of the test.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from tests.integration.redis.test_by_settings import location_of
from tests.servers.asking import ask, encoded
from tests.servers.binaries import find_any
from tests.servers.choice import Ways
from tests.servers.cluster import Cluster
from tests.servers.fault_proxy import FaultProxy
from tests.servers.fixtures import PASSWORD, offered
from tests.servers.sentinel import Sentinels
from tests.servers.single import Server, single, wait_until_heard

AGES = 3_600.0
"""Seconds of latency: no answer comes while a test lasts."""
BALLAST = 4_000
"""Keys of two kilobytes that a server takes its time to load."""
LOADING_A_KEY = 20_000
"""Microseconds; with the ballast more than a minute, unless it is cut short."""
OTHER = "another"
"""A password that nobody was told."""
HELD_BACK = 60_000
"""Milliseconds for which a server that is about to die takes no write."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where caches are opened.

    Attributes:
        way: the URL of the tier by the way that will be broken; more options may follow.
        direct: the same by a way that will not, and by a user who may do everything.
        inject: breaks it.
        lift: mends it.
    """

    way: str
    direct: str
    inject: Callable[[], object]
    lift: Callable[[], object]


@dataclass(frozen=True, slots=True)
class Ground:
    """What a place is made on.

    Attributes:
        request: to ask for the servers of the session.
        prefix: what every key begins with.
    """

    request: pytest.FixtureRequest
    prefix: str


Make = Callable[[Ground], AbstractContextManager[Place]]


@contextmanager
def own(**options: Any) -> Iterator[Server]:
    """A server of the test's own."""
    with ExitStack() as stack:
        yield offered(Ways("redis_own", local=lambda: single(find_any(), **options)), stack)


def through_proxy(**faults: Any) -> Make:
    """A network that has these faults."""

    @contextmanager
    def make(ground: Ground) -> Iterator[Place]:
        with own() as server, FaultProxy((server.host, server.port)) as proxy:

            def inject() -> None:
                for name, value in faults.items():
                    setattr(proxy.faults, name, value)

            def lift() -> None:
                proxy.reset_all()  # what was under way is lost, as it is when hosts give up
                proxy.heal()

            direct = url_of(server, ground)
            yield Place(direct.replace(f":{server.port}/", f":{proxy.port}/"), direct, inject, lift)

    return make


def by_process(inject: str, lift: str) -> Make:
    """A server to which its host does something, by the names of what a process can be told."""

    @contextmanager
    def make(ground: Ground) -> Iterator[Place]:
        with own() as server:
            url = url_of(server, ground)
            yield Place(url, url, getattr(server.process, inject), getattr(server.process, lift))

    return make


def by_command(inject: tuple[str | int, ...], lift: tuple[str | int, ...]) -> Make:
    """A server whose operator says something to it."""

    @contextmanager
    def make(ground: Ground) -> Iterator[Place]:
        with own() as server:
            url = url_of(server, ground)
            yield Place(url, url, lambda: server.ask(*inject), lambda: server.ask(*lift))

    return make


@contextmanager
def with_another_password(ground: Ground) -> Iterator[Place]:
    """A server whose password was changed, and nobody was told."""
    with own(password=PASSWORD) as server:

        def inject() -> None:
            server.ask("CONFIG", "SET", "requirepass", OTHER)
            for kind in ("normal", "pubsub"):  # those that are in stay in
                ask(server.port, "CLIENT", "KILL", "TYPE", kind, password=OTHER)

        def lift() -> None:
            ask(server.port, "CONFIG", "SET", "requirepass", PASSWORD, password=OTHER)

        url = url_of(server, ground)
        yield Place(url, url, inject, lift)


@contextmanager
def with_a_user_who_may_only_read(ground: Ground) -> Iterator[Place]:
    """A server whose operator takes the right to write away from a user."""
    with own() as server:
        server.ask("ACL", "SETUSER", "app", "reset", "on", f">{PASSWORD}", "~*", "&*", "+@all")
        url = url_of(server, ground)
        yield Place(
            url.replace("://", f"://app:{PASSWORD}@"),
            url,
            lambda: server.ask("ACL", "SETUSER", "app", "-@write", "-@scripting"),
            lambda: server.ask("ACL", "SETUSER", "app", "+@all"),
        )


@contextmanager
def loading(ground: Ground) -> Iterator[Place]:
    """A server that reads its data from its disk again, slowly."""
    with own(settings={"enable-debug-command": "local", "rdbcompression": "no"}) as server, ExitStack() as stack:
        server.ask("DEBUG", "POPULATE", BALLAST, "ballast", 2_000)
        server.ask("CONFIG", "SET", "loading-process-events-interval-bytes", 1_024)  # it answers after each key

        def inject() -> None:
            server.ask("CONFIG", "SET", "key-load-delay", LOADING_A_KEY)
            operator = stack.enter_context(socket.create_connection((server.host, server.port)))
            operator.sendall(encoded("DEBUG", "RELOAD"))

        url = url_of(server, ground)
        yield Place(url, url, inject, lambda: server.ask("CONFIG", "SET", "key-load-delay", 0))


@contextmanager
def sentinels_failing_over(ground: Ground) -> Iterator[Place]:
    """A primary that dies; Sentinels make its replica the primary. What it had acknowledged the replica has heard."""
    watched: Sentinels = ground.request.getfixturevalue("redis_sentinels")
    url = url_of(watched, ground)
    try:
        yield Place(url, url, lambda: die(watched.master), lambda: None)
    finally:
        watched.recover()


@contextmanager
def cluster_failing_over(ground: Ground) -> Iterator[Place]:
    """A primary of a cluster that dies; its replica takes over. What it had acknowledged the replica has heard."""
    cluster: Cluster = ground.request.getfixturevalue("redis_cluster")
    if not cluster.ours:
        pytest.skip("the cluster is not ours to kill nodes of")
    url = url_of(cluster, ground)
    try:
        yield Place(url, url, lambda: die(cluster.master_of(tag_of(0))), lambda: None)
    finally:
        cluster.recover()


def tag_of(worker: int) -> str:
    """What decides where a worker's keys lie on a cluster."""
    return f"{{{worker}}}"


def url_of(servers: Server | Sentinels | Cluster, ground: Ground) -> str:
    """The URL of a tier there, below the test's prefix."""
    return location_of(servers).replace("name=redis", f"prefix={ground.prefix}")


def die(primary: Server) -> None:
    """Kill a primary that acknowledges nothing any more which its replica has not heard.

    Without that a failover takes acknowledged writes back, which no client can undo.
    """
    primary.ask("CLIENT", "PAUSE", HELD_BACK, "WRITE")
    wait_until_heard(primary)
    primary.process.kill()
