"""redis-py's own clients from our settings, for what a link does not do: listening, looking after a server.

Rule: a client belongs to whoever asked for it, who closes it. It tries once and waits no longer than the settings say;
whoever wants to wait for messages says how long at each wait.
"""

from __future__ import annotations

from typing import Any

from redis import Redis, RedisCluster
from redis.backoff import NoBackoff
from redis.cluster import ClusterNode
from redis.retry import Retry
from redis.sentinel import Sentinel

from hexcache.adapters.outbound.redis.connecting import sentinel_options, server_options, share_of_a_sentinel
from hexcache.adapters.outbound.redis.settings import RedisSettings


def client_of(settings: RedisSettings) -> Redis | RedisCluster:
    """A blocking client of the server, of the primary that Sentinels name, or of the cluster.

    A cluster's client asks for its table of slots at once; the others connect when they are first used.
    """
    options: dict[str, Any] = {
        **server_options(settings, lambda provider: provider),
        "ssl": settings.tls is not None,
        "socket_timeout": settings.operation_deadline,
        "socket_connect_timeout": settings.connect_deadline,
    }
    once = Retry(NoBackoff(), 0)
    if settings.mode == "cluster":
        options.pop("db")
        nodes = [ClusterNode(address.host, address.port) for address in settings.addresses]
        return RedisCluster(startup_nodes=nodes, retry=once, require_full_coverage=False, **options)
    options["retry"] = once
    if settings.sentinel is not None:
        share = share_of_a_sentinel(settings)
        asking: dict[str, Any] = {
            **sentinel_options(settings),
            "ssl": settings.sentinel.tls is not None,
            "socket_timeout": share,
            "socket_connect_timeout": share,
            "retry": once,
        }
        watched = Sentinel([tuple(address) for address in settings.addresses], sentinel_kwargs=asking, **options)
        client: Redis = watched.master_for(settings.sentinel.service)
        return client
    return Redis(host=settings.addresses[0].host, port=settings.addresses[0].port, **options)
