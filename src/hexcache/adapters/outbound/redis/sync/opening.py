# Generated from src/hexcache/adapters/outbound/redis/aio/opening.py by tools/unasync.py. Do not edit.
"""Links from settings.

Rule: which topology stands behind the addresses is decided here and nowhere else; nothing is connected.
"""

from __future__ import annotations

from hexcache.adapters.outbound.redis.sync.cluster_link import ClusterLink
from hexcache.adapters.outbound.redis.sync.link import Link
from hexcache.adapters.outbound.redis.sync.server_link import ServerLink
from hexcache.adapters.outbound.redis.settings import RedisSettings


def open_link(settings: RedisSettings) -> Link:
    """A link with connections of its own, which it closes."""
    return ClusterLink(settings) if settings.mode == "cluster" else ServerLink(settings)
