"""LiteLLM's cache classes over hexcache: ``from hexcache.litellm import DualCache, InMemoryCache, RedisCache``.

Rule: names and nothing else. LiteLLM itself is not needed; a client library is loaded with the first object that needs
it, and nothing of this with ``import hexcache``.
"""

from hexcache.adapters.inbound.litellm.face import BaseCache
from hexcache.composition.litellm_dual import DualCache
from hexcache.composition.litellm_objects import AzureBlobCache, GCSCache, S3Cache
from hexcache.composition.litellm_tiers import DiskCache, InMemoryCache, RedisCache, RedisClusterCache, TierCache

__all__ = [
    "AzureBlobCache",
    "BaseCache",
    "DiskCache",
    "DualCache",
    "GCSCache",
    "InMemoryCache",
    "RedisCache",
    "RedisClusterCache",
    "S3Cache",
    "TierCache",
]
