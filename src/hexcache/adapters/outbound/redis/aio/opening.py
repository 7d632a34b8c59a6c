"""Links from settings.

Rule: which topology stands behind the addresses is decided here and nowhere else; nothing is connected.
"""

from __future__ import annotations

from hexcache.adapters.outbound.redis.aio.cluster_link import AsyncClusterLink
from hexcache.adapters.outbound.redis.aio.link import AsyncLink
from hexcache.adapters.outbound.redis.aio.server_link import AsyncServerLink
from hexcache.adapters.outbound.redis.settings import RedisSettings


def open_link(settings: RedisSettings) -> AsyncLink:
    """A link with connections of its own, which it closes."""
    return AsyncClusterLink(settings) if settings.mode == "cluster" else AsyncServerLink(settings)
