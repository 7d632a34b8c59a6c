"""Decorators that cache functions: the driving port behind a signature that stays as it is."""

from hexcache.adapters.inbound.decorator.aio.decorated import AsyncCachedFunction
from hexcache.adapters.inbound.decorator.deciding import AsyncDecorator, Decorator
from hexcache.adapters.inbound.decorator.dispatch import cached
from hexcache.adapters.inbound.decorator.info import CacheInfo
from hexcache.adapters.inbound.decorator.options import CachedOptions
from hexcache.adapters.inbound.decorator.sync.decorated import CachedFunction

__all__ = [
    "AsyncCachedFunction",
    "AsyncDecorator",
    "CacheInfo",
    "CachedFunction",
    "CachedOptions",
    "Decorator",
    "cached",
]
