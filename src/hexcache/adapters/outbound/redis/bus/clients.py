"""Clients that a bus listens with, from whatever makes clients of redis-py.

Rule: each connection of a bus begins with a client that is made for it, so that a server which has moved is looked for
anew; it ends with that client.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hexcache.adapters.outbound.redis.bus.session import Connect


def of_a_server(make: Callable[[], Any]) -> Connect:
    """Listen with what ``make`` returns: a ``redis.Redis`` of one server, or of the primary that Sentinels name."""

    def connect(_: bytes, /) -> Any:
        return make()

    return connect


def of_a_cluster(make: Callable[[], Any]) -> Connect:
    """Listen at the node that has a channel's slot; ``make`` returns a ``redis.RedisCluster``, and so looks at it."""

    def connect(channel: bytes, /) -> Any:
        cluster = make()
        try:
            return _NodeClient(cluster, cluster.get_node_from_key(channel))
        except BaseException:
            cluster.close()
            raise

    return connect


class _NodeClient:
    """The client of one node, which takes its cluster's client with it."""

    def __init__(self, cluster: Any, node: Any) -> None:
        self._cluster = cluster
        client = cluster.get_redis_connection(node)
        self.pubsub: Callable[[], Any] = client.pubsub
        self.execute_command: Callable[..., Any] = client.execute_command

    def close(self) -> None:
        """Close what there is of the cluster."""
        self._cluster.close()
