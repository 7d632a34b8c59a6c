"""Links of both worlds to a server, to what Sentinels watch, and to a cluster.

Rule: what a test leaves behind is removed by a link as well, which knows where it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from hexcache.adapters.outbound.redis.settings import Address, RedisSettings, SentinelSettings
from hexcache.adapters.outbound.redis.sync.link import Link
from hexcache.adapters.outbound.redis.sync.opening import open_link
from tests.integration.redis.settings import PATIENT, settings_of
from tests.servers.cluster import Cluster
from tests.servers.sentinel import Sentinels


def settings_for(request: pytest.FixtureRequest, topology: str) -> RedisSettings:
    """Settings for the session's servers of one topology."""
    if topology == "cluster":
        cluster: Cluster = request.getfixturevalue("redis_cluster")
        nodes = tuple(Address(node.host, node.port) for node in cluster.running)
        return RedisSettings(mode="cluster", addresses=nodes, **PATIENT)
    if topology == "sentinels":
        watched: Sentinels = request.getfixturevalue("redis_sentinels")
        addresses = tuple(Address(host, port) for host, port in watched.addresses)
        return RedisSettings(
            mode="sentinel", addresses=addresses, sentinel=SentinelSettings(watched.service), **PATIENT
        )
    return settings_of(request.getfixturevalue(topology))


@contextmanager
def linked(settings: RedisSettings, prefix: str) -> Iterator[Link]:
    """A blocking link; what is below the prefix is removed when the context is left."""
    link = open_link(settings)
    try:
        yield link
        for page in link.scan(f"{prefix}*".encode()):
            link.call_all([("UNLINK", key) for key in page])
    finally:
        link.close()
