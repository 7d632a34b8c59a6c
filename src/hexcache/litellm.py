"""LiteLLM's cache classes over hexcache: ``from hexcache.litellm import DualCache, InMemoryCache, RedisCache``.

Rule: names and nothing else. LiteLLM itself is not needed, and whatever a class needs is loaded with this module or
with its first object, never with ``import hexcache``.
"""

from hexcache.composition.litellm import (
    BaseCache,
    DiskCache,
    DualCache,
    InMemoryCache,
    RedisCache,
    RedisClusterCache,
)

__all__ = ["BaseCache", "DiskCache", "DualCache", "InMemoryCache", "RedisCache", "RedisClusterCache"]
