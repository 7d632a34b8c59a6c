"""Servers that somebody else runs.

Rule: they are left as they were found: the keys of this run are removed at its end, by what their names hold, and
nothing else is.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from tests.servers.asking import text_of
from tests.servers.cluster import Cluster, found_from
from tests.servers.single import Server

RUN = f"t{uuid.uuid4().hex[:10]}"
"""What no key of another run holds, and every prefix of this one begins with."""
PAGE = 1000


@contextmanager
def visited(url: str) -> Iterator[Server]:
    """The server at a URL.

    Raises:
        OSError: nothing answers there.
    """
    server = Server(url)
    server.ask("PING")
    yield server
    sweep(server)


@contextmanager
def visited_cluster(url: str) -> Iterator[Cluster]:
    """The cluster that the node at a URL belongs to.

    Raises:
        OSError: nothing answers there.
    """
    cluster = found_from(Server(url))
    yield cluster
    for node in cluster.nodes:
        if node.info("replication")["role"] == "master":
            sweep(node)


def sweep(server: Server, run: str = RUN) -> None:
    """Remove every key of a run."""
    cursor = "0"
    while True:
        page = server.ask("SCAN", cursor, "MATCH", f"*{run}-*", "COUNT", PAGE)
        assert isinstance(page, list)
        following, keys = page
        assert isinstance(keys, list)
        for key in keys:
            assert isinstance(key, bytes)
            server.ask("UNLINK", key)
        cursor = text_of(following)
        if cursor == "0":
            return
